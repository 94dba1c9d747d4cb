"""Reads of the ledger: what was sent, whether it arrived, why a person got it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, QuerySet

from apps.core import clock
from apps.core.errors import NotFound
from apps.notifications import queries as notifications
from apps.notifications.models import Notification
from apps.reminders import rules
from apps.reminders.models import SentReminder
from apps.reminders.queries import policies as own
from apps.reminders.queries.rooms import read_rooms
from apps.reminders.rules import Duty, Person, Planned
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.queries import members_with_roles

FORECAST_DAYS = 60
FORECAST_SHOWN = 100
PAGE = 50


@dataclass(frozen=True, slots=True)
class Coming:
    """A reminder to come, with the person's name."""

    planned: Planned
    name: str
    is_next: bool

    @property
    def day_words(self) -> str:
        """Which day of the policy it is."""
        return rules.offset_words(self.planned.offset)

    @property
    def channels(self) -> str:
        """How it goes out, in words."""
        return ", ".join(sorted(each.label.lower() for each in self.planned.channels))


@dataclass(frozen=True, slots=True)
class Why:
    """A reminder a person got, with what it stands for."""

    notification: Notification
    lines: tuple[SentReminder, ...]
    mail_words: str


def ledger(
    organization_ids: Collection[UUID], *, first: date, last: date
) -> dict[Duty, int]:
    """The latest offset sent of each duty due within inclusive days. One query."""
    rows = (
        SentReminder.objects.filter(
            organization__in=organization_ids, due__range=(first, last)
        )
        .exclude(recipient=None)
        .values_list("item", "due", "recipient")
        .annotate(latest=Max("offset"))
        .order_by()
    )
    return {Duty(*key): latest for *key, latest in rows}


def agents_ledger(
    organization_ids: Collection[UUID], *, first: date, last: date
) -> dict[tuple[str, date], int]:
    """The latest offset an agent was written to about a training. One query."""
    rows = (
        SentReminder.objects.filter(
            organization__in=organization_ids, due__range=(first, last), recipient=None
        )
        .values_list("item", "due")
        .annotate(latest=Max("offset"))
        .order_by()
    )
    return {(item, due): latest for item, due, latest in rows}


def told_in_slot(
    people: Collection[Person], slots: dict[tuple[UUID, UUID], date]
) -> dict[tuple[UUID, UUID], datetime]:
    """Who got the message of their present slot already, and when. One query."""
    if not people:
        return {}
    first = min(slots[each.organization_id, each.user_id] for each in people)
    rows = (
        SentReminder.objects.filter(
            recipient__in={each.user_id for each in people}, slot__gte=first
        )
        .values_list("organization", "recipient", "slot")
        .annotate(latest=Max("created_at"))
        .order_by()
    )
    return {
        (organization_id, user_id): latest
        for organization_id, user_id, slot, latest in rows
        if user_id is not None and slots.get((organization_id, user_id)) == slot
    }


def sends(actor: Actor, *, kind: str = "") -> QuerySet[SentReminder]:
    """What the organization's people were sent, newest first. One query."""
    actor.require(Permission.REMINDERS_EDIT)
    rows = SentReminder.objects.visible_to(actor)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.select_related("recipient", "notification__mail", "mail").order_by(
        "-pk"
    )


def sent_page(
    actor: Actor, kind: str, *, after: UUID | None = None
) -> list[SentReminder]:
    """At most 51 lines after the one named. One query."""
    rows = sends(actor, kind=kind)
    return list((rows.filter(pk__lt=after) if after else rows)[: PAGE + 1])


def coming(actor: Actor, kind: str) -> tuple[list[Coming], list[str]]:
    """What is sent for duties of a kind in the next 60 days if nothing is done, and
    the rooms that could not be read.

    First what the next pass sends, then day by day; the same rules on the same rows
    as the pass itself, for the own organization. The queries of the rooms and six.
    """
    actor.require(Permission.REMINDERS_EDIT)
    organization, today = actor.organization, _today(actor)
    policies = {
        (row.organization_id, row.kind): row.terms for row in own.policies(actor)
    }
    last = today + timedelta(days=FORECAST_DAYS)
    first, reach = rules.window(last, policies)
    first -= timedelta(days=FORECAST_DAYS)
    read = read_rooms(actor, first=first, last=reach)
    found = own.deliveries([organization])
    members = list(members_with_roles({organization.pk}, set(Role)))
    persons = own.persons(members, found)
    now, later = rules.outlook(
        [item for item in read.items if item.kind == kind],
        people={organization.pk: persons},
        ledger=ledger({organization.pk}, first=first, last=reach),
        slots=own.slots(persons, found),
        policies=policies,
        deliveries=found,
        last=last,
    )
    names = {row.user_id: str(row.user) for row in members}
    rows = [
        Coming(each, names[each.person.user_id], is_next)
        for group, is_next in ((now, True), (later, False))
        for each in group
    ]
    return rows, read.unread


def _today(actor: Actor) -> date:
    return clock.today(actor.organization.time_zone)


def why(actor: Actor, pk: UUID) -> Why:
    """A reminder to this person and the lines of the ledger behind it. Two queries.

    NotFound for anybody else's, and for a message that is no reminder.
    """
    row = notifications.notification(actor, pk)
    lines = {
        (line.item, line.due, line.offset): line
        for line in SentReminder.objects.filter(
            notification=row, recipient=actor.user_id
        ).order_by("due", "item")
    }
    if not lines:
        raise NotFound
    return Why(row, tuple(lines.values()), notifications.mail_words(row))
