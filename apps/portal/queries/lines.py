"""Engagements with their verdict today and what the reader's side must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.types import GateCondition, Side
from apps.engagements.models import Engagement
from apps.gate import queries as gate
from apps.gate.enums import Verdict
from apps.gate.rules import GateState
from apps.tenancy.actor import Actor

# Worst first: a vendor is as good as its worst engagement.
ORDER = (Verdict.CLOSED, Verdict.UNKNOWN, Verdict.OPEN)


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """An engagement, its verdict today, and what the reader's side must do."""

    engagement: Engagement
    state: GateState
    mine: tuple[GateCondition, ...]


def engagement_lines(actor: Actor, rows: Sequence[Engagement]) -> list[EngagementLine]:
    states = gate.verdicts_today(rows)
    found = [
        EngagementLine(row, states[row.pk], _mine(actor, row, states[row.pk]))
        for row in rows
    ]
    return sorted(found, key=lambda line: ORDER.index(line.state.verdict))


def _mine(actor: Actor, row: Engagement, state: GateState) -> tuple[GateCondition, ...]:
    side = Side.CLIENT if row.client_id == actor.organization_id else Side.PROVIDER
    missing = (*state.not_satisfied, *state.unknown)
    return tuple(one for one in missing if one.who_acts in {side, Side.BOTH})
