"""Handing in, sending back, closing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.audit.actions import record
from apps.audit.rules import canonical
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.questionnaires import messages, queries, rules, trail
from apps.questionnaires.actions.common import (
    about,
    locked,
    require_client,
    require_provider,
    tell,
)
from apps.questionnaires.actions.findings import raise_findings
from apps.questionnaires.enums import WITH_VENDOR, AssignmentState, Outcome
from apps.questionnaires.models import (
    AnswerReview,
    Assignment,
    ReviewOutcome,
    Submission,
)
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission

MAX_NAMED = 8


@transaction.atomic
def submit(
    assignment: Assignment, *, by: Actor, accept_unanswered: bool = False
) -> Submission:
    """Hand in; event ``questionnaire.submitted``. The client's reviewers are told.

    Steps: a manager of the vendor; freeze confirmed answers to shown questions with
    their text; decisions on answers that did not change stand. Unanswered questions
    go along only when said so: they count as not ready. Raises NotAllowed,
    WrongState, Invalid.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(assignment)
    require_provider(by, row)
    if not queries.leads(by):
        raise NotAllowed(f"A manager of {row.provider} hands in. Ask one.")
    rules.check_state(row.state, WITH_VENDOR)
    answers = queries.answers_of(row)
    given = queries.all_given(answers)
    shown = rules.shown_ids(row.questions, given)
    missing = _missing(row, given, shown)
    if missing and not accept_unanswered:
        raise Invalid(_unanswered(missing))
    submission = _freeze(row, queries.snapshot(row, answers, shown), by=by)
    row.submitted_at, row.returned_at = clock.now(), None
    row.save(update_fields=["submitted_at", "returned_at"])
    record(
        trail.QUESTIONNAIRE_SUBMITTED,
        by=by,
        about=about(row, row, by=by),
        facts={
            "number": submission.number,
            "answered": len(shown) - len(missing),
            "shown": len(shown),
            "answers_sha256": submission.answers_sha256,
        },
        personal={"title": row.template.title},
        documents=[
            f["sha256"] for s in submission.answers.values() for f in s["files"]
        ],
    )
    tell(
        messages.SUBMITTED,
        row,
        memberships=queries.reviewers(row),
        key=f"{messages.SUBMITTED.kind}:{submission.pk}",
    )
    return submission


def _missing(
    row: Assignment, given: Mapping[str, rules.Given], shown: frozenset[str]
) -> list[str]:
    return [
        question.id
        for question in row.questions
        if question.id in shown
        and not rules.is_answered(question, given.get(question.id))
    ]


def _unanswered(missing: list[str]) -> str:
    named = ", ".join(missing[:MAX_NAMED])
    more = f" and {len(missing) - MAX_NAMED} more" if len(missing) > MAX_NAMED else ""
    return (
        f"{len(missing)} questions are not answered: {named}{more}. Answer them, or "
        "hand in without; they count as not ready."
    )


def _freeze(row: Assignment, answers: dict[str, Any], *, by: Actor) -> Submission:
    last = queries.latest_submission(row)
    submission = Submission(
        assignment=row,
        number=last.number + 1 if last else 1,
        answers=answers,
        answers_sha256=hashlib.sha256(canonical(answers)).hexdigest(),
        submitted_by=by.user,
    )
    submission.save(force_insert=True)
    if last is not None:
        _keep_decisions(row, last, submission)
    return submission


def _keep_decisions(row: Assignment, last: Submission, fresh: Submission) -> None:
    """Decisions on answers that read as before stand for the new submission."""
    AnswerReview.objects.bulk_create(
        AnswerReview(
            assignment=row,
            submission=fresh,
            question_id=pk,
            decision=review.decision,
            reason=review.reason,
            decided_by=review.decided_by,
            decided_at=review.decided_at,
        )
        for pk, review in queries.reviews_of(last).items()
        if _reads_alike(last.answers.get(pk), fresh.answers.get(pk))
    )


def _reads_alike(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> bool:
    if before is None or after is None:
        return before is after
    return all(before[key] == after[key] for key in ("value", "note", "files"))


@transaction.atomic
def return_for_changes(assignment: Assignment, *, by: Actor) -> Assignment:
    """Send back for the changes requested; event ``questionnaire.returned``.

    The vendor's people are told. Raises NotAllowed, WrongState, Invalid without a
    requested change.
    """
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    row = locked(assignment)
    require_client(by, row)
    rules.check_state(row.state, {AssignmentState.SUBMITTED})
    sheet = queries.review_sheet(by, row)
    count = len(sheet.to_change)
    if not count:
        raise Invalid("No change is requested. Request one on an answer, or close.")
    row.returned_at = clock.now()
    row.save(update_fields=["returned_at"])
    record(
        trail.QUESTIONNAIRE_RETURNED,
        by=by,
        about=about(row, row, by=by),
        facts={"count": count},
        personal={"title": row.template.title},
    )
    tell(
        messages.RETURNED,
        row,
        memberships=queries.respondents(row),
        key=f"{messages.RETURNED.kind}:{sheet.submission.pk}",
        count=count,
    )
    return row


@transaction.atomic
def close_review(
    assignment: Assignment, *, by: Actor, summary: str = ""
) -> ReviewOutcome:
    """Close with the verdict the rules give; event ``questionnaire.closed``.

    Steps: every answer is decided and none waits for a change; freeze score, coverage
    and verdict; raise a finding for each gap; tell the vendor. Raises NotAllowed,
    WrongState, Conflict.
    """
    by.require(Permission.QUESTIONNAIRES_REVIEW)
    row = locked(assignment)
    require_client(by, row)
    rules.check_state(row.state, {AssignmentState.SUBMITTED})
    sheet = queries.review_sheet(by, row)
    _check_decided(sheet)
    outcome = _outcome(row, sheet, by=by, summary=summary)
    row.closed_at = outcome.decided_at
    row.save(update_fields=["closed_at"])
    findings = raise_findings(row, sheet, by=by)
    record(
        trail.QUESTIONNAIRE_CLOSED,
        by=by,
        about=about(row, row, by=by),
        facts={
            "outcome": outcome.outcome,
            "score": "" if outcome.score is None else str(outcome.score),
            "coverage": str(outcome.coverage),
            "findings": len(findings),
            "rules_version": outcome.rules_version,
        },
        personal={"title": row.template.title},
    )
    tell(
        messages.CLOSED,
        row,
        memberships=queries.leads_of(row),
        outcome=str(Outcome(outcome.outcome).label).lower(),
        findings=len(findings),
    )
    return outcome


def _check_decided(sheet: queries.ReviewSheet) -> None:
    if sheet.to_change:
        raise Conflict(
            f"{len(sheet.to_change)} answers wait for a change. Send the "
            "questionnaire back, or decide them otherwise."
        )
    if sheet.undecided:
        named = ", ".join(item.question.id for item in sheet.undecided[:MAX_NAMED])
        raise Conflict(
            f"{len(sheet.undecided)} answers have no decision yet, first {named}."
        )


def _outcome(
    row: Assignment, sheet: queries.ReviewSheet, *, by: Actor, summary: str
) -> ReviewOutcome:
    score = sheet.score
    outcome = ReviewOutcome(
        assignment=row,
        submission=sheet.submission,
        outcome=score.outcome,
        score=None if score.score is None else rules.rounded(score.score),
        coverage=rules.rounded(score.coverage),
        shown=score.shown,
        answered=score.answered,
        knockouts=list(score.knockouts),
        criticals=list(score.criticals),
        sections=queries.section_data(score),
        rules_version=rules.RULES_VERSION,
        summary=summary.strip(),
        decided_by=by.user,
        decided_at=clock.now(),
    )
    outcome.save(force_insert=True)
    return outcome
