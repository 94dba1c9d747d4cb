"""The seven requirements of one vendor, from what every room knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.urls import reverse

from apps.assurance.queries import ActivityLine
from apps.core.dates import local_date
from apps.core.types import ConditionState
from apps.portal.queries.lines import EngagementLine
from apps.portal.rules import REQUIREMENTS, Proof, RequirementRow, requirement_rows
from apps.questionnaires import queries as questionnaires
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

Numbered = tuple[int, Proof]


def seven_requirements(
    actor: Actor,
    vendor: Organization,
    *,
    lines: Iterable[EngagementLine],
    activities: Iterable[ActivityLine],
) -> list[RequirementRow]:
    """The seven rows for a vendor of the actor's organization.

    ``lines`` are its engagements with their verdicts, ``activities`` what it shows of
    its calendar; both are on the page already. One query for the questionnaires.
    """
    found: defaultdict[int, list[Proof]] = defaultdict(list)
    for number, proof in (
        *_from_conditions(lines),
        *_from_activities(activities),
        *_from_questionnaires(actor, vendor),
    ):
        found[number].append(proof)
    return requirement_rows(found)


def _from_conditions(lines: Iterable[EngagementLine]) -> Iterator[Numbered]:
    """What the gate says of each engagement; the page of the gate holds the rest."""
    for line in lines:
        path = reverse("gate:engagement", args=[line.engagement.pk])
        for one in line.state.conditions:
            for requirement in REQUIREMENTS:
                if one.code in requirement.conditions:
                    source = f"{line.engagement}: {one.title}"
                    proof = Proof(one.state, source, one.detail, one.since, path)
                    yield requirement.number, proof


def _from_activities(lines: Iterable[ActivityLine]) -> Iterator[Numbered]:
    for line in lines:
        for requirement in REQUIREMENTS:
            if line.activity.kind in requirement.activities:
                yield requirement.number, _activity(line)


def _activity(line: ActivityLine) -> Proof:
    done = line.last.done_on if line.last else None
    words = f"Last done on {done:%-d %B %Y}" if done else "Not done yet"
    state = ConditionState.NOT_SATISFIED if line.is_late else ConditionState.SATISFIED
    if done is None and not line.is_late:
        state = ConditionState.UNKNOWN
    return Proof(
        state=state,
        source=line.activity.get_kind_display(),
        detail=f"{words}; due {line.due:%-d %B %Y}.",
        on=done,
        path=reverse("assurance:activity", args=[line.activity.pk]),
    )


def _from_questionnaires(actor: Actor, vendor: Organization) -> Iterator[Numbered]:
    if not actor.can(Permission.QUESTIONNAIRES_VIEW):
        return
    for one in questionnaires.requirement_verdicts(actor, provider_id=vendor.pk):
        ready = "ready" if one.is_ready else "not ready"
        proof = Proof(
            state=(
                ConditionState.SATISFIED
                if one.is_ready
                else ConditionState.NOT_SATISFIED
            ),
            source=f"{one.questionnaire} ({one.party_kind.lower()}): {one.title}",
            detail=f"{one.answered} of {one.shown} answered; judged {ready}.",
            on=local_date(one.decided_at, actor.organization.time_zone),
            path=reverse("questionnaires:detail", args=[one.assignment_id]),
        )
        yield one.requirement, proof
