"""Who can be reached at a moment, across time zones; and rungs of escalation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# Hours from the last moment of a clock; negative before it. Our own default.
RUNGS = (-72, -24, 0, 72, 168)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody answers: days (0 is Monday), from and until in their zone.

    ``until`` at or before ``start`` runs over midnight, into the next day.
    """

    zone: str
    days: Sequence[int]
    start: time
    until: time

    def holds_at(self, at: datetime) -> bool:
        """Whether the moment lies within: ``start`` inclusive, ``until`` exclusive."""
        local = at.astimezone(ZoneInfo(self.zone))
        today, now = local.weekday(), local.time()
        if self.start < self.until:
            return today in self.days and self.start <= now < self.until
        yesterday = (local - timedelta(days=1)).weekday()
        began_today = today in self.days and now >= self.start
        return began_today or (yesterday in self.days and now < self.until)

    def next_at(self, at: datetime) -> datetime:
        """The first moment, at or after ``at``, somebody answers."""
        zone = ZoneInfo(self.zone)
        begin = at.astimezone(zone).date() - timedelta(days=1)
        over_midnight = timedelta(days=self.until <= self.start)
        for offset in range(9):
            day = begin + timedelta(days=offset)
            if day.weekday() not in self.days:
                continue
            ends = datetime.combine(day + over_midnight, self.until, tzinfo=zone)
            if ends > at:
                return max(at, datetime.combine(day, self.start, tzinfo=zone))
        raise ValueError("Hours hold on at least one day of the week.")


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder of a clock: when, whom the portal tells, whether past."""

    at: datetime
    who: str
    is_reached: bool


def ladder(due_at: datetime, *, now: datetime) -> list[Rung]:
    """The steps of a clock, the first one first. Our own default."""
    return [
        Rung(
            at,
            "who owes the notice" if hours < 0 else "both sides",
            now >= at,
        )
        for hours in RUNGS
        for at in [due_at + timedelta(hours=hours)]
    ]


def rung_reached(due_at: datetime, *, now: datetime) -> int | None:
    """The highest rung a clock has reached, in hours from its last moment; None while
    it has reached none. A missed run loses nothing: the highest counts."""
    reached = [rung for rung in RUNGS if now >= due_at + timedelta(hours=rung)]
    return max(reached, default=None)


def first_rung() -> timedelta:
    """How long before its last moment a clock begins to escalate."""
    return timedelta(hours=-min(RUNGS))
