"""How long evidence is kept, and where an attached file stands on a day.

Retention: six years from the later of creation and the day last in effect,
45 CFR 164.316(b)(2)(i) and 164.530(j)(2). It binds required documentation; applying
it to every attached file is our own default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.core.dates import kept_through
from apps.core.errors import Conflict, Invalid
from apps.evidence.enums import Purpose, ReviewState

RETENTION_YEARS = 6


@dataclass(frozen=True, slots=True)
class Target:
    """The object a file is attached to: kind of ``evidence.registry``, id, title."""

    kind: str
    pk: UUID
    title: str


@dataclass(frozen=True, slots=True)
class AttachmentTerms:
    """What the file proves there, and in which days, both inclusive."""

    purpose: Purpose
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class InUse:
    """One attachment's last day in effect; None while nothing ends it."""

    last_in_effect_on: date | None


def check_terms(terms: AttachmentTerms) -> None:
    """Refuse days in the wrong order."""
    first, last = terms.valid_from, terms.valid_until
    if first is not None and last is not None and last < first:
        message = "It ends before it begins. Check both days."
        raise Invalid(message, fields={"valid_until": [message]})


def check_version(before: tuple[str, UUID], now: tuple[str, UUID]) -> None:
    """A version and the one before are attached to the same object."""
    if before != now:
        message = (
            "The older version is attached to something else. Choose one that is "
            "attached to the same object."
        )
        raise Invalid(message, fields={"supersedes": [message]})


def keep_through(created_on: date, uses: Iterable[InUse]) -> date | None:
    """The last day a file must be kept, inclusive; None while it is in effect
    without an end. Calendar years: 29 February becomes 1 March."""
    latest = created_on
    for use in uses:
        if use.last_in_effect_on is None:
            return None
        latest = max(latest, use.last_in_effect_on)
    return kept_through(latest, RETENTION_YEARS)


def check_review(state: ReviewState, note: str) -> None:
    """A rejection says why."""
    if state is ReviewState.PENDING:
        raise Conflict("A review ends with accepted or rejected.")
    if state is ReviewState.REJECTED and not note.strip():
        message = "Say why, so that a better file can be found."
        raise Invalid(message, fields={"note": [message]})


def why_kept(
    until: date | None, *, today: date, is_held: bool, is_worthless: bool
) -> str:
    """Why a file may not be destroyed today; "" where it may.

    ``until`` is the last day to keep it, inclusive, None while it is in effect;
    ``is_worthless`` says that nobody could read it and it never proved anything:
    retention binds documentation, which that is not (our own default).
    """
    if is_held:
        return "A legal hold keeps this file. Release the hold first."
    if is_worthless:
        return ""
    if until is None:
        return (
            "What this file proves is still in effect, so it is kept. End that first; "
            f"{RETENTION_YEARS} years later the file may be destroyed."
        )
    if today <= until:
        return (
            f"This file is kept through {until:%-d %B %Y}, six years after the later "
            "of creation and last in effect. It may be destroyed from the day after."
        )
    return ""
