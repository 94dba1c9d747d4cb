"""What civil money penalties could come to: an estimate with its table and inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from apps.core.dates import add_years, due_after_days
from apps.core.errors import Invalid
from apps.incidents.enums import PenaltyTier
from apps.incidents.rules.law import read_data
from apps.incidents.rules.words import day_words

DEFENCE_CITATION = "160.410(c)"
LIMITATION_CITATION = "45 CFR 160.414"
_NOT_WILFUL = {PenaltyTier.DID_NOT_KNOW, PenaltyTier.REASONABLE_CAUSE}


@dataclass(frozen=True, slots=True)
class Row:
    """One tier of one table, in dollars."""

    least: int
    most: int
    cap: int
    discretion: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """The amounts of one time of assessment; ``assessed_to`` is inclusive."""

    id: str
    assessed_from: date
    assessed_to: date | None
    citation: str
    mark: str
    tiers: Mapping[PenaltyTier, Row]


@dataclass(frozen=True, slots=True)
class Year:
    """What one calendar year adds. ``count`` is violations of each provision."""

    year: int
    count: int
    table: str
    least: int
    most: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Least and most by regulation and, apart, by the discretion of 2019.

    ``discretion_*`` are None where the notice was not out yet;
    ``is_discretion_scaled`` tells that no adjusted cap was seen and ours is scaled.
    """

    table: Table
    tier: PenaltyTier
    least: int
    most: int
    least_uncapped: int
    most_uncapped: int
    discretion_least: int | None
    discretion_most: int | None
    is_discretion_scaled: bool
    reason: str
    years: tuple[Year, ...] = ()


@cache
def tables() -> tuple[Table, ...]:
    """Every table, oldest first; the first is the statute's own."""
    return tuple(_table(row) for row in _data()["tables"])


@cache
def _data() -> dict[str, Any]:
    return read_data("penalties.yaml")


def penalties_version() -> str:
    """The version of the data file."""
    return str(_data()["version"])


def _table(row: dict[str, Any]) -> Table:
    return Table(
        id=row["id"],
        assessed_from=row["assessed_from"],
        assessed_to=row.get("assessed_to"),
        citation=row["citation"],
        mark=row["mark"],
        tiers={
            PenaltyTier(name): Row(
                tier["least"], tier["most"], tier["cap"], tier.get("discretion")
            )
            for name, tier in row["tiers"].items()
        },
    )


def table_on(assessed_on: date) -> Table:
    """The table of the day a penalty is assessed, whatever the day of the violation.

    Before the first adjustment the statute's own. Source: 45 CFR 102.3, 160.404.
    """
    fitting = [one for one in tables() if one.assessed_from <= assessed_on]
    if not fitting:
        raise Invalid(
            "Penalties of this kind exist since 18 February 2009. Choose a later day.",
            fields={"assessed_on": ["No table is that old."]},
        )
    return max(fitting, key=lambda one: one.assessed_from)


def table_for_year(assessed_on: date, year: int) -> Table:
    """The table for violations of a year: those wholly before 2 November 2015 keep the
    statute's figures; 2015 itself counts as adjusted, the larger (our own default)."""
    if year < _data()["adjusted_from"].year:
        return tables()[0]
    return table_on(assessed_on)


def is_defended(
    tier: PenaltyTier, *, known_on: date | None, corrected_on: date | None
) -> bool:
    """Whether no penalty is due: no wilful neglect, and corrected within the 30 days
    that begin with the day it was known, that day counted. Source: 160.410(c)."""
    if tier not in _NOT_WILFUL or known_on is None or corrected_on is None:
        return False
    return corrected_on <= due_after_days(known_on, _data()["defence_days"] - 1)


def exposure(
    *,
    assessed_on: date,
    tier: PenaltyTier,
    violations_by_year: Mapping[int, int],
    provisions: int = 1,
    known_on: date | None = None,
    corrected_on: date | None = None,
) -> Exposure:
    """Estimate the penalty for violations counted by calendar year.

    Each of ``provisions`` is breached so many times; years and provisions stack and
    each has its own cap. Years wholly older than six years on the day are left out.
    Source: 45 CFR 160.404, 160.406, 160.410(c), 160.414; the lower caps are 84 FR
    18151, not law.
    """
    _check(violations_by_year, provisions)
    table = table_on(assessed_on)
    if is_defended(tier, known_on=known_on, corrected_on=corrected_on):
        return Exposure(
            table,
            tier,
            0,
            0,
            0,
            0,
            0,
            0,
            is_discretion_scaled=False,
            reason=DEFENCE_CITATION,
        )
    oldest = add_years(assessed_on, -_data()["limitation_years"])
    counted = {
        year: count
        for year, count in sorted(violations_by_year.items())
        if date(year, 12, 31) >= oldest and count
    }
    return _sum(table, tier, counted, provisions, assessed_on)


def _check(violations: Mapping[int, int], provisions: int) -> None:
    if provisions < 1 or any(count < 0 for count in violations.values()):
        raise Invalid("Count violations and provisions from 1 up.")


def _sum(
    table: Table,
    tier: PenaltyTier,
    counted: Mapping[int, int],
    provisions: int,
    assessed_on: date,
) -> Exposure:
    has_notice = assessed_on >= _data()["discretion"]["announced_on"]
    years, uncapped = [], [0, 0]
    low, is_scaled = [0, 0], False
    for year, count in counted.items():
        applied = table_for_year(assessed_on, year)
        row = applied.tiers[tier]
        least, most = count * row.least, count * row.most
        uncapped = [uncapped[0] + provisions * least, uncapped[1] + provisions * most]
        lower_cap, scaled = discretion_cap(applied, tier)
        is_scaled = is_scaled or scaled
        low[0] += provisions * min(least, lower_cap)
        low[1] += provisions * min(most, lower_cap)
        years.append(
            Year(
                year,
                count,
                applied.id,
                provisions * min(least, row.cap),
                provisions * min(most, row.cap),
            )
        )
    return Exposure(
        table=table,
        tier=tier,
        least=sum(one.least for one in years),
        most=sum(one.most for one in years),
        least_uncapped=uncapped[0],
        most_uncapped=uncapped[1],
        discretion_least=low[0] if has_notice else None,
        discretion_most=low[1] if has_notice else None,
        is_discretion_scaled=is_scaled and has_notice,
        reason=f"Table of {day_words(table.assessed_from)}, {table.citation}",
        years=tuple(years),
    )


def discretion_cap(table: Table, tier: PenaltyTier) -> tuple[int, bool]:
    """The yearly cap HHS said it would use, and whether we had to scale it."""
    row = table.tiers[tier]
    if row.discretion is not None:
        return row.discretion, False
    rules = _data()["discretion"]
    scaled = Decimal(rules["base"][tier]) * row.cap / rules["statutory_cap"]
    return int(scaled.quantize(Decimal(1), ROUND_HALF_UP)), True
