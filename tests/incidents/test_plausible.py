"""Input that cannot be meant, forms sent twice, two people on one fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.incidents import actions, queries, rules
from apps.incidents.actions import FactValue, NoticeTerms
from apps.incidents.enums import Duty, FactName, HoldForm, Method, Outcome
from apps.incidents.models import Incident, IncidentFact, PeopleCount
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.incidents import report_data
from tests.incidents.test_actions import CONTENTS, KNEW, report, reported, shared

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]


@pytest.mark.parametrize("code", ["XX", "GE", "U5", "ga"])
def test_state_that_is_none_is_refused(cast: Cast, code: str) -> None:
    incident = shared(cast)
    with pytest.raises(Invalid, match="no State"), transaction.atomic():
        actions.count_people(incident, by=cast.officer, total=600, by_state={code: 600})
    assert not PeopleCount.objects.exists()


def test_every_state_with_a_law_is_a_state() -> None:
    assert {rule.state for rule in rules.state_rules()} <= rules.STATES
    assert len(rules.STATES) == 56


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "0026-06-10T08:00"])
@pytest.mark.parametrize("zone", ["Asia/Manila", "America/New_York"])
def test_year_that_cannot_be_meant_is_refused(
    cast: Cast, client_for: ClientFor, moment: str, zone: str
) -> None:
    data = report_data(cast.engagement, learned_at=moment, zone=zone)
    answer = client_for(cast.lead).post(reverse("incidents:report"), data)
    assert answer.status_code in {200, 422}
    assert "Look at the year" in answer.content.decode()
    assert not Incident.objects.exists()


def test_delay_without_an_end_in_sight_is_refused(
    cast: Cast, client_for: ClientFor
) -> None:
    incident = shared(cast)
    data = {
        "form": HoldForm.WRITTEN.value,
        "official": "Agent",
        "statement": "Wait.",
        "stated_on": "2026-06-14",
        "delay_until": "9999-12-31",
    }
    path = reverse("incidents:hold", args=[incident.pk])
    answer = client_for(cast.officer).post(path, data)
    assert "Look at the year" in answer.content.decode()


def test_nobody_knows_before_it_happens(cast: Cast) -> None:
    with pytest.raises(Invalid, match="before it happened"), transaction.atomic():
        reported(cast, occurred_on=date(2026, 6, 12))
    incident = reported(cast, occurred_on=date(2026, 6, 10))
    value = FactValue(day=date(2026, 6, 13))
    with pytest.raises(Invalid, match="before it happened"), transaction.atomic():
        actions.correct_fact(
            incident,
            by=cast.manager,
            name=FactName.OCCURRED_ON,
            value=value,
            reason="Log.",
        )


def test_knowledge_does_not_move_behind_a_notice(cast: Cast) -> None:
    incident = shared(cast)
    later = FactValue(moment=datetime(2026, 6, 12, 9, 0, tzinfo=UTC), zone="UTC")
    with pytest.raises(Invalid, match="so it knew by then"), transaction.atomic():
        actions.correct_fact(
            incident,
            by=cast.manager,
            name=FactName.PROVIDER_LEARNED,
            value=later,
            reason="The shift log.",
        )
    assert IncidentFact.objects.count() == 1


def test_count_that_does_not_fit_or_says_nothing_new(cast: Cast) -> None:
    incident = shared(cast)
    count: dict[str, Any] = {"by": cast.officer, "total": 5, "by_state": {"GA": 5}}
    with pytest.raises(Invalid), transaction.atomic():
        actions.count_people(incident, unreachable=6, **count)
    actions.count_people(incident, **count)
    with pytest.raises(Conflict), transaction.atomic():
        actions.count_people(incident, **count)
    actions.count_people(incident, reason="Counted again by hand.", **count)
    assert PeopleCount.objects.count() == 2


def test_report_sent_twice_is_one_case(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.lead)
    answers = [
        client.post(reverse("incidents:report"), report_data(cast.engagement))
        for _ in range(2)
    ]
    incident = Incident.objects.get()
    path = reverse("incidents:detail", args=[incident.pk])
    assert [one.headers["Location"] for one in answers] == [path, path]
    other = actions.report_incident(cast.engagement, by=cast.manager, report=report())
    assert other != incident
    with clock.held(datetime(2026, 6, 15, 12, 11, tzinfo=UTC)):
        again = actions.report_incident(cast.engagement, by=cast.lead, report=report())
    assert again != incident


def test_second_of_two_corrections_of_one_fact_is_refused(
    cast: Cast, client_for: ClientFor
) -> None:
    incident = shared(cast)
    client = client_for(cast.manager)
    path = reverse("incidents:fact", args=[incident.pk])
    seen = client.get(path).context["form"]["seen"].value()

    def correct(hour: int) -> str:
        data = {
            "name": "provider_learned",
            "moment_at": f"2026-06-10T{hour:02}:00",
            "zone": "UTC",
            "reason": "The shift log.",
            "seen": seen,
        }
        return str(client.post(path, data).content.decode())

    correct(6)
    assert "after you opened the form" in correct(7)
    held = queries.current_facts([incident])[incident.pk]
    assert held[FactName.PROVIDER_LEARNED].moment == KNEW.replace(hour=6)


def test_log_names_days_in_the_zone_of_who_told(cast: Cast) -> None:
    cast.clinic.time_zone = "America/New_York"
    cast.clinic.save(update_fields=["time_zone"])
    with clock.held(datetime(2027, 1, 2, 12, 0, tzinfo=UTC)):
        incident = actions.report_incident(
            cast.engagement,
            by=cast.lead,
            report=report(learned_at=datetime(2026, 12, 30, 8, 0, tzinfo=UTC)),
        )
        incident = actions.share_incident(
            incident,
            by=cast.manager,
            told_at=datetime(2026, 12, 31, 9, 0, tzinfo=UTC),
        )
        actions.count_people(incident, by=cast.officer, total=5, by_state={"GA": 5})
        terms = NoticeTerms(
            duty=Duty.INDIVIDUALS,
            method=Method.FIRST_CLASS,
            sent_at=datetime(2027, 1, 1, 2, 0, tzinfo=UTC),
            to_whom="Patients",
            contents=CONTENTS,
        )
        actions.record_notice(incident, by=cast.officer, terms=terms)
        [line] = queries.small_breaches(cast.officer, year=2026)
        assert line.individuals_told_on == "2026-12-31"


def test_log_holds_a_breach_that_was_first_found_to_be_none(cast: Cast) -> None:
    incident = shared(cast)
    actions.count_people(incident, by=cast.officer, total=5, by_state={"GA": 5})

    def find(outcome: Outcome) -> int:
        row = actions.propose_finding(
            incident, by=cast.officer, outcome=outcome, reason="Seen."
        )
        actions.confirm_finding(row, by=cast.second_officer)
        return len(list(queries.small_breaches(cast.officer, year=2026)))

    assert find(Outcome.NO_PHI) == 0
    assert find(Outcome.BREACH) == 1
