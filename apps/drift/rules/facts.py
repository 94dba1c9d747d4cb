"""What is compared: facts observed, terms agreed, and what lies outside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from apps.core.types import LegalStatus
from apps.drift.enums import Dimension
from apps.engagements.rules import ScopeTerms

Key = tuple[str, str]

# What each dimension rests on. That a deviation is drift is our own default.
_DEFAULT = ("45 CFR 164.504(e)(2)(i)", LegalStatus.OWN_DEFAULT)
_NO_CONTRACT = ("45 CFR 164.502(e)(2), 164.308(b)(3)", LegalStatus.IN_FORCE)
CITATIONS: dict[Dimension, tuple[str, LegalStatus]] = {
    **dict.fromkeys(Dimension, _DEFAULT),
    Dimension.SUBCONTRACTOR: ("45 CFR 164.504(e)(2)(ii)(D)", LegalStatus.OWN_DEFAULT),
    Dimension.EARLY_WORK: _NO_CONTRACT,
    Dimension.LAPSED: _NO_CONTRACT,
}


@dataclass(frozen=True, slots=True)
class Downstream:
    """A live direct subcontractor, under the name this chain may show."""

    engagement_id: UUID
    organization_id: UUID
    name: str
    is_approved: bool


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that is done: its words, whether agents do it or it is declared
    only, and how many agents where they are counted."""

    words: str
    is_observed: bool = False
    agents: int = 0


@dataclass(frozen=True, slots=True)
class ObservedFacts:
    """What rosters, access exports and the chain say on a day; counts are agents.

    Channels come uncounted: one agent may serve several. Systems are those in which
    an export shows accounts.
    """

    head_count: int = 0
    channels: Collection[str] = ()
    sites: Mapping[str, int] = field(default_factory=dict)
    countries: Mapping[str, int] = field(default_factory=dict)
    remote_count: int = 0
    systems: Collection[str] = ()
    first_assigned_on: date | None = None
    downstream: tuple[Downstream, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What the agreement in force on a day permits.

    ``scope`` is None when no agreement is in force; ``ended_on`` is then the last
    day of the latest one, if there was any. ``first_effective_on`` is the first day
    the engagement was ever under an agreement. ``subcontractors`` None means any.
    """

    scope: ScopeTerms | None = None
    subcontractors: tuple[UUID, ...] | None = None
    first_effective_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deviation:
    """One fact outside the agreed scope; ``value`` is stable while it lasts."""

    dimension: Dimension
    value: str
    observed: str
    agreed: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What makes it the same finding tomorrow."""
        return (self.dimension.value, self.value)
