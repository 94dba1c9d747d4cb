"""Windows counted in hours, calendar days or business days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.core.dates import (
    business_days_after,
    due_after_days,
    local_date,
    start_of,
)
from apps.incidents.enums import BusinessDayReading
from apps.incidents.rules.law import BUSINESS_DAYS, HOURS
from apps.incidents.rules.readings import DEFAULTS, Readings
from apps.incidents.rules.words import count_words, day_words, instant_words


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a window ends. ``at`` is the last moment, inclusive; ``latest_on`` the
    date with holidays left out, where it is later; ``words`` the arithmetic."""

    on: date
    at: datetime
    words: str
    latest_on: date | None = None


def end_of(day: date, zone: str, readings: Readings = DEFAULTS) -> datetime:
    """The last permitted second of a date in the obligated party's zone."""
    return datetime.combine(day, readings.last_moment, tzinfo=ZoneInfo(zone))


def window_ends(
    value: int,
    unit: str,
    *,
    on: date,
    at: datetime | None,
    zone: str,
    readings: Readings = DEFAULTS,
) -> Reached:
    """The end of ``value`` units after a start; the start is day 0 or hour 0.

    Hours are elapsed hours from the moment ``at`` (the start of the day ``on`` where
    none is known), whatever the local clocks do. Days are counted on dates and end
    with the last one. Business days are Monday to Friday; by default no holiday is
    removed, which gives the earlier date, and those kept yield ``latest_on``. Source:
    the contract or statute; how business days are read is our own default.
    """
    if unit == HOURS:
        return _hours(value, on=on, at=at, zone=zone)
    if unit == BUSINESS_DAYS:
        return _business_days(value, on=on, zone=zone, readings=readings)
    due_on = due_after_days(on, value)
    words = f"{day_words(on)} + {count_words(value, 'day')} = {day_words(due_on)}"
    return Reached(due_on, end_of(due_on, zone, readings), words)


def _hours(value: int, *, on: date, at: datetime | None, zone: str) -> Reached:
    begins = at or start_of(on, zone)
    # In UTC: adding to a local time would follow the clocks, not the hours.
    due_at = begins.astimezone(ZoneInfo("UTC")) + timedelta(hours=value)
    words = (
        f"{instant_words(begins, zone)} + {count_words(value, 'hour')} "
        f"= {instant_words(due_at, zone)}"
    )
    return Reached(local_date(due_at, zone), due_at, words)


def _business_days(value: int, *, on: date, zone: str, readings: Readings) -> Reached:
    every = business_days_after(on, value)
    later = business_days_after(on, value, holidays=readings.holidays)
    keeps_holidays = readings.business_days == BusinessDayReading.HOLIDAYS
    due_on = later if keeps_holidays else every
    kept = "our holidays" if keeps_holidays else "no holiday"
    words = (
        f"{day_words(on)} + {count_words(value, 'business day')} (Monday to Friday, "
        f"{kept} removed) = {day_words(due_on)}"
    )
    latest = later if later > due_on else None
    if latest:
        words += f"; {day_words(latest)} is the latest defensible date with holidays"
    return Reached(due_on, end_of(due_on, zone, readings), words, latest)
