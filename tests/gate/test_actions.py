"""Decisions are kept when something moves; overrides take two people."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.gate import actions, queries
from apps.gate.actions import KEEPER
from apps.gate.enums import Verdict
from apps.gate.models import GateDecision, GateOverride
from apps.notifications.models import Notification
from apps.tenancy.actor import system
from tests.conftest import NOON, Cast
from tests.factories.drift import make_finding
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.gate import make_override, make_ready

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 6, 30)


def events() -> list[dict[str, Any]]:
    return [json.loads(bytes(row.body)) for row in AuditEvent.objects.order_by("pk")]


def decide(*engagements: Engagement) -> list[GateDecision]:
    return actions.decide([one.pk for one in engagements], by=KEEPER)


def test_decide_keeps_the_first_decision(cast: Cast, ready: Engagement) -> None:
    (row,) = decide(ready)
    assert (row.verdict, row.as_of, row.decided_at) == (
        Verdict.OPEN,
        date(2026, 6, 15),
        NOON,
    )
    assert {one["state"] for one in row.conditions} == {"satisfied"}
    (event,) = events()
    assert event["type"] == "gate.changed"
    assert event["fct"]["verdict"] == "open"
    assert event["chg"] == [{"f": "verdict", "from": None, "to": "open"}]
    assert event["vis"] == sorted([str(cast.clinic.pk), str(cast.vendor.pk)])
    assert len(event["doc"]) == 1
    assert not Notification.objects.exists()


def test_decide_again_writes_nothing(ready: Engagement) -> None:
    decide(ready)
    with clock.held(NOON + timedelta(days=3)):
        assert decide(ready) == []
    assert GateDecision.objects.count() == 1
    assert len(events()) == 1


def test_decide_tells_both_sides_when_the_verdict_moves(
    cast: Cast, ready: Engagement
) -> None:
    decide(ready)
    make_finding(ready)
    (row,) = decide(ready)
    assert row.verdict == Verdict.CLOSED
    event = events()[-1]
    assert event["fct"]["not_satisfied"] == ["drift.none_open"]
    assert event["chg"] == [{"f": "verdict", "from": "open", "to": "closed"}]
    told = Notification.objects.filter(kind="gate.changed")
    assert {one.recipient_id for one in told} == {
        cast.officer.user_id,
        cast.second_officer.user_id,
        cast.manager.user_id,
        cast.second_manager.user_id,
    }
    assert told[0].context == {
        "engagement": "Patient chat",
        "verdict": "PHI may not flow",
        "before": "PHI may flow",
        "as_of": "15 June 2026",
    }


def test_decide_keeps_a_moved_condition_without_a_message(ready: Engagement) -> None:
    make_finding(ready)
    decide(ready)
    ready.assignments.all().delete()
    (row,) = decide(ready)
    assert row.verdict == Verdict.CLOSED
    assert events()[-1]["chg"] == []
    assert "workforce.roster_known" in events()[-1]["fct"]["unknown"]
    assert not Notification.objects.filter(kind="gate.changed").exists()


def test_decide_by_date_alone(ready: Engagement) -> None:
    decide(ready)
    with clock.held(NOON + timedelta(days=200)):
        (row,) = decide(ready)
    assert (row.verdict, row.as_of) == (Verdict.CLOSED, date(2027, 1, 1))


def test_decide_requires_the_permission(ready: Engagement) -> None:
    with pytest.raises(NotAllowed):
        actions.decide([ready.pk], by=system("stranger"))


def test_decide_reads_are_constant(ready: Engagement) -> None:
    others = [make_ready(make_engagement(client=ready.client)) for _ in range(2)]
    decide(ready, *others)
    with CaptureQueriesContext(connection) as at_one:
        decide(ready)
    with CaptureQueriesContext(connection) as at_three:
        decide(ready, *others)
    assert len(at_one) == len(at_three)


# -- Overrides ------------------------------------------------------------------------


def request_override(cast: Cast, **overrides: Any) -> GateOverride:
    values = {"by": cast.officer, "reason": "Patients wait", "expires_on": LAST_DAY}
    return actions.request_override(cast.engagement, **values | overrides)


def test_request_override_tells_the_other_managers(cast: Cast) -> None:
    row = request_override(cast)
    row.refresh_from_db()
    assert (row.requested_by, row.approved_by) == (cast.officer.user, None)
    event = events()[-1]
    assert event["type"] == "gate.override_requested"
    assert event["fct"] == {"expires_on": "2026-06-30"}
    assert "Patients wait" not in json.dumps(event)
    told = Notification.objects.get(kind="gate.override_requested")
    assert told.recipient == cast.second_officer.user


@pytest.mark.parametrize(
    "who", ["analyst", "reader", "manager", "lead", "auditor", "outsider"]
)
def test_request_override_is_for_managers_of_the_client(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        request_override(cast, by=getattr(cast, who))
    assert not GateOverride.objects.exists()
    assert not AuditEvent.objects.exists()


def test_request_override_of_an_open_gate_is_refused(
    cast: Cast, ready: Engagement
) -> None:
    with pytest.raises(Conflict, match="nothing to override"):
        request_override(cast)


def test_request_override_twice_is_refused(cast: Cast) -> None:
    request_override(cast)
    with pytest.raises(Conflict, match="Withdraw it first"):
        request_override(cast, by=cast.second_officer)


def test_request_override_for_too_long_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        request_override(cast, expires_on=date(2026, 7, 16))


@pytest.mark.parametrize("ended_on", [date(2026, 6, 10), date(2026, 6, 29)])
def test_request_override_past_the_last_day_is_refused(
    cast: Cast, ended_on: date
) -> None:
    cast.engagement.ended_on = ended_on
    cast.engagement.save()
    with pytest.raises(Conflict) as refused:
        request_override(cast)
    assert refused.value.fields == {
        "expires_on": [f"Not after {ended_on:%-d %B %Y}."],
    }
    assert not GateOverride.objects.exists()


def test_approve_override_by_another_manager(cast: Cast) -> None:
    row = actions.approve_override(request_override(cast), by=cast.second_officer)
    row.refresh_from_db()
    assert (row.approved_by, row.approved_at) == (cast.second_officer.user, NOON)
    assert events()[-1]["type"] == "gate.override_approved"
    assert Notification.objects.filter(kind="gate.override_approved").count() == 4


def test_approve_override_by_the_requester_is_refused(cast: Cast) -> None:
    row = request_override(cast)
    with pytest.raises(NotAllowed, match="another manager"):
        actions.approve_override(row, by=cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        GateOverride.objects.filter(pk=row.pk).update(approved_by=cast.officer.user)


@pytest.mark.parametrize("who", ["manager", "analyst", "outsider"])
def test_approve_override_is_for_managers_of_the_client(cast: Cast, who: str) -> None:
    row = request_override(cast)
    with pytest.raises(NotAllowed):
        actions.approve_override(row, by=getattr(cast, who))


def test_approve_override_twice_is_refused(cast: Cast) -> None:
    row = actions.approve_override(request_override(cast), by=cast.second_officer)
    with pytest.raises(Conflict):
        actions.approve_override(row, by=cast.second_officer)


def test_override_of_a_vendor_that_is_client_takes_two_of_its_managers(
    cast: Cast,
) -> None:
    below = make_subcontract(cast.engagement).downstream
    row = actions.request_override(
        below, by=cast.manager, reason="Chats wait", expires_on=LAST_DAY
    )
    told = Notification.objects.get(kind="gate.override_requested")
    assert told.recipient == cast.second_manager.user
    with pytest.raises(NotAllowed, match="another manager decides"):
        actions.approve_override(row, by=cast.manager)
    for upstream in (cast.officer, cast.second_officer):
        with pytest.raises(NotAllowed, match="Only Careline can override"):
            actions.approve_override(row, by=upstream)
    actions.approve_override(row, by=cast.second_manager)
    state = queries.verdict(below, as_of=LAST_DAY)
    assert (state.verdict, state.permits) == (Verdict.CLOSED, True)
    assert state.override is not None
    assert state.override.approved_by == "Milo Second"


def test_withdraw_override_ends_it_and_tells_both_sides(cast: Cast) -> None:
    row = make_override(
        cast.engagement, requested_by=cast.officer, approved_by=cast.second_officer
    )
    actions.withdraw_override(row, by=cast.officer)
    row.refresh_from_db()
    assert row.withdrawn_at == NOON
    assert events()[-1]["type"] == "gate.override_withdrawn"
    assert Notification.objects.filter(kind="gate.override_withdrawn").count() == 4
    with pytest.raises(Conflict, match="already withdrawn"):
        actions.withdraw_override(row, by=cast.officer)


def test_withdraw_request_tells_nobody(cast: Cast) -> None:
    actions.withdraw_override(request_override(cast), by=cast.second_officer)
    assert not Notification.objects.filter(kind="gate.override_withdrawn").exists()
    request_override(cast)


def test_withdraw_override_that_ran_out_is_refused(cast: Cast) -> None:
    row = make_override(
        cast.engagement, requested_by=cast.officer, expires_on=date(2026, 6, 1)
    )
    with pytest.raises(Conflict, match="already ended on 1 June 2026"):
        actions.withdraw_override(row, by=cast.officer)


def test_withdraw_override_by_the_provider_is_refused(cast: Cast) -> None:
    row = make_override(cast.engagement, requested_by=cast.officer)
    with pytest.raises(NotAllowed):
        actions.withdraw_override(row, by=cast.manager)
