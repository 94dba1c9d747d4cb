"""On which days a review that recurs opens again."""

from __future__ import annotations

from datetime import date

from apps.core.dates import add_months


def next_opening(first: date, months: int, *, after: date) -> date:
    """Return the first day past ``after`` that is whole periods after ``first``.

    Counted from the first opening each time, so that neither a short month nor a late
    job moves the days that follow: 31 January goes on 28 February, 31 March. A default
    of ours: 45 CFR 164.308(a)(4)(ii)(C) asks for reviews and names no interval.
    """
    periods = 1
    while (day := add_months(first, periods * months)) <= after:
        periods += 1
    return day
