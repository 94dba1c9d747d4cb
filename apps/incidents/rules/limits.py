"""Windows counted in hours, calendar days or business days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.core.dates import business_days_after, due_after_days, local_date
from apps.incidents.rules.law import BUSINESS_DAYS, HOURS
from apps.incidents.rules.words import count_words, day_words, instant_words

LAST_MOMENT = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a window ends. ``at`` is the last moment, inclusive; ``latest_on`` the
    date with holidays left out, where it is later; ``words`` the arithmetic."""

    on: date
    at: datetime
    words: str
    latest_on: date | None = None


def end_of(day: date, zone: str) -> datetime:
    """The last second of a date in the obligated party's zone.

    A date ends with the day; our own default where the rule is silent.
    """
    return datetime.combine(day, LAST_MOMENT, tzinfo=ZoneInfo(zone))


def start_of(day: date, zone: str) -> datetime:
    """The first moment of a date: where only a day is known, hours run from there."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def window_ends(
    value: int,
    unit: str,
    *,
    on: date,
    at: datetime | None,
    zone: str,
    holidays: Collection[date] = frozenset(),
) -> Reached:
    """The end of ``value`` units after a start; the start is day 0 or hour 0.

    Hours are elapsed hours from the moment ``at`` (the start of the day ``on`` where
    none is known), whatever the local clocks do. Days are counted on dates and end
    with the last one. Business days are Monday to Friday with no holiday removed,
    which gives the earlier date; ``holidays`` yield ``latest_on``. Source: the
    contract or statute; the reading of business days is our own default.
    """
    if unit == HOURS:
        return _hours(value, on=on, at=at, zone=zone)
    if unit == BUSINESS_DAYS:
        return _business_days(value, on=on, zone=zone, holidays=holidays)
    due_on = due_after_days(on, value)
    words = f"{day_words(on)} + {count_words(value, 'day')} = {day_words(due_on)}"
    return Reached(due_on, end_of(due_on, zone), words)


def _hours(value: int, *, on: date, at: datetime | None, zone: str) -> Reached:
    begins = at or start_of(on, zone)
    # In UTC: adding to a local time would follow the clocks, not the hours.
    due_at = begins.astimezone(ZoneInfo("UTC")) + timedelta(hours=value)
    words = (
        f"{instant_words(begins, zone)} + {count_words(value, 'hour')} "
        f"= {instant_words(due_at, zone)}"
    )
    return Reached(local_date(due_at, zone), due_at, words)


def _business_days(
    value: int, *, on: date, zone: str, holidays: Collection[date]
) -> Reached:
    due_on = business_days_after(on, value)
    later = business_days_after(on, value, holidays=holidays)
    words = (
        f"{day_words(on)} + {count_words(value, 'business day')} (Monday to Friday, no "
        f"holiday removed) = {day_words(due_on)}"
    )
    latest = later if later > due_on else None
    if latest:
        words += f"; {day_words(latest)} is the latest defensible date with holidays"
    return Reached(due_on, end_of(due_on, zone), words, latest)
