"""Jobs of drift and what wakes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from apps.agreements import trail as agreements
from apps.audit.subscriptions import Recorded, handlers_of
from apps.drift import reactions, tasks
from apps.drift.models import DriftFinding
from apps.engagements import trail as engagements
from apps.notifications.models import Notification
from apps.workforce import trail as workforce
from compliance_portal.celery import app
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_baa
from tests.factories.drift import make_finding, make_staff

pytestmark = pytest.mark.django_db


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
    monkeypatch.setattr(tasks, "BATCH", 1)
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
    assert handlers_of(workforce.ROSTER_IMPORTED.name)[0] == reactions.look_at_provider
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
