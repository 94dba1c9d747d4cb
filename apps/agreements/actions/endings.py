"""Terminating, and what becomes of PHI after the end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.agreements import messages, queries, rules, trail
from apps.agreements.actions.checks import check_party, locked_agreement
from apps.agreements.actions.telling import (
    agreement_subject,
    in_words,
    subject,
    tell,
    tell_side,
)
from apps.agreements.enums import DisposalKind, SigningSide, TerminationCause
from apps.agreements.models import Agreement, DisposalStatement, ReturnObligation
from apps.agreements.rules import Disposal
from apps.audit.actions import record
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.core.jobs import each
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from apps.notifications.registry import Message
from apps.tenancy.actor import Actor, AnyActor, SystemActor, system
from apps.tenancy.enums import Permission

KEEPER = system("agreements.returns", {Permission.AGREEMENTS_EDIT})


@transaction.atomic
def terminate_agreement(
    agreement: Agreement,
    *,
    by: AnyActor,
    terminated_on: date,
    reason: str,
    cause: TerminationCause = TerminationCause.OTHER,
    notice_on: date | None = None,
) -> Agreement:
    """End the agreement with ``terminated_on`` as its last day, inclusive.

    Steps: permission; lock engagements, then agreement; ask the rules; save; event
    ``agreement.terminated`` for each engagement; tell the other side; PHI is then to
    be returned or destroyed by a day (event ``phi_return.asked``, message to the
    recipient). Source for the right: 45 CFR 164.504(e)(2)(iii), for the return
    164.504(e)(2)(ii)(J). Raises NotAllowed, AgreementNotAcceptable,
    AgreementOverlaps.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    covered, agreement = locked_agreement(agreement)
    check_party(by, agreement.discloser, agreement.recipient)
    known = queries.agreement_facts([agreement.pk])[agreement.pk]
    rules.check_termination(
        known[0], known[-1], terminated_on=terminated_on, reason=reason
    )
    rules.check_termination_notice(
        notice_on, terminated_on=terminated_on, today=_today(agreement)
    )
    agreement.terminated_on = terminated_on
    agreement.termination_reason = reason.strip()
    agreement.termination_cause = cause
    agreement.termination_notice_on = notice_on
    agreement.save(
        update_fields=[
            "terminated_on",
            "termination_reason",
            "termination_cause",
            "termination_notice_on",
        ]
    )
    _record_termination(agreement, by=by, covered=covered)
    if not _is_asked(agreement):
        _ask_return(agreement, by=by, ended_on=terminated_on)
    return agreement


def _today(agreement: Agreement) -> date:
    return clock.today(agreement.discloser.time_zone)


def _record_termination(
    agreement: Agreement, *, by: AnyActor, covered: list[Engagement]
) -> None:
    ended_on = agreement.terminated_on
    for engagement in covered:
        record(
            trail.AGREEMENT_TERMINATED,
            by=by,
            about=subject(agreement, engagement),
            facts={
                "terminated_on": ended_on,
                "cause": agreement.termination_cause,
                "notice_on": agreement.termination_notice_on,
            },
            personal={
                "title": agreement.title,
                "engagement": engagement.name,
                "reason": agreement.termination_reason,
            },
            changed={"terminated_on": (None, ended_on)},
        )
    tell(
        messages.AGREEMENT_TERMINATED,
        agreement,
        by=by,
        key=agreement.pk,
        terminated_on=in_words(ended_on) if ended_on else "",
    )


def settle_returns(
    *, by: SystemActor = KEEPER, engagement_id: UUID | None = None
) -> int:
    """Ask for PHI under agreements that ended by themselves, and lift what was asked
    for where a BAA binds again; return how many changed.

    Looks without locks first, with a constant number of queries; then one
    transaction for each, and one that fails holds up no other: lock; event
    ``phi_return.asked`` or ``phi_return.lifted``; tell the recipient. A second run
    changes nothing.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    lacks = queries.unsettled_returns(engagement_id=engagement_id)
    each(lacks.to_ask, _ask_ended, by=by)
    each(lacks.to_lift, _lift, by=by)
    return len(lacks.to_ask) + len(lacks.to_lift)


@transaction.atomic
def _ask_ended(ended: tuple[Agreement, date], *, by: SystemActor) -> None:
    agreement, ended_on = ended
    Agreement.objects.locked(agreement.pk)
    if not _is_asked(agreement):
        _ask_return(agreement, by=by, ended_on=ended_on)


def _is_asked(agreement: Agreement) -> bool:
    rows = ReturnObligation.objects.filter(agreement=agreement, lifted_at=None)
    return rows.exists()


@transaction.atomic
def _lift(obligation: ReturnObligation, *, by: SystemActor) -> None:
    row = ReturnObligation.objects.locked(obligation.pk)
    if row.lifted_at is not None:
        return
    row.lifted_at = clock.now()
    row.save(update_fields=["lifted_at"])
    agreement = obligation.agreement
    record(
        trail.RETURN_LIFTED,
        by=by,
        about=agreement_subject(agreement),
        facts={"due_on": row.due_on},
        personal={"title": agreement.title},
    )
    _tell_recipient(messages.RETURN_LIFTED, row, agreement, by=by)


def _ask_return(
    agreement: Agreement, *, by: AnyActor, ended_on: date
) -> ReturnObligation:
    """The obligation with its day, from the newest version's own terms."""
    latest = queries.latest_version(agreement)
    terms = queries.terms_of(latest)
    obligation = ReturnObligation.objects.create(
        agreement=agreement,
        due_on=rules.return_due(ended_on, terms.return_days),
        days=terms.days_to_return,
        is_own_default=terms.return_days is None,
    )
    record(
        trail.RETURN_ASKED,
        by=by,
        about=agreement_subject(agreement),
        facts={"due_on": obligation.due_on, "days": obligation.days},
        personal={"title": agreement.title},
    )
    _tell_recipient(messages.RETURN_ASKED, obligation, agreement, by=by)
    return obligation


def _tell_recipient(
    message: Message,
    obligation: ReturnObligation,
    agreement: Agreement,
    *,
    by: AnyActor,
) -> None:
    tell_side(
        message,
        agreement,
        by=by,
        side=SigningSide.RECIPIENT,
        page="agreements:return",
        key=obligation.pk,
        due_on=in_words(obligation.due_on),
    )


@transaction.atomic
def state_disposal(
    obligation: ReturnObligation,
    *,
    by: Actor,
    stated: Disposal,
    certificate: StoredFile | None = None,
) -> DisposalStatement:
    """The recipient states what became of PHI, with its certificate.

    Steps: permission; lock; the actor is the recipient; no statement waits and none
    was accepted; ask the rule; row; event ``phi_return.stated``; tell the discloser.
    Raises NotAllowed, DisposalNotOpen, AgreementNotAcceptable.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    obligation = _locked(obligation)
    agreement = obligation.agreement
    _check_side(by, agreement, SigningSide.RECIPIENT)
    rules.check_to_state(queries.disposal_state_of(obligation))
    rules.check_disposal(
        stated,
        has_certificate=certificate is not None,
        ended_on=queries.ended_on(agreement),
        today=_today(agreement),
    )
    if certificate is not None:
        rules.check_documents(
            owner=certificate.organization_id,
            parties={by.organization_id},
            quarantined=certificate.quarantined_reason,
        )
    statement = DisposalStatement.objects.create(
        obligation=obligation,
        certificate=certificate,
        stated_by=by.user,
        **_columns(stated),
    )
    _record_answer(trail.RETURN_STATED, statement, by=by, done_on=statement.done_on)
    _tell_answer(messages.RETURN_STATED, statement, by=by, side=SigningSide.DISCLOSER)
    return statement


def _columns(stated: Disposal) -> dict[str, Any]:
    """Only what the kind asks for is kept."""
    if stated.kind == DisposalKind.INFEASIBLE:
        names = ("infeasible_reason", "protections", "use_limit")
        return {"kind": stated.kind} | {
            name: getattr(stated, name).strip() for name in names
        }
    return {
        "kind": stated.kind,
        "done_on": stated.done_on,
        "done_by": stated.done_by.strip(),
        "method": stated.method.strip(),
    }


def _locked(obligation: ReturnObligation) -> ReturnObligation:
    """The obligation, if it still stands."""
    ReturnObligation.objects.locked(obligation.pk)
    row = queries.obligation_for_job(obligation.pk)
    rules.check_not_lifted(is_lifted=row.lifted_at is not None)
    return row


def _check_side(by: Actor, agreement: Agreement, side: SigningSide) -> None:
    is_discloser = side == SigningSide.DISCLOSER
    party = agreement.discloser if is_discloser else agreement.recipient
    if by.organization_id != party.pk:
        raise NotAllowed(f"Only {party} does this. Ask one of its managers.")


@transaction.atomic
def accept_disposal(obligation: ReturnObligation, *, by: Actor) -> DisposalStatement:
    """The discloser accepts what the recipient stated; nothing is due any more.

    For what is not feasible this agrees that protections go on and use stays limited.
    Steps: permission; lock; the actor is the discloser; a statement waits; save;
    event ``phi_return.accepted``; tell the recipient. Raises NotAllowed,
    DisposalNotOpen.
    """
    by.require(Permission.AGREEMENTS_SIGN)
    statement = _waiting(obligation, by=by)
    statement.accepted_at, statement.answered_by = clock.now(), by.user
    statement.save(update_fields=["accepted_at", "answered_by"])
    _record_answer(trail.RETURN_ACCEPTED, statement, by=by)
    _tell_answer(
        messages.RETURN_ANSWERED,
        statement,
        by=by,
        side=SigningSide.RECIPIENT,
        answer="accepted",
    )
    return statement


@transaction.atomic
def refuse_disposal(
    obligation: ReturnObligation, *, by: Actor, reason: str
) -> DisposalStatement:
    """The discloser refuses what the recipient stated, with a reason.

    The duty stays due; the recipient states it again. Steps as for acceptance; event
    ``phi_return.refused``. Raises NotAllowed, DisposalNotOpen, Invalid.
    """
    by.require(Permission.AGREEMENTS_SIGN)
    statement = _waiting(obligation, by=by)
    statement.refusal_reason = rules.check_said(
        reason, field="reason", remedy="Say why it is refused."
    )
    statement.refused_at, statement.answered_by = clock.now(), by.user
    statement.save(update_fields=["refused_at", "answered_by", "refusal_reason"])
    _record_answer(
        trail.RETURN_REFUSED, statement, by=by, reason=statement.refusal_reason
    )
    _tell_answer(
        messages.RETURN_ANSWERED,
        statement,
        by=by,
        side=SigningSide.RECIPIENT,
        answer="refused",
    )
    return statement


def _waiting(obligation: ReturnObligation, *, by: Actor) -> DisposalStatement:
    """The statement that waits, for the discloser alone."""
    obligation = _locked(obligation)
    _check_side(by, obligation.agreement, SigningSide.DISCLOSER)
    rules.check_to_answer(queries.disposal_state_of(obligation))
    return queries.waiting_statement(obligation)


def _record_answer(
    verb: Verb, statement: DisposalStatement, *, by: Actor, **values: Any
) -> None:
    agreement = statement.obligation.agreement
    shared = {"kind": statement.kind, "statement": statement.pk, **values}
    record(
        verb,
        by=by,
        about=agreement_subject(agreement),
        facts={name: shared[name] for name in verb.facts},
        personal={"title": agreement.title}
        | {name: shared[name] for name in verb.personal if name != "title"},
        documents=[statement.certificate.sha256] if statement.certificate else [],
    )


def _tell_answer(
    message: Any,
    statement: DisposalStatement,
    *,
    by: Actor,
    side: SigningSide,
    **context: str,
) -> None:
    tell_side(
        message,
        statement.obligation.agreement,
        by=by,
        side=side,
        page="agreements:return",
        key=statement.pk,
        **context,
    )
