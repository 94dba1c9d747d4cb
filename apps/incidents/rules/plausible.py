"""What cannot be meant: a State that is none, a year nobody lived, a wrong order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from apps.core.errors import Invalid

# Postal codes of the States, the District of Columbia and the territories.
_CODES = """
AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH
NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR VI
"""
STATES = frozenset(_CODES.split())
FIRST_YEAR, LAST_YEAR = 2000, 2100
# Where it happened has no zone on record; the date may differ by one.
SLACK = timedelta(days=1)


def check_states(states: Iterable[str], *, field: str) -> None:
    """Raise Invalid for a code that is no State or jurisdiction: its laws and the
    threshold of 45 CFR 164.406 would be missed in silence."""
    unknown = sorted(set(states) - STATES)
    if unknown:
        text = f"{', '.join(unknown)} is no State or territory of two letters."
        raise Invalid(text, fields={field: [text]})


def check_year(day: date | None, *, field: str) -> None:
    """Raise Invalid for a year that cannot be meant. Our own default."""
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        text = f"Look at the year: {day.year} is not from {FIRST_YEAR} to {LAST_YEAR}."
        raise Invalid(text, fields={field: [text]})


def check_known_after(occurred_on: date | None, known_on: date, *, field: str) -> None:
    """Raise Invalid where somebody would have known before it happened."""
    if occurred_on is not None and known_on + SLACK < occurred_on:
        text = "It would have been known before it happened. Look at both days."
        raise Invalid(text, fields={field: [text]})
