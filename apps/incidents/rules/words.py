"""Dates, moments and numbers as the arithmetic of a clock says them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_words(day: date) -> str:
    """``2 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def instant_words(at: datetime, zone: str) -> str:
    """``2 March 2026, 12:30 America/New_York``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_words(local.date())}, {local:%H:%M} {zone}"


def count_words(number: int, unit: str) -> str:
    """``1 day``, ``60 days``; ``unit`` is singular."""
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"
