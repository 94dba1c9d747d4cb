"""Where a certificate stands on a day, and what a letter may bridge.

No law asks for certificates; every figure here is our own default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from apps.assurance.enums import CertificateState, Standard
from apps.core.dates import Period, add_months
from apps.core.errors import Invalid

# A report looks back. Readers accept it for about a year after its period; market
# practice, not law.
REPORT_MONTHS = 12
_REPORTS = frozenset({Standard.SOC2_TYPE1, Standard.SOC2_TYPE2})
_ONE_DAY = timedelta(days=1)
_HOLDS = frozenset(
    {CertificateState.CURRENT, CertificateState.BRIDGED, CertificateState.GAP}
)


@dataclass(frozen=True, slots=True)
class CertificateTerms:
    """What a certificate's paper says."""

    standard: Standard
    number: str
    certifying_body: str
    scope_text: str
    sites: tuple[str, ...]
    first_on: date
    last_on: date
    exceptions: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """The dates of a certificate: its period, its letters, its withdrawal, and the
    first day nobody can open its file (None while it can be opened)."""

    standard: Standard
    period: Period
    withdrawn_on: date | None = None
    unreadable_from: date | None = None
    letters: tuple[Period, ...] = ()

    @property
    def last_on(self) -> date:
        """The last day of the period."""
        return self.period.last or date.max


def check_terms(terms: CertificateTerms, *, today: date) -> None:
    """Refuse a period that ends before it begins, a report of the future, and a
    Type I report of more than one day."""
    if terms.last_on < terms.first_on:
        _refuse("last_on", "The period ends before it begins. Check both days.")
    if terms.standard in _REPORTS and terms.last_on > today:
        _refuse("last_on", "A SOC 2 report looks back: its period has ended already.")
    if terms.standard is Standard.SOC2_TYPE1 and terms.first_on != terms.last_on:
        _refuse(
            "last_on",
            "A Type I report speaks of one day. Give the same first and last day, or "
            "choose Type II.",
        )


def letter_days(first_on: date, last_on: date) -> Period:
    """The days a letter speaks of. Invalid where it ends before it begins."""
    if last_on < first_on:
        _refuse("last_on", "It ends before it begins. Check both days.")
    return Period(first_on, last_on)


def check_letter(term: Term, letter: Period) -> None:
    """Refuse a letter that bridges nothing: all of it lies within the period."""
    if letter.last is None or letter.last <= term.last_on:
        _refuse(
            "last_on",
            f"The period itself lasts until {_day(term.last_on)}. A letter speaks of "
            "days after it.",
        )


def state(term: Term, day: date) -> CertificateState:
    """Where the certificate stands on a day.

    After its period a letter that covers the day bridges it. A SOC 2 report without
    one is a gap for twelve months (our own default), then lapsed. A paper nobody can
    open proves nothing, whatever its dates say.
    """
    found = _by_dates(term, day)
    is_unreadable = term.unreadable_from is not None and day >= term.unreadable_from
    return CertificateState.UNREADABLE if is_unreadable and found in _HOLDS else found


def _by_dates(term: Term, day: date) -> CertificateState:
    if term.withdrawn_on is not None and day >= term.withdrawn_on:
        return CertificateState.WITHDRAWN
    if day < term.period.first:
        return CertificateState.AHEAD
    if day <= term.last_on:
        return CertificateState.CURRENT
    if any(letter.contains(day) for letter in term.letters):
        return CertificateState.BRIDGED
    if term.standard in _REPORTS and day <= add_months(term.last_on, REPORT_MONTHS):
        return CertificateState.GAP
    return CertificateState.LAPSED


def holds(term: Term, day: date) -> bool:
    """Whether a reader may rely on it that day: current, bridged, or a report still
    within its year."""
    return state(term, day) in _HOLDS


def covered_until(term: Term) -> date:
    """The last day in an unbroken row: the period and letters that follow on."""
    last = term.last_on
    for letter in sorted(term.letters, key=lambda one: one.first):
        if letter.last is not None and letter.first <= last + _ONE_DAY:
            last = max(last, letter.last)
    return last


def renew_by(term: Term) -> date:
    """The last day before a newer paper is needed: where coverage ends, for a report
    at least the year readers accept it."""
    until = covered_until(term)
    if term.standard in _REPORTS:
        return max(until, add_months(term.last_on, REPORT_MONTHS))
    return until


def follows(newer: Term, older: Term, *, today: date) -> bool:
    """Whether a newer paper takes the duty to renew from an older one: it begins no
    later than the day after that was due, or has begun meanwhile, so that the days
    between are past mending. One nobody can open takes nothing over."""
    is_newer = (
        newer.last_on > older.last_on
        and newer.withdrawn_on is None
        and newer.unreadable_from is None
    )
    begins = newer.period.first
    return is_newer and (begins <= renew_by(older) + _ONE_DAY or begins <= today)


@dataclass(frozen=True, slots=True)
class Seam:
    """Days after a period, both ends inclusive; ``bridged`` of them letters cover."""

    days: Period
    bridged: int

    @property
    def total(self) -> int:
        """All days of it."""
        return self.days.days or 0

    @property
    def uncovered(self) -> int:
        """Days that nothing covers."""
        return self.total - self.bridged


def seam(term: Term, *, until: date) -> Seam | None:
    """What lies between the end of a period and ``until``, inclusive: the day before
    the next period begins, or today. None where the period lasts so long.

    A letter counts for the days it speaks of, wherever among these they lie.
    """
    if until <= term.last_on:
        return None
    days = Period(term.last_on + _ONE_DAY, until)
    return Seam(days, sum(_fresh_days(term.letters, days)))


def _fresh_days(letters: Iterable[Period], days: Period) -> Iterator[int]:
    """Days of each letter within ``days`` that no earlier letter spoke of."""
    reached = days.first - _ONE_DAY
    end = days.last or date.max
    for letter in sorted(letters, key=lambda one: one.first):
        first = max(letter.first, reached + _ONE_DAY)
        last = min(letter.last or date.max, end)
        if first <= last:
            yield (last - first).days + 1
            reached = last


def _refuse(field: str, message: str) -> None:
    raise Invalid(message, fields={field: [message]})


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"
