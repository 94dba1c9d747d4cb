"""Who is reached now, across zones, and the ladder of a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.incidents import queries, rules
from apps.incidents.rules import Hours
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.incidents import make_clock, make_contact, make_incident

ClientFor = Callable[[Actor], Client]
# Away from the hours a change of clocks skips or repeats.
TIMES = st.builds(time, st.integers(4, 23), st.sampled_from([0, 30]))
HOURS = st.builds(
    Hours,
    zone=st.sampled_from(["UTC", "Asia/Manila", "America/New_York", "Asia/Kolkata"]),
    days=st.lists(st.integers(0, 6), min_size=1, unique=True),
    start=TIMES,
    until=TIMES,
)
MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(hours=HOURS, at=MOMENTS)
def test_next_moment_is_one_that_holds_and_never_before(
    hours: Hours, at: datetime
) -> None:
    found = hours.next_at(at)
    assert found >= at
    assert hours.holds_at(found)
    assert (found == at) is hours.holds_at(at)


@pytest.mark.parametrize(
    ("at", "answers_at"),
    [
        # Friday evening in Manila, Monday morning there.
        ("2026-06-12T10:00", "2026-06-15T01:00"),
        # Monday 08:30 there, half an hour to wait.
        ("2026-06-15T00:30", "2026-06-15T01:00"),
        ("2026-06-15T03:00", "2026-06-15T03:00"),
    ],
)
def test_office_in_another_zone(at: str, answers_at: str) -> None:
    office = Hours("Asia/Manila", [0, 1, 2, 3, 4], time(9), time(18))
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert office.next_at(moment) == datetime.fromisoformat(answers_at).replace(
        tzinfo=UTC
    )


def test_ladder_names_when_and_whom() -> None:
    due = datetime(2026, 8, 10, 23, 59, 59, tzinfo=UTC)
    rungs = rules.ladder(due, now=due)
    assert [one.at - due for one in rungs] == [
        timedelta(hours=hours) for hours in (-72, -24, 0, 72, 168)
    ]
    assert [one.is_reached for one in rungs] == [True, True, True, False, False]
    assert {one.who for one in rungs[:2]} == {"who owes the notice"}
    assert {one.who for one in rungs[2:]} == {"both sides"}


def test_first_in_order_who_answers_is_called(cast: Cast) -> None:
    # Monday noon in UTC: evening in Manila, before dawn in Los Angeles.
    make_contact(cast.vendor, name="Coast", zone="America/Los_Angeles", order=1)
    late = {"from_time": "19:00", "until_time": "03:00"}
    make_contact(cast.vendor, name="Night desk", zone="Asia/Manila", order=2, **late)
    make_contact(cast.vendor, name="Third", order=3)
    make_contact(cast.clinic, name="Office", zone="America/Los_Angeles")
    at = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
    own, theirs = queries.reached([cast.vendor, cast.clinic], at=at)
    assert own.first is not None
    assert own.first.contact.name == "Night desk"
    assert theirs.first is not None
    assert (theirs.first.is_reached, theirs.first.answers_at) == (
        False,
        datetime(2026, 6, 15, 16, 0, tzinfo=UTC),
    )
    [nobody] = queries.reached([cast.other_clinic], at=at)
    assert nobody.first is None


def test_case_says_whom_to_call_and_whom_the_portal_tells(
    cast: Cast, client_for: ClientFor
) -> None:
    incident = make_incident(cast.engagement)
    make_clock(incident)
    make_contact(cast.clinic)
    path = reverse("incidents:detail", args=[incident.pk])
    text = client_for(cast.manager).get(path).content.decode()
    assert "Call <strong>Privacy office</strong>" in text
    assert "Answers now" in text
    assert "Whom the portal tells" in text
    with clock.held(datetime(2026, 6, 13, 12, 0, tzinfo=UTC)):
        text = client_for(cast.manager).get(path).content.decode()
    assert "Nobody answers now" in text
