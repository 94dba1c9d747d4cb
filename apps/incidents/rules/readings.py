"""Choices the regulation leaves open, each with our default.

An organization may read them otherwise; its own clocks then follow its reading and say
so. The defaults give the earlier or the plainer date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, time

from django.db.models import TextChoices

from apps.incidents.enums import (
    BusinessDayReading,
    CountReading,
    DayEndReading,
    DelayReading,
    OpenRequestReading,
    ZoneReading,
)

LAST_MOMENT = time(23, 59, 59)
OFFICE_CLOSES = time(17)


@dataclass(frozen=True, slots=True)
class Readings:
    """How one organization reads the open points; ``holidays`` are days it keeps."""

    zone: ZoneReading = ZoneReading.EARLIER
    day_end: DayEndReading = DayEndReading.MIDNIGHT
    delay: DelayReading = DelayReading.LATER
    open_request: OpenRequestReading = OpenRequestReading.NOTHING
    counts: CountReading = CountReading.LATEST
    business_days: BusinessDayReading = BusinessDayReading.EVERY
    holidays: frozenset[date] = frozenset()

    @property
    def last_moment(self) -> time:
        """The last permitted second of a day, on the wall."""
        return OFFICE_CLOSES if self.day_end == DayEndReading.OFFICE else LAST_MOMENT

    @property
    def own(self) -> tuple[str, ...]:
        """What is read otherwise than by default, in words."""
        return tuple(
            f"{point.title}: {getattr(self, point.name).label}"
            for point in OPEN_POINTS
            if getattr(self, point.name) != getattr(DEFAULTS, point.name)
        )


DEFAULTS = Readings()


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One point the rules leave open: what is asked, where the silence is."""

    name: str
    title: str
    asks: str
    citation: str

    @property
    def default(self) -> TextChoices:
        """What holds where nobody chose otherwise."""
        found: TextChoices = getattr(DEFAULTS, self.name)
        return found


OPEN_POINTS: Sequence[OpenPoint] = (
    OpenPoint(
        "zone",
        "Date of learning",
        "The person who learned sits in one zone, the party that owes in another.",
        "45 CFR 164.404(a)(2), 164.410(a)(2) name a day and no zone",
    ),
    OpenPoint(
        "day_end",
        "End of the last day",
        "A notice goes out late in the evening of the last permitted day.",
        "45 CFR 164.404(b) counts calendar days and no hours",
    ),
    OpenPoint(
        "delay",
        "Law enforcement delay",
        "The delay ends; the rule gives no new days after it.",
        "45 CFR 164.412 says delay, not how it counts",
    ),
    OpenPoint(
        "open_request",
        "Written request without a time",
        "An official writes and names no time.",
        "45 CFR 164.412(a) asks for a statement that specifies the time",
    ),
    OpenPoint(
        "counts",
        "People counted again",
        "A new count falls below 500, or below 501 of one State.",
        "45 CFR 164.406(a), 164.408 name numbers and not when they are fixed",
    ),
    OpenPoint(
        "business_days",
        "Business days",
        "A contract or State law counts business days and names no holidays.",
        "Contracts and State laws; 45 CFR part 164 counts calendar days",
    ),
)
assert {point.name for point in OPEN_POINTS} | {"holidays"} == {  # noqa: S101
    field.name for field in fields(Readings)
}
