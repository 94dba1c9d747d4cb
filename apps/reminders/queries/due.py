"""Reads of what is due, from every room."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from apps.core import clock
from apps.core.types import DueItem
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.reminders import rules
from apps.reminders.enums import kind_label
from apps.reminders.queries.rooms import read_rooms
from apps.tenancy.actor import Actor

AHEAD_DAYS = 90
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due item with the words a list shows."""

    item: DueItem
    kind: str
    engagement: str


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Deadlines, earliest first, and the rooms whose own could not be read."""

    rows: list[Deadline]
    unread: list[str]


@dataclass(frozen=True, slots=True)
class Month:
    """Deadlines of one month; ``first`` None for what is overdue."""

    first: date | None
    deadlines: tuple[Deadline, ...]


def deadlines(
    actor: Actor, *, kind: str = "", engagement_id: UUID | None = None
) -> Deadlines:
    """What is overdue or due within 90 days, earliest first, with names.

    Overdue reaches back 180 days (our own default). One query beyond those of the
    rooms.
    """
    today = clock.today(actor.organization.time_zone)
    found = read_rooms(
        actor,
        first=today - timedelta(days=rules.LOOK_BACK_DAYS),
        last=today + timedelta(days=AHEAD_DAYS),
    )
    items = found.items
    wanted = {item.engagement_id for item in items}
    names = {row.pk: row.name for row in engagement_choices(actor) if row.pk in wanted}
    rows = [
        Deadline(item, kind_label(item.kind), _name(names, item))
        for item in items
        if kind in {"", item.kind} and engagement_id in {None, item.engagement_id}
    ]
    return Deadlines(rows, found.unread)


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
