"""Questionnaires small enough to score by hand, and rounds of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from apps.core import clock
from apps.engagements.models import Engagement
from apps.questionnaires import actions, rules
from apps.questionnaires.enums import PartyKind, QuestionSet, TemplateSource
from apps.questionnaires.models import (
    Answer,
    AnswerFile,
    Assignment,
    Template,
    TemplateVersion,
)
from apps.tenancy.actor import Actor
from apps.tenancy.models import Organization
from tests.factories.evidence import make_stored_file

SHIPPED = UUID("019aabf0-0000-7000-8000-000000000002")
DUE = date(2026, 7, 15)

SECTIONS = [
    {"id": "ENC", "title": "Encryption", "requirement": 2},
    {"id": "INC", "title": "Incidents", "requirement": 6},
]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "E-1",
        "section": "ENC",
        "text": "Is PHI encrypted at rest?",
        "type": "yes_no_partial_na",
        "weight": 5,
        "criticality": "knockout",
        "fails_if": {"answer_in": ["no"]},
    },
    {
        "id": "E-2",
        "section": "ENC",
        "text": "Which TLS version is the oldest?",
        "type": "choice",
        "choices": ["1.3", "1.2", "older"],
        "weight": 2,
        "criticality": "critical",
        "fails_if": {"answer_in": ["older"]},
    },
    {
        "id": "I-1",
        "section": "INC",
        "text": "Within how many hours do you report?",
        "type": "number",
        "unit": "hours",
        "weight": 3,
        "criticality": "critical",
        "fails_if": {"greater_than": 72},
    },
    {
        "id": "I-2",
        "section": "INC",
        "text": "Why so late?",
        "type": "text",
        "weight": 1,
        "shown_if": [{"question": "E-1", "answer_in": ["partial", "no"]}],
    },
]


def make_content(count: int | None = None) -> dict[str, Any]:
    """Four questions, or ``count`` plain ones."""
    if count is None:
        return {"sections": SECTIONS, "questions": QUESTIONS}
    questions = [
        {
            "id": f"Q-{n:03d}",
            "section": "ENC" if n % 2 else "INC",
            "text": f"Question number {n}?",
            "type": "yes_no_partial_na",
            "weight": 1,
        }
        for n in range(count)
    ]
    return {"sections": SECTIONS, "questions": questions}


def make_version(
    organization: Organization | None = None,
    *,
    content: dict[str, Any] | None = None,
    is_published: bool = True,
    **overrides: Any,
) -> TemplateVersion:
    """A published first version of a questionnaire of its own."""
    read = rules.read_content(content or make_content())
    template = Template.objects.create(
        organization=organization,
        code=f"small-{clock.now():%H%M%S}-{Template.objects.count()}",
        title="Small questionnaire",
    )
    values = {
        "number": 1,
        "label": "1",
        "content": rules.as_data(read),
        "content_sha256": rules.sha256_of(read),
        "source": TemplateSource.WRITTEN,
        "published_at": clock.now() if is_published else None,
    }
    return TemplateVersion.objects.create(template=template, **values | overrides)


def make_assignment(
    engagement: Engagement,
    *,
    version: TemplateVersion | None = None,
    **overrides: Any,
) -> Assignment:
    """Asked by chat, due 15 July 2026."""
    version = version or make_version(engagement.client)
    values = {
        "template": version.template,
        "version": version,
        "client": engagement.client,
        "provider": engagement.provider,
        "engagement": engagement,
        "party_kind": PartyKind.OPERATOR,
        "channels": ["chat"],
        "sets": [QuestionSet.CORE],
        "due_on": DUE,
        "series_due_on": DUE,
    }
    return Assignment.objects.create(**values | overrides)


ANSWERS = {"E-1": "yes", "E-2": "1.2", "I-1": "24"}


def answer_all(
    assignment: Assignment, by: Actor, answers: dict[str, str] | None = None
) -> None:
    """Save one answer after the other through the action."""
    for question_id, value in (ANSWERS if answers is None else answers).items():
        actions.save_answer(
            assignment, by=by, question_id=question_id, value=value, note="", version=0
        )


def make_submitted(engagement: Engagement, by: Actor, **overrides: Any) -> Assignment:
    """Answered and handed in."""
    assignment = make_assignment(engagement, **overrides)
    answer_all(assignment, by)
    actions.submit(assignment, by=by, accept_unanswered=True)
    assignment.refresh_from_db()
    return assignment


def make_world(
    engagement: Engagement, *, manager: Actor, officer: Actor
) -> dict[str, Any]:
    """One object of each kind, by the names the access matrix uses."""
    open_one = make_assignment(engagement)
    handed_in = make_submitted(
        engagement, manager, version=make_version(engagement.client)
    )
    draft = make_version(engagement.client, is_published=False)
    finding = actions.raise_finding(
        handed_in, by=officer, question_id="E-1", title="No key policy"
    )
    planned = actions.plan_action(
        finding, by=manager, text="Write it", due_on=DUE, owner_id=None
    )
    proof = make_stored_file(engagement.provider)
    planned.evidence = proof
    planned.save(update_fields=["evidence"])
    answer = Answer.objects.create(
        assignment=open_one,
        question_id="E-1",
        question_text="Is PHI encrypted at rest?",
        answered_at=clock.now(),
        version=0,
    )
    return {
        "questionnaire": open_one,
        "handed_in": handed_in,
        "questionnaire_draft": draft,
        "questionnaire_template": draft.template,
        "questionnaire_finding": finding,
        "questionnaire_action": planned,
        "answer_file": AnswerFile.objects.create(answer=answer, file=proof),
        "dossier": actions.request_dossier(handed_in, by=officer),
    }
