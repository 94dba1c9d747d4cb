"""Clocks of access that is to end, and what a later snapshot proves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from apps.access_reviews.enums import (
    AccountStatus,
    RevocationState,
    RevocationStepKind,
)
from apps.core.dates import local_date

PROPOSED_HOURS = 1
PROPOSED_NOTICE_HOURS = 24
"""Proposed, not in force: 90 FR 898 (RIN 0945-AA22) would have access end within an
hour of the end of employment, and the other party told within 24 hours of the change,
164.308(a)(9)(ii)(D) as proposed. Shown beside where the owner asks, never a gap."""

_ENDED = {AccountStatus.SUSPENDED, AccountStatus.REMOVED}


@dataclass(frozen=True, slots=True)
class RevocationFacts:
    """The instants of a revocation."""

    due_at: datetime
    done_at: datetime | None = None
    verified_at: datetime | None = None
    withdrawn_at: datetime | None = None


def clock_from(start: datetime, hours: int) -> datetime:
    """Return the instant by which access must have ended, inclusive.

    Hours run on the instant, through nights and holidays. How many is the owner's
    own policy: 45 CFR 164.308(a)(3)(ii)(C) sets no time.
    """
    return start + timedelta(hours=hours)


def state_of(facts: RevocationFacts, *, now: datetime) -> RevocationState:
    """Return where a revocation stands at ``now``; due at this very moment is open."""
    if facts.withdrawn_at is not None and facts.withdrawn_at <= now:
        return RevocationState.WITHDRAWN
    if facts.verified_at is not None and facts.verified_at <= now:
        return RevocationState.VERIFIED
    if facts.done_at is not None and facts.done_at <= now:
        return RevocationState.DONE
    return RevocationState.OVERDUE if now > facts.due_at else RevocationState.OPEN


_STARTS = {RevocationStepKind.ASKED, RevocationStepKind.REOPENED}
_ENDS = {
    RevocationStepKind.DONE,
    RevocationStepKind.VERIFIED,
    RevocationStepKind.WITHDRAWN,
}


def due_then(
    steps: Iterable[tuple[str, datetime]],
    *,
    hours: int,
    then: datetime,
    starts_at: datetime | None = None,
) -> datetime | None:
    """Return when access had to have ended, as its timeline stood at ``then``,
    inclusive; None where it did not run. ``steps`` are kind and instant, in order;
    ``starts_at`` is when the clock began where that is later than it was asked for."""
    due = None
    for kind, at in steps:
        if at > then:
            break
        if kind in _STARTS:
            is_first = kind == RevocationStepKind.ASKED
            due = clock_from(starts_at if is_first and starts_at else at, hours)
        elif kind in _ENDS:
            due = None
    return due


def seen_in(
    *,
    is_listed: bool,
    status: AccountStatus,
    holds_role: bool,
    is_whole_account: bool,
    proves_absence: bool,
) -> bool | None:
    """Tell whether a snapshot shows access ended (True) or still there (False).

    None when it proves nothing: an account missing from a file that is not complete.
    A suspended account, or one without the role in question, has ended; a status
    that is not stated has not.
    """
    if not is_listed:
        return True if proves_absence else None
    if status in _ENDED:
        return True
    if is_whole_account or holds_role:
        return False
    return True if proves_absence else None


def hours_between(start: datetime, end: datetime) -> float:
    """Return the hours from ``start`` to ``end``, to one decimal; 0 where it ended
    before its clock began."""
    return max(0.0, round((end - start).total_seconds() / 3600, 1))


@dataclass(frozen=True, slots=True)
class Times:
    """Hours from asked to done: how many, how many in time, the middle, the worst."""

    count: int
    in_time: int
    middle: float
    worst: float


Run = tuple[datetime, datetime, datetime]
"""When the clock of access began, was due, and access ended."""

# Upper ends in hours, inclusive, with the words for them; what is longer comes last.
SPEEDS = (
    (1, "Within an hour"),
    (4, "Within 4 hours"),
    (24, "Within 24 hours"),
    (72, "Within 72 hours"),
)
SLOWER = "Later"


def time_to_revoke(rows: Iterable[Run]) -> Times | None:
    """Return the statistic over what was done; None where nothing was."""
    done = [(hours_between(asked, end), end <= due) for asked, due, end in rows]
    if not done:
        return None
    hours = [each for each, _ in done]
    return Times(
        count=len(done),
        in_time=sum(in_time for _, in_time in done),
        middle=round(median(hours), 1),
        worst=max(hours),
    )


def speeds(rows: Iterable[Run]) -> dict[str, int]:
    """Return how many ended how fast, the fastest first."""
    found = dict.fromkeys([*(label for _, label in SPEEDS), SLOWER], 0)
    for asked, _, end in rows:
        passed = (end - asked).total_seconds() / 3600
        label = next((name for most, name in SPEEDS if passed <= most), SLOWER)
        found[label] += 1
    return found


def times_by_month(rows: Iterable[Run], *, zone: str) -> list[tuple[date, Times]]:
    """Return the statistic of each month in which access ended, oldest first, by the
    local day it ended on; a month is its first day."""
    months: dict[date, list[Run]] = defaultdict(list)
    for row in rows:
        months[local_date(row[2], zone).replace(day=1)].append(row)
    found = ((month, time_to_revoke(own)) for month, own in sorted(months.items()))
    return [(month, times) for month, times in found if times is not None]
