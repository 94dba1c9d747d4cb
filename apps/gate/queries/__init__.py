"""Reads of the gate: verdicts on a day, decisions, overrides."""

from apps.gate.queries.history import (
    PAGE,
    concerning,
    decisions,
    decisions_of,
    due_items,
    last_decisions,
    live_overrides,
    override,
    overrides,
)
from apps.gate.queries.moved import has_moved, moved_ids
from apps.gate.queries.verdicts import badges, verdict, verdicts, verdicts_today

__all__ = [
    "PAGE",
    "badges",
    "concerning",
    "decisions",
    "decisions_of",
    "due_items",
    "has_moved",
    "last_decisions",
    "live_overrides",
    "moved_ids",
    "override",
    "overrides",
    "verdict",
    "verdicts",
    "verdicts_today",
]
