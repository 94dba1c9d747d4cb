"""What a sample of an access log lacks: fields, time, hours, and known accounts.

45 CFR 164.312(b) asks for audit controls and 164.308(a)(1)(ii)(D) for regular review
of activity. Neither names fields or intervals: those checked here are our own default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.errors import Invalid

CITATION = "45 CFR 164.312(b) and 164.308(a)(1)(ii)(D)"
REQUIRED = {
    "who": "Who",
    "what": "What",
    "when": "When",
    "where": "Where",
    "outcome": "Outcome",
}
GAP_HOURS = 24
ROWS_NAMED = 100
LONGEST_GAP_HOURS = 24 * 31
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Hours:
    """Declared working hours; ``weekdays`` count from Monday, 0.

    ``closes`` is exclusive. Closing before opening is a night shift that belongs to
    the day it begins on; the same time twice is the whole day.
    """

    zone: str
    weekdays: frozenset[int]
    opens: time
    closes: time

    def cover(self, at: datetime) -> bool:
        """Tell whether the instant lies within the hours, in their zone."""
        local = at.astimezone(ZoneInfo(self.zone))
        clock, day = local.time(), local.weekday()
        if self.opens < self.closes:
            return day in self.weekdays and self.opens <= clock < self.closes
        if clock >= self.opens:
            return day in self.weekdays
        before = (day - 1) % _DAYS
        return clock < self.closes and before in self.weekdays


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One row of a log. ``at`` None: no moment, or one that cannot be read."""

    row: int
    missing: tuple[str, ...]
    at: datetime | None
    who: str


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """Words an account or agent is known by, in lower case; ``ended`` says from which
    instant on nobody should use one any more."""

    words: frozenset[str]
    ended: Mapping[str, datetime] = field(default_factory=dict)


@dataclass
class Rows:
    """How many rows, and the numbers of the first hundred."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """Note a row."""
        self.count += 1
        if len(self.first) < ROWS_NAMED:
            self.first.append(row)

    def as_json(self) -> dict[str, Any]:
        """Count and rows."""
        return {"count": self.count, "rows": self.first}


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without any event."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Its length, to one decimal."""
        return round((self.end - self.start).total_seconds() / 3600, 1)


@dataclass(frozen=True, slots=True)
class LogTerms:
    """What the log is held against. ``first`` and ``last`` bound the period it is
    said to cover, ``last`` exclusive; None: from its first to its last event."""

    hours: Hours
    gap_hours: int = GAP_HOURS
    first: datetime | None = None
    last: datetime | None = None


@dataclass
class LogFindings:
    """What was found: counts, row numbers and stretches of time. No content."""

    read: int = 0
    missing: dict[str, Rows] = field(
        default_factory=lambda: {name: Rows() for name in REQUIRED}
    )
    unreadable: Rows = field(default_factory=Rows)
    outside: Rows = field(default_factory=Rows)
    unknown: Rows = field(default_factory=Rows)
    unknown_accounts: int = 0
    ended: Rows = field(default_factory=Rows)
    gaps: list[Gap] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found in a log that holds anything."""
        parts = (*self.missing.values(), self.unreadable, self.outside)
        counts = [part.count for part in (*parts, self.unknown, self.ended)]
        return bool(self.read) and not any(counts) and not self.gaps

    def as_json(self) -> dict[str, Any]:
        """The findings as they are kept."""
        return {
            "read": self.read,
            "fields": [
                {
                    "name": name,
                    "label": label,
                    "percent": percent(self.read - self.missing[name].count, self.read),
                    **self.missing[name].as_json(),
                }
                for name, label in REQUIRED.items()
            ],
            "unreadable": self.unreadable.as_json(),
            "outside": self.outside.as_json(),
            "unknown": self.unknown.as_json() | {"accounts": self.unknown_accounts},
            "ended": self.ended.as_json(),
            "gap_count": len(self.gaps),
            "gaps": [
                {
                    "start": gap.start.isoformat(),
                    "end": gap.end.isoformat(),
                    "hours": gap.hours,
                }
                for gap in self.gaps[:ROWS_NAMED]
            ],
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "is_clean": self.is_clean,
        }


def percent(part: int, whole: int) -> float:
    """Return the share in percent, cut to one decimal: 100 only when nothing lacks."""
    return part * 1000 // whole / 10 if whole else 0.0


def check_terms(terms: LogTerms) -> None:
    """Raise Invalid for hours or a period that mean nothing."""
    if not terms.hours.weekdays or not terms.hours.weekdays <= set(range(_DAYS)):
        text = "Choose the days on which people work."
        raise Invalid(text, fields={"weekdays": [text]})
    if not 1 <= terms.gap_hours <= LONGEST_GAP_HOURS:
        text = f"A gap is between 1 and {LONGEST_GAP_HOURS} hours."
        raise Invalid(text, fields={"gap_hours": [text]})
    if terms.first and terms.last and terms.first >= terms.last:
        text = "The last day comes before the first."
        raise Invalid(text, fields={"last_on": [text]})


def audit_log(
    events: Iterable[LogEvent], *, terms: LogTerms, people: KnownPeople
) -> LogFindings:
    """Hold every event against the terms.

    Who is known by nobody's word is unknown; who is, after the end, is used after
    the end. An event without a name is neither: it lacks a field.
    """
    found, moments, strangers = LogFindings(), [], set()
    for event in events:
        found.read += 1
        for name in event.missing:
            found.missing[name].add(event.row)
        if event.at is None:
            if "when" not in event.missing:
                found.unreadable.add(event.row)
        else:
            moments.append(event.at)
            if not terms.hours.cover(event.at):
                found.outside.add(event.row)
        if event.who:
            word = _known_word(event.who, people)
            if word is None:
                strangers.add(event.who.casefold())
                found.unknown.add(event.row)
            elif _is_after(event.at, people.ended.get(word)):
                found.ended.add(event.row)
    found.unknown_accounts = len(strangers)
    moments.sort()
    if moments:
        found.first, found.last = moments[0], moments[-1]
    found.gaps = _gaps(moments, terms)
    return found


def _known_word(who: str, people: KnownPeople) -> str | None:
    """The word as known; a domain before a backslash is left away."""
    whole = who.strip().casefold()
    for word in (whole, whole.rpartition("\\")[2]):
        if word in people.words:
            return word
    return None


def _is_after(at: datetime | None, end: datetime | None) -> bool:
    return at is not None and end is not None and at >= end


def _gaps(moments: Sequence[datetime], terms: LogTerms) -> list[Gap]:
    """Stretches of at least ``gap_hours``, the edges of the period included."""
    edges = [terms.first, *moments, terms.last]
    points = sorted(each for each in edges if each is not None)
    longest = timedelta(hours=terms.gap_hours)
    return [
        Gap(before, after)
        for before, after in pairwise(points)
        if after - before >= longest
    ]
