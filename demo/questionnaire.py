"""Two rounds of the questionnaire that comes with the portal: one judged, which fails
for work at home, and one the vendor is still answering."""

from __future__ import annotations

import io
from collections.abc import Mapping

from django.db import transaction

from apps.core import clock
from apps.engagements.models import Engagement
from apps.questionnaires import actions, queries
from apps.questionnaires.enums import (
    AnswerType,
    AskedChannel,
    Decision,
    PartyKind,
    YesNo,
)
from apps.questionnaires.models import Assignment
from apps.questionnaires.rules import Question
from apps.tenancy.actor import Actor
from demo import documents, story
from demo import portfolio as p

CODE = "hipaa-vendor-security"
# Answers of Solaris that are not plainly good; everything else is.
SAID: Mapping[str, tuple[str, str]] = {
    "ENC-04": (
        "partial",
        "Exports of the old recorder from next quarter.",
    ),
    "ACC-05": ("yearly", ""),
    "PHY-01": ("site and home", ""),
    "PHY-04": ("no", "Agents at home use their own computers until the new ones come."),
    "CHN-04": ("na", "This engagement has no voice."),
}
# What nobody at Solaris could answer.
UNKNOWN = frozenset({"CON-01"})
DECIDED: Mapping[str, tuple[Decision, str]] = {
    "ENC-04": (Decision.ACCEPT_WITH_GAP, "Send us the date the old recorder goes."),
    "PHY-04": (Decision.ACCEPT, ""),
}


@transaction.atomic
def tell(stage: story.Stage, engagements: Mapping[str, Engagement]) -> None:
    """Both rounds, where they are not told yet."""
    judged, running = engagements[p.CLAIMS], engagements[p.BILLING]
    if _is_new(judged):
        _judge(stage, _ask(stage, judged, days=21))
    if _is_new(running):
        _begin(stage, _ask(stage, running, days=35))


def _is_new(engagement: Engagement) -> bool:
    return not Assignment.objects.filter(engagement=engagement).exists()


def _ask(stage: story.Stage, engagement: Engagement, *, days: int) -> Assignment:
    by = stage.managers[engagement.client.name]
    version = queries.assignable_versions(by).get(template__code=CODE)
    terms = actions.Terms(
        party_kind=PartyKind.OPERATOR,
        channels=(AskedChannel.CHAT, AskedChannel.VOICE),
        due_on=stage.day(days),
        recurrence_months=12,
    )
    row = actions.assign_to_engagement(
        engagement,
        by=by,
        version=queries.version(by, version.pk),
        terms=terms,
    )
    return queries.assignment(by, row.pk)


def _judge(stage: story.Stage, row: Assignment) -> None:
    """Answered with gaps, handed in, decided, closed; the vendor plans the remedy."""
    vendor = stage.managers[row.provider.name]
    client = stage.managers[row.client.name]
    _answer(row, by=vendor, unknown=UNKNOWN, said=SAID)
    actions.submit(row, by=vendor, accept_unanswered=True)
    for item in queries.review_sheet(client, row).undecided:
        decision, reason = DECIDED.get(item.question.id, (Decision.ACCEPT, ""))
        actions.review_answer(
            row,
            by=client,
            question_id=item.question.id,
            decision=decision,
            reason=reason,
        )
    actions.close_review(
        row, by=client, summary="No PHI on computers of agents. The rest may follow."
    )
    for finding in queries.findings(vendor, assignment=row):
        if finding.question_id == "PHY-04":
            actions.plan_action(
                finding,
                by=vendor,
                text="Managed computers for every agent at home; own ones blocked.",
                due_on=max(stage.day(60), clock.today(row.provider.time_zone)),
                owner_id=vendor.user_id,
            )


def _begin(stage: story.Stage, row: Assignment) -> None:
    """Two sections answered, and a word from the client."""
    vendor = stage.managers[row.provider.name]
    others = {q.id for q in row.questions if q.section not in {"GOV", "ENC"}}
    _answer(row, by=vendor, unknown=frozenset(others), said={})
    actions.add_comment(
        row,
        by=stage.managers[row.client.name],
        question_id="BAA-03",
        text="The signed one, please; the draft of last month is not enough.",
    )


def _answer(
    row: Assignment,
    *,
    by: Actor,
    unknown: frozenset[str],
    said: Mapping[str, tuple[str, str]],
) -> None:
    """Every question shown, but those unknown; the proof stands behind knock-outs."""
    proof = documents.agreement(
        row.client.name,
        row.provider.name,
        effective_on=row.engagement.started_on if row.engagement else row.due_on,
        signers=("for the client", by.name),
    )
    for question in row.questions:
        if question.id in unknown:
            continue
        value, note = said.get(question.id, (_good(question), ""))
        if value:
            actions.save_answer(
                row, by=by, question_id=question.id, value=value, note=note, version=0
            )
        if question.criticality == "knockout":
            actions.attach_file(
                row,
                by=by,
                question_id=question.id,
                name="Proof of the safeguards.pdf",
                content=io.BytesIO(proof),
            )


def _good(question: Question) -> str:
    """An answer nothing is wrong with."""
    match question.type:
        case AnswerType.YES_NO:
            return YesNo.YES
        case AnswerType.CHOICE:
            return question.choices[0]
        case AnswerType.NUMBER:
            return "6"
        case AnswerType.TEXT:
            return "Described in our security handbook, chapter by chapter."
        case _:
            return ""
