"""When an activity is due again.

The data file is read once; it is part of the code and changes only by a release.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import yaml

from apps.assurance.enums import ActivityKind
from apps.core.dates import add_months
from apps.core.errors import Invalid

MAX_INTERVAL = 60


@dataclass(frozen=True, slots=True)
class Cadence:
    """Our own default interval of a kind, beside what the law says about it."""

    kind: ActivityKind
    months: int
    citation: str
    law: str


@cache
def cadences() -> dict[ActivityKind, Cadence]:
    """Defaults by kind. Intervals are ours; the citations say what is asked for."""
    source = resources.files("apps.assurance") / "data" / "cadences.yaml"
    rows = yaml.safe_load(source.read_text(encoding="utf-8"))["cadences"]
    found = {
        ActivityKind(row["kind"]): Cadence(
            ActivityKind(row["kind"]), row["months"], row["citation"], row["law"]
        )
        for row in rows
    }
    if set(found) != set(ActivityKind):
        raise ValueError("Every kind of activity has one default interval.")
    return found


def cadence(kind: str) -> Cadence:
    """The default of one kind."""
    return cadences()[ActivityKind(kind)]


def check_interval(months: int) -> None:
    """Between one month and five years."""
    if not 1 <= months <= MAX_INTERVAL:
        message = f"An interval lies between 1 and {MAX_INTERVAL} months."
        raise Invalid(message, fields={"interval_months": [message]})


def check_done(done_on: date, *, today: date) -> None:
    """What lies ahead has not been done."""
    if done_on > today:
        message = "This day lies ahead. Record the activity once it has been done."
        raise Invalid(message, fields={"done_on": [message]})


def next_due(first_due_on: date, interval_months: int, *, done: Iterable[date]) -> date:
    """The last permitted day, inclusive: an interval of calendar months after the
    latest day it was done, never before the first due day.

    ``done`` are days it was done without failing: what failed must be repeated and
    moves nothing. What was done long before the activity began is put on record and
    brings no day forward.
    """
    latest = max(done, default=None)
    if latest is None:
        return first_due_on
    return max(first_due_on, add_months(latest, interval_months))


def is_late(due: date, *, day: date) -> bool:
    """Whether the day to do it has passed."""
    return day > due
