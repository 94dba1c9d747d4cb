"""Who should have been reminded of what, worked out from the words of the policy.

The words: "On each of the policy's days, counted from the due day, everybody with a
role the policy names is reminded, and on the day of escalation everybody with a role
named there. A day's reminders leave from the sending time on by the clock of the
zone, and never in quiet hours. What could not leave on its day leaves once, later:
only the latest of the days that have passed by then, in one message with whatever
else is late. Who gets a digest gets at most one for each day (or each chosen
weekday) and it holds what had come by that day. Nobody is reminded of what is not
recorded yet, or done."

None of the product's rules is called here: days are found by walking along the
clock minute by minute, and a reminder by asking for each day of each policy alone
whether some look at the right moment found it before a later one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
MANY = 20


@dataclass(frozen=True)
class House:
    """An organization: its zone, its hours, its policy."""

    zone: str
    send_at: time
    quiet_from: time
    quiet_until: time
    days: tuple[int, ...]
    escalated_on: int | None = None


@dataclass(frozen=True)
class Reader:
    """A person: ``rhythm`` is "each", "daily", or the weekday of a weekly digest."""

    name: str
    house: House
    is_named: bool
    is_escalated_to: bool
    rhythm: str | int
    by_mail: bool

    @property
    def days(self) -> tuple[int, ...]:
        """The days on which this person hears of a duty."""
        own = set(self.house.days) if self.is_named else set()
        if self.is_escalated_to and self.house.escalated_on is not None:
            own.add(self.house.escalated_on)
        return tuple(sorted(own))


@dataclass(frozen=True)
class Task:
    """A duty, when it was written down and when it was done."""

    key: str
    house: House
    due: date
    recorded: datetime
    done: datetime | None


class Letter(NamedTuple):
    """A reminder that should have gone out."""

    task: str
    due: date
    day: int
    reader: str


@cache
def opening(house: House, day: date) -> datetime:
    """The first minute of the day, by the zone's clock, from the sending time on."""
    zone = ZoneInfo(house.zone)
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    while True:
        shown = moment.astimezone(zone)
        if shown.date() == day and shown.time() >= house.send_at:
            return moment
        moment += timedelta(minutes=1)


@cache
def newest_day(house: House, moment: datetime) -> date:
    """The last day whose reminders may have left by the moment."""
    day = moment.date() + 2 * ONE_DAY
    while opening(house, day) > moment:
        day -= ONE_DAY
    return day


@cache
def is_quiet(house: House, moment: datetime) -> bool:
    """Whether the clock shows a quiet hour; these all reach over midnight."""
    shown = moment.astimezone(ZoneInfo(house.zone)).time()
    return shown >= house.quiet_from or shown < house.quiet_until


def _is_open(task: Task, moment: datetime) -> bool:
    return task.recorded <= moment and (task.done is None or moment < task.done)


def expected(
    tasks: list[Task], readers: list[Reader], looks: list[datetime]
) -> tuple[set[Letter], int]:
    """Every reminder that goes out when the portal looks at these moments, and the
    number of messages they make."""
    letters: set[Letter] = set()
    messages = 0
    for reader in readers:
        mine = [task for task in tasks if task.house == reader.house]
        awake = [each for each in looks if not is_quiet(reader.house, each)]
        if reader.rhythm == "each":
            found = list(_each(reader, mine, awake))
            messages += _count(reader, found)
        else:
            found = list(_digests(reader, mine, awake))
            messages += len({moment for moment, _ in found})
        letters |= {letter for _, letter in found}
    return letters, messages


def _each(
    reader: Reader, tasks: list[Task], awake: list[datetime]
) -> Iterator[tuple[datetime, Letter]]:
    for task in tasks:
        found: dict[int, datetime] = {}
        for day in reader.days:
            opens = opening(reader.house, task.due + timedelta(days=day))
            first = bisect_left(awake, max(opens, task.recorded))
            if first < len(awake) and _is_open(task, awake[first]):
                found[day] = awake[first]
        for day, moment in found.items():
            if all(found[later] != moment for later in found if later > day):
                yield moment, Letter(task.key, task.due, day, reader.name)


def _count(reader: Reader, found: list[tuple[datetime, Letter]]) -> int:
    together: dict[datetime, list[bool]] = defaultdict(list)
    for moment, letter in found:
        today = newest_day(reader.house, moment)
        together[moment].append(letter.due + timedelta(days=letter.day) < today)
    return sum(
        1 if len(late) > MANY else late.count(False) + any(late)
        for late in together.values()
    )


def _digests(
    reader: Reader, tasks: list[Task], awake: list[datetime]
) -> Iterator[tuple[datetime, Letter]]:
    last_day: date | None = None
    heard: dict[str, int] = {}
    for moment in awake:
        day = newest_day(reader.house, moment)
        while isinstance(reader.rhythm, int) and day.weekday() != reader.rhythm:
            day -= ONE_DAY
        if day == last_day:
            continue
        for task in tasks:
            if not _is_open(task, moment):
                continue
            come = [each for each in reader.days if task.due + timedelta(each) <= day]
            if come and max(come) > heard.get(task.key, -10_000):
                heard[task.key] = max(come)
                last_day = day
                yield moment, Letter(task.key, task.due, max(come), reader.name)
