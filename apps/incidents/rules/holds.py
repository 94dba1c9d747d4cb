"""Delay asked by law enforcement: until when, and what it moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.dates import days_between
from apps.incidents.enums import DelayReading, HoldForm, OpenRequestReading
from apps.incidents.rules.law import federal
from apps.incidents.rules.readings import DEFAULTS, Readings
from apps.incidents.rules.words import count_words, day_words

LACKS_TIME = "written_statement_lacks_time"


@dataclass(frozen=True, slots=True)
class Hold:
    """A statement of an official. ``until`` is the last day of the delay, inclusive,
    and only a written statement can name one."""

    form: HoldForm
    stated_on: date
    until: date | None = None

    def ends_on(self, readings: Readings = DEFAULTS) -> date | None:
        """The last day of the delay by this statement alone; None where it is none.

        Written: the time it specifies; without one it delays nothing unless read as
        oral. Oral: at most 30 days from the statement. Source: 45 CFR 164.412(a), (b).
        """
        is_open = self.form == HoldForm.WRITTEN and self.until is None
        if is_open and readings.open_request == OpenRequestReading.NOTHING:
            return None
        if self.until is not None:
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


def delay_ends(holds: Iterable[Hold], readings: Readings = DEFAULTS) -> date | None:
    """The last day of delay by all statements together; None without a valid one.

    A written statement that names a time and comes within the days of an oral one
    takes its place. Source: 45 CFR 164.412(b).
    """
    ends = [hold.ends_on(readings) for hold in _effective(list(holds))]
    return max((day for day in ends if day is not None), default=None)


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


def delayed(
    normal_due_on: date, holds: Iterable[Hold], readings: Readings = DEFAULTS
) -> Delay:
    """The date with holds: by default the later of it and the end of the delay.

    The rule gives no new days after the delay, so none are added unless the party reads
    it so; a statement made after the date had passed moves nothing. Our own readings of
    45 CFR 164.412.
    """
    due_on, ends_on, added = normal_due_on, None, 0
    tolls = readings.delay == DelayReading.TOLLS
    for hold in sorted(_effective(list(holds)), key=lambda one: one.stated_on):
        ends = hold.ends_on(readings)
        if ends is None or hold.stated_on > due_on:
            continue
        if tolls:
            # Days two statements share are added once.
            begins = max(hold.stated_on, ends_on or hold.stated_on)
            added += max(0, days_between(begins, ends))
        ends_on = max(ends, ends_on or ends)
        shifted = normal_due_on + timedelta(days=added)
        due_on = max(due_on, shifted if tolls else ends)
    words = ""
    if ends_on is not None:
        moved = _moved_words(added, is_later=due_on > normal_due_on)
        words = (
            f"; law enforcement asked for delay until {day_words(ends_on)}, {moved} "
            f"({federal().delay_citation})"
        )
    return Delay(due_on, ends_on, words)


def _moved_words(added: int, *, is_later: bool) -> str:
    if added:
        return f"which adds {count_words(added, 'day')}"
    return "which is later" if is_later else "which changes nothing"
