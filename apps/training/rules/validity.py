"""How long a completion counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from apps.core.dates import add_months
from apps.core.errors import Invalid

LONGEST_VALIDITY = 120
LONGEST_GRACE = 365


@dataclass(frozen=True, slots=True)
class CourseVersionTerms:
    """What a person states about a version of a course.

    ``validity_months`` None means for ever; ``pass_mark`` is in the unit of the
    scores; ``effective_on`` is the first day the version is taught. With
    ``window_starts_on`` the validity is a fixed window that began on that day.
    ``scenario_percent`` None means not stated.
    """

    label: str
    effective_on: date
    topics: tuple[str, ...] = ()
    is_scenario_based: bool = False
    pass_mark: Decimal | None = None
    validity_months: int | None = None
    languages: tuple[str, ...] = ()
    window_starts_on: date | None = None
    grace_days: int = 0
    scenario_percent: int | None = None


@dataclass(frozen=True, slots=True)
class VersionTerm:
    """The part of a version that judges a completion."""

    pk: UUID
    effective_on: date
    validity_months: int | None
    pass_mark: Decimal | None
    window_starts_on: date | None = None


def check_version(terms: CourseVersionTerms) -> None:
    """Raise Invalid for a version without a label or with impossible terms."""
    _check_validity(terms)
    percent = terms.scenario_percent
    if percent is not None and not 0 <= percent <= 100:
        text = "The share of scenarios is 0 to 100 percent."
        raise Invalid(text, fields={"scenario_percent": [text]})
    if percent is not None and bool(percent) is not terms.is_scenario_based:
        text = (
            "A share of scenarios and 'Uses scenarios' contradict each other. Correct "
            "one of them."
        )
        raise Invalid(text, fields={"scenario_percent": [text]})


def _check_validity(terms: CourseVersionTerms) -> None:
    months = terms.validity_months
    if not terms.label.strip():
        text = "Give the version a label, such as 2026."
        raise Invalid(text, fields={"label": [text]})
    if months is not None and not 1 <= months <= LONGEST_VALIDITY:
        text = (
            f"The validity is 1 to {LONGEST_VALIDITY} months; leave it empty for ever."
        )
        raise Invalid(text, fields={"validity_months": [text]})
    if terms.window_starts_on is not None and months is None:
        text = "A fixed window needs a length: say for how many months it counts."
        raise Invalid(text, fields={"validity_months": [text]})
    if not 0 <= terms.grace_days <= LONGEST_GRACE:
        text = f"The grace is 0 to {LONGEST_GRACE} days."
        raise Invalid(text, fields={"grace_days": [text]})
    if terms.grace_days and months is None:
        text = "A grace follows a last day; this version counts for ever."
        raise Invalid(text, fields={"grace_days": [text]})


def version_on(versions: Sequence[VersionTerm], day: date) -> VersionTerm | None:
    """Return the version in effect on ``day``, None before the first.

    ``versions`` are sorted by their first day; each holds until the next begins. A
    completion is judged by the version of its day, so a changed validity never
    rewrites the past. Source: our own default.
    """
    found = None
    for version in versions:
        if version.effective_on > day:
            break
        found = version
    return found


def valid_until(
    completed_on: date,
    validity_months: int | None,
    *,
    window_starts_on: date | None = None,
) -> date | None:
    """Return the last day a completion counts, inclusive; None for ever.

    The anniversary itself: completed 2026-01-15 with 12 months counts through
    2027-01-15, so that training repeated on the same calendar day every year leaves
    no gap, and as learning systems print it ("compliant until"). Calendar months,
    cut to the end of a shorter month: 2024-02-29 with 12 months counts through
    2025-02-28, 2026-08-31 with 6 months through 2027-02-28.

    With ``window_starts_on`` the last day of the window it falls in: windows of 12
    months from 2026-01-01 let 2026-03-10 and 2026-12-31 count through 2026-12-31, and
    windows reach back before that day as well. Source: our own default; 45 CFR
    164.308(a)(5) and 164.530(b) set no interval.
    """
    if validity_months is None:
        return None
    if window_starts_on is None:
        return add_months(completed_on, validity_months)
    return _window_end(completed_on, validity_months, window_starts_on)


def _window_end(day: date, months: int, starts_on: date) -> date:
    """Return the day before the first window that begins after ``day``.

    Every window is counted from the very first, so a start on the 31st comes back to
    the 31st where the month has one.
    """
    apart = 12 * (day.year - starts_on.year) + day.month - starts_on.month
    following = apart // months
    while add_months(starts_on, following * months) <= day:
        following += 1
    return add_months(starts_on, following * months) - timedelta(days=1)


def is_valid_on(day: date, *, completed_on: date, valid_until: date | None) -> bool:
    """Whether a passed completion counts on ``day``; both ends are inclusive."""
    return completed_on <= day and (valid_until is None or day <= valid_until)
