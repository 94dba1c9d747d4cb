"""When to remind, what to send after an outage, and how many lines make a digest.

All figures are our own defaults; no law asks for reminders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from apps.core.errors import Invalid
from apps.core.types import DueItem

DEFAULT_OFFSETS = (-30, -14, -7, -1, 0, 1, 7, 14)
EARLIEST_OFFSET = -365
LATEST_OFFSET = 90
MAX_OFFSETS = 12
# How far back a duty nobody did is still looked at: the latest reminder plus the
# longest outage we answer for.
LOOK_BACK_DAYS = 180
DIGEST_ABOVE = 20
DIGEST_SHOWS = 20

Policies = Mapping[tuple[UUID, str], Sequence[int]]


class OffsetsRefused(Invalid):
    """The days of a policy cannot be used."""

    default_code = "offsets_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={"offsets": [message]})


class Sent(NamedTuple):
    """One line of the ledger: a reminder that reached a person or was superseded."""

    item: str
    due: date
    offset: int
    recipient_id: UUID


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder to write into the ledger; ``superseded_by`` None means send it."""

    item: DueItem
    offset: int
    recipient_id: UUID
    superseded_by: int | None = None

    @property
    def key(self) -> Sent:
        """Its line in the ledger."""
        return Sent(self.item.key, self.item.due, self.offset, self.recipient_id)


@dataclass(frozen=True, slots=True)
class Line:
    """What one person reads as one thing: an item, or a group of items of a kind."""

    recipient_id: UUID
    organization_id: UUID
    planned: tuple[Planned, ...]

    @property
    def due(self) -> date:
        """The first day of the group."""
        return self.planned[0].item.due

    @property
    def title(self) -> str:
        """Title of the first item and how many more."""
        first = self.planned[0].item.title
        more = len(self.planned) - 1
        return f"{first}, and {more} more like it" if more else first

    @property
    def path(self) -> str:
        """Where the duty is done; "" when the items lead to different pages."""
        paths = {planned.item.path for planned in self.planned}
        return paths.pop() if len(paths) == 1 else ""

    @property
    def key(self) -> str:
        """Stable name of the line for whoever sends it."""
        first = self.planned[0]
        return f"reminder:{first.item.key}:{first.item.due}:{first.offset}"


def check_offsets(offsets: Collection[int]) -> tuple[int, ...]:
    """Days of a policy in order, each once.

    Between 365 days before (-365) and 90 days after the due day, at least one and at
    most twelve. Raises OffsetsRefused.
    """
    days = tuple(sorted(set(offsets)))
    if not days:
        raise OffsetsRefused("Name at least one day; 0 is the due day itself.")
    if len(days) > MAX_OFFSETS:
        raise OffsetsRefused(f"Name at most {MAX_OFFSETS} days.")
    if days[0] < EARLIEST_OFFSET or days[-1] > LATEST_OFFSET:
        raise OffsetsRefused(
            f"Days lie between {EARLIEST_OFFSET} (before) and {LATEST_OFFSET} (after)."
        )
    return days


def window(today: date, policies: Policies) -> tuple[date, date]:
    """Due days, inclusive, a pass of ``today`` looks at."""
    before = [min(offsets) for offsets in policies.values()]
    reach = -min(min(DEFAULT_OFFSETS), *before, 0)
    return today - timedelta(days=LOOK_BACK_DAYS), today + timedelta(days=reach)


def plan(
    items: Iterable[DueItem],
    *,
    recipients: Mapping[UUID, Sequence[UUID]],
    ledger: Collection[Sent],
    today: Mapping[UUID, date],
    policies: Policies,
) -> list[Planned]:
    """Decide what is sent and what is written off as superseded.

    For each duty and person, of the days that have come and are not in the ledger
    only the latest is sent, once; earlier ones are superseded by it. A day that
    comes after a later one was sent (a changed policy) is superseded too. ``today``
    is by organization, in its own zone; ``policies`` by organization and kind, the
    default for the rest. Who manages both parties of an agreement is told once. In
    the order of items and persons.
    """
    planned: list[Planned] = []
    known = set(ledger)
    for item in items:
        day = today[item.organization_id]
        offsets = policies.get((item.organization_id, item.kind), DEFAULT_OFFSETS)
        come = [each for each in offsets if item.due + timedelta(days=each) <= day]
        for person in recipients.get(item.organization_id, ()):
            new = _for_person(item, come, person, known)
            known.update(each.key for each in new)
            planned += new
    return planned


def _for_person(
    item: DueItem, come: Sequence[int], person: UUID, known: Collection[Sent]
) -> list[Planned]:
    if not come:
        return []
    latest = max(come)
    return [
        Planned(item, offset, person, None if offset == latest else latest)
        for offset in come
        if Sent(item.key, item.due, offset, person) not in known
    ]


def lines(planned: Iterable[Planned]) -> list[Line]:
    """Join what is sent into lines, by person, most urgent first.

    Items with the same ``group`` and kind are one line for a person.
    """
    sent = [each for each in planned if each.superseded_by is None]
    sent.sort(key=_line_order)
    found = [
        Line(person, organization, tuple(together))
        for (person, organization, _), together in groupby(sent, key=_line_of)
    ]
    return sorted(found, key=lambda line: (line.recipient_id, line.due, line.key))


def _line_of(planned: Planned) -> tuple[UUID, UUID, str]:
    item = planned.item
    together = f"{item.kind}:{item.group}" if item.group else f"{item.kind}::{item.key}"
    return planned.recipient_id, item.organization_id, together


def _line_order(planned: Planned) -> tuple[tuple[UUID, UUID, str], date, str]:
    return _line_of(planned), planned.item.due, planned.item.key


def is_digest(person_lines: Sequence[Line]) -> bool:
    """More than twenty lines for one person become one message."""
    return len(person_lines) > DIGEST_ABOVE


def digest_key(person_lines: Sequence[Line]) -> str:
    """Stable name of a digest of exactly these lines."""
    joined = "\n".join(line.key for line in person_lines)
    return f"digest:{hashlib.sha256(joined.encode()).hexdigest()}"


def when(due: date, today: date) -> str:
    """The due day in words that stay true when read later."""
    word = "Overdue since" if due < today else "Due"
    return f"{word} {due:%-d %B %Y}"
