"""Jobs of drift and what wakes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.agreements import trail as agreements
from apps.audit.subscriptions import Recorded, handlers_of
from apps.drift import actions, reactions, tasks
from apps.drift.actions import DETECTOR
from apps.drift.models import DriftFinding
from apps.engagements import trail as engagements
from apps.notifications.models import Notification
from apps.workforce import trail as workforce
from compliance_portal.celery import app
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_baa
from tests.factories.drift import make_finding, make_staff
from tests.factories.engagements import (
    make_engagement,
    make_scope,
    make_subcontract,
)

pytestmark = pytest.mark.django_db
# Engagements, open findings, both sides (seven), the savepoint and what waits.
SWEEP_STATEMENTS = 12


@pytest.fixture
def at_once() -> Iterator[None]:
    """Tasks run where they are called."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def drifting(cast: Cast) -> Cast:
    """Voice is used and not agreed."""
    make_baa(cast.engagement)
    make_staff(cast.engagement, channels=["voice"])
    return cast


def test_detect_one(drifting: Cast) -> None:
    tasks.detect(str(drifting.engagement.pk))
    assert DriftFinding.objects.get().value == "voice"


def test_detect_organization(drifting: Cast) -> None:
    tasks.detect_organization(str(drifting.clinic.pk))
    assert not DriftFinding.objects.exists()
    tasks.detect_organization(str(drifting.vendor.pk))
    assert DriftFinding.objects.get().value == "voice"


def test_sweep_detects_and_escalates_once(
    drifting: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.drift.actions.detection.BATCH", 1)
    make_finding(
        drifting.engagement,
        dimension="lapsed",
        value="agreement",
        detected_at=NOON - timedelta(days=4),
    )
    make_finding(
        drifting.engagement,
        dimension="service",
        value="claims",
        detected_at=NOON - timedelta(days=4),
    )
    tasks.sweep()
    tasks.sweep()
    assert DriftFinding.objects.filter(resolved_at=None).count() == 1
    assert not Notification.objects.filter(kind="drift.unacknowledged").exists()


def test_sweep_reminds_of_what_waits(drifting: Cast) -> None:
    tasks.detect(str(drifting.engagement.pk))
    DriftFinding.objects.update(detected_at=NOON - timedelta(days=4))
    tasks.sweep()
    tasks.sweep()
    assert Notification.objects.filter(kind="drift.unacknowledged").count() == 4


@pytest.mark.parametrize(
    "verb",
    [
        engagements.SCOPE_DECLARED,
        engagements.SUBCONTRACT_DECLARED,
        engagements.SUBCONTRACT_APPROVED,
        engagements.SUBCONTRACT_REFUSED,
        engagements.SUBCONTRACT_ENDED,
        engagements.ENGAGEMENT_ENDED,
        agreements.AGREEMENT_RECORDED,
        agreements.AGREEMENT_AMENDED,
        agreements.AGREEMENT_TERMINATED,
        workforce.ASSIGNMENTS_CHANGED,
    ],
    ids=lambda verb: verb.name,
)
def test_reactions_look_at_the_engagement(verb: object) -> None:
    assert reactions.look_at_engagement in handlers_of(verb.name)  # type: ignore[attr-defined]


def test_reaction_detects(drifting: Cast, at_once: None) -> None:
    reactions.look_at_engagement(
        Recorded(
            type="scope.declared",
            organization_id=drifting.vendor.pk,
            engagement_id=drifting.engagement.pk,
            object_id=drifting.engagement.pk,
        )
    )
    assert DriftFinding.objects.get().value == "voice"


def test_reaction_to_a_roster_detects(drifting: Cast, at_once: None) -> None:
    assert reactions.look_at_provider in handlers_of(workforce.ROSTER_IMPORTED.name)
    reactions.look_at_provider(
        Recorded(
            type="roster.imported",
            organization_id=drifting.vendor.pk,
            engagement_id=None,
            object_id=drifting.vendor.pk,
        )
    )
    assert DriftFinding.objects.get().value == "voice"


def test_reactions_without_a_subject_do_nothing(at_once: None) -> None:
    nobody = Recorded("x", None, None, uuid4())
    reactions.look_at_engagement(nobody)
    reactions.look_at_provider(nobody)
    assert not DriftFinding.objects.exists()


def _portfolio(cast: Cast, count: int) -> None:
    """Engagements with a BAA, a scope, people and a subcontractor; none drifts."""
    for _ in range(count):
        one = make_engagement(client=cast.clinic)
        edge = make_subcontract(one)
        for each in (one, edge.downstream):
            make_baa(each)
            make_staff(each, 2)
            make_scope(each)


def _statements(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_sweep_statements_do_not_grow_with_engagements(cast: Cast) -> None:
    _portfolio(cast, 3)
    few = _statements(tasks.sweep)
    _portfolio(cast, 27)
    assert _statements(tasks.sweep) == few == SWEEP_STATEMENTS
    assert not DriftFinding.objects.exists()


def test_sweep_writes_only_where_something_moved(cast: Cast) -> None:
    """One engagement drifts among thirty: it alone is locked and written."""
    _portfolio(cast, 3)
    make_baa(cast.engagement)
    make_staff(cast.engagement, channels=["voice"])
    with transaction.atomic():
        few = _statements(tasks.sweep)
        assert DriftFinding.objects.count() == 1
        transaction.set_rollback(True)
    _portfolio(cast, 27)
    assert _statements(tasks.sweep) == few
    assert DriftFinding.objects.get().engagement == cast.engagement


def test_sweep_reminders_do_not_grow_with_findings(cast: Cast) -> None:
    long_ago = NOON - timedelta(days=4)

    def waiting(count: int) -> None:
        for _ in range(count):
            one = make_engagement(client=cast.clinic)
            make_baa(one, expires_on=(NOON - timedelta(days=30)).date())
            make_finding(one, detected_at=long_ago)

    waiting(3)
    few = _statements(lambda: actions.escalate(by=DETECTOR))
    waiting(30)
    assert _statements(lambda: actions.escalate(by=DETECTOR)) == few
