"""How long a completion counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.core.dates import add_months
from apps.core.errors import Invalid

LONGEST_VALIDITY = 120


@dataclass(frozen=True, slots=True)
class CourseVersionTerms:
    """What a person states about a version of a course.

    ``validity_months`` None means for ever; ``pass_mark`` is in the unit of the
    scores; ``effective_on`` is the first day the version is taught.
    """

    label: str
    effective_on: date
    topics: tuple[str, ...] = ()
    is_scenario_based: bool = False
    pass_mark: Decimal | None = None
    validity_months: int | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionTerm:
    """The part of a version that judges a completion."""

    pk: UUID
    effective_on: date
    validity_months: int | None
    pass_mark: Decimal | None


def check_version(terms: CourseVersionTerms) -> None:
    """Raise Invalid for a version without a label or with an impossible validity."""
    months = terms.validity_months
    if not terms.label.strip():
        text = "Give the version a label, such as 2026."
        raise Invalid(text, fields={"label": [text]})
    if months is not None and not 1 <= months <= LONGEST_VALIDITY:
        text = (
            f"The validity is 1 to {LONGEST_VALIDITY} months; leave it empty for ever."
        )
        raise Invalid(text, fields={"validity_months": [text]})


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


def valid_until(completed_on: date, validity_months: int | None) -> date | None:
    """Return the last day a completion counts, inclusive; None for ever.

    The anniversary itself: completed 2026-01-15 with 12 months counts through
    2027-01-15, so that training repeated on the same calendar day every year leaves
    no gap, and as learning systems print it ("compliant until"). Calendar months,
    cut to the end of a shorter month: 2024-02-29 with 12 months counts through
    2025-02-28, 2026-08-31 with 6 months through 2027-02-28. Source: our own default;
    45 CFR 164.308(a)(5) and 164.530(b) set no interval.
    """
    if validity_months is None:
        return None
    return add_months(completed_on, validity_months)


def is_valid_on(day: date, *, completed_on: date, valid_until: date | None) -> bool:
    """Whether a passed completion counts on ``day``; both ends are inclusive."""
    return completed_on <= day and (valid_until is None or day <= valid_until)
