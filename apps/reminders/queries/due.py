"""Reads of what is due, from every room."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from apps.access_reviews import queries as access_reviews
from apps.agreements import queries as agreements
from apps.assurance import queries as assurance
from apps.core import clock
from apps.core.types import DueItem
from apps.drift import queries as drift
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.evidence import queries as evidence
from apps.incidents import queries as incidents
from apps.questionnaires import queries as questionnaires
from apps.reminders import rules
from apps.reminders.enums import kind_label
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.training import queries as training
from apps.workforce import queries as workforce

Provider = Callable[..., list[DueItem]]

# Who yields duties, and what one must hold to read them.
_providers: list[tuple[Permission, Provider]] = [
    (Permission.AGREEMENTS_VIEW, agreements.due_items),
    (Permission.TRAINING_VIEW, training.due_items),
    (Permission.WORKFORCE_VIEW, workforce.due_items),
    (Permission.DRIFT_VIEW, drift.due_items),
    (Permission.ACCESS_VIEW, access_reviews.due_items),
    (Permission.ASSURANCE_VIEW, assurance.due_items),
    (Permission.EVIDENCE_VIEW, evidence.due_items),
    (Permission.QUESTIONNAIRES_VIEW, questionnaires.due_items),
    (Permission.INCIDENTS_VIEW, incidents.due_items),
]
AHEAD_DAYS = 90
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due item with the words a list shows."""

    item: DueItem
    kind: str
    engagement: str


@dataclass(frozen=True, slots=True)
class Month:
    """Deadlines of one month; ``first`` None for what is overdue."""

    first: date | None
    deadlines: tuple[Deadline, ...]


def provide(permission: Permission, provider: Provider) -> None:
    """Add a room that this one may not import; called once, when the portal loads."""
    if (permission, provider) not in _providers:
        _providers.append((permission, provider))


def providers(actor: AnyActor) -> list[tuple[str, Provider]]:
    """Who yields the duties the actor may read, by name of the room. No query."""
    return [
        (provider.__module__.removeprefix("apps.").split(".")[0], provider)
        for permission, provider in _providers
        if actor.can(permission)
    ]


def permissions_to_read() -> set[Permission]:
    """What a job must hold to read everything that is due."""
    return {permission for permission, _ in _providers}


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Duties due within inclusive days that the actor may read, earliest first.

    An actor gets those of the own organization, a job those of all. The queries of
    the rooms that yield them, no more.
    """
    found = [
        item
        for _, provider in providers(actor)
        for item in provider(actor, first=first, last=last)
    ]
    return sorted(found, key=lambda item: (item.due, item.title, item.key))


def deadlines(
    actor: Actor, *, kind: str = "", engagement_id: UUID | None = None
) -> list[Deadline]:
    """What is overdue or due within 90 days, earliest first, with names.

    Overdue reaches back 180 days (our own default). One query beyond those of the
    rooms.
    """
    today = clock.today(actor.organization.time_zone)
    items = due_items(
        actor,
        first=today - timedelta(days=rules.LOOK_BACK_DAYS),
        last=today + timedelta(days=AHEAD_DAYS),
    )
    names = {
        row.pk: row.name
        for row in engagement_choices(actor)
        if any(item.engagement_id == row.pk for item in items)
    }
    return [
        Deadline(item, kind_label(item.kind), _name(names, item))
        for item in items
        if kind in {"", item.kind} and engagement_id in {None, item.engagement_id}
    ]


def _name(names: dict[UUID, str], item: DueItem) -> str:
    return names.get(item.engagement_id, "") if item.engagement_id else ""


def months(rows: Collection[Deadline], *, today: date) -> list[Month]:
    """Rows, earliest first, grouped: overdue, then by month."""

    def of(row: Deadline) -> date | None:
        return None if row.item.due < today else row.item.due.replace(day=1)

    return [Month(first, tuple(group)) for first, group in groupby(rows, key=of)]


def engagement_choices(actor: Actor) -> QuerySet[Engagement]:
    """Engagements to filter by. One query."""
    return engagements.engagements(actor)
