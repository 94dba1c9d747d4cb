"""Who is sent what now, what it takes the place of, and what is sent later."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from apps.core.types import DueItem
from apps.reminders.enums import Cadence, ReminderChannel
from apps.reminders.rules.delivery import Delivery, next_slot, slot_before
from apps.reminders.rules.policy import (
    EVERY_CHANNEL,
    Policies,
    Policy,
    default_policy,
)
from apps.tenancy.enums import Role

DIGEST_ABOVE = 20
DIGEST_SHOWS = 20
_BEFORE_ALL = -10_000


class Duty(NamedTuple):
    """One duty of one person, by which the ledger knows it."""

    item: str
    due: date
    recipient_id: UUID


class Person(NamedTuple):
    """Somebody who may be reminded, with what they chose."""

    user_id: UUID
    organization_id: UUID
    role: Role
    cadence: Cadence = Cadence.IMMEDIATE
    wants_email: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder of a duty to a person, for the slot ``slot``.

    It takes the place of those in ``supersedes``, whose days had come as well.
    """

    item: DueItem
    offset: int
    person: Person
    slot: date
    channels: frozenset[ReminderChannel] = EVERY_CHANNEL
    supersedes: tuple[int, ...] = ()
    is_escalation: bool = False

    @property
    def day(self) -> date:
        """The day the policy set for it."""
        return self.item.due + timedelta(days=self.offset)

    @property
    def is_late(self) -> bool:
        """Whether it should have left in an earlier slot."""
        return self.day <= slot_before(self.person.cadence, self.slot)


@dataclass(frozen=True, slots=True)
class Line:
    """What one person reads as one thing: an item, or a group of items of a kind."""

    planned: tuple[Planned, ...]

    @property
    def person(self) -> Person:
        """Whom it is for."""
        return self.planned[0].person

    @property
    def channels(self) -> frozenset[ReminderChannel]:
        """How it goes out; a policy's items go out alike."""
        return self.planned[0].channels

    @property
    def due(self) -> date:
        """The first day of the group."""
        return self.planned[0].item.due

    @property
    def is_late(self) -> bool:
        """Whether any of it should have left earlier."""
        return any(each.is_late for each in self.planned)

    @property
    def title(self) -> str:
        """The item, or the group in words with its number."""
        first, more = self.planned[0].item, len(self.planned) - 1
        if not more:
            return first.title
        if not first.summary:
            return f"{first.title}, and {more} more like it"
        count = sum(each.item.count for each in self.planned)
        last = self.planned[-1].item.due
        days = f"from {first.due:%-d %B %Y} to {last:%-d %B %Y}"
        return f"{first.summary.replace('{count}', f'{count:,}')}, {days}"

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


def plan(
    items: Iterable[DueItem],
    *,
    people: Mapping[UUID, Sequence[Person]],
    ledger: Mapping[Duty, int],
    slots: Mapping[tuple[UUID, UUID], date],
    policies: Policies,
) -> list[Planned]:
    """Decide what is sent now.

    For each duty and person, of the policy's days that have come by the person's
    slot and lie after the last one sent, only the latest is sent, once; the others
    are superseded by it. So an outage or a duty recorded late makes one reminder,
    and a changed policy does not look back. ``people`` by organization; ``ledger``
    the latest offset sent; ``slots`` by organization and person, absent where
    nothing may leave now. Who manages both parties of an agreement is told once. In
    the order of items and persons.
    """
    planned: list[Planned] = []
    sent: MutableMapping[Duty, int] = dict(ledger)
    for item in items:
        key = item.organization_id, item.kind
        policy = policies.get(key) or default_policy(item.kind)
        for person in people.get(item.organization_id, ()):
            slot = slots.get((item.organization_id, person.user_id))
            duty = Duty(item.key, item.due, person.user_id)
            after = sent.get(duty, _BEFORE_ALL)
            if slot is None or not (come := _come(policy, person, item, slot, after)):
                continue
            sent[duty] = come[-1]
            planned.append(_planned(item, policy, person, slot, come))
    return planned


def _come(
    policy: Policy, person: Person, item: DueItem, slot: date, after: int
) -> list[int]:
    passed = (slot - item.due).days
    return [each for each in policy.offsets_for(person.role) if after < each <= passed]


def _planned(
    item: DueItem, policy: Policy, person: Person, slot: date, come: Sequence[int]
) -> Planned:
    return Planned(
        item=item,
        offset=come[-1],
        person=person,
        slot=slot,
        channels=policy.channels_for(wants_email=person.wants_email),
        supersedes=tuple(come[:-1]),
        is_escalation=policy.is_escalation(come[-1], person.role),
    )


def outlook(
    items: Sequence[DueItem],
    *,
    people: Mapping[UUID, Sequence[Person]],
    ledger: Mapping[Duty, int],
    slots: Mapping[tuple[UUID, UUID], date],
    policies: Policies,
    deliveries: Mapping[UUID, Delivery],
    last: date,
) -> tuple[list[Planned], list[Planned]]:
    """What the next pass sends, and what follows until ``last`` if nothing is done.

    ``slots`` has everybody, quiet hours or not. What follows is every policy day
    after the person's slot, in the slot it falls into (of several in one weekly slot
    the latest), by slot.
    """
    now = plan(items, people=people, ledger=ledger, slots=slots, policies=policies)
    later = [
        each
        for item in items
        for person in people.get(item.organization_id, ())
        for each in _later(
            item,
            person,
            policies.get((item.organization_id, item.kind))
            or default_policy(item.kind),
            after=max(
                slots[item.organization_id, person.user_id],
                _sent_on(item, person, ledger),
            ),
            delivery=deliveries[item.organization_id],
        )
        if each.slot <= last
    ]
    later.sort(key=lambda each: (each.slot, each.item.due, each.item.key))
    return now, later


def _sent_on(item: DueItem, person: Person, ledger: Mapping[Duty, int]) -> date:
    """The day of the latest reminder sent; long ago for none."""
    offset = ledger.get(Duty(item.key, item.due, person.user_id), _BEFORE_ALL)
    return item.due + timedelta(days=offset)


def _later(
    item: DueItem, person: Person, policy: Policy, *, after: date, delivery: Delivery
) -> list[Planned]:
    coming: dict[date, list[int]] = {}
    for offset in policy.offsets_for(person.role):
        day = item.due + timedelta(days=offset)
        if day > after:
            slot = next_slot(delivery, person.cadence, day)
            coming.setdefault(slot, []).append(offset)
    return [_planned(item, policy, person, slot, come) for slot, come in coming.items()]


def lines(planned: Iterable[Planned]) -> list[Line]:
    """Join what is sent into lines, by person, most urgent first.

    Items with the same ``group`` and kind are one line for a person.
    """
    found = [
        Line(tuple(together))
        for _, together in groupby(sorted(planned, key=_line_order), key=_line_of)
    ]
    return sorted(found, key=lambda line: (line.person.user_id, line.due, line.key))


def _line_of(planned: Planned) -> tuple[UUID, UUID, str]:
    item = planned.item
    together = f"{item.kind}:{item.group}" if item.group else f"{item.kind}::{item.key}"
    return planned.person.user_id, item.organization_id, together


def _line_order(planned: Planned) -> tuple[tuple[UUID, UUID, str], date, str]:
    return _line_of(planned), planned.item.due, planned.item.key


def bundles(person_lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """What one person gets as one message each.

    A daily or weekly message holds everything, and so does one of more than twenty
    lines. Else each line is a message of its own, but whatever is late is one
    message together: after an outage nobody finds ten. What goes out by different
    channels is never in one message.
    """
    by_channels: dict[frozenset[ReminderChannel], list[Line]] = {}
    for line in person_lines:
        by_channels.setdefault(line.channels, []).append(line)
    return [bundle for alike in by_channels.values() for bundle in _bundles(alike)]


def _bundles(alike: Sequence[Line]) -> list[tuple[Line, ...]]:
    is_digest = alike[0].person.cadence is not Cadence.IMMEDIATE
    if is_digest or len(alike) > DIGEST_ABOVE:
        return [tuple(alike)]
    late = tuple(line for line in alike if line.is_late)
    on_time: list[tuple[Line, ...]] = [(line,) for line in alike if not line.is_late]
    return [*on_time, late] if late else on_time


def digest_key(person_lines: Sequence[Line]) -> str:
    """Stable name of a digest of exactly these lines."""
    joined = "\n".join(line.key for line in person_lines)
    return f"digest:{hashlib.sha256(joined.encode()).hexdigest()}"


class AgentDuty(NamedTuple):
    """A training of an agent that lapses, and where to write to."""

    item: str
    due: date
    organization_id: UUID
    to: str
    title: str


@dataclass(frozen=True, slots=True)
class AgentPlanned:
    """A line of a mail to an agent."""

    duty: AgentDuty
    offset: int
    slot: date
    supersedes: tuple[int, ...]


def plan_agents(
    duties: Iterable[AgentDuty],
    *,
    offsets: Mapping[UUID, Sequence[int]],
    ledger: Mapping[tuple[str, date], int],
    slots: Mapping[UUID, date],
) -> list[AgentPlanned]:
    """Decide which agents are written to now, as :func:`plan` does for members.

    ``offsets`` and ``slots`` by organization: those that write to agents, and may now.
    """
    planned = []
    for duty in duties:
        slot = slots.get(duty.organization_id)
        if slot is None:
            continue
        after = ledger.get((duty.item, duty.due), _BEFORE_ALL)
        passed = (slot - duty.due).days
        come = [
            each for each in offsets[duty.organization_id] if after < each <= passed
        ]
        if come:
            planned.append(AgentPlanned(duty, come[-1], slot, tuple(come[:-1])))
    return planned
