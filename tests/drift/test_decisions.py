"""Acknowledge, ask to accept, accept."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.drift import actions
from apps.drift.enums import FindingState, Resolution
from apps.drift.models import DriftFinding
from apps.notifications.models import Notification
from tests.conftest import NOON, Cast
from tests.factories.drift import make_finding

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 7, 15)


def last_event() -> dict[str, Any]:
    row = AuditEvent.objects.latest("pk")
    return json.loads(bytes(row.body))  # type: ignore[no-any-return]


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_acknowledge_by_either_party(cast: Cast, who: str) -> None:
    actor = getattr(cast, who)
    row = actions.acknowledge(
        make_finding(cast.engagement), by=actor, note="Voice pilot, ends in July"
    )
    assert row.state == FindingState.ACKNOWLEDGED
    row.refresh_from_db()
    assert (row.acknowledged_by, row.acknowledged_at) == (actor.user, NOON)
    assert row.note == "Voice pilot, ends in July"
    event = last_event()
    assert event["type"] == "drift.acknowledged"
    assert "Voice pilot" not in json.dumps(event)


@pytest.mark.parametrize("who", ["analyst", "reader", "lead", "auditor"])
def test_acknowledge_needs_the_permission(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.acknowledge(
            make_finding(cast.engagement), by=getattr(cast, who), note="x"
        )


@pytest.mark.parametrize("who", ["outsider", "other_manager"])
def test_decisions_refuse_another_organization(cast: Cast, who: str) -> None:
    row = make_finding(cast.engagement)
    stranger = getattr(cast, who)
    with pytest.raises(NotAllowed):
        actions.acknowledge(row, by=stranger, note="x")
    with pytest.raises(NotAllowed):
        actions.request_acceptance(row, by=stranger, reason="x", until=UNTIL)
    with pytest.raises(NotAllowed):
        actions.accept(row, by=stranger)
    assert not AuditEvent.objects.exists()


def test_acknowledge_twice_is_refused(cast: Cast) -> None:
    row = actions.acknowledge(make_finding(cast.engagement), by=cast.officer, note="x")
    with pytest.raises(Conflict, match="Olga Officer has already acknowledged"):
        actions.acknowledge(row, by=cast.manager, note="y")


def test_acknowledge_resolved_is_refused(cast: Cast) -> None:
    row = make_finding(cast.engagement, resolved_at=NOON, resolution=Resolution.AMENDED)
    with pytest.raises(Conflict):
        actions.acknowledge(row, by=cast.manager, note="x")


def test_request_acceptance_acknowledges_and_tells_the_client(cast: Cast) -> None:
    row = actions.request_acceptance(
        make_finding(cast.engagement), by=cast.manager, reason="Pilot", until=UNTIL
    )
    assert row.state == FindingState.REQUESTED
    assert row.acknowledged_by == cast.manager.user
    assert last_event()["fct"] == {"dimension": "channel", "until": "2026-07-15"}
    told = Notification.objects.filter(kind="drift.acceptance_requested")
    assert {one.recipient_id for one in told} == {
        cast.officer.user_id,
        cast.second_officer.user_id,
    }


def test_request_acceptance_by_the_client_tells_its_other_managers(cast: Cast) -> None:
    actions.request_acceptance(
        make_finding(cast.engagement), by=cast.officer, reason="Pilot", until=UNTIL
    )
    told = Notification.objects.get(kind="drift.acceptance_requested")
    assert told.recipient == cast.second_officer.user


def test_request_acceptance_too_long_is_refused(cast: Cast) -> None:
    row = make_finding(cast.engagement)
    with pytest.raises(Invalid):
        actions.request_acceptance(
            row, by=cast.manager, reason="x", until=date(2027, 7, 1)
        )
    row.refresh_from_db()
    assert row.acceptance_until is None


def requested(cast: Cast) -> DriftFinding:
    return actions.request_acceptance(
        make_finding(cast.engagement), by=cast.officer, reason="Pilot", until=UNTIL
    )


def test_accept_by_another_manager_of_the_client(cast: Cast) -> None:
    row = actions.accept(requested(cast), by=cast.second_officer)
    assert row.state == FindingState.ACCEPTED
    row.refresh_from_db()
    assert (row.accepted_by, row.accepted_at) == (cast.second_officer.user, NOON)
    assert last_event()["type"] == "drift.accepted"


def test_accept_by_the_requester_is_refused(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="You asked for this acceptance"):
        actions.accept(requested(cast), by=cast.officer)


def test_accept_by_the_requester_is_refused_by_the_database(cast: Cast) -> None:
    row = requested(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        DriftFinding.objects.filter(pk=row.pk).update(
            accepted_by=cast.officer.user, accepted_at=NOON
        )


def test_accept_by_the_provider_is_refused(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Only Lakeside Clinic"):
        actions.accept(requested(cast), by=cast.manager)


def test_accept_without_a_request_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict):
        actions.accept(make_finding(cast.engagement), by=cast.officer)


def test_accept_twice_is_refused(cast: Cast) -> None:
    row = actions.accept(requested(cast), by=cast.second_officer)
    with pytest.raises(Conflict):
        actions.accept(row, by=cast.second_officer)
    with pytest.raises(Conflict):
        actions.request_acceptance(row, by=cast.manager, reason="x", until=UNTIL)


def test_acceptance_that_ran_out_is_kept_when_asked_again(cast: Cast) -> None:
    row = actions.accept(requested(cast), by=cast.second_officer)
    with clock.held(NOON + timedelta(days=40)):
        assert row.state == FindingState.ACKNOWLEDGED
        again = actions.request_acceptance(
            row, by=cast.manager, reason="Longer", until=date(2026, 9, 1)
        )
        assert again.state == FindingState.REQUESTED
    again.refresh_from_db()
    assert again.accepted_by is None
    assert again.earlier_acceptances == [
        {"accepted_at": NOON.isoformat(), "until": "2026-07-15"}
    ]
    assert again.state_on(date(2026, 7, 1)) == FindingState.ACCEPTED
    assert again.state_on(date(2026, 7, 20)) != FindingState.ACCEPTED
