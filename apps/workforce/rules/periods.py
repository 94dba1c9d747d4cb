"""When somebody works here: leaving, coming back, and the days in between.

A person who comes back is the same agent in a new period; the earlier one is kept.
Source: our own default; no regulation says how rosters keep their history.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from apps.core.dates import Period
from apps.workforce.rules.states import AssignmentState, RosterRow, WorkerState


def with_days_of(row: RosterRow, old: WorkerState, *, day: date) -> WorkerState:
    """Return the agent with the first and last day after the row.

    ``day`` is the day the file speaks of. Whoever left before it and is listed as
    working begins a new period: on the joining day the row states, else on the first
    day of the row's assignment, else on ``day``, whichever lies after the last day
    recorded. A joining day within an earlier period is what systems of HR keep of
    the first hiring and moves nothing. A file without a column for leaving takes no
    announced last day back.
    """
    left_on = row.left_on
    if not row.says_left and old.left_on is not None and old.left_on >= day:
        left_on = old.left_on
    first = _comes_back(row, old, left_on, day=day)
    if first is not None and old.left_on is not None:
        gone = Period(old.joined_on, old.left_on)
        return replace(
            old, joined_on=first, left_on=left_on, earlier=(*old.earlier, gone)
        )
    return replace(old, joined_on=_joined_on(row, old), left_on=left_on)


def _comes_back(
    row: RosterRow, old: WorkerState, left_on: date | None, *, day: date
) -> date | None:
    gone = old.left_on
    if gone is None:
        return None
    if row.joined_on is not None and row.joined_on > gone:
        return row.joined_on
    works = left_on is None or left_on >= day
    if gone >= day or not works:
        return None
    if row.effective_on is not None and row.effective_on > gone:
        return min(row.effective_on, day)
    return day


def _joined_on(row: RosterRow, old: WorkerState) -> date:
    stated = row.joined_on or min(row.effective_on or old.joined_on, old.joined_on)
    if old.earlier and stated <= last_day(old.earlier[-1]):
        return old.joined_on
    return stated


def last_day(period: Period) -> date:
    """The last day of a closed period."""
    return period.last or date.max


def periods_of(agent: WorkerState) -> tuple[Period, ...]:
    """Every period of the agent, the present one last."""
    return (*agent.earlier, Period(agent.joined_on, agent.left_on))


def period_at(agent: WorkerState, first: date) -> Period | None:
    """The period that holds a first day, or the last one before it; None before all."""
    begun = [each for each in periods_of(agent) if each.first <= first]
    return begun[-1] if begun else None


def resumed_on(
    row: RosterRow, agent: WorkerState, recorded: AssignmentState | None
) -> date | None:
    """The first day an assignment of the row counts from, None where it says none.

    An assignment that began in an earlier period and is stated as running goes on
    with the present period; what ended in the earlier one stays as it was.
    """
    first = row.effective_on
    if first is None or not agent.earlier or first > last_day(agent.earlier[-1]):
        return first
    if row.ended_on is not None:
        return agent.joined_on if row.ended_on >= agent.joined_on else first
    ended = recorded.ended_on if recorded is not None else None
    period = period_at(agent, first)
    is_history = (
        not row.says_end
        and ended is not None
        and period is not None
        and ended < last_day(period)
    )
    return first if is_history else agent.joined_on


def outside_periods(
    agent: WorkerState, first: date, last: date | None
) -> tuple[str, str, str] | None:
    """Why an assignment does not lie within one period: reason, value, expected."""
    period = period_at(agent, first)
    if period is None or (period.last is not None and period.last < first):
        follows = [each.first for each in periods_of(agent) if each.first > first]
        if follows:
            expected = f"a first day on or after {follows[0]}"
            return "assigned before joining", f"{first}", expected
    ends_on = period.last if period is not None else None
    if ends_on is not None and (last is None or last > ends_on):
        expected = f"a last day on or before {ends_on}"
        return "assigned after leaving", f"{last or first}", expected
    return None


# Source: our own default. A file that lost half its rows should not pass unseen.
MANY_FROM, MANY_SHARE = 3, 10


def leavers_to_confirm(leavers: int, working: int) -> int:
    """The number a person must confirm by itself, 0 where few leave.

    Many are three or more, and more than a tenth of those who work on the day.
    """
    is_many = leavers >= MANY_FROM and leavers * MANY_SHARE > working
    return leavers if is_many else 0
