"""Verdicts on a day, history and what is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.core.errors import NotFound
from apps.core.types import ConditionState
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.gate import queries
from apps.gate.actions import KEEPER
from apps.gate.enums import Verdict
from apps.gate.queries.history import running
from apps.gate.rules import GateState
from tests.conftest import NOON, Cast
from tests.factories.drift import make_finding
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_subcontract,
)
from tests.factories.gate import make_decision, make_override, make_ready

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


def verdict(engagement: Engagement, as_of: date = TODAY) -> GateState:
    return queries.verdict(engagement, as_of=as_of)


def test_verdict_open_when_everything_is_satisfied(ready: Engagement) -> None:
    state = verdict(ready)
    assert [one.code for one in state.conditions if one not in state.satisfied] == []
    assert state.verdict == Verdict.OPEN
    assert (state.engagement_id, state.as_of) == (ready.pk, TODAY)


def test_verdict_conditions_come_in_a_fixed_order(ready: Engagement) -> None:
    rooms = [one.code.split(".")[0] for one in verdict(ready).conditions]
    assert list(dict.fromkeys(rooms)) == [
        "engagement",
        "agreement",
        "workforce",
        "training",
        "drift",
    ]
    codes = [one.code for one in verdict(ready).conditions]
    assert len(set(codes)) == len(codes)


def test_verdict_closed_for_a_bare_engagement(cast: Cast) -> None:
    state = verdict(cast.engagement)
    assert state.verdict == Verdict.CLOSED
    assert "agreement.in_force" in {one.code for one in state.not_satisfied}
    assert "workforce.roster_known" in {one.code for one in state.unknown}


def test_verdict_closed_by_drift(ready: Engagement) -> None:
    make_finding(ready)
    state = verdict(ready)
    assert state.verdict == Verdict.CLOSED
    assert [one.code for one in state.not_satisfied] == ["drift.none_open"]


def test_verdict_unknown_before_anybody_is_assigned(ready: Engagement) -> None:
    ready.assignments.all().delete()
    state = verdict(ready)
    assert state.verdict == Verdict.UNKNOWN
    assert {one.state for one in state.conditions} == {
        ConditionState.SATISFIED,
        ConditionState.UNKNOWN,
    }


def test_verdict_on_past_days(ready: Engagement) -> None:
    make_finding(ready, resolved_at=NOON, resolution="amended")
    assert verdict(ready, date(2026, 1, 4)).verdict == Verdict.CLOSED
    assert verdict(ready, date(2026, 1, 5)).verdict == Verdict.OPEN
    assert verdict(ready, date(2026, 6, 9)).verdict == Verdict.OPEN
    assert verdict(ready, date(2026, 6, 10)).verdict == Verdict.CLOSED
    assert verdict(ready, TODAY).verdict == Verdict.OPEN


def test_verdict_below_an_unsafe_chain(ready: Engagement) -> None:
    make_subcontract(ready)
    assert verdict(ready).verdict == Verdict.CLOSED


def test_verdicts_take_a_constant_number_of_queries(ready: Engagement) -> None:
    others = [make_ready(make_engagement(client=ready.client)) for _ in range(2)]
    for one in (ready, *others):
        make_finding(one)
        make_subcontract(one)
    three_rows = list(
        Engagement.objects.select_related("client", "provider").filter(
            pk__in=[ready.pk, *(one.pk for one in others)]
        )
    )
    with CaptureQueriesContext(connection) as at_one:
        queries.verdicts(three_rows[:1], as_of=TODAY)
    with CaptureQueriesContext(connection) as at_three:
        found = queries.verdicts(three_rows, as_of=TODAY)
    assert len(at_one) == len(at_three) == 13
    assert {state.verdict for state in found.values()} == {Verdict.CLOSED}


def test_verdicts_today_follow_each_clients_date(cast: Cast) -> None:
    far = make_engagement()
    far.client.time_zone = "Asia/Manila"
    far.client.save(update_fields=["time_zone"])
    with clock.held(datetime(2026, 6, 15, 20, 0, tzinfo=UTC)):
        rows = Engagement.objects.select_related("client", "provider")
        states = queries.verdicts_today(list(rows))
    assert states[cast.engagement.pk].as_of == TODAY
    assert states[far.pk].as_of == date(2026, 6, 16)


def test_badges_are_for_those_who_may_see(cast: Cast, ready: Engagement) -> None:
    stranger = make_engagement()
    ids = [ready.pk, stranger.pk]
    assert set(queries.badges(cast.manager, ids)) == {ready.pk}
    assert queries.badges(cast.outsider, ids) == {}
    assert queries.badges(cast.auditor, ids) == {}
    make_grant(ready, cast.auditor.user)
    assert queries.badges(cast.auditor, ids)[ready.pk].verdict == Verdict.OPEN


# -- Overrides ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "is_overridden"),
    [
        (date(2026, 6, 9), False),  # not approved yet
        (date(2026, 6, 10), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_override_holds_from_approval_to_its_last_day(
    cast: Cast, as_of: date, *, is_overridden: bool
) -> None:
    make_override(
        cast.engagement, requested_by=cast.officer, approved_by=cast.second_officer
    )
    state = verdict(cast.engagement, as_of)
    assert state.is_overridden is is_overridden
    assert state.permits is is_overridden
    assert state.verdict == Verdict.CLOSED


def test_override_withdrawn_ends_that_day(cast: Cast) -> None:
    make_override(
        cast.engagement,
        requested_by=cast.officer,
        approved_by=cast.second_officer,
        withdrawn_at=NOON,
    )
    assert verdict(cast.engagement, date(2026, 6, 14)).is_overridden
    assert not verdict(cast.engagement, TODAY).is_overridden


def test_override_asked_for_only_does_not_hold(cast: Cast) -> None:
    make_override(cast.engagement, requested_by=cast.officer)
    assert verdict(cast.engagement).override is None
    assert len(queries.live_overrides(cast.engagement)) == 1


def test_override_names_who_answers(cast: Cast) -> None:
    row = make_override(
        cast.engagement, requested_by=cast.officer, approved_by=cast.second_officer
    )
    held = verdict(cast.engagement).override
    assert held is not None
    assert (held.pk, held.requested_by, held.approved_by, held.reason) == (
        row.pk,
        "Olga Officer",
        "Omar Second",
        "Patients wait",
    )


def test_overrides_are_for_the_parties(cast: Cast) -> None:
    row = make_override(cast.engagement, requested_by=cast.officer)
    assert queries.override(cast.manager, row.pk) == row
    with pytest.raises(NotFound):
        queries.override(cast.outsider, row.pk)


# -- History and jobs ---------------------------------------------------------


def test_decisions_newest_first_for_the_parties(cast: Cast) -> None:
    older = make_decision(cast.engagement)
    newer = make_decision(cast.engagement, decided_at=NOON, verdict=Verdict.OPEN)
    make_decision(make_engagement())
    assert list(queries.decisions(cast.manager)) == [newer, older]
    assert list(queries.decisions(cast.outsider)) == []
    assert queries.decisions_of(cast.engagement) == [newer, older]
    assert queries.decisions_of(cast.engagement, before=newer.pk) == [older]
    assert queries.last_decisions([cast.engagement.pk]) == {cast.engagement.pk: newer}


def test_running_leaves_out_what_ended_and_is_closed(cast: Cast) -> None:
    over = make_engagement(ended_on=date(2026, 5, 1))
    make_decision(over)
    still_open = make_engagement(ended_on=date(2026, 5, 1))
    make_decision(still_open, verdict=Verdict.OPEN)
    never = make_engagement(ended_on=date(2026, 5, 1))
    assert {one.pk for one in running()} == {
        cast.engagement.pk,
        still_open.pk,
        never.pk,
    }


def test_concerning_takes_both_sides(cast: Cast) -> None:
    below = make_engagement(client=cast.vendor)
    assert set(queries.concerning(cast.vendor.pk)) == {cast.engagement.pk, below.pk}


def test_due_items_name_the_last_day_of_an_override(cast: Cast) -> None:
    row = make_override(
        cast.engagement, requested_by=cast.officer, approved_by=cast.second_officer
    )
    make_override(cast.engagement, requested_by=cast.officer)
    june = {"first": date(2026, 6, 1), "last": date(2026, 6, 30)}
    (item,) = queries.due_items(cast.officer, **june)
    assert (item.key, item.kind) == (f"gate_override:{row.pk}", "gate.override_ends")
    assert item.due == date(2026, 6, 30)
    assert item.path == f"/gate/{cast.engagement.pk}/"
    assert queries.due_items(cast.manager, **june) == []
    assert queries.due_items(KEEPER, **june) == [item]
    assert not queries.due_items(
        KEEPER, first=date(2026, 7, 1), last=TODAY + timedelta(days=60)
    )


def test_verdicts_take_engagements_of_a_scoped_query(
    cast: Cast, ready: Engagement
) -> None:
    rows = list(engagements.engagements(cast.reader))
    assert queries.verdicts(rows, as_of=TODAY)[ready.pk].verdict == Verdict.OPEN
