"""Gaps and what is done about them: the vendor acts, the client verifies."""

from __future__ import annotations

from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.questionnaires import messages, queries, rules, trail
from apps.questionnaires.actions.common import (
    about,
    locked,
    require_client,
    require_provider,
    tell,
)
from apps.questionnaires.enums import AssignmentState, Criticality, Decision
from apps.questionnaires.models import Assignment, CorrectiveAction, Finding
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import User

_GAPS = {Decision.ACCEPT_WITH_GAP, Decision.REJECT}
_WEIGHTY = {Criticality.KNOCKOUT, Criticality.CRITICAL}


def raise_findings(
    assignment: Assignment, sheet: queries.ReviewSheet, *, by: Actor
) -> list[Finding]:
    """One finding for each answer with a gap, each rejected one, and each knock-out or
    critical question that failed or was not answered; ``close_review`` calls this."""
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    found = []
    for item in sheet.items:
        decision = item.review.decision if item.review else None
        is_weighty = item.is_hit and item.question.criticality in _WEIGHTY
        if decision in _GAPS or is_weighty:
            reason = item.review.reason if item.review else ""
            found.append(
                _raise(
                    assignment,
                    by=by,
                    question_id=item.question.id,
                    title=_title(item),
                    detail=reason,
                )
            )
    return found


def _title(item: queries.ReviewItem) -> str:
    if not item.is_answered:
        return "Not answered, so not ready"
    decision = item.review.decision if item.review else None
    if decision == Decision.REJECT:
        return "Answer rejected"
    if item.is_hit:
        kind = item.question.criticality.label.lower()
        return f"Fails a {kind} question"
    return "Accepted with a gap"


@transaction.atomic
def raise_finding(
    assignment: Assignment, *, by: Actor, question_id: str, title: str, detail: str = ""
) -> Finding:
    """Raise a finding by hand; event ``questionnaire_finding.raised``.

    Raises NotAllowed, Invalid, WrongState once it was withdrawn.
    """
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    row = locked(assignment)
    require_client(by, row)
    rules.check_state(row.state, set(AssignmentState) - {AssignmentState.WITHDRAWN})
    if question_id not in {question.id for question in row.questions}:
        text = "Choose a question of this questionnaire."
        raise Invalid(text, fields={"question_id": [text]})
    return _raise(row, by=by, question_id=question_id, title=title, detail=detail)


def _raise(
    assignment: Assignment, *, by: Actor, question_id: str, title: str, detail: str
) -> Finding:
    finding = Finding(
        assignment=assignment,
        question_id=question_id,
        title=title.strip(),
        detail=detail.strip(),
        raised_by=by.user,
    )
    finding.save(force_insert=True)
    record(
        trail.FINDING_RAISED,
        by=by,
        about=about(finding, assignment, by=by),
        facts={"question": question_id},
        personal={"text": finding.title},
    )
    return finding


@transaction.atomic
def plan_action(
    finding: Finding, *, by: Actor, text: str, due_on: date, owner_id: UUID | None
) -> CorrectiveAction:
    """Plan what is done about a finding; event ``questionnaire_action.planned``.

    The vendor plans; ``owner_id`` is one of its people. Raises NotAllowed, Invalid.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(finding.assignment)
    require_provider(by, row)
    rules.check_due(due_on, today=clock.today(row.provider.time_zone))
    action = CorrectiveAction(
        finding=finding,
        text=text.strip(),
        owner=_owner(row, owner_id),
        due_on=due_on,
        planned_by=by.user,
    )
    action.save(force_insert=True)
    record(
        trail.ACTION_PLANNED,
        by=by,
        about=about(action, row, by=by),
        facts={"due_on": due_on},
        personal={"text": action.text},
    )
    return action


def _owner(assignment: Assignment, owner_id: UUID | None) -> User | None:
    if owner_id is None:
        return None
    for member in queries.respondents(assignment):
        if member.user_id == owner_id:
            return member.user
    text = f"Choose a member of {assignment.provider}."
    raise Invalid(text, fields={"owner": [text]})


@transaction.atomic
def complete_action(
    action: CorrectiveAction,
    *,
    by: Actor,
    note: str,
    name: str = "",
    content: BinaryIO | None = None,
) -> CorrectiveAction:
    """Report a corrective action done, with proof; event
    ``questionnaire_action.done``. The client's reviewers are told.

    Raises NotAllowed, Conflict, FileRefused.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(action.finding.assignment)
    require_provider(by, row)
    held = CorrectiveAction.objects.locked(action.pk)
    if held.done_at is not None:
        raise Conflict("It is reported done already. The client verifies it.")
    if content is not None:
        held.evidence = evidence.store_file(
            by=by,
            organization=by.organization,
            name=name,
            content=content,
            accept=FileKind.EVIDENCE,
        )
    held.done_at, held.done_by, held.done_note = clock.now(), by.user, note.strip()
    held.save(update_fields=["evidence", "done_at", "done_by", "done_note"])
    record(
        trail.ACTION_DONE,
        by=by,
        about=about(held, row, by=by),
        personal={"note": held.done_note},
        documents=[held.evidence.sha256] if held.evidence else [],
    )
    tell(
        messages.ACTION_WAITS,
        row,
        memberships=queries.reviewers(row),
        key=f"{messages.ACTION_WAITS.kind}:{held.pk}:{held.done_at:%Y%m%d%H%M%S}",
    )
    return held


@transaction.atomic
def verify_action(
    action: CorrectiveAction, *, by: Actor, note: str
) -> CorrectiveAction:
    """Say for the client that it holds; event ``questionnaire_action.verified``.

    Raises NotAllowed, Conflict.
    """
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    row = locked(action.finding.assignment)
    require_client(by, row)
    held, _ = _done(action)
    held.verified_at, held.verified_by = clock.now(), by.user
    held.verification_note = note.strip()
    held.save(update_fields=["verified_at", "verified_by", "verification_note"])
    record(
        trail.ACTION_VERIFIED,
        by=by,
        about=about(held, row, by=by),
        personal={"note": held.verification_note},
    )
    return held


@transaction.atomic
def reopen_action(
    action: CorrectiveAction, *, by: Actor, note: str
) -> CorrectiveAction:
    """Send it back because it does not hold; event
    ``questionnaire_action.reopened``. The trail keeps what was reported.

    Raises NotAllowed, Conflict, Invalid without a reason.
    """
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    row = locked(action.finding.assignment)
    require_client(by, row)
    held, done_at = _done(action)
    if not note.strip():
        text = "Say what is still missing."
        raise Invalid(text, fields={"note": [text]})
    held.earlier_reports = [
        *held.earlier_reports,
        {
            "done_at": done_at.isoformat(),
            "reopened_at": clock.now().isoformat(),
        },
    ]
    held.done_at = held.done_by = None
    held.verification_note = note.strip()
    held.save(
        update_fields=["done_at", "done_by", "verification_note", "earlier_reports"]
    )
    record(
        trail.ACTION_REOPENED,
        by=by,
        about=about(held, row, by=by),
        personal={"note": held.verification_note},
    )
    return held


def _done(action: CorrectiveAction) -> tuple[CorrectiveAction, datetime]:
    """The action, held, if it is reported done and not verified; since when."""
    held = CorrectiveAction.objects.locked(action.pk)
    if held.done_at is None:
        raise Conflict("It is not reported done. The vendor does that first.")
    if held.verified_at is not None:
        raise Conflict("It is verified already.")
    return held, held.done_at
