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


def rung_reached(due_at: datetime, *, now: datetime) -> int | None:
    """The highest rung a clock has reached, in hours from its last moment; None while
    it has reached none. A missed run loses nothing: the highest counts."""
    reached = [rung for rung in RUNGS if now >= due_at + timedelta(hours=rung)]
    return max(reached, default=None)


def first_rung() -> timedelta:
    """How long before its last moment a clock begins to escalate."""
    return timedelta(hours=-min(RUNGS))
