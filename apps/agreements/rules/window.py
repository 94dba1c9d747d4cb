"""How long a party has to report upstream, comparable across units."""

from __future__ import annotations

from dataclasses import dataclass

from apps.agreements.enums import ReportingUnit

HOURS_A_DAY = 24
WORKING_WEEK = 5
# Outer limit of a breach notice, in calendar days. Source: 45 CFR 164.410(b).
OUTER_LIMIT_DAYS = 60


@dataclass(frozen=True, slots=True)
class ReportingWindow:
    """``value`` hours, calendar days (24 hours each) or business days.

    Business days are Monday to Friday with no holiday removed: our own default.
    """

    value: int
    unit: ReportingUnit

    def __str__(self) -> str:
        unit = self.unit.label
        return f"{self.value} {unit.removesuffix('s') if self.value == 1 else unit}"

    @property
    def longest_hours(self) -> int:
        """The most it can take: business days counted from a Friday."""
        if self.unit is ReportingUnit.BUSINESS_DAYS:
            weekends = -(-self.value // WORKING_WEEK)
            return (self.value + 2 * weekends) * HOURS_A_DAY
        return self.value * self._hours

    @property
    def shortest_hours(self) -> int:
        """The least it can take: business days counted from a Sunday."""
        if self.unit is ReportingUnit.BUSINESS_DAYS:
            weekends = (self.value - 1) // WORKING_WEEK
            return (self.value + 2 * weekends) * HOURS_A_DAY
        return self.value * self._hours

    @property
    def _hours(self) -> int:
        return 1 if self.unit is ReportingUnit.HOURS else HOURS_A_DAY

    def is_longer_than(self, upstream: ReportingWindow) -> bool:
        """Whether it can end after ``upstream`` would; equal is not longer.

        Business days against business days compare as numbers; against another
        unit the worst case decides (our own default): the longest this can take
        against the shortest the other can.
        """
        if self.unit is upstream.unit:
            return self.value > upstream.value
        return self.longest_hours > upstream.shortest_hours

    @property
    def is_over_outer_limit(self) -> bool:
        """Whether it can exceed 60 calendar days. Source: 45 CFR 164.410(b)."""
        return self.longest_hours > OUTER_LIMIT_DAYS * HOURS_A_DAY
