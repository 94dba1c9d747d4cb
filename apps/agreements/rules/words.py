"""Scope in words, for sentences and pages."""

from __future__ import annotations

from collections.abc import Iterable

from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.rules import NO_LIMIT, ScopeTerms

_LABELS: dict[str, dict[str, str]] = {
    "service": {word.value: str(word.label) for word in Service},
    "channel": {word.value: str(word.label) for word in Channel},
    "phi_category": {word.value: str(word.label) for word in PhiCategory},
}
_NAMES = {
    "service": "service",
    "channel": "channel",
    "phi_category": "kind of PHI",
    "country": "country",
    "site": "site",
    "system": "system",
    "head_count": "head count",
    "remote_work": "remote work",
}


def scope_in_words(excess: Iterable[tuple[str, str]]) -> str:
    """Pairs of dimension and value as a list: "channel Voice, country PH"."""
    return ", ".join(_one(dimension, value) for dimension, value in excess)


def _one(dimension: str, value: str) -> str:
    name = _NAMES.get(dimension, dimension)
    if dimension == "remote_work":
        return name
    if value == NO_LIMIT:
        return f"{NO_LIMIT} of {name}"
    return f"{name} {_LABELS.get(dimension, {}).get(value, value)}"


_LINES = (
    ("service", "Services", "services"),
    ("channel", "Channels", "channels"),
    ("phi_category", "Kinds of PHI", "phi_categories"),
    ("country", "Countries", "countries"),
    ("site", "Sites", "sites"),
    ("system", "Systems", "systems"),
)
_CLOSED = {"service", "channel", "phi_category"}


def scope_lines(scope: ScopeTerms, *, unlimited: str) -> list[tuple[str, str, str]]:
    """A scope as (dimension, label, text) in the order pages show it.

    ``unlimited`` stands where a dimension without a value sets no limit; services,
    channels and kinds of PHI read "none" there.
    """
    lines = []
    for dimension, label, field in _LINES:
        labels = _LABELS.get(dimension, {})
        text = ", ".join(labels.get(value, value) for value in getattr(scope, field))
        empty = "none" if dimension in _CLOSED else unlimited
        lines.append((dimension, label, text or empty))
    ceiling = scope.head_count_ceiling
    agents = unlimited if ceiling is None else str(ceiling)
    lines.append(("head_count", "Most agents", agents))
    lines.append(("remote_work", "Remote work", "yes" if scope.remote_work else "no"))
    lines.append(("hours", "Hours", scope.hours or "not stated"))
    return lines


def scope_labels(field: str) -> tuple[str, dict[str, str]]:
    """The label of a field of the scope, and its words by stored value."""
    [(dimension, label)] = [(row[0], row[1]) for row in _LINES if row[2] == field]
    return label, _LABELS.get(dimension, {})
