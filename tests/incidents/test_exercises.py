"""Reviews, verified actions, and exercises that are tests and never incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.assurance.enums import ActivityKind
from apps.assurance.models import Activity, ActivityRecord
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.incidents import actions, queries
from apps.incidents.actions import ReviewTerms
from apps.incidents.enums import Audience, TaskKind
from apps.incidents.models import Clock, Incident, IncidentReview
from apps.notifications.models import Notification
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.incidents import make_incident
from tests.incidents.test_actions import TOLD, reported, review, running

ClientFor = Callable[[Actor], Client]
AUTHORITIES = {"hhs", "state_office", "media"}


def exercise(cast: Cast) -> Incident:
    incident = reported(cast, is_exercise=True)
    incident = actions.share_incident(incident, by=cast.manager, told_at=TOLD)
    actions.count_people(
        incident, by=cast.officer, total=900, by_state={"CA": 900}, unreachable=11
    )
    return incident


def closed(cast: Cast) -> Incident:
    incident = exercise(cast)
    actions.record_review(incident, by=cast.officer, terms=review())
    return actions.close_incident(incident, by=cast.officer)


# -- Review and corrective actions -----------------------------------------


def test_review_takes_the_place_of_an_earlier_one_and_stays(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    for lessons in ("First.", "Second."):
        terms = review(lessons=lessons)
        actions.record_review(incident, by=cast.officer, terms=terms)
    rows = queries.case_file(cast.officer, incident).reviews
    assert [row.lessons for row in rows] == ["First.", "Second."]
    with pytest.raises(DatabaseError), transaction.atomic():
        IncidentReview.objects.update(lessons="Other.")
    bodies = b"".join(bytes(row.body) for row in AuditEvent.objects.all())
    assert b"Second." not in bodies


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (Audience.SHARED, {"officer", "reader", "manager"}),
        (Audience.OWN_SIDE, {"officer"}),
        (Audience.LEGAL, {"officer"}),
    ],
)
def test_review_is_read_by_its_audience(
    cast: Cast, audience: Audience, seen: set[str]
) -> None:
    incident = make_incident(cast.engagement)
    terms = review(audience=audience)
    actions.record_review(incident, by=cast.officer, terms=terms)
    readers = {
        name
        for name in ("officer", "reader", "manager")
        if queries.case_file(getattr(cast, name), incident).reviews
    }
    assert readers == seen


@pytest.mark.parametrize(
    ("name", "terms", "error"),
    [
        ("lead", review(), NotAllowed),
        ("reader", review(), NotAllowed),
        ("outsider", review(), NotAllowed),
        ("officer", review(held_on=date(2026, 6, 16)), Invalid),
        ("officer", review(causes="MRN 123456"), Invalid),
    ],
)
def test_review_that_is_refused(
    cast: Cast, name: str, terms: ReviewTerms, error: type[Exception]
) -> None:
    incident = make_incident(cast.engagement)
    with pytest.raises(error):
        actions.record_review(incident, by=getattr(cast, name), terms=terms)
    assert not IncidentReview.objects.exists()


def test_corrective_action_is_verified_by_somebody_else(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    task = {"title": "Train", "owner": "Training", "due_on": date(2026, 7, 1)}
    action = actions.open_task(
        incident, by=cast.manager, kind=TaskKind.CORRECTIVE, **task
    )
    other = actions.open_task(incident, by=cast.manager, kind=TaskKind.CONTAIN, **task)
    word: dict[str, Any] = {"verification": "Seen."}
    with pytest.raises(Conflict):
        actions.verify_task(action, by=cast.second_manager, **word)
    for one in (action, other):
        actions.finish_task(one, by=cast.manager, outcome="Done.")
    with pytest.raises(Conflict):
        actions.verify_task(other, by=cast.second_manager, **word)
    for actor, error in (
        (cast.manager, Conflict),
        (cast.officer, NotAllowed),
        (cast.lead, NotAllowed),
    ):
        with pytest.raises(error):
            actions.verify_task(action, by=actor, **word)
    verified = actions.verify_task(action, by=cast.second_manager, **word)
    assert verified.verified_by == cast.second_manager.user
    with pytest.raises(Conflict):
        actions.verify_task(action, by=cast.second_manager, **word)


# -- Exercises -------------------------------------------------------------


def test_exercise_owes_nothing_to_authorities(cast: Cast) -> None:
    incident = exercise(cast)
    assert {row.duty for row in Clock.objects.all()} & AUTHORITIES == set()
    assert set(running(incident)) == {
        "FED-INDIVIDUALS",
        "FED-SUBSTITUTE",
        "CA-1280.15:individuals:discovery",
        "CA-1798.82:individuals:discovery",
    }


def test_exercise_is_in_no_list_of_real_ones(cast: Cast) -> None:
    incident = reported(cast, is_exercise=True)
    actions.share_incident(incident, by=cast.manager, told_at=TOLD)
    actions.count_people(incident, by=cast.officer, total=3, by_state={"GA": 3})
    with clock.held(datetime(2027, 6, 1, 12, 0, tzinfo=UTC)):
        assert list(queries.small_breaches(cast.officer, year=2026)) == []
        found = queries.gate_conditions([cast.engagement], as_of=date(2027, 6, 1))
        assert found[cast.engagement.pk] == []
        days = {"first": date(2026, 1, 1), "last": date(2027, 12, 31)}
        assert queries.due_items(cast.officer, **days) == []
        before = Notification.objects.count()
        actions.escalate(by=actions.WATCH)
        assert Notification.objects.count() == before


def test_exercise_says_so_in_every_message(cast: Cast) -> None:
    exercise(cast)
    subjects = set(Notification.objects.values_list("context__engagement", flat=True))
    assert subjects
    assert all(str(one).startswith("EXERCISE: ") for one in subjects)


def test_exercise_goes_up_the_chain_as_one(cast: Cast) -> None:
    lower = make_engagement(client=cast.vendor, name="Hosting")
    make_subcontract(cast.engagement, lower)
    incident = make_incident(lower, is_exercise=True)
    above = actions.relay_incident(
        incident, by=cast.manager, engagement=cast.engagement
    )
    assert above.is_exercise


def test_exercise_closes_with_its_clocks_and_counts_as_a_test(cast: Cast) -> None:
    incident = exercise(cast)
    with pytest.raises(Conflict, match="has not recorded its review"):
        actions.close_incident(incident, by=cast.officer)
    actions.record_review(incident, by=cast.officer, terms=review())
    actions.close_incident(incident, by=cast.officer)
    assert running(incident) == {}


def test_exercise_goes_on_the_assurance_calendar_once(
    cast: Cast, client_for: ClientFor
) -> None:
    incident = closed(cast)
    client, url = (
        client_for(cast.officer),
        reverse("portal:exercise", args=[incident.pk]),
    )
    assert (
        url
        in client.get(reverse("incidents:detail", args=[incident.pk])).content.decode()
    )
    assert client.post(url, {"outcome": "splendid"}).status_code == 422
    answer = client.post(url, {"outcome": "findings"})
    record = ActivityRecord.objects.get()
    assert answer.headers["Location"] == reverse(
        "assurance:activity", args=[record.activity_id]
    )
    assert record.activity.kind == ActivityKind.INCIDENT_TEST
    assert (record.done_on, record.outcome) == (date(2026, 6, 15), "findings")
    assert record.file.media_type == "application/pdf"
    assert incident.reference in record.summary
    again = client.post(url, {"outcome": "passed"})
    assert again.status_code == 422
    assert "stands on your assurance calendar already" in again.content.decode()
    assert ActivityRecord.objects.count() == 1
    texts = {one.text for one in queries.case_file(cast.officer, incident).entries}
    assert "Counted as an incident-response test on the assurance calendar." in texts


def test_each_side_counts_an_exercise_on_its_own_running_activity(
    cast: Cast, client_for: ClientFor
) -> None:
    incident = closed(cast)
    activity = Activity.objects.create(
        organization=cast.vendor,
        kind=ActivityKind.INCIDENT_TEST,
        interval_months=12,
        first_due_on=date(2026, 1, 1),
    )
    url = reverse("portal:exercise", args=[incident.pk])
    assert client_for(cast.manager).post(url, {"outcome": "passed"}).status_code == 302
    assert ActivityRecord.objects.get().activity == activity
    assert client_for(cast.officer).post(url, {"outcome": "passed"}).status_code == 302
    assert ActivityRecord.objects.count() == 2


@pytest.mark.parametrize("is_exercise", [False, True])
def test_real_or_open_case_is_no_test(
    cast: Cast, client_for: ClientFor, *, is_exercise: bool
) -> None:
    incident = make_incident(cast.engagement, is_exercise=is_exercise)
    url = reverse("portal:exercise", args=[incident.pk])
    answer = client_for(cast.officer).post(url, {"outcome": "passed"})
    assert answer.status_code == 422
    assert not Activity.objects.exists()
