"""Pages of incidents: what they say, what they refuse, how many queries they take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.incidents import queries
from apps.incidents.models import (
    Clock,
    EscalationContact,
    Incident,
    IncidentFact,
    IncidentReview,
    PenaltyEstimate,
    PeopleCount,
)
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.incidents import (
    make_clock,
    make_contact,
    make_incident,
    report_data,
)

ClientFor = Callable[[Actor], Client]
CountQueries = Any


def at(name: str, *args: Any) -> str:
    return reverse(f"incidents:{name}", args=args)


def test_empty_list_says_how_to_begin(cast: Cast, client_for: ClientFor) -> None:
    text = client_for(cast.lead).get(at("list")).content.decode()
    assert "No incident is open" in text
    assert at("report") in text
    assert at("report") not in client_for(cast.reader).get(at("list")).content.decode()


def test_report_from_a_telephone(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.lead)
    assert client.get(at("report")).status_code == 200
    answer = client.post(at("report"), report_data(cast.engagement, people="3"))
    incident = Incident.objects.get()
    assert answer.headers["Location"] == at("detail", incident.pk)
    text = client.get(at("detail", incident.pk)).content.decode()
    assert "Draft, own side only" in text
    assert client_for(cast.officer).get(at("detail", incident.pk)).status_code == 404


def test_report_that_names_a_patient_warns_and_takes_it_confirmed(
    cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.lead)
    data = report_data(cast.engagement, summary="SSN 123-45-6789 went out")
    answer = client.post(at("report"), data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "a Social Security number" in text
    assert 'type="checkbox" name="text_confirmed"' in text
    assert not Incident.objects.exists()
    assert client.post(at("report"), data | {"text_confirmed": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("count", {"total": "5", "by_state": "Georgia 5"}),
        ("count", {"total": "5", "by_state": "GA 3, GA 2"}),
        ("count", {"total": "5", "by_state": "GA 6"}),
        ("fact", {"name": "occurred_on", "zone": "UTC"}),
        ("fact", {"name": "client_learned", "moment_at": "2027-01-01T00:00", "zone": "UTC"}),
        ("notice", {"duty": "individuals", "method": "first_class", "to_whom": "All", "sent_at": "2026-06-14T09:00", "zone": "UTC"}),
        ("hold", {"form": "oral", "official": "", "statement": "Wait.", "stated_on": "2026-06-12"}),
        ("finding", {"outcome": "low_probability", "reason": "Nobody read it."}),
        ("exposure", {"assessed_on": "2026-06-15", "tier": "did_not_know", "violations": "many", "provisions": "1"}),
        ("close", {}),
        ("review", {"held_on": "2027-01-01", "what_happened": "x", "causes": "x", "lessons": "x", "audience": "shared"}),
    ],
)  # fmt: skip
# ruff: noqa: E501 - one bad input, one line
def test_bad_input_is_said_and_changes_nothing(
    cast: Cast, client_for: ClientFor, name: str, data: dict[str, str]
) -> None:
    incident = make_incident(cast.engagement)
    make_clock(incident)
    answer = client_for(cast.officer).post(at(name, incident.pk), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not PeopleCount.objects.exists()
    assert not PenaltyEstimate.objects.exists()
    assert not IncidentReview.objects.exists()
    assert IncidentFact.objects.count() == 1


def test_count_and_fact_through_the_page(cast: Cast, client_for: ClientFor) -> None:
    incident = make_incident(cast.engagement)
    client = client_for(cast.officer)
    client.post(at("count", incident.pk), {"total": "600", "by_state": "GA 501, SC: 9"})
    learned = {
        "name": "client_learned",
        "moment_at": "2026-06-12T23:30",
        "zone": "America/Los_Angeles",
    }
    assert client.post(at("fact", incident.pk), learned).status_code == 302
    fact = IncidentFact.objects.get(name="client_learned")
    assert fact.moment == datetime(2026, 6, 13, 6, 30, tzinfo=UTC)
    due = Clock.objects.get(code="FED-INDIVIDUALS", ended_at=None)
    assert (due.start_on, due.due_on) == (date(2026, 6, 10), date(2026, 8, 9))
    text = client.get(at("detail", incident.pk)).content.decode()
    assert "GA 501, SC 9" in text
    assert "12 Jun 2026, 23:30 America/Los_Angeles" in text


def test_estimate_shows_table_and_both_figures(
    cast: Cast, client_for: ClientFor
) -> None:
    incident = make_incident(cast.engagement)
    client = client_for(cast.officer)
    data = {
        "assessed_on": "2026-06-15",
        "tier": "reasonable_cause",
        "violations": "2026: 900",
        "provisions": "1",
    }
    assert client.post(at("exposure", incident.pk), data).status_code == 302
    text = client.get(at("exposure", incident.pk)).content.decode()
    assert "$1314900 to $2190294" in text
    assert "$146053 to $146053" in text
    assert "cmp-2025-adjustment, data 2026.11" in text
    other = client_for(cast.manager).get(at("exposure", incident.pk)).content.decode()
    assert "$1314900" not in other


def test_contacts_across_zones(cast: Cast, client_for: ClientFor) -> None:
    make_contact(cast.clinic, zone="America/Los_Angeles")
    client = client_for(cast.officer)
    text = client.get(at("contacts")).content.decode()
    assert "Not now" in text
    data = {
        "name": "Night desk",
        "reached_by": "+63 2 555",
        "zone": "Asia/Manila",
        "days": ["0"],
        "from_time": "19:00",
        "until_time": "03:00",
        "order": "1",
    }
    assert client.post(at("contacts"), data).status_code == 302
    assert "Answers now" in client.get(at("contacts")).content.decode()
    contact = EscalationContact.objects.get(name="Night desk")
    client.post(at("contact_end", contact.pk))
    assert "Night desk" not in client.get(at("contacts")).content.decode()


def test_yearly_log_lists_small_breaches_as_csv(
    cast: Cast, client_for: ClientFor
) -> None:
    incident = make_incident(cast.engagement)
    client_for(cast.officer).post(
        at("count", incident.pk), {"total": "3", "by_state": "GA 3"}
    )
    IncidentFact.objects.get(incident=incident)
    client_for(cast.officer).post(
        at("fact", incident.pk),
        {"name": "client_learned", "moment_at": "2026-06-12T10:00", "zone": "UTC"},
    )
    answer = client_for(cast.analyst).get(at("log", 2026))
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[1].split(",")[:1] == [incident.reference]
    assert "2026-06-10,3" in lines[1]
    empty = client_for(cast.analyst).get(at("log", 2025))
    assert len(b"".join(empty.streaming_content).decode().splitlines()) == 1


def _many(cast: Cast, number: int) -> None:
    now = clock.now()
    rows = Incident.objects.bulk_create(
        Incident(
            engagement=cast.engagement,
            reporter=cast.vendor,
            kind="misdirected",
            summary="A chat transcript went to the wrong patient.",
            shared_at=now,
            created_at=now - timedelta(minutes=place),
        )
        for place in range(number)
    )
    Clock.objects.bulk_create(
        Clock(
            incident=row,
            obligated=cast.clinic,
            code=code,
            duty=code.lower(),
            basis="federal",
            to_whom="each",
            citation="45 CFR 164.404(b)",
            start_on=date(2026, 6, 1),
            due_on=date(2026, 7, 31),
            due_at=now + timedelta(days=46, minutes=place),
            normal_due_on=date(2026, 7, 31),
            words="",
            rules_version="test",
        )
        for place, row in enumerate(rows)
        for code in ("INDIVIDUALS", "HHS")
    )


@pytest.mark.parametrize("number", [1, 3, 1_000])
def test_list_takes_a_fixed_number_of_queries(
    cast: Cast, number: int, django_assert_num_queries: CountQueries
) -> None:
    _many(cast, number)
    with django_assert_num_queries(4):
        page = queries.incident_page(cast.officer, queries.Filters())
    assert len(page.lines) == min(number, queries.PAGE)
    assert page.running == 2 * number
    assert all(line.running == 2 and line.next_clock for line in page.lines)
    with django_assert_num_queries(4):
        queries.incident_page(
            cast.officer, queries.Filters(state="open", kind="misdirected")
        )


@pytest.mark.parametrize("number", [1, 3])
def test_duties_take_a_fixed_number_of_queries(
    cast: Cast, number: int, django_assert_num_queries: CountQueries
) -> None:
    _many(cast, number)
    with django_assert_num_queries(4):
        found = queries.due_items(
            cast.officer, first=date(2026, 1, 1), last=date(2026, 7, 31)
        )
    assert len(found) == 2 * number
    with django_assert_num_queries(2):
        queries.gate_conditions([cast.engagement], as_of=date(2026, 6, 15))


def test_pages_of_the_list_follow_each_other(cast: Cast) -> None:
    _many(cast, 60)
    first = queries.incident_page(cast.officer, queries.Filters())
    second = queries.incident_page(cast.officer, queries.Filters(before=first.older))
    keys = [line.incident.pk for page in (first, second) for line in page.lines]
    assert len(keys) == len(set(keys)) == 60
    assert second.older is None


def test_case_takes_a_fixed_number_of_queries(
    cast: Cast, django_assert_num_queries: CountQueries
) -> None:
    for number in (1, 3):
        incident = make_incident(cast.engagement)
        for place in range(number):
            make_clock(incident, code=f"C{place}")
        row = queries.incident(cast.officer, incident.pk)
        with django_assert_num_queries(14):
            case = queries.case_file(cast.officer, row)
        assert len(case.clocks) == number


def test_log_of_last_year_is_at_hand_while_it_is_due(
    cast: Cast, client_for: ClientFor
) -> None:
    client, path = client_for(cast.analyst), reverse("incidents:list")
    assert "Small breaches 2025" not in client.get(path).content.decode()
    with clock.held(datetime(2027, 2, 20, 12, 0, tzinfo=UTC)):
        again = client_for(cast.analyst).get(path).content.decode()
    assert reverse("incidents:log", args=[2026]) in again
