"""When a version binds. All days are inclusive unless named otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from apps.agreements.enums import (
    BaaStatus,
    Layer,
    ProvisionStanding,
    Renewal,
)
from apps.agreements.rules.window import ReportingWindow
from apps.engagements.rules import ScopeTerms

# Days before a renewal in which notice must be given when the agreement names
# none. Our own default; no law sets it.
DEFAULT_NOTICE_DAYS = 30
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The dates of a version that decide whether it binds.

    ``expires_on`` and ``terminated_on`` are the last day in force; ``superseded_on``
    is the first day of the next version; ``is_noticed`` tells that notice against
    the automatic renewal was given in time.
    """

    effective_on: date
    renewal: Renewal = Renewal.FIXED
    expires_on: date | None = None
    superseded_on: date | None = None
    terminated_on: date | None = None
    is_signed: bool = True
    is_noticed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts(Period):
    """All that decisions about a version need; ``layer`` is the hop it binds and
    ``signed_on`` the day of its later signature, None without any."""

    version_id: UUID
    agreement_id: UUID
    title: str
    number: int
    layer: Layer
    scope: ScopeTerms
    window: ReportingWindow
    marks: Mapping[str, ProvisionStanding]
    subcontractors: tuple[UUID, ...] | None = None
    document_sha256: str = ""
    signed_on: date | None = None

    @property
    def name(self) -> str:
        """How sentences name it."""
        return f"“{self.title}”, version {self.number}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an engagement stands on a day: ``version`` in force or the one that
    explains why none is; ``since`` the first day of the present state."""

    status: BaaStatus
    version: VersionFacts | None = None
    since: date | None = None

    @property
    def why_unsigned(self) -> str:
        """What an unsigned version lacks, as the end of a sentence about it."""
        version = self.version
        if version is None or not version.is_signed or version.signed_on is None:
            return "is not signed by both sides"
        return f"was signed by both sides on {version.signed_on:%-d %B %Y} only"


def last_day(period: Period) -> date | None:
    """The last day in force, None for no end.

    A fixed term ends with ``expires_on``. An automatic one goes on past it: the
    date is the next renewal, and only termination, a newer version or notice given
    in time ends it. Source: the agreement's own terms; no law sets a term.
    """
    ends = [
        period.terminated_on,
        period.superseded_on - ONE_DAY if period.superseded_on else None,
        period.expires_on if ends_by_itself(period) else None,
    ]
    return min((day for day in ends if day is not None), default=None)


def ends_by_itself(period: Period) -> bool:
    """Whether ``expires_on`` ends it: a fixed term, or a renewal that was stopped."""
    is_stopped = period.renewal == Renewal.AUTOMATIC and period.is_noticed
    return period.renewal == Renewal.FIXED or is_stopped


def is_in_force(period: Period, on: date) -> bool:
    """Whether the version binds on the day: signed by both sides, begun, not ended.

    It follows the dates the document states; a signature given later than the
    effective day does not move them. Source: 45 CFR 164.502(e)(2), 164.308(b)(3)
    ask for a written contract.
    """
    if not period.is_signed or on < period.effective_on:
        return False
    ends_on = last_day(period)
    return ends_on is None or on <= ends_on


def notice_day(period: Period, notice_days: int | None) -> date | None:
    """The last day to give notice before an automatic renewal, None without one.

    Without days in the agreement, 30: our own default.
    """
    if period.renewal != Renewal.AUTOMATIC or period.expires_on is None:
        return None
    days = DEFAULT_NOTICE_DAYS if notice_days is None else notice_days
    return period.expires_on - timedelta(days=days)


def in_force_on(versions: Iterable[VersionFacts], on: date) -> VersionFacts | None:
    """The version in force on the day; of several (never meant to be) the newest."""
    bound = [version for version in versions if is_in_force(version, on)]
    return max(bound, key=lambda one: (one.effective_on, one.number), default=None)


def latest_ever(versions: Iterable[VersionFacts], on: date) -> VersionFacts | None:
    """The newest version that was in force on the day or some day before it."""
    begun = [version for version in versions if _was_ever(version, on)]
    return max(begun, key=lambda one: (one.effective_on, one.number), default=None)


def _was_ever(version: Period, on: date) -> bool:
    ends_on = last_day(version)
    return (
        version.is_signed
        and version.effective_on <= on
        and (ends_on is None or version.effective_on <= ends_on)
    )


def was_in_force_since(versions: Iterable[VersionFacts], on: date) -> date:
    """The first day of the unbroken time in force that holds ``on``.

    ``on`` must be a day on which one of the versions is in force.
    """
    known = list(versions)
    first = on
    while version := in_force_on(known, first):
        first = version.effective_on - ONE_DAY
    return first + ONE_DAY


def in_force_until(versions: Iterable[VersionFacts], on: date) -> date | None:
    """The last day of the unbroken time in force that holds ``on``, None for no end.

    ``on`` must be a day on which one of the versions is in force.
    """
    known = list(versions)
    last = on
    while version := in_force_on(known, last):
        ends_on = last_day(version)
        if ends_on is None:
            return None
        last = ends_on + ONE_DAY
    return last - ONE_DAY


def was_signed_by(versions: Iterable[VersionFacts], on: date) -> bool:
    """Whether a version both had signed by that day bound on it, whatever replaced it
    later with effect from before.

    Source: 45 CFR 164.502(e)(2), 164.308(b)(3): a written contract, in place first.
    """
    return any(
        version.signed_on is None or version.signed_on <= on
        for version in versions
        if is_in_force(replace(version, superseded_on=None), on)
    )


def standing_on(versions: Iterable[VersionFacts], on: date) -> Standing:
    """In force, lapsed, not yet begun, unsigned or missing, with the first day of
    that state where the dates tell it. On a day before anybody had signed, one that
    is dated back is unsigned."""
    known = list(versions)
    current = in_force_on(known, on)
    if current is not None and not was_signed_by(known, on):
        return Standing(BaaStatus.UNSIGNED, current)
    if current is not None:
        since = was_in_force_since(known, on)
        return Standing(BaaStatus.IN_FORCE, current, since)
    lapsed = latest_ever(known, on)
    if lapsed is not None:
        ended_on = last_day(lapsed)
        return Standing(
            BaaStatus.LAPSED, lapsed, ended_on + ONE_DAY if ended_on else None
        )
    coming = [one for one in known if one.is_signed and one.effective_on > on]
    if coming:
        return Standing(
            BaaStatus.NOT_YET, min(coming, key=lambda one: one.effective_on)
        )
    if known:
        return Standing(BaaStatus.UNSIGNED, known[-1])
    return Standing(BaaStatus.MISSING)
