"""Facts of the due-diligence dossier: what both parties know, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.questionnaires import rules
from apps.questionnaires.enums import AskedChannel, Outcome
from apps.questionnaires.models import Assignment, Finding, ReviewOutcome, Submission
from apps.questionnaires.queries.handed_in import what_is_said
from apps.questionnaires.queries.review import given_in, reviews_of
from apps.questionnaires.queries.sheet import formers_of

FORMAT = "questionnaire-dossier/1"


def dossier_facts(
    assignment: Assignment,
    submission: Submission,
    *,
    findings: Sequence[Finding],
    issued_at: datetime,
    issued_by: str,
    organization: str,
) -> dict[str, Any]:
    """Plain data of the dossier. Internal notes are no part of it. Three queries.

    Decisions stand in it once the review is closed.
    """
    outcome = _outcome(assignment)
    former, _ = formers_of(assignment)
    return {
        "format": FORMAT,
        "title": assignment.template.title,
        "version": assignment.version.label,
        "content_sha256": assignment.version.content_sha256,
        "client": assignment.client.name,
        "provider": assignment.provider.name,
        "engagement": assignment.engagement.name if assignment.engagement else "",
        "party_kind": assignment.get_party_kind_display(),
        "channels": [str(AskedChannel(name).label) for name in assignment.channels],
        "due_on": assignment.due_on.isoformat(),
        "issued_at": issued_at.isoformat(timespec="seconds"),
        "issued_by": issued_by,
        "organization": organization,
        "submission": {
            "number": submission.number,
            "at": submission.created_at.isoformat(timespec="seconds"),
            "by": str(submission.submitted_by),
            "sha256": submission.answers_sha256,
        },
        "outcome": _outcome_data(outcome),
        "sections": _sections(assignment, submission, former, is_told=bool(outcome)),
        "findings": [_finding(row) for row in findings],
    }


def _outcome(assignment: Assignment) -> ReviewOutcome | None:
    return getattr(assignment, "outcome", None) if assignment.closed_at else None


def _outcome_data(outcome: ReviewOutcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    return {
        "outcome": str(Outcome(outcome.outcome).label),
        "score": "" if outcome.score is None else str(outcome.score),
        "coverage": str(outcome.coverage),
        "shown": outcome.shown,
        "answered": outcome.answered,
        "knockouts": outcome.knockouts,
        "criticals": outcome.criticals,
        "requirements": rules.requirement_data(outcome.sections),
        "sections": outcome.sections,
        "rules_version": outcome.rules_version,
        "summary": outcome.summary,
        "decided_by": str(outcome.decided_by),
        "decided_at": outcome.decided_at.isoformat(timespec="seconds"),
    }


def _sections(
    assignment: Assignment, submission: Submission, former: Any, *, is_told: bool
) -> list[dict[str, Any]]:
    answers = submission.answers
    shown = rules.shown_ids(assignment.questions, given_in(answers))
    reviews = reviews_of(submission) if is_told else {}
    found = []
    for section in assignment.content.sections:
        questions = [
            _question(q, answers.get(q.id), former.get(q.id), reviews.get(q.id))
            for q in assignment.questions
            if q.section == section.id and q.id in shown
        ]
        if questions:
            found.append({"title": section.title, "questions": questions})
    return found


def _question(
    question: rules.Question, said: Any, last: Any, review: Any
) -> dict[str, Any]:
    return {
        "id": question.id,
        "text": said["text"] if said else question.text,
        "citations": list(question.citations),
        "criticality": str(question.criticality.label),
        "words": said["words"] if said else "",
        "note": said["note"] if said else "",
        "files": said["files"] if said else [],
        "last": last["words"] if last else "",
        "is_changed": bool(last and said and what_is_said(last) != what_is_said(said)),
        "decision": review.get_decision_display() if review else "",
        "reason": review.reason if review else "",
    }


def _finding(row: Finding) -> dict[str, Any]:
    return {
        "question": row.question_id,
        "title": row.title,
        "state": str(row.state.label),
        "actions": [
            {
                "text": action.text,
                "owner": str(action.owner) if action.owner else "",
                "due_on": action.due_on.isoformat(),
                "done": bool(action.done_at),
                "verified": bool(action.verified_at),
            }
            for action in row.actions.all()
        ],
    }
