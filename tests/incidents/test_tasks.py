"""Cases follow what their engagement says by now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from apps.agreements import trail as agreements
from apps.audit.subscriptions import Recorded, handlers_of
from apps.engagements import actions as engagements
from apps.engagements import trail
from apps.engagements.enums import LegalAgency
from apps.incidents import actions, reactions
from apps.incidents.models import Clock
from apps.notifications.models import Notification
from compliance_portal.celery import app
from tests.conftest import Cast
from tests.factories.agreements import make_baa
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.incidents import make_incident
from tests.incidents.test_actions import reported, running, shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once() -> Iterator[None]:
    """Tasks run where they are called."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


def react(cast: Cast, verb: str) -> None:
    [handler] = [
        one for one in handlers_of(verb) if one.__module__ == reactions.__name__
    ]
    handler(Recorded(verb, cast.clinic.pk, cast.engagement.pk, cast.engagement.pk))


def decide(cast: Cast, agency: LegalAgency) -> None:
    engagements.decide_legal_agency(
        cast.engagement, by=cast.officer, legal_agency=agency, reason="Interim orders."
    )
    react(cast, trail.LEGAL_AGENCY_DECIDED.name)


def test_agency_decided_later_moves_the_clocks(cast: Cast, at_once: None) -> None:
    incident = shared(cast)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 10)
    before = set(Notification.objects.values_list("pk", flat=True))
    decide(cast, LegalAgency.AGENT)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 9)
    told = Notification.objects.exclude(pk__in=before)
    assert {row.kind for row in told} == {"incident.facts_changed"}
    assert {row.organization for row in told} == {cast.clinic, cast.vendor}
    first = Clock.objects.get(
        incident=incident, due_on=date(2026, 8, 10), code="FED-INDIVIDUALS"
    )
    assert first.superseded_by is not None
    decide(cast, LegalAgency.INDEPENDENT)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 10)


def test_nothing_of_a_draft_is_told(cast: Cast, at_once: None) -> None:
    incident = reported(cast)
    decide(cast, LegalAgency.AGENT)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 9)
    assert not Notification.objects.filter(organization=cast.clinic).exists()


def test_agency_below_moves_the_case_above(cast: Cast, at_once: None) -> None:
    lower = make_engagement(client=cast.vendor, name="Night chat")
    below = make_incident(lower)
    make_subcontract(cast.engagement, lower)
    above = actions.relay_incident(below, by=cast.manager, engagement=cast.engagement)
    assert above.clocks.count() == 0 or running(above)
    engagements.decide_legal_agency(
        lower, by=cast.manager, legal_agency=LegalAgency.AGENT, reason="Interim orders."
    )
    reactions.follow_engagement(Recorded("x", None, lower.pk, lower.pk))
    assert running(above)["FED-UPSTREAM"] == date(2026, 8, 9)


def test_baa_recorded_later_gives_its_window(cast: Cast, at_once: None) -> None:
    incident = reported(cast)
    assert "CONTRACT" not in running(incident)
    make_baa(cast.engagement)
    react(cast, agreements.AGREEMENT_RECORDED.name)
    assert running(incident)["CONTRACT"] == date(2026, 6, 11)


def test_closed_cases_and_engagements_without_a_case_stay(
    cast: Cast, at_once: None
) -> None:
    at = datetime(2026, 6, 14, 12, 0, tzinfo=UTC)
    make_incident(cast.engagement, closed_at=at, closed_by=cast.officer.user)
    decide(cast, LegalAgency.AGENT)
    assert not Clock.objects.exists()
    reactions.follow_engagement(Recorded("x", None, None, uuid4()))
    assert actions.follow_engagement(uuid4(), by=actions.WATCH) == 0
