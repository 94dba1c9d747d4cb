"""Where an assignment stands, what may happen to it next, and when it comes again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.dates import add_months
from apps.core.errors import Conflict, Invalid
from apps.questionnaires.enums import (
    WITH_VENDOR,
    AssignmentState,
    Decision,
    FindingState,
)

# Our own defaults: how soon the next round opens, the longest interval, and how long a
# vendor may take to plan what is done about a finding.
LEAD_DAYS = 45
MAX_MONTHS = 60
PLAN_DAYS = 14


class WrongState(Conflict):
    """The assignment does not stand where this can be done."""

    default_code = "wrong_state"


@dataclass(frozen=True, slots=True)
class Instants:
    """What happened to an assignment; True where the instant is set."""

    submitted: bool
    returned: bool
    closed: bool
    withdrawn: bool


def state_of(instants: Instants) -> AssignmentState:
    """The state that follows from the instants; the last fact wins.

    A return clears nothing: ``returned`` means after the last submission.
    """
    if instants.withdrawn:
        return AssignmentState.WITHDRAWN
    if instants.closed:
        return AssignmentState.CLOSED
    if instants.returned:
        return AssignmentState.RETURNED
    return AssignmentState.SUBMITTED if instants.submitted else AssignmentState.OPEN


_INSTEAD = {
    AssignmentState.OPEN: "It is with the vendor; wait until it is submitted.",
    AssignmentState.SUBMITTED: "It is in review; ask the client to request a change.",
    AssignmentState.RETURNED: "It went back to the vendor; wait until it returns.",
    AssignmentState.CLOSED: "It is closed; assign the questionnaire again.",
    AssignmentState.WITHDRAWN: "It was withdrawn; assign the questionnaire again.",
}


def check_state(state: AssignmentState, allowed: Collection[AssignmentState]) -> None:
    """Raise WrongState, naming the way out, unless the state is one of ``allowed``."""
    if state not in allowed:
        raise WrongState(f"This cannot be done now. {_INSTEAD[state]}")


def may_change(state: AssignmentState, decision: Decision | None) -> bool:
    """Whether the vendor may write an answer with that decision upon it.

    While open every one; after a return those whose change was requested and those
    nobody decided about.
    """
    if state is AssignmentState.RETURNED:
        return decision is None or decision == Decision.REQUEST_CHANGE
    return state in WITH_VENDOR


def check_changeable(state: AssignmentState, decision: Decision | None) -> None:
    """Raise WrongState, naming the way out, unless ``may_change``."""
    check_state(state, WITH_VENDOR)
    if not may_change(state, decision):
        raise WrongState(
            "The reviewer asked for no change here. Write a comment if the answer "
            "has to change."
        )


def check_recurrence(months: int | None) -> None:
    """Raise Invalid unless the interval is absent or from 1 to 60 months."""
    if months is not None and not 1 <= months <= MAX_MONTHS:
        text = f"Give an interval from 1 to {MAX_MONTHS} months, or none."
        raise Invalid(text, fields={"recurrence_months": [text]})


def check_due(due_on: date, *, today: date) -> None:
    """Raise Invalid for a day that has passed."""
    if due_on < today:
        text = "The day has passed. Choose today or a later one."
        raise Invalid(text, fields={"due_on": [text]})


def next_due(series_due_on: date, months: int, *, today: date) -> date:
    """The next due day of a series that is still ahead, in whole calendar months
    from the planned day of this round; moving one round does not move the series."""
    step = 1
    while add_months(series_due_on, months * step) < today:
        step += 1
    return add_months(series_due_on, months * step)


def opens_on(due_on: date) -> date:
    """First day on which the next round is opened: 45 days before it is due."""
    return due_on - timedelta(days=LEAD_DAYS)


def counts_until(
    *,
    closed_on: date | None,
    withdrawn_on: date | None,
    replaced_on: date | None,
    ended_on: date | None,
) -> date | None:
    """The last day, inclusive, what was handed in counts for anything; None while
    nothing ends it.

    Until it was withdrawn; once closed, until a later round is closed or the
    engagement ends, whichever comes first, at least on the day it was closed. Our own
    reading of "last in effect", 45 CFR 164.316(b)(2)(i).
    """
    if withdrawn_on is not None:
        return withdrawn_on
    ends = [day for day in (replaced_on, ended_on) if day is not None]
    if closed_on is None or not ends:
        return None
    return max(closed_on, min(ends))


def plan_due(raised_on: date) -> date:
    """Last day, inclusive, to plan what is done about a finding: 14 days after it was
    raised. Our own default."""
    return raised_on + timedelta(days=PLAN_DAYS)


def finding_state(done: Collection[bool], verified: Collection[bool]) -> FindingState:
    """Verified once every corrective action is verified, done once every one is
    done; a finding without any stays open."""
    if not done:
        return FindingState.OPEN
    if all(verified):
        return FindingState.VERIFIED
    return FindingState.DONE if all(done) else FindingState.OPEN
