"""Where a finding stands on a day, and what may be decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from apps.core.dates import end_of_day
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.drift.enums import FindingState
from apps.drift.rules.comparison import day_text

# Our own defaults; the regulation names no figure.
ESCALATION_DAYS = 3
MAX_ACCEPTANCE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Acceptance:
    """From an instant until the end of a day, inclusive."""

    accepted_at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Standing:
    """The dated facts of one finding."""

    detected_at: datetime
    resolved_at: datetime | None = None
    acknowledged_at: datetime | None = None
    is_requested: bool = False
    acceptances: tuple[Acceptance, ...] = ()


def local_day(instant: datetime, zone: str) -> date:
    """The local date of an instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def is_accepted(standing: Standing, *, day: date, zone: str) -> bool:
    """Return whether an acceptance holds at the end of the day; ``until`` is
    the last day, inclusive."""
    ends = end_of_day(day, zone)
    return any(
        one.accepted_at < ends and one.until >= day for one in standing.acceptances
    )


def is_open(standing: Standing, *, day: date, zone: str) -> bool:
    """Return whether the finding was detected and not resolved at the end of the
    day, accepted or not."""
    ends = end_of_day(day, zone)
    if standing.detected_at >= ends:
        return False
    return standing.resolved_at is None or standing.resolved_at >= ends


def state(standing: Standing, *, day: date, zone: str) -> FindingState:
    """Where a finding stands at the end of the day; an acceptance that ran out
    leaves it acknowledged."""
    if standing.resolved_at is not None and not is_open(standing, day=day, zone=zone):
        return FindingState.RESOLVED
    if is_accepted(standing, day=day, zone=zone):
        return FindingState.ACCEPTED
    if standing.is_requested:
        return FindingState.REQUESTED
    acknowledged_at = standing.acknowledged_at
    if acknowledged_at is not None and acknowledged_at < end_of_day(day, zone):
        return FindingState.ACKNOWLEDGED
    return FindingState.DETECTED


def check_undecided(current: FindingState) -> None:
    """Raise Conflict when a finding is resolved or already accepted."""
    if current == FindingState.RESOLVED:
        raise Conflict("This finding is resolved; nothing is left to decide.")
    if current == FindingState.ACCEPTED:
        raise Conflict("This finding is accepted. Decide again when that has ended.")


def check_until(until: date, *, today: date) -> None:
    """Raise Invalid unless the last day lies after today and within 365 days.

    Source: our own default.
    """
    latest = today + timedelta(days=MAX_ACCEPTANCE_DAYS)
    if not today < until <= latest:
        first, last = day_text(today + timedelta(days=1)), day_text(latest)
        raise Invalid(
            "The last day cannot be accepted.",
            fields={"until": [f"Choose a day from {first} to {last}."]},
        )


def check_acceptable(
    *,
    requested_by: UUID | None,
    is_requested: bool,
    by: UUID,
    until: date | None,
    today: date,
) -> None:
    """Raise unless an acceptance was asked for by somebody else and its last day,
    inclusive, has not passed. Two people: our own default."""
    if not is_requested or until is None:
        raise Conflict("Nobody has asked to accept this finding. Ask first.")
    if requested_by == by:
        raise NotAllowed(
            "You asked for this acceptance; another manager of the client decides."
        )
    if until < today:
        raise Conflict(
            f"The day asked for, {day_text(until)}, has passed. Ask for a later one."
        )
