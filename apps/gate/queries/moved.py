"""Which engagements stand otherwise today than was last decided."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from apps.engagements.models import Engagement
from apps.gate import rules
from apps.gate.models import GateDecision
from apps.gate.queries.history import last_decisions, running
from apps.gate.queries.verdicts import verdicts_today
from apps.gate.rules import GateState

# Engagements whose verdicts are held in memory at once.
LOOK = 10_000


def moved_ids() -> list[UUID]:
    """Engagements whose verdict or conditions moved by date alone, for the sweep.

    A constant number of queries for each ``LOOK`` that run.
    """
    every = list(running())
    parts = [every[start : start + LOOK] for start in range(0, len(every), LOOK)]
    return [pk for part in parts for pk in _moved(part)]


def _moved(part: Sequence[Engagement]) -> list[UUID]:
    states = verdicts_today(part)
    last = last_decisions(list(states))
    return [pk for pk, state in states.items() if has_moved(state, last.get(pk))]


def has_moved(state: GateState, before: GateDecision | None) -> bool:
    """Whether the verdict, or where any condition stands, is other than decided."""
    if before is None or before.verdict != state.verdict:
        return True
    return before.conditions_sha256 != rules.digest(state.conditions)
