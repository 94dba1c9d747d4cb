"""Reminders against an oracle that was written from the policy's words alone.

Three zones over the nights their clocks change, duties recorded inside their window
or done half way, single messages and digests, and a worker that is off for days.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.types import DueItem
from apps.notifications.models import Notification, OutgoingMail
from apps.reminders import actions, queries
from apps.reminders.enums import Cadence, DutyKind, Weekday
from apps.reminders.models import SentReminder
from apps.reminders.queries import rooms
from apps.tenancy.actor import Actor, AnyActor, system
from apps.tenancy.enums import OrganizationKind, Permission, Role
from apps.tenancy.models import Organization
from tests.factories.reminders import (
    make_delivery,
    make_due_item,
    make_policy,
    make_preference,
)
from tests.factories.tenancy import make_actor, make_organization
from tests.reminders import oracle
from tests.reminders.oracle import House, Letter, Reader, Task

JOB = system("reminders", {Permission.REMINDERS_EDIT, Permission.AGREEMENTS_VIEW})
OUTAGES = [0, 1, 3, 10, 45]
USUAL = (-30, -14, -7, -1, 0, 1, 7, 14)
OWN = (-30, -20, -10, -3, 0, 5)

# All three change their clocks in these weeks: Sydney on 4 October, Berlin on 25
# October, New York on 1 November 2026. Berlin's sending time does not exist, or
# comes twice, in such a night.
NEW_YORK = House("America/New_York", time(8), time(19), time(7), USUAL)
BERLIN = House("Europe/Berlin", time(2, 30), time(22), time(2, 30), OWN, 7)
SYDNEY = House("Australia/Sydney", time(9), time(19), time(7), USUAL)
FIRST = datetime(2026, 10, 2, tzinfo=UTC)
OFF_FROM = datetime(2026, 10, 22, tzinfo=UTC)
NIGHTS = [
    datetime(2026, 10, 3, 12, tzinfo=UTC),
    datetime(2026, 10, 24, 22, tzinfo=UTC),
    datetime(2026, 11, 1, 3, tzinfo=UTC),
]


class World:
    """Organizations, people and duties, once for the oracle, once for the product."""

    def __init__(self, count: int) -> None:
        self.readers: list[Reader] = []
        self.names: dict[Any, str] = {}
        self.houses = {
            NEW_YORK: self._new_york(),
            BERLIN: self._berlin(),
            SYDNEY: self._sydney(),
        }
        dice = random.Random(20261101)  # noqa: S311 - the same world in every run
        self.tasks = [self._task(number, dice) for number in range(count)]
        self.items = [
            make_due_item(self.houses[task.house], key=task.key, due=task.due)
            for task in self.tasks
        ]

    def _party(self, house: House) -> Organization:
        return make_organization(
            kind=OrganizationKind.COVERED_ENTITY, time_zone=house.zone
        )

    def _person(self, party: Organization, role: Role, **reader: Any) -> Actor:
        person = make_actor(party, role)
        usual = {
            "is_named": role == Role.COMPLIANCE_MANAGER,
            "is_escalated_to": False,
            "rhythm": "each",
            "by_mail": True,
        }
        name = person.user.email
        self.readers.append(Reader(name=name, **usual | reader))
        self.names[person.user_id] = name
        return person

    def _new_york(self) -> Organization:
        """All our own defaults."""
        party = self._party(NEW_YORK)
        self._person(party, Role.COMPLIANCE_MANAGER, house=NEW_YORK)
        self._person(party, Role.COMPLIANCE_ANALYST, house=NEW_YORK)
        return party

    def _berlin(self) -> Organization:
        """Own days, an escalation, and a sending time in the night."""
        party = self._party(BERLIN)
        make_delivery(
            party, send_at=time(2, 30), quiet_from=time(22), quiet_until=time(2, 30)
        )
        make_policy(
            party,
            offsets=list(OWN),
            recipients=[Role.COMPLIANCE_MANAGER],
            escalate_after=7,
            escalate_to=[Role.COMPLIANCE_MANAGER, Role.COMPLIANCE_ANALYST],
        )
        for role in (Role.COMPLIANCE_MANAGER, Role.COMPLIANCE_ANALYST):
            self._person(party, role, house=BERLIN, is_escalated_to=True)
        self._person(party, Role.COMPLIANCE_READER, house=BERLIN)
        return party

    def _sydney(self) -> Organization:
        """Daily digests; one chose a weekly one, another no e-mail."""
        party = self._party(SYDNEY)
        make_delivery(
            party,
            cadence=Cadence.DAILY,
            weekday=Weekday.TUESDAY,
            send_at=time(9),
            quiet_from=time(19),
            quiet_until=time(7),
        )
        role = Role.COMPLIANCE_MANAGER
        self._person(party, role, house=SYDNEY, rhythm="daily")
        weekly = self._person(party, role, house=SYDNEY, rhythm=1)
        make_preference(weekly, cadence=Cadence.WEEKLY, wants_email=True)
        silent = self._person(party, role, house=SYDNEY, rhythm="daily", by_mail=False)
        make_preference(silent)
        return party

    def _task(self, number: int, dice: random.Random) -> Task:
        due_on = date(2026, 10, 1) + timedelta(days=dice.randrange(75))
        recorded = FIRST - timedelta(days=60)
        if dice.random() < 0.4:
            recorded = FIRST + timedelta(minutes=dice.randrange(60 * 24 * 60))
        done = None
        if dice.random() < 0.3:
            done = recorded + timedelta(minutes=dice.randrange(60 * 24 * 90))
        house = (NEW_YORK, BERLIN, SYDNEY)[number % 3]
        return Task(f"duty:{number}", house, due_on, recorded, done)

    def due_items(self, actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
        """The provider: what is recorded and not done now."""
        now = clock.now()
        return [
            item
            for task, item in zip(self.tasks, self.items, strict=True)
            if first <= item.due <= last
            and task.recorded <= now
            and (task.done is None or now < task.done)
        ]


def looks(off_for: int, *, every: timedelta) -> list[datetime]:
    """Moments of passes: regular ones, many in the nights, none while it is off."""
    until = OFF_FROM + timedelta(days=off_for)
    last = max(until, NIGHTS[-1]) + timedelta(days=6)
    moments = {FIRST + every * n for n in range((last - FIRST) // every + 1)}
    moments |= {
        night + timedelta(minutes=20 * n) for night in NIGHTS for n in range(25)
    }
    return sorted(each for each in moments if not OFF_FROM <= each < until)


def run(world: World, moments: list[datetime]) -> Iterator[int]:
    for moment in moments:
        with clock.held(moment):
            yield actions.send_due(by=JOB)


def check(world: World, moments: list[datetime]) -> str:
    sent = sum(run(world, moments))
    letters, messages = oracle.expected(world.tasks, world.readers, moments)
    rows = SentReminder.objects.filter(kind=DutyKind.AGREEMENT_EXPIRES)
    by_channel = Counter(
        (
            Letter(row.item, row.due, row.offset, world.names[row.recipient_id]),
            row.channel,
        )
        for row in rows
    )
    silent = {reader.name for reader in world.readers if not reader.by_mail}
    wanted = {(letter, "inbox") for letter in letters} | {
        (letter, "email") for letter in letters if letter.reader not in silent
    }
    assert set(by_channel) == wanted
    assert set(by_channel.values()) <= {1}
    assert Notification.objects.count() == sent == messages
    assert not OutgoingMail.objects.filter(to__in=silent).exists()
    assert OutgoingMail.objects.values("message_id").distinct().count() == (
        Notification.objects.exclude(recipient__email__in=silent).count()
    )
    late = sum(
        "late: " in str(row.context["late"]) for row in Notification.objects.all()
    )
    with clock.held(moments[-1]):
        assert actions.send_due(by=JOB) == 0
    return f"{len(letters)} reminders in {messages} messages, {late} say they are late"


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None, monkeypatch: Any) -> World:
    made = World(request.param)
    monkeypatch.setattr(rooms, "_providers", [])
    queries.provide(Permission.AGREEMENTS_VIEW, made.due_items)
    return made


@pytest.mark.parametrize("world", [36], indirect=True)
@pytest.mark.parametrize("off_for", OUTAGES)
def test_what_is_sent_is_what_the_policy_says(world: World, off_for: int) -> None:
    check(world, looks(off_for, every=timedelta(hours=13)))


@pytest.mark.scale
@pytest.mark.parametrize("world", [2_000], indirect=True)
@pytest.mark.parametrize("off_for", OUTAGES)
def test_of_2000_duties_what_is_sent_is_what_the_policy_says(
    world: World, off_for: int
) -> None:
    moments = looks(off_for, every=timedelta(hours=5))
    account = check(world, moments)
    print(f"off for {off_for} days: {len(moments)} passes, {account}")  # noqa: T201


def test_the_oracle_knows_a_day_by_hand() -> None:
    """Due 1 November in New York; nobody looks from 24 October to 2 November, noon."""
    reader = Reader("ana", NEW_YORK, True, False, "each", True)
    task = Task("a", NEW_YORK, date(2026, 11, 1), FIRST - timedelta(days=90), None)
    seen = [
        datetime(2026, 10, 24, 16, tzinfo=UTC),
        datetime(2026, 11, 2, 17, tzinfo=UTC),
    ]
    letters, messages = oracle.expected([task], [reader], seen)
    assert {letter.day for letter in letters} == {-14, 1}
    assert messages == 2
    assert oracle.opening(BERLIN, date(2026, 3, 29)) == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC
    )
