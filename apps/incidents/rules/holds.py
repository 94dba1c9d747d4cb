"""Delay asked by law enforcement: until when, and what it moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.dates import days_between
from apps.incidents.enums import HoldForm
from apps.incidents.rules.law import federal
from apps.incidents.rules.words import day_words

LACKS_TIME = "written_statement_lacks_time"


@dataclass(frozen=True, slots=True)
class Hold:
    """A statement of an official. ``until`` is the last day of the delay, inclusive,
    and only a written statement can name one."""

    form: HoldForm
    stated_on: date
    until: date | None = None

    @property
    def ends_on(self) -> date | None:
        """The last day of the delay by this statement alone; None where it is none.

        Written: the time it specifies; without one it delays nothing. Oral: at most
        30 days from the statement. Source: 45 CFR 164.412(a), (b).
        """
        if self.form == HoldForm.WRITTEN:
            return self.until
        return self.stated_on + timedelta(days=federal().oral_days)

    @property
    def warning(self) -> str:
        """A code for what is wrong with the statement, or nothing."""
        lacks = self.form == HoldForm.WRITTEN and self.until is None
        return LACKS_TIME if lacks else ""


@dataclass(frozen=True, slots=True)
class Delay:
    """What holds do to one date: ``ends_on`` is None where nothing delays."""

    due_on: date
    ends_on: date | None
    words: str


def delay_ends(holds: Iterable[Hold]) -> date | None:
    """The last day of delay by all statements together; None without a valid one.

    A written statement that names a time and comes within the days of an oral one
    takes its place. Source: 45 CFR 164.412(b).
    """
    ends = [hold.ends_on for hold in _effective(list(holds)) if hold.ends_on]
    return max(ends, default=None)


def _effective(holds: list[Hold]) -> list[Hold]:
    written = [h for h in holds if h.form == HoldForm.WRITTEN and h.until]
    return [hold for hold in holds if not _is_replaced(hold, written)]


def _is_replaced(hold: Hold, written: list[Hold]) -> bool:
    if hold.form != HoldForm.ORAL:
        return False
    return any(
        0 <= days_between(hold.stated_on, one.stated_on) <= federal().oral_days
        for one in written
    )


def delayed(normal_due_on: date, holds: Iterable[Hold]) -> Delay:
    """The date with holds: the later of the normal date and the end of the delay.

    The rule gives no new days after the delay, so none are added; a statement made
    after the date had passed moves nothing. Both are our reading of 45 CFR 164.412.
    """
    due_on, ends_on = normal_due_on, None
    for hold in sorted(_effective(list(holds)), key=lambda one: one.stated_on):
        if hold.ends_on is None or hold.stated_on > due_on:
            continue
        ends_on = max(hold.ends_on, ends_on or hold.ends_on)
        due_on = max(due_on, hold.ends_on)
    words = ""
    if ends_on is not None:
        moved = "which is later" if due_on > normal_due_on else "which changes nothing"
        words = (
            f"; law enforcement asked for delay until {day_words(ends_on)}, {moved} "
            f"({federal().delay_citation})"
        )
    return Delay(due_on, ends_on, words)
