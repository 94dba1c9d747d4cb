"""Everything the person may see whose name holds a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.urls import reverse

from apps.access_reviews import queries as access_reviews
from apps.agreements import queries as agreements
from apps.assurance import queries as assurance
from apps.engagements import queries as engagements
from apps.gate import queries as gate
from apps.incidents import queries as incidents
from apps.questionnaires import queries as questionnaires
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.training import queries as training
from apps.workforce import queries as workforce

SEARCH_ROWS = 10
LOOKED_AT = SEARCH_ROWS + 1  # one more tells that there are more
CASE_REFERENCE = re.compile(r"[0-9a-fA-F]{8}")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is called, what it is, where it leads."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind, at most ten; ``is_cut`` where there are more."""

    label: str
    hits: tuple[Hit, ...]
    is_cut: bool


def search(actor: Actor, q: str) -> list[HitGroup]:
    """Everything the actor may see whose name holds ``q``. One query a kind, and the
    verdicts on the engagements found."""
    word = q.strip()
    if not word:
        return []
    groups = [
        _group(label, list(find(actor, word)))
        for label, permission, find in KINDS
        if actor.can(permission)
    ]
    return [group for group in groups if group.hits]


def _group(label: str, hits: list[Hit]) -> HitGroup:
    return HitGroup(label, tuple(hits[:SEARCH_ROWS]), len(hits) > SEARCH_ROWS)


def _engagement_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = list(engagements.engagements(actor, q=word)[:LOOKED_AT])
    states = gate.verdicts_today(rows)
    for row in rows:
        note = f"{row.client} uses {row.provider}: {states[row.pk].verdict.label}"
        yield Hit(row.name, note, reverse("gate:engagement", args=[row.pk]))


def _vendor_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = engagements.vendor_parties(actor).filter(name__icontains=word)
    for row in rows[:LOOKED_AT]:
        yield Hit(row.name, row.country, reverse("portal:vendor", args=[row.pk]))


def _agreement_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = agreements.agreements(actor).filter(title__icontains=word)
    for row in rows[:LOOKED_AT]:
        note = f"{row.discloser} and {row.recipient}"
        yield Hit(row.title, note, reverse("agreements:detail", args=[row.pk]))


def _agent_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = workforce.agents(actor).filter(
        Q(full_name__icontains=word) | Q(external_id__iexact=word)
    )
    for row in rows[:LOOKED_AT]:
        url = reverse("workforce:agent", args=[row.pk])
        yield Hit(row.full_name, row.external_id, url)


def _course_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = training.courses(actor).filter(
        Q(title__icontains=word) | Q(code__icontains=word)
    )
    for row in rows[:LOOKED_AT]:
        yield Hit(row.title, row.code, reverse("training:course", args=[row.pk]))


def _questionnaire_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = questionnaires.assignments(actor).filter(
        Q(template__title__icontains=word) | Q(provider__name__icontains=word)
    )
    for row in rows[:LOOKED_AT]:
        note = f"{row.provider} for {row.client}, due {row.due_on:%-d %B %Y}"
        url = reverse("questionnaires:detail", args=[row.pk])
        yield Hit(row.template.title, note, url)


def _policy_hits(actor: Actor, word: str) -> Iterable[Hit]:
    for row in assurance.policies(actor).filter(title__icontains=word)[:LOOKED_AT]:
        url = reverse("assurance:policy", args=[row.pk])
        yield Hit(row.title, str(row.organization), url)


def _system_hits(actor: Actor, word: str) -> Iterable[Hit]:
    for row in access_reviews.systems(actor).filter(name__icontains=word)[:LOOKED_AT]:
        url = reverse("access_reviews:system", args=[row.pk])
        yield Hit(row.name, "", url)


def _incident_hits(actor: Actor, word: str) -> Iterable[Hit]:
    """Cases are found by the reference people say on the telephone, never by their
    text: what happened is not for a list of hits."""
    if not CASE_REFERENCE.fullmatch(word):
        return
    rows = incidents.incidents(actor).annotate(name=Cast("pk", CharField()))
    for row in rows.filter(name__endswith=word.lower())[:LOOKED_AT]:
        url = reverse("incidents:detail", args=[row.pk])
        yield Hit(f"Case {row.reference}", str(row.engagement), url)


Finder = Callable[[Actor, str], Iterable[Hit]]
KINDS: tuple[tuple[str, Permission, Finder], ...] = (
    ("Engagements", Permission.ENGAGEMENTS_VIEW, _engagement_hits),
    ("Vendors", Permission.ENGAGEMENTS_VIEW, _vendor_hits),
    ("BAAs", Permission.AGREEMENTS_VIEW, _agreement_hits),
    ("Agents", Permission.WORKFORCE_VIEW, _agent_hits),
    ("Courses", Permission.TRAINING_EDIT, _course_hits),
    ("Questionnaires", Permission.QUESTIONNAIRES_VIEW, _questionnaire_hits),
    ("Policies", Permission.ASSURANCE_VIEW, _policy_hits),
    ("Systems", Permission.ACCESS_VIEW, _system_hits),
    ("Incidents", Permission.INCIDENTS_VIEW, _incident_hits),
)
