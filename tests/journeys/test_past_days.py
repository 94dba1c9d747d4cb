"""What was said of a day on its evening is what is said of it for ever.

Two clients and a chain of three vendors in three time zones. Things are done day by
day, and each evening, at the last moment of the day where the client is, everything
told of an engagement is noted. At the end the same is asked of every past day: nothing
was recorded about a day gone by, so nothing may read otherwise. When a BAA ends is left
out: it may be decided later, and the past is told from what is recorded now.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from apps.agreements import queries as agreement_queries
from apps.core import clock
from apps.drift import actions as drift
from apps.drift import queries as drift_queries
from apps.drift.enums import FindingState
from apps.engagements.models import Engagement
from apps.gate import queries as gate
from apps.gate.rules import GateState
from apps.reports.queries.facts import compose
from apps.training import queries as training
from tests.journeys.two_months import (
    FIRST,
    HONOLULU,
    LAST,
    SETTLED,
    World,
    settled,
    steps,
)

pytestmark = pytest.mark.django_db
CODES = {
    *("access.revocations_done", "agreement.flow_down", "agreement.in_force"),
    *("agreement.provisions_complete", "agreement.scope_covers_declared"),
    *("assurance.activities", "assurance.certificates", "drift.none_open"),
    *("engagement.active", "engagement.scope_declared"),
    *("engagement.subcontracts_approved", "incidents.notice_overdue"),
    *("questionnaire.verdict", "training.agents_cleared", "training.requirements_set"),
    *("workforce.home_controls", "workforce.roster_known"),
}


@pytest.fixture
def world(db: None) -> World:
    with clock.held(SETTLED):
        return settled()


def _days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def _evening(day: date, zone: str) -> datetime:
    """The last second of a local day."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


Said = dict[str, Any]


def _say(rows: list[Engagement], day: date) -> dict[tuple[date, Any], Said]:
    """All that is told of the engagements on a day."""
    states = gate.verdicts(rows, as_of=day)
    return {(day, row.pk): _told(row, day, states[row.pk]) for row in rows}


def _told(row: Engagement, day: date, state: GateState) -> Said:
    flow = agreement_queries.flow_down(row, as_of=day)
    findings = drift_queries.findings_on(row, day=day)
    return {
        "verdict": (state.verdict, state.override and state.override.pk),
        **{one.code: (one.state, _now(one.detail)) for one in state.conditions},
        "hops": [(hop.path, hop.state, hop.status) for hop in flow.hops],
        "drift": [(one.finding.pk, _decided(one.state)) for one in findings],
        "agents": training.clearance([row.pk], as_of=day)[row.pk],
    }


def _now(detail: str) -> str:
    """Without the day a BAA ends on, which may be decided later."""
    return detail.split("is in force")[0]


def _decided(state: FindingState) -> FindingState:
    """When an acceptance was asked for is not kept, only when it was given."""
    is_asked = state is FindingState.REQUESTED
    return FindingState.ACKNOWLEDGED if is_asked else state


def _walk(world: World) -> dict[tuple[date, Any], Said]:
    """Do what is done day by day; return what was said each evening."""
    said: dict[tuple[date, Any], Said] = {}

    def note(day: date, zone: str) -> Callable[[World], Any]:
        rows = [row for row in world.engagements if row.client.time_zone == zone]
        return lambda _: said.update(_say(rows, day))

    def act(do: Callable[[World], Any]) -> Callable[[World], Any]:
        return lambda w: (do(w), drift.sweep(by=drift.DETECTOR))

    zones = {row.client.time_zone for row in world.engagements}
    evenings = [(_evening(d, zone), note(d, zone)) for d in _days() for zone in zones]
    done = [(moment, act(do)) for moment, do in steps()]
    for moment, do in sorted(done + evenings, key=lambda one: one[0]):
        with clock.held(moment):
            do(world)
    return said


def test_a_past_day_reads_as_it_did(world: World) -> None:
    said = _walk(world)
    codes = {code for told in said.values() for code in told}
    assert codes >= CODES
    with clock.held(_evening(LAST + timedelta(days=1), HONOLULU)):
        for day in _days():
            for key, now in _say(world.engagements, day).items():
                assert (key, now) == (key, said[key])
        for day in _days()[::20]:
            for row in world.engagements:
                _check_attested(row, day)


def _check_attested(row: Engagement, day: date) -> None:
    """An attestation about a past day says what the gate's page of that day says."""
    state, facts = gate.verdict(row, as_of=day), compose(row, as_of=day)
    assert (facts.verdict, facts.conditions) == (state.verdict, state.conditions)
    holds = {one.code for one in state.satisfied}
    assert (facts.agreement is not None) == ("agreement.in_force" in holds)
    cleared = facts.coverage.cleared, facts.coverage.agents
    assert (cleared[0] == cleared[1] > 0) == ("training.agents_cleared" in holds)
