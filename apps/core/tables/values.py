"""Text of a cell to a date, a score or a yes/no, without ever guessing.

Every function takes one cell and returns the value or raises BadValue, whose
``expected`` completes a numbered problem.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from apps.core.errors import Invalid
from apps.core.tables.problems import PHRASES, RowProblem

EARLIEST_PLAUSIBLE = dt.date(1996, 1, 1)
"""HIPAA is of August 1996: an older completion or signature is a typing error."""

DATE_EXAMPLE = "a date such as 2026-03-31"


class DateOrder(StrEnum):
    """How 03/04/2026 is to be read in one column."""

    ISO = "iso"  # the column never writes day and month as bare numbers
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    UNKNOWN = "unknown"  # a person must be asked


class BadValue(Invalid):
    """The cell cannot be read; ``expected`` says what would be accepted."""

    default_code = "not_accepted"

    def __init__(self, value: str, *, code: str, expected: str) -> None:
        phrase = PHRASES.get(code, "cannot be accepted")
        super().__init__(f'"{value}" {phrase}; expected {expected}.', code=code)
        self.value = value
        self.expected = expected

    def at(self, row: int, column: str) -> RowProblem:
        """Return this as the numbered problem of ``row`` and ``column``."""
        return RowProblem(row, column, self.value, self.expected, self.code)


class AmbiguousDate(BadValue):
    """Day and month could be exchanged and nobody said which comes first."""


class ContradictoryDates(BadValue):
    """One column holds dates that force both orders."""


_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ],
        start=1,
    )
    for name in names
}

# A time of day may follow; the date is taken as written, whatever the offset.
_TIME = (
    r"(?:(?:T|,? +)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?[AP]M)?(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)


def _pattern(date: str) -> re.Pattern[str]:
    return re.compile(date + _TIME, re.IGNORECASE)


_YEAR_FIRST = _pattern(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_BARE = _pattern(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_DAY_NAME = _pattern(r"([0-9]{1,2})[- ]([a-z]{3,9})\.?[- ]([0-9]{4})")
_NAME_DAY = _pattern(r"([a-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")
_TWO_DIGITS = _pattern(
    r"(?:[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}"
    r"|[0-9]{1,2}[- ][a-z]{3,9}\.?[- ]'?[0-9]{2}"
    r"|[a-z]{3,9}\.? [0-9]{1,2},? '?[0-9]{2})"
)
_SERIAL = re.compile(r"([0-9]{1,7})(?:\.[0-9]+)?")
_LAST_SERIAL = {"1900": 2_958_465, "1904": 2_957_003}


def parse_date(
    text: str,
    *,
    order: DateOrder,
    serials: Literal["1900", "1904"] | None = None,
) -> dt.date:
    """Return the calendar date written in ``text``.

    Accepts 2026-03-31, 2026/3/31, 20260331, 31.03.2026, 31-Mar-2026, 31 March 2026,
    March 31, 2026, and 31/03/2026 or 03/31/2026 as ``order`` says; a time of day may
    follow and is dropped, an offset does not move the date. Dots always mean day
    first. With ``serials`` a bare number is a day count of that Excel date system.

    Raises AmbiguousDate when day and month could be exchanged and ``order`` is
    UNKNOWN, BadValue for two-digit years and anything else.
    """
    value = " ".join(text.split())
    if serials is not None and _SERIAL.fullmatch(value):
        return _from_serial(value, serials)
    found = _year_first(value) or _named(value)
    if found is not None:
        return _calendar(value, *found)
    if bare := _BARE.fullmatch(value):
        return _from_bare(value, bare, order)
    if _TWO_DIGITS.fullmatch(value):
        raise BadValue(
            value, code="two_digit_year", expected="a year of four digits, such as 2026"
        )
    raise BadValue(value, code="not_a_date", expected=DATE_EXAMPLE)


def _year_first(value: str) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST.fullmatch(value):
        year, _, month, day = found.groups()
    elif found := _COMPACT.fullmatch(value):
        year, month, day = found.groups()
    else:
        return None
    return int(year), int(month), int(day)


def _named(value: str) -> tuple[int, int, int] | None:
    if found := _DAY_NAME.fullmatch(value):
        day, name, year = found.groups()
    elif found := _NAME_DAY.fullmatch(value):
        name, day, year = found.groups()
    else:
        return None
    month = _MONTHS.get(name.lower())
    return None if month is None else (int(year), month, int(day))


def _from_bare(value: str, bare: re.Match[str], order: DateOrder) -> dt.date:
    first, mark, second, year = bare.groups()
    day_first = (int(year), int(second), int(first))
    month_first = (int(year), int(first), int(second))
    if mark == "." or order is DateOrder.DAY_FIRST or first == second:
        return _calendar(value, *day_first)
    if order is DateOrder.MONTH_FIRST:
        return _calendar(value, *month_first)
    readings = [_exists(*day_first), _exists(*month_first)]
    if all(readings):
        raise AmbiguousDate(
            value,
            code="ambiguous_date",
            expected="to be told whether the day or the month comes first",
        )
    return _calendar(value, *(day_first if readings[0] else month_first))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _calendar(value: str, year: int, month: int, day: int) -> dt.date:
    if not _exists(year, month, day):
        raise BadValue(value, code="not_a_date", expected=DATE_EXAMPLE)
    return dt.date(year, month, day)


def _from_serial(value: str, system: Literal["1900", "1904"]) -> dt.date:
    days = int(value.partition(".")[0])
    # Serial 60 of the 1900 system is 29 February 1900, a day that never was.
    if days > _LAST_SERIAL[system] or (system == "1900" and days in (0, 60)):
        raise BadValue(value, code="not_a_date", expected=DATE_EXAMPLE)
    if system == "1904":
        return dt.date(1904, 1, 1) + dt.timedelta(days=days)
    epoch = dt.date(1899, 12, 31) if days < 60 else dt.date(1899, 12, 30)
    return epoch + dt.timedelta(days=days)


def infer_date_order(samples: Iterable[str]) -> DateOrder:
    """Return the order that the cells of one column force.

    One date that exists in a single reading decides for the column: 13/04/2026 makes
    it DAY_FIRST. Cells that are no bare-number dates are ignored; a column without
    any is ISO. Nothing forces an order: UNKNOWN, and a person must be asked.
    Raises ContradictoryDates when two cells force different orders.
    """
    forced: dict[DateOrder, str] = {}
    seen = False
    for sample in samples:
        bare = _BARE.fullmatch(" ".join(sample.split()))
        if bare is None or bare[2] == ".":
            continue
        seen = True
        decided = _forced_order(bare)
        if decided is not None:
            forced.setdefault(decided, sample)
    if len(forced) > 1:
        raise _contradiction(forced)
    if forced:
        return next(iter(forced))
    return DateOrder.UNKNOWN if seen else DateOrder.ISO


def _forced_order(bare: re.Match[str]) -> DateOrder | None:
    first, second, year = int(bare[1]), int(bare[3]), int(bare[4])
    day_first, month_first = _exists(year, second, first), _exists(year, first, second)
    if day_first == month_first:
        return None
    return DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST


def _contradiction(forced: dict[DateOrder, str]) -> ContradictoryDates:
    first, second = forced.values()
    return ContradictoryDates(
        second,
        code="contradictory_dates",
        expected=f'one order in the whole column, as in "{first}"',
    )


def check_plausible(
    date: dt.date, *, not_before: dt.date = EARLIEST_PLAUSIBLE, not_after: dt.date
) -> dt.date:
    """Return ``date`` if it lies within the two bounds, both inclusive.

    Raises BadValue naming the bound that was crossed.
    """
    if date < not_before:
        expected = f"a date on or after {not_before.isoformat()}"
    elif date > not_after:
        expected = f"a date on or before {not_after.isoformat()}"
    else:
        return date
    raise BadValue(date.isoformat(), code="implausible_date", expected=expected)


_SCORE = re.compile(r"([0-9]{1,9})(?:([.,])([0-9]{1,15}))? ?%?")


def parse_score(text: str, *, decimal_comma: bool = False) -> Decimal:
    """Return the score exactly as written: "80" and "80%" are 80, "0.85" is 0.85.

    Nothing is scaled: whether a course counts to 1, 10 or 100 is the importer's
    question. ``decimal_comma`` accepts "80,5" in place of "80.5". Raises BadValue for
    words, signs, exponents and anything else.
    """
    value = text.strip()
    found = _SCORE.fullmatch(value)
    mark = "," if decimal_comma else "."
    if found is None or found[2] not in (None, mark):
        example = f"80 or 80{mark}5"
        raise BadValue(
            value, code="not_a_score", expected=f"a number such as {example}"
        )
    return Decimal(f"{found[1]}.{found[3] or 0}") if found[2] else Decimal(found[1])


_WORDS = {
    "true": True,
    "yes": True,
    "y": True,
    "1": True,
    "false": False,
    "no": False,
    "n": False,
    "0": False,
}


def parse_bool(text: str) -> bool:
    """Return True for true, yes, y, 1 and False for false, no, n, 0, in any case.

    Raises BadValue for everything else, an empty cell too: unknown is never no.
    """
    found = _WORDS.get(text.strip().lower())
    if found is None:
        raise BadValue(text.strip(), code="not_a_bool", expected="yes or no")
    return found
