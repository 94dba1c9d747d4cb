"""Calendar arithmetic of the portal: months, inclusive periods, last permitted days.

Everything here is pure and works on dates; "today" comes from ``clock``.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """Return the same day of the month ``months`` calendar months later.

    Where that month is too short, its last day: 31 January plus one month is the
    28 or 29 February, 29 February plus twelve months the 28 February. Negative
    ``months`` go back. The clipping is a choice of ours. Raises ValueError outside
    the years 1 to 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    # Checked here: ``calendar`` has its own answer to the year 0.
    if not date.min.year <= year <= date.max.year:
        raise ValueError("The date is outside the years 1 to 9999.")
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """Return the anniversary ``years`` later; 29 February becomes the 28th if need be.

    An anniversary is never "365 days later". Raises as :func:`add_months`.
    """
    return add_months(day, 12 * years)


def kept_through(day: date, years: int) -> date:
    """Return the last day to keep what was last in effect on ``day``, inclusive.

    Calendar years. Unlike an anniversary, 29 February becomes 1 March where the year
    has none, so that nothing goes a day early: our own rule, ``retention.leap_rule``
    of the reference. Raises as :func:`add_months`.
    """
    later = add_years(day, years)
    return later if later.day == day.day else later + _ONE_DAY


def days_between(first: date, last: date) -> int:
    """Return the days from ``first`` to ``last``: 1 for neighbours, negative backwards.

    ``first`` is day 0.
    """
    return (last - first).days


def due_after_days(start: date, days: int) -> date:
    """Return the last permitted day, inclusive: ``days`` calendar days after ``start``.

    ``start``, such as the day of discovery, is day 0; weekends and holidays move
    nothing. Used for limits like the 60 calendar days of 45 CFR 164.404(b) and
    164.410. Raises ValueError for negative ``days``.
    """
    if days < 0:
        raise ValueError("A limit is never a negative number of days.")
    return start + timedelta(days=days)


def is_overdue(due: date, *, today: date) -> bool:
    """Tell whether ``due``, the last permitted day, has passed; due today is not."""
    return today > due


def business_days_after(
    day: date, count: int, *, holidays: Collection[date] = frozenset()
) -> date:
    """Return the business day that is ``count`` business days after ``day``.

    ``day`` is day 0 whatever weekday it is, and the answer to ``count`` 0. Saturdays,
    Sundays and ``holidays`` are not counted; no holiday is known unless passed. Both
    are defaults of ours. Raises ValueError for a negative ``count``.
    """
    if count < 0:
        raise ValueError("Business days are counted forwards only.")
    while count:
        day += _ONE_DAY
        if day.weekday() < _SATURDAY and day not in holidays:
            count -= 1
    return day


def local_date(instant: datetime, zone: str) -> date:
    """Return the calendar date of an aware ``instant`` in the IANA ``zone``.

    Raises ValueError for a naive instant: it names no moment.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant must be aware to have a local date.")
    return instant.astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """Return the instant ``day`` begins in the IANA ``zone``, in UTC.

    Where clocks go forward over midnight, it is the moment they do.
    """
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """Return the instant ``day`` ends in the IANA ``zone``, exclusive, in UTC."""
    return start_of(day + _ONE_DAY, zone)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both inclusive; without ``last`` it is open.

    Raises ValueError when ``last`` is before ``first``.
    """

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError("A period does not end before it begins.")

    @property
    def days(self) -> int | None:
        """How many days there are, both ends counted; None for an open period."""
        return None if self.last is None else (self.last - self.first).days + 1

    def contains(self, day: date) -> bool:
        """Tell whether ``day`` lies within, the first and last day included."""
        return self.first <= day <= self._end

    def overlaps(self, other: Period) -> bool:
        """Tell whether the two have a day in common."""
        return self.first <= other._end and other.first <= self._end

    def within(self, other: Period) -> bool:
        """Tell whether every day of this period is a day of ``other``."""
        return other.first <= self.first and self._end <= other._end

    def intersection(self, other: Period) -> Period | None:
        """Return the days in common, or None when there are none."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.last, other.last) if end is not None]
        return Period(max(self.first, other.first), min(ends, default=None))

    @property
    def _end(self) -> date:
        """The last day to compare with; ``date.max`` is as good as open."""
        return date.max if self.last is None else self.last
