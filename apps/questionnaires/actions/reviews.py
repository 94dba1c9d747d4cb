"""Deciding on answers, and notes that stay with the client."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotFound
from apps.questionnaires import queries, rules, trail
from apps.questionnaires.actions.common import about, locked, require_client
from apps.questionnaires.enums import AssignmentState, Decision
from apps.questionnaires.models import AnswerReview, Assignment, InternalNote
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def review_answer(
    assignment: Assignment,
    *,
    by: Actor,
    question_id: str,
    decision: Decision,
    reason: str = "",
) -> AnswerReview:
    """Decide on one answer of the latest submission; event ``answer.reviewed``.

    The vendor reads decision and reason once the questionnaire is returned or closed.
    A reason is needed unless it is accepted. Deciding anew replaces, the trail keeps
    both. Raises NotAllowed, WrongState, NotFound, Invalid.
    """
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    row = locked(assignment)
    require_client(by, row)
    rules.check_state(row.state, {AssignmentState.SUBMITTED})
    submission = queries.latest_submission(row)
    if submission is None or question_id not in submission.answers:
        raise NotFound
    _check_reason(decision, reason)
    review, is_new = AnswerReview.objects.select_for_update().get_or_create(
        submission=submission,
        question_id=question_id,
        defaults={
            "assignment": row,
            "decision": decision,
            "reason": reason.strip(),
            "decided_by": by.user,
            "decided_at": clock.now(),
        },
    )
    former = None if is_new else review.decision
    if not is_new:
        review.decision, review.reason = decision, reason.strip()
        review.decided_by, review.decided_at = by.user, clock.now()
        review.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    record(
        trail.ANSWER_REVIEWED,
        by=by,
        # The vendor learns of decisions when it is sent back or closed.
        about=about(review, row, by=by, visible_to={row.client_id}),
        facts={
            "question": question_id,
            "decision": decision,
            "submission": submission.number,
        },
        personal={"reason": review.reason},
        changed={} if former is None else {"decision": (former, decision.value)},
    )
    return review


def _check_reason(decision: Decision, reason: str) -> None:
    if decision != Decision.ACCEPT and not reason.strip():
        text = "Say what is missing; the vendor reads it."
        raise Invalid(text, fields={"reason": [text]})


@transaction.atomic
def accept_unchanged(assignment: Assignment, *, by: Actor) -> Collection[str]:
    """Accept every undecided answer that reads as last time and was accepted then.

    Returns the ids; one event ``answer.reviewed`` each. Raises NotAllowed, WrongState.
    """
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    sheet = queries.review_sheet(by, assignment)
    same = [
        item.question.id
        for item in sheet.undecided
        if item.last is not None
        and not item.is_changed_since
        and item.last_review is not None
        and item.last_review.decision == Decision.ACCEPT
    ]
    for pk in same:
        review_answer(assignment, by=by, question_id=pk, decision=Decision.ACCEPT)
    return same


@transaction.atomic
def add_note(
    assignment: Assignment, *, by: Actor, question_id: str, text: str
) -> InternalNote:
    """Note something for the client's own people; event
    ``questionnaire_note.added``, in the client's stream alone.

    Raises NotAllowed, NotFound, Invalid without text, Conflict when withdrawn.
    """
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    row = locked(assignment)
    require_client(by, row)
    if question_id not in {question.id for question in row.questions}:
        raise NotFound
    if row.withdrawn_at is not None:
        raise Conflict("It was withdrawn. Note it on the round that is open.")
    if not text.strip():
        message = "Write a note first."
        raise Invalid(message, fields={"text": [message]})
    note = InternalNote(
        assignment=row,
        organization=by.organization,
        question_id=question_id,
        text=text.strip()[:2000],
        author=by.user,
    )
    note.save(force_insert=True)
    record(
        trail.NOTE_ADDED,
        by=by,
        about=about(note, row, by=by, visible_to={row.client_id}),
        facts={"question": question_id},
        personal={"text": note.text},
    )
    return note
