"""Asking a vendor: assign, move the day, withdraw, delegate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.questionnaires import messages, queries, rules, trail
from apps.questionnaires.actions.carrying import carry_over
from apps.questionnaires.actions.common import about, locked, require_client, tell
from apps.questionnaires.enums import (
    CONCLUDED,
    WITH_VENDOR,
    AssignmentState,
    PartyKind,
    QuestionSet,
)
from apps.questionnaires.models import Assignment, Delegation, TemplateVersion
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization, User

ALREADY_OPEN = (
    "This questionnaire is open with the vendor already. Close or withdraw that round "
    "first."
)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a questionnaire is asked."""

    party_kind: PartyKind
    channels: tuple[str, ...]
    due_on: date
    sets: tuple[str, ...] = (QuestionSet.CORE,)
    recurrence_months: int | None = None


def assign_to_engagement(
    engagement: Engagement, *, by: Actor, version: TemplateVersion, terms: Terms
) -> Assignment:
    """Ask the provider of an engagement. See ``assign``."""
    by.require(Permission.QUESTIONNAIRES_ASSIGN)
    if engagement.ended_on is not None:
        raise Conflict("The engagement has ended. Ask the vendor as a whole instead.")
    return assign(
        by=by,
        client=engagement.client,
        provider=engagement.provider,
        engagement=engagement,
        version=version,
        terms=terms,
    )


def assign_to_vendor(
    vendor: Organization, *, by: Actor, version: TemplateVersion, terms: Terms
) -> Assignment:
    """Ask a vendor for all it does. See ``assign``; NotFound for a stranger."""
    by.require(Permission.QUESTIONNAIRES_ASSIGN)
    vendor = engagements.vendor(by, vendor.pk)
    return assign(
        by=by, client=by.organization, provider=vendor, version=version, terms=terms
    )


@transaction.atomic
def assign(
    *,
    by: AnyActor,
    client: Organization,
    provider: Organization,
    version: TemplateVersion,
    terms: Terms,
    engagement: Engagement | None = None,
    series_due_on: date | None = None,
) -> Assignment:
    """Ask one published version of a vendor; event ``questionnaire.assigned``.

    Steps: the client alone asks; no other round of the same questionnaire and kind is
    open; row; carry over what was handed in last time, each answer to be confirmed;
    tell the vendor. Raises NotAllowed, Conflict, Invalid.
    """
    by.require(Permission.QUESTIONNAIRES_ASSIGN)
    if by.organization_id not in {None, client.pk}:
        raise NotAllowed("Only the client of an engagement asks its vendor.")
    if engagement is not None:
        Engagement.objects.locked(engagement.pk)
    _check_terms(version, terms, client)
    row = Assignment(
        template=version.template,
        version=version,
        client=client,
        provider=provider,
        engagement=engagement,
        party_kind=terms.party_kind,
        channels=list(terms.channels),
        sets=list(terms.sets),
        due_on=terms.due_on,
        series_due_on=series_due_on or terms.due_on,
        recurrence_months=terms.recurrence_months,
        previous=_last_round(version, client, provider, engagement, terms),
        assigned_by_id=by.user_id,
    )
    if not row.questions:
        raise Invalid("No question fits these channels and this kind of vendor.")
    _insert(row)
    carried = carry_over(row)
    _record_assigned(row, by=by, carried=carried)
    tell(messages.ASSIGNED, row, memberships=queries.leads_of(row))
    return row


def _check_terms(version: TemplateVersion, terms: Terms, client: Organization) -> None:
    if version.published_at is None:
        raise Conflict("A draft cannot be assigned. Publish it first.")
    if not terms.channels:
        text = "Name at least one channel."
        raise Invalid(text, fields={"channels": [text]})
    rules.check_due(terms.due_on, today=clock.today(client.time_zone))
    rules.check_recurrence(terms.recurrence_months)


def _last_round(
    version: TemplateVersion,
    client: Organization,
    provider: Organization,
    engagement: Engagement | None,
    terms: Terms,
) -> Assignment | None:
    """The round before this one; Conflict while it is open."""
    rounds = Assignment.objects.filter(
        template=version.template_id,
        client=client,
        provider=provider,
        engagement=engagement,
        party_kind=terms.party_kind,
    )
    if rounds.filter(closed_at=None, withdrawn_at=None).exists():
        raise Conflict(ALREADY_OPEN)
    return rounds.filter(withdrawn_at=None).order_by("-created_at").first()


def _insert(row: Assignment) -> None:
    """Write the row; of two people who ask at once the database lets one through."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(ALREADY_OPEN) from error


def _record_assigned(row: Assignment, *, by: AnyActor, carried: int) -> None:
    record(
        trail.QUESTIONNAIRE_ASSIGNED,
        by=by,
        about=about(row, row, by=by),
        facts={
            "due_on": row.due_on,
            "party_kind": row.party_kind,
            "questions": len(row.questions),
            "carried": carried,
            "recurrence_months": row.recurrence_months,
        },
        personal={"title": row.template.title, "provider": row.provider.name},
    )


@transaction.atomic
def move_due(
    assignment: Assignment, *, by: Actor, due_on: date, reason: str
) -> Assignment:
    """Give the vendor another day and tell it; event ``questionnaire.due_moved``.

    The series keeps its planned day. Raises NotAllowed, WrongState, Invalid.
    """
    by.require(Permission.QUESTIONNAIRES_ASSIGN)
    row = locked(assignment)
    require_client(by, row)
    rules.check_state(row.state, set(AssignmentState) - CONCLUDED)
    rules.check_due(due_on, today=clock.today(row.client.time_zone))
    former, row.due_on = row.due_on, due_on
    moved = {"due_on": former.isoformat(), "moved_at": clock.now().isoformat()}
    row.earlier_dues = [*row.earlier_dues, moved]
    row.save(update_fields=["due_on", "earlier_dues"])
    record(
        trail.DUE_MOVED,
        by=by,
        about=about(row, row, by=by),
        facts={"due_on": due_on},
        personal={"title": row.template.title, "reason": reason},
        changed={"due_on": (former, due_on)},
    )
    tell(
        messages.DUE_MOVED,
        row,
        memberships=queries.respondents(row),
        key=f"{messages.DUE_MOVED.kind}:{row.pk}:{clock.now().isoformat()}",
        former=f"{former:%-d %B %Y}",
        reason=reason,
    )
    return row


@transaction.atomic
def withdraw(assignment: Assignment, *, by: Actor, reason: str) -> Assignment:
    """Ask no longer and tell the vendor; event ``questionnaire.withdrawn``. Answers
    stay where they are.

    Raises NotAllowed, WrongState, Invalid without a reason.
    """
    by.require(Permission.QUESTIONNAIRES_ASSIGN)
    row = locked(assignment)
    require_client(by, row)
    rules.check_state(row.state, set(AssignmentState) - CONCLUDED)
    if not reason.strip():
        text = "Say why it is withdrawn; the vendor reads it."
        raise Invalid(text, fields={"reason": [text]})
    row.withdrawn_at, row.withdrawal_reason = clock.now(), reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    record(
        trail.QUESTIONNAIRE_WITHDRAWN,
        by=by,
        about=about(row, row, by=by),
        personal={"title": row.template.title, "reason": row.withdrawal_reason},
    )
    tell(
        messages.WITHDRAWN,
        row,
        memberships=queries.respondents(row),
        reason=row.withdrawal_reason,
    )
    return row


@transaction.atomic
def delegate_section(
    assignment: Assignment, *, by: Actor, section_id: str, user_id: UUID
) -> Delegation:
    """Hand a section to a colleague who can answer; event
    ``questionnaire_section.delegated``. The person is told once.

    Raises NotAllowed, WrongState, Invalid for a stranger or an unknown section.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(assignment)
    _require_lead(by, row)
    rules.check_state(row.state, WITH_VENDOR)
    section = _section(row, section_id)
    found = [each for each in queries.respondents(row) if each.user_id == user_id]
    if not found:
        text = f"Choose a member of {row.provider} who answers questionnaires."
        raise Invalid(text, fields={"user": [text]})
    member = found[0]
    delegation, is_new = Delegation.objects.get_or_create(
        assignment=row,
        section_id=section_id,
        user=member.user,
        ended_at=None,
        defaults={"delegated_by": by.user},
    )
    if is_new:
        _record_delegation(row, delegation, member.user, by=by)
        tell(
            messages.DELEGATED,
            row,
            memberships=found[:1],
            key=f"{messages.DELEGATED.kind}:{delegation.pk}",
            section=section.title,
        )
    return delegation


def _record_delegation(
    row: Assignment, delegation: Delegation, user: User, *, by: Actor
) -> None:
    record(
        trail.SECTION_DELEGATED,
        by=by,
        about=about(delegation, row, by=by, visible_to={row.provider_id}),
        facts={"section": delegation.section_id},
        personal={"title": row.template.title, "person": str(user)},
    )


@transaction.atomic
def end_delegation(
    assignment: Assignment, *, by: Actor, section_id: str, user_id: UUID
) -> None:
    """Take a section back; event ``questionnaire_section.taken_back``. Nothing to
    take back changes nothing. Raises NotAllowed."""
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(assignment)
    _require_lead(by, row)
    delegation = (
        Delegation.objects.filter(
            assignment=row, section_id=section_id, user=user_id, ended_at=None
        )
        .select_related("user")
        .first()
    )
    if delegation is None:
        return
    delegation.ended_at = clock.now()
    delegation.save(update_fields=["ended_at"])
    record(
        trail.DELEGATION_ENDED,
        by=by,
        about=about(delegation, row, by=by, visible_to={row.provider_id}),
        facts={"section": section_id},
        personal={"title": row.template.title, "person": str(delegation.user)},
    )


def _require_lead(by: AnyActor, assignment: Assignment) -> None:
    if by.organization_id != assignment.provider_id or not queries.leads(by):
        raise NotAllowed(f"Ask a manager of {assignment.provider} to do this.")


def _section(assignment: Assignment, section_id: str) -> rules.Section:
    for section in assignment.content.sections:
        if section.id == section_id:
            return section
    text = "There is no such section."
    raise Invalid(text, fields={"section": [text]})
