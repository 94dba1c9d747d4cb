"""Jobs of the gate and what wakes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agreements import trail as agreements
from apps.assurance import trail as assurance
from apps.audit.subscriptions import Recorded, handlers_of
from apps.core import clock
from apps.drift import trail as drift
from apps.engagements import trail as engagements
from apps.engagements.models import Engagement
from apps.evidence import trail as evidence
from apps.gate import actions, reactions, tasks
from apps.gate.actions import KEEPER
from apps.gate.models import GateDecision
from apps.gate.queries import moved
from apps.incidents import trail as incidents
from apps.questionnaires import trail as questionnaires
from apps.training import trail as training
from apps.workforce import trail as workforce
from compliance_portal.celery import app
from tests.conftest import NOON, Cast
from tests.factories.drift import make_finding
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.gate import make_ready
from tests.factories.questionnaires import make_assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once() -> Iterator[None]:
    """Tasks run where they are called."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


def test_decide_judges_the_engagement_and_all_above(cast: Cast) -> None:
    below = make_subcontract(cast.engagement).downstream
    deeper = make_subcontract(below).downstream
    make_engagement()
    tasks.decide(str(deeper.pk))
    judged = set(GateDecision.objects.values_list("engagement", flat=True))
    assert judged == {cast.engagement.pk, below.pk, deeper.pk}


def test_sweep_closes_what_ran_out_by_date(
    ready: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_engagement()
    monkeypatch.setattr(actions, "BATCH", 1)
    tasks.sweep()
    with clock.held(NOON + timedelta(days=200)):
        tasks.sweep()
        tasks.sweep()
    verdicts = GateDecision.objects.filter(engagement=ready).order_by("decided_at")
    assert [row.verdict for row in verdicts] == ["open", "closed"]


def quiet_night(more: int) -> int:
    """Statements of a sweep that has nothing to decide."""
    for _ in range(more):
        make_ready(make_subcontract(make_engagement()).downstream)
    tasks.sweep()
    with CaptureQueriesContext(connection) as counted:
        assert actions.sweep(by=KEEPER) == 0
    return len(counted)


def test_sweep_statements_do_not_follow_the_number_of_engagements(
    ready: Engagement,
) -> None:
    assert quiet_night(1) == quiet_night(4)


def test_sweep_looks_in_parts(
    ready: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [make_ready(make_engagement()) for _ in range(2)]
    monkeypatch.setattr(moved, "LOOK", 1)
    assert actions.sweep(by=KEEPER) == 3
    make_finding(others[1])
    assert moved.moved_ids() == [others[1].pk]


@pytest.mark.parametrize(
    "verb",
    [
        engagements.ENGAGEMENT_CREATED,
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
        training.REQUIREMENT_ADDED,
        training.REQUIREMENT_ENDED,
        drift.DRIFT_DETECTED,
        drift.DRIFT_RESOLVED,
        drift.DRIFT_ACCEPTED,
        drift.DRIFT_ACCEPTANCE_REQUESTED,
        incidents.INCIDENT_SHARED,
        incidents.CLOCKS_COMPUTED,
        incidents.NOTICE_RECORDED,
        incidents.INCIDENT_CLOSED,
    ],
    ids=lambda verb: verb.name,
)
def test_reactions_judge_the_engagement(verb: object) -> None:
    assert reactions.judge_engagement in handlers_of(verb.name)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "verb",
    [
        workforce.ROSTER_IMPORTED,
        training.COURSE_VERSION_ADDED,
        training.TRAINING_IMPORTED,
        training.RECORD_CORRECTED,
        assurance.ACTIVITY_DONE,
        assurance.CERTIFICATE_WITHDRAWN,
        assurance.DOCUMENT_SHARED,
        evidence.FILE_QUARANTINED,
        evidence.FILE_RELEASED,
    ],
    ids=lambda verb: verb.name,
)
def test_reactions_judge_the_organization(verb: object) -> None:
    assert reactions.judge_organization in handlers_of(verb.name)  # type: ignore[attr-defined]


def test_reactions_decide(cast: Cast, at_once: None) -> None:
    recorded = Recorded("x", cast.vendor.pk, cast.engagement.pk, uuid4())
    reactions.judge_engagement(recorded)
    assert GateDecision.objects.get().engagement_id == cast.engagement.pk


def test_reactions_decide_for_an_organization(cast: Cast, at_once: None) -> None:
    below = make_engagement(client=cast.vendor)
    reactions.judge_organization(Recorded("x", cast.vendor.pk, None, uuid4()))
    judged = set(GateDecision.objects.values_list("engagement", flat=True))
    assert judged == {cast.engagement.pk, below.pk}


@pytest.mark.parametrize(
    "verb",
    [
        questionnaires.QUESTIONNAIRE_ASSIGNED,
        questionnaires.QUESTIONNAIRE_WITHDRAWN,
        questionnaires.QUESTIONNAIRE_SUBMITTED,
        questionnaires.QUESTIONNAIRE_CLOSED,
        questionnaires.DUE_MOVED,
        questionnaires.ACTION_PLANNED,
        questionnaires.ACTION_DONE,
        questionnaires.ACTION_REOPENED,
    ],
    ids=lambda verb: verb.name,
)
def test_reactions_judge_what_was_asked_about(verb: object) -> None:
    handlers = handlers_of(verb.name)  # type: ignore[attr-defined]
    assert handlers == [reactions.judge_what_was_asked_about]


def test_reactions_decide_for_a_vendor_wide_round(cast: Cast, at_once: None) -> None:
    calls = make_engagement(client=cast.clinic, provider=cast.vendor, name="Calls")
    make_engagement(client=cast.other_clinic, provider=cast.vendor)
    row = make_assignment(cast.engagement)
    asked = Recorded("x", cast.clinic.pk, None, row.pk)
    reactions.judge_what_was_asked_about(asked)
    judged = GateDecision.objects.values_list("engagement", flat=True)
    assert list(judged) == [cast.engagement.pk]
    row.engagement = None
    row.save(update_fields=["engagement"])
    reactions.judge_what_was_asked_about(asked)
    assert set(judged.all()) == {cast.engagement.pk, calls.pk}


def test_reactions_without_a_subject_do_nothing(at_once: None) -> None:
    nobody = Recorded("x", None, None, uuid4())
    reactions.judge_engagement(nobody)
    reactions.judge_organization(nobody)
    reactions.judge_what_was_asked_about(nobody)
    assert not GateDecision.objects.exists()
