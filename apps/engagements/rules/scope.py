"""Scope as a value: what is permitted or done, and what goes beyond what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from apps.core.errors import Conflict, Invalid
from apps.engagements.enums import Channel, PhiCategory, Service

NO_LIMIT = "no limit"
COUNTRY = re.compile(r"[A-Z]{2}")
MAX_SITE, MAX_SYSTEM, MAX_HOURS = 60, 100, 200

# Field of a set of values → the dimension it is named by, and whether silence of a
# limit about it permits everything (True) or nothing (False).
DIMENSIONS: dict[str, tuple[str, bool]] = {
    "services": ("service", False),
    "channels": ("channel", False),
    "phi_categories": ("phi_category", False),
    "countries": ("country", True),
    "sites": ("site", True),
    "systems": ("system", True),
}
Excess = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ScopeTerms:
    """What an agreement permits or an engagement does; compare with ``excess``.

    Values are kept sorted and once each. ``head_count_ceiling`` counts agents,
    inclusive; None is no ceiling. ``hours`` is prose and never compared.
    """

    services: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    phi_categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    head_count_ceiling: int | None = None
    remote_work: bool = False
    hours: str = ""

    def __post_init__(self) -> None:
        for field in DIMENSIONS:
            object.__setattr__(self, field, _tidy(getattr(self, field)))

    @classmethod
    def of(cls, row: Any) -> ScopeTerms:
        """Read the scope fields of any row that has them."""
        return cls(
            **{field: tuple(getattr(row, field)) for field in DIMENSIONS},
            head_count_ceiling=row.head_count_ceiling,
            remote_work=row.remote_work,
            hours=row.hours,
        )

    def excess(self, limit: ScopeTerms) -> Excess:
        """What ``self`` names beyond ``limit``: (dimension, value) pairs, in order.

        Services, channels and PHI categories a limit does not name are outside it;
        a limit that names no country, site or system sets none there. Letter case
        of sites and systems does not count. Facts against terms.
        """
        found: list[tuple[str, str]] = []
        for field, (dimension, silence_permits) in DIMENSIONS.items():
            permitted = {value.casefold() for value in getattr(limit, field)}
            if silence_permits and not permitted:
                continue
            found += [
                (dimension, value)
                for value in getattr(self, field)
                if value.casefold() not in permitted
            ]
        if _above(self.head_count_ceiling, limit.head_count_ceiling):
            found.append(("head_count", str(self.head_count_ceiling)))
        if self.remote_work and not limit.remote_work:
            found.append(("remote_work", "yes"))
        return tuple(found)

    def wider_than(self, limit: ScopeTerms) -> Excess:
        """``excess``, and each dimension ``limit`` bounds while ``self`` does not.

        Terms against terms: a downstream agreement silent on countries permits
        what an upstream one forbids. Downstream uses may be narrower, never wider.
        Source: 45 CFR 164.504(e)(5).
        """
        silent = [
            (dimension, NO_LIMIT)
            for field, (dimension, silence_permits) in DIMENSIONS.items()
            if silence_permits and getattr(limit, field) and not getattr(self, field)
        ]
        if self.head_count_ceiling is None and limit.head_count_ceiling is not None:
            silent.append(("head_count", NO_LIMIT))
        return self.excess(limit) + tuple(silent)

    def carried_by(
        self, *, services: Iterable[str], channels: Iterable[str]
    ) -> ScopeTerms:
        """``self`` restricted to what a subcontract carries."""
        return replace(
            self,
            services=tuple(set(self.services) & set(services)),
            channels=tuple(set(self.channels) & set(channels)),
        )


def _tidy(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value.strip() for value in values if value.strip()}))


def _above(count: int | None, ceiling: int | None) -> bool:
    return count is not None and ceiling is not None and count > ceiling


def check_terms(terms: ScopeTerms) -> None:
    """Raise Invalid, field by field, unless every value is one we know how to read.

    Our own default: a scope names at least one service.
    """
    fields = {
        "services": _unknown(terms.services, Service)
        or ([] if terms.services else ["Name at least one service."]),
        "channels": _unknown(terms.channels, Channel),
        "phi_categories": _unknown(terms.phi_categories, PhiCategory),
        "countries": _misread(terms.countries),
        "sites": _too_long(terms.sites, MAX_SITE),
        "systems": _too_long(terms.systems, MAX_SYSTEM),
        "hours": _too_long([terms.hours], MAX_HOURS),
        "head_count_ceiling": ["A head count is at least 1."]
        if terms.head_count_ceiling is not None and terms.head_count_ceiling < 1
        else [],
    }
    wrong = {field: texts for field, texts in fields.items() if texts}
    if wrong:
        raise Invalid("The scope cannot be read. See the marked fields.", fields=wrong)


def _unknown(values: Iterable[str], known: Any) -> list[str]:
    return [f"“{value}” is not in the list." for value in values if value not in known]


def _misread(countries: Iterable[str]) -> list[str]:
    return [
        f"“{code}” is no two-letter country code (ISO 3166-1), for example PH."
        for code in countries
        if not COUNTRY.fullmatch(code)
    ]


def _too_long(values: Iterable[str], most: int) -> list[str]:
    return [
        f"“{value[:20]}…” has more than {most} characters."
        for value in values
        if len(value) > most
    ]


def check_follows(*, last: date | None, effective_on: date) -> None:
    """Raise Conflict unless a declaration comes after the ``last`` one's first day.

    Declarations are facts with dates: history is added to, never rewritten. Our own
    default.
    """
    if last is not None and effective_on <= last:
        raise Conflict(
            f"A scope is already declared from {last:%-d %B %Y}. A new declaration "
            "starts on a later day.",
            fields={"effective_on": [f"Must be later than {last:%-d %B %Y}."]},
        )
