"""Where a party begins: what is true, what waits, what comes next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from apps.core import clock
from apps.core.types import DueItem
from apps.drift import queries as drift
from apps.drift.models import DriftFinding
from apps.engagements import queries as engagements
from apps.engagements.models import Subcontract
from apps.gate import queries as gate
from apps.gate.models import GateOverride
from apps.incidents import queries as incidents
from apps.incidents.models import Clock
from apps.portal.queries.lines import ORDER, EngagementLine, engagement_lines
from apps.reminders import queries as reminders
from apps.reminders.rules import LOOK_BACK_DAYS
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission

HOME_ROWS = 100
SHOWN = 10
NEXT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Home:
    """What is true, what waits for me, what comes next.

    Lists show at most ten; ``open_findings`` and ``due_count`` count all, and
    ``open_findings`` is None for a role that does not read drift.
    """

    today: date
    lines: tuple[EngagementLine, ...]
    counts: tuple[tuple[str, str, int], ...]
    is_cut: bool
    subcontracts: tuple[Subcontract, ...]
    overrides: tuple[GateOverride, ...]
    findings: tuple[DriftFinding, ...]
    open_findings: int | None
    clocks: tuple[Clock, ...]
    due: tuple[DueItem, ...]
    due_count: int
    unread: tuple[str, ...]


def home(actor: Actor) -> Home:
    """The home page of a party. Queries do not grow with what is shown.

    Engagements that have not ended, closed ones first, at most 100 of them by name.
    """
    today = clock.today(actor.organization.time_zone)
    rows = list(engagements.engagements(actor, is_ended=False)[: HOME_ROWS + 1])
    lines = engagement_lines(actor, rows[:HOME_ROWS])
    numbers = Counter(line.state.verdict for line in lines)
    findings, open_findings = _open_findings(actor)
    due = _due(actor, today)
    return Home(
        today=today,
        lines=tuple(lines),
        counts=tuple((v.value, str(v.label), numbers[v]) for v in ORDER),
        is_cut=len(rows) > HOME_ROWS,
        subcontracts=_waiting_subcontracts(actor),
        overrides=_waiting_overrides(actor, today),
        findings=findings,
        open_findings=open_findings,
        clocks=_running_clocks(actor),
        due=tuple(due.items[:SHOWN]),
        due_count=len(due.items),
        unread=tuple(due.unread),
    )


def _waiting_subcontracts(actor: Actor) -> tuple[Subcontract, ...]:
    if not actor.can(Permission.SUBCONTRACTS_APPROVE):
        return ()
    rows = engagements.subcontracts(actor).filter(
        upstream__client=actor.organization_id,
        upstream__approves_subcontracts=True,
        approved_on=None,
        refused_on=None,
    )
    return tuple(rows[:SHOWN])


def _waiting_overrides(actor: Actor, today: date) -> tuple[GateOverride, ...]:
    if not actor.can(Permission.GATE_OVERRIDE):
        return ()
    rows = gate.overrides(actor).filter(
        engagement__client=actor.organization_id,
        approved_at=None,
        withdrawn_at=None,
        expires_on__gte=today,
    )
    return tuple(rows.exclude(requested_by=actor.user_id)[:SHOWN])


def _open_findings(actor: Actor) -> tuple[tuple[DriftFinding, ...], int | None]:
    if not actor.can(Permission.DRIFT_VIEW):
        return (), None
    rows = drift.open_findings(actor)
    return tuple(rows[:SHOWN]), rows.count()


def _running_clocks(actor: Actor) -> tuple[Clock, ...]:
    if not actor.can(Permission.INCIDENTS_VIEW):
        return ()
    return tuple(incidents.running_clocks(actor)[:SHOWN])


def _due(actor: Actor, today: date) -> reminders.Readings:
    """What is overdue, as far back as the deadlines show it, and what comes next."""
    return reminders.read_rooms(
        actor,
        first=today - timedelta(days=LOOK_BACK_DAYS),
        last=today + timedelta(days=NEXT_DAYS),
    )
