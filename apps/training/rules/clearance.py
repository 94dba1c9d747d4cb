"""Whether an agent may serve: each requirement that applies is met on the day.

The same rule runs in the database for whole engagements (``queries.clearance``);
the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from apps.training.enums import Timing
from apps.training.rules.validity import is_valid_on


@dataclass(frozen=True, slots=True)
class Duty:
    """A requirement that applies to one assignment. Days are inclusive."""

    assigned_on: date
    required_from: date
    timing: Timing
    within_days: int = 0


class CellState(StrEnum):
    """One agent and one course on one day."""

    VALID = "valid"
    PENDING = "pending"
    EXPIRED = "expired"
    MISSING = "missing"
    NOT_REQUIRED = "not_required"


def last_day_to_meet(duty: Duty) -> date | None:
    """Return the last day the duty may stay open, None when it must be met at once.

    ``within_days`` calendar days after the later of assignment and requirement,
    inclusive: assigned 2026-03-01 with 30 days, open through 2026-03-31. Source: our
    own default; 45 CFR 164.530(b)(2)(i)(B) says "a reasonable period of time".
    """
    if duty.timing is Timing.BEFORE_CONTACT:
        return None
    start = max(duty.assigned_on, duty.required_from)
    return start + timedelta(days=duty.within_days)


def is_met(
    duty: Duty, *, day: date, passed: Iterable[tuple[date, date | None]]
) -> bool:
    """Whether the duty does not stand in the way on ``day``.

    ``passed`` are (completed on, valid until) of passed attempts in the course, both
    inclusive; failed ones never count against an earlier pass.
    """
    if any(is_valid_on(day, completed_on=on, valid_until=to) for on, to in passed):
        return True
    last = last_day_to_meet(duty)
    return last is not None and day <= last


def cell_state(
    *,
    is_required: bool,
    is_valid: bool,
    is_pending: bool,
    was_passed: bool,
) -> CellState:
    """Return the word for a cell of the coverage grid."""
    if is_valid:
        return CellState.VALID
    if not is_required:
        return CellState.NOT_REQUIRED
    if is_pending:
        return CellState.PENDING
    return CellState.EXPIRED if was_passed else CellState.MISSING
