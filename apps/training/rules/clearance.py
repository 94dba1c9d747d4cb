"""Whether an agent may serve: each requirement that applies is met on the day.

The same rule runs in the database for whole engagements (``queries.clearance``);
the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from apps.core.dates import Period
from apps.training.enums import Timing
from apps.training.rules.validity import is_valid_on, valid_until


@dataclass(frozen=True, slots=True)
class Demands:
    """What a completion must be beyond a pass in the course.

    ``renew_months`` None: it counts as long as the course says. No ``languages``: any
    will do; they are in lower case. With ``needs_signature`` it counts from the day
    its completion was verified by a signature.
    """

    renew_months: int | None = None
    min_scenario_percent: int = 0
    languages: tuple[str, ...] = ()
    accepts_equivalents: bool = True
    needs_signature: bool = False


ANY_PASS = Demands()


@dataclass(frozen=True, slots=True)
class Duty:
    """A requirement that applies to one assignment. Days are inclusive."""

    assigned_on: date
    required_from: date
    timing: Timing
    within_days: int = 0
    joined_on: date = date.min
    demands: Demands = ANY_PASS


@dataclass(frozen=True, slots=True)
class Pass:
    """A passed attempt and the part of its course version that matters here.

    ``equal_on`` is the period in which its version is accepted for the course the
    duty asks; None for that course itself.
    """

    completed_on: date
    valid_until: date | None
    grace_days: int = 0
    scenario_percent: int | None = None
    language: str = ""
    taught_in: tuple[str, ...] = ()
    equal_on: Period | None = None
    signed_on: date | None = None


class CellState(StrEnum):
    """One agent and one course on one day."""

    VALID = "valid"
    PENDING = "pending"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"
    INSUFFICIENT = "insufficient"
    MISSING = "missing"
    NOT_REQUIRED = "not_required"


def last_day_to_meet(duty: Duty) -> date | None:
    """Return the last day the duty may stay open, None when it must be met at once.

    ``within_days`` calendar days after the later of assignment and requirement,
    inclusive: assigned 2026-03-01 with 30 days, open through 2026-03-31. Source: our
    own default; 45 CFR 164.530(b)(2)(i)(B) says "a reasonable period of time". After
    hire they run from the day the agent joined, or the later requirement, as Texas
    Health and Safety Code 181.101 (HB 300) counts its 90 days.
    """
    if duty.timing is Timing.BEFORE_CONTACT:
        return None
    is_hire = duty.timing is Timing.AFTER_HIRE
    start = max(duty.joined_on if is_hire else duty.assigned_on, duty.required_from)
    return start + timedelta(days=duty.within_days)


def satisfies(passed: Pass, demands: Demands) -> bool:
    """Whether a pass is of the kind asked for, on whatever day.

    A share of scenarios nobody stated is not enough where one is asked. A record that
    names no language was taught in one of its version's, so all of them must do.
    Source: our own default; the signature is Texas Health and Safety Code 181.101
    (HB 300), which asks a signed statement that the training was completed.
    """
    if demands.needs_signature and passed.signed_on is None:
        return False
    if passed.equal_on is not None and not demands.accepts_equivalents:
        return False
    if (passed.scenario_percent or 0) < demands.min_scenario_percent:
        return False
    wanted = set(demands.languages)
    if not wanted:
        return True
    if passed.language:
        return passed.language.casefold() in wanted
    taught = {language.casefold() for language in passed.taught_in}
    return bool(taught) and taught <= wanted


def counts_on(day: date, passed: Pass, demands: Demands, *, in_grace: bool) -> bool:
    """Whether a pass counts on ``day``, ``in_grace`` with the days of grace.

    The earlier of its own last day and ``renew_months`` after it ends it; the grace is
    of the course and does not stretch the latter. One whose signature is asked for
    counts from the day of that. Source: our own default.
    """
    equal = passed.equal_on
    if not satisfies(passed, demands) or (equal and not equal.contains(day)):
        return False
    if demands.needs_signature and passed.signed_on and day < passed.signed_on:
        return False
    until = passed.valid_until
    if until is not None and in_grace:
        until += timedelta(days=passed.grace_days)
    renewed = valid_until(passed.completed_on, demands.renew_months)
    return is_valid_on(
        day, completed_on=passed.completed_on, valid_until=until
    ) and is_valid_on(day, completed_on=passed.completed_on, valid_until=renewed)


def is_met(duty: Duty, *, day: date, passed: Iterable[Pass]) -> bool:
    """Whether the duty does not stand in the way on ``day``.

    ``passed`` are passed attempts in the course and in versions accepted for it;
    failed ones never count against an earlier pass.
    """
    if any(counts_on(day, each, duty.demands, in_grace=True) for each in passed):
        return True
    last = last_day_to_meet(duty)
    return last is not None and day <= last


def cell_state(
    *,
    is_required: bool,
    is_valid: bool,
    is_pending: bool,
    was_passed: bool,
    holds_pass: bool,
    lacks_signature: bool,
) -> CellState:
    """Return the word for a cell of the coverage grid.

    ``was_passed`` on whatever day; ``holds_pass`` says that by its own days one still
    counts. Where that does not satisfy the requirement, the word says why: a signature
    is lacking, or the share of scenarios, the language or an earlier renewal.
    """
    if is_valid:
        return CellState.VALID
    if not is_required:
        return CellState.NOT_REQUIRED
    if is_pending:
        return CellState.PENDING
    if holds_pass:
        return CellState.UNSIGNED if lacks_signature else CellState.INSUFFICIENT
    return CellState.EXPIRED if was_passed else CellState.MISSING
