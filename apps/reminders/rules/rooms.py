"""Rooms that could not be read in a pass, and what is owed for them afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# The longest slot, a week, and a day for the zones: after that a new slot has begun.
REMEMBERED = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Failure:
    """The first and the latest of the passes in a row that could not read a room."""

    since: datetime
    until: datetime

    def is_owed(self, told_at: datetime) -> bool:
        """Whether a digest of that instant may have left out duties of the room."""
        return told_at <= self.until


def room_label(room: str) -> str:
    """The room in words."""
    return room.replace("_", " ")


def failures_after(
    before: Mapping[str, Failure],
    failed: Collection[str],
    *,
    last: datetime | None,
    now: datetime,
) -> dict[str, Failure]:
    """Failures to remember after a pass at ``now`` in which ``failed`` failed.

    ``last`` is the pass before it: a room that failed then too goes on failing.
    """
    kept = {
        room: each for room, each in before.items() if now - each.until <= REMEMBERED
    }
    for room in failed:
        old = before.get(room)
        goes_on = old is not None and old.until == last
        kept[room] = Failure(old.since if old and goes_on else now, now)
    return kept
