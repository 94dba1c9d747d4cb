"""What the regulation leaves open: defaults, own readings, and what follows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.incidents import actions, queries, rules
from apps.incidents.enums import (
    BusinessDayReading,
    CountReading,
    DayEndReading,
    DelayReading,
    HoldForm,
    OpenRequestReading,
    PartyRole,
    ZoneReading,
)
from apps.incidents.models import Clock, ReadingSet
from apps.incidents.rules import (
    DEFAULTS,
    Case,
    Hold,
    Learned,
    Party,
    People,
    Readings,
    Window,
)
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.incidents import make_incident

ClientFor = Callable[[Actor], Client]
READINGS = st.builds(
    Readings,
    zone=st.sampled_from(ZoneReading),
    day_end=st.sampled_from(DayEndReading),
    delay=st.sampled_from(DelayReading),
    open_request=st.sampled_from(OpenRequestReading),
    counts=st.sampled_from(CountReading),
    business_days=st.sampled_from(BusinessDayReading),
)
DAYS = st.dates(date(2016, 1, 1), date(2035, 12, 31))
HOLDS = st.builds(
    Hold, form=st.sampled_from(HoldForm), stated_on=DAYS, until=st.none() | DAYS
)


def owner(readings: Readings, **overrides: Any) -> Party:
    values = {
        "key": "CE",
        "role": PartyRole.COVERED_ENTITY,
        "zone": "America/New_York",
        "learned": (Learned(on=date(2026, 3, 2)),),
        "readings": readings,
    }
    return Party(**values | overrides)


def individuals_due(party: Party, *holds: Hold) -> date:
    case = Case((party,), holds={party.key: holds})
    return rules.federal_deadlines(case)[0].due_on


def test_defaults_are_those_of_the_reference() -> None:
    assert Readings() == DEFAULTS
    assert DEFAULTS.own == ()
    assert {point.name: point.default for point in rules.OPEN_POINTS} == {
        "zone": "earlier",
        "day_end": "midnight",
        "delay": "later",
        "open_request": "nothing",
        "counts": "latest",
        "business_days": "every",
    }


@pytest.mark.parametrize(
    ("zone", "learned_on"),
    [
        (ZoneReading.EARLIER, date(2026, 3, 1)),
        (ZoneReading.OBLIGATED, date(2026, 3, 1)),
        (ZoneReading.LEARNER, date(2026, 3, 2)),
    ],
)
def test_date_of_learning_follows_the_zone_chosen(
    zone: ZoneReading, learned_on: date
) -> None:
    # 2 March, 08:00 in Manila is 1 March, 19:00 in New York.
    seen = Learned(at=datetime(2026, 3, 2, 0, 0, tzinfo=UTC), zone="Asia/Manila")
    found = rules.discoveries([owner(Readings(zone=zone), learned=(seen,))])
    assert found["CE"].on == learned_on


def test_last_day_may_end_with_the_office() -> None:
    [clock_, _] = rules.federal_deadlines(
        Case((owner(Readings(day_end=DayEndReading.OFFICE)),))
    )
    local = clock_.due_at.astimezone(UTC)
    assert (clock_.due_on, local.time()) == (date(2026, 5, 1), time(21))
    assert clock_.readings == (
        "End of the last day: At 17:00, in the zone of who owes",
    )


@pytest.mark.parametrize(
    ("delay", "due"),
    [(DelayReading.LATER, date(2026, 5, 1)), (DelayReading.TOLLS, date(2026, 5, 20))],
)
def test_delay_moves_a_date_or_is_added(delay: DelayReading, due: date) -> None:
    hold = Hold(HoldForm.WRITTEN, date(2026, 4, 1), date(2026, 4, 20))
    assert individuals_due(owner(Readings(delay=delay)), hold) == due


def test_days_two_statements_share_are_added_once() -> None:
    party = owner(Readings(delay=DelayReading.TOLLS))
    first = Hold(HoldForm.WRITTEN, date(2026, 4, 1), date(2026, 4, 20))
    second = Hold(HoldForm.WRITTEN, date(2026, 4, 10), date(2026, 4, 25))
    assert individuals_due(party, first, second) == date(2026, 5, 25)


def test_written_request_without_a_time_may_count_as_oral() -> None:
    hold = Hold(HoldForm.WRITTEN, date(2026, 4, 28))
    assert individuals_due(owner(DEFAULTS), hold) == date(2026, 5, 1)
    read = Readings(open_request=OpenRequestReading.AS_ORAL)
    assert individuals_due(owner(read), hold) == date(2026, 5, 28)
    assert hold.warning == "written_statement_lacks_time"


def test_counts_may_keep_the_highest() -> None:
    counts = [People(700, {"GA": 520}), People(480, {"GA": 300, "SC": 9}, 4)]
    assert rules.people_counted(counts, CountReading.LATEST) == counts[1]
    highest = rules.people_counted(counts, CountReading.HIGHEST)
    assert highest == People(700, {"GA": 520, "SC": 9}, 4)
    assert rules.people_counted([], CountReading.HIGHEST) is None


@pytest.mark.parametrize(
    ("business_days", "due", "latest"),
    [
        (BusinessDayReading.EVERY, date(2026, 6, 23), date(2026, 6, 24)),
        (BusinessDayReading.HOLIDAYS, date(2026, 6, 24), None),
    ],
)
def test_holidays_count_where_they_are_kept(
    business_days: BusinessDayReading, due: date, latest: date | None
) -> None:
    read = Readings(
        business_days=business_days, holidays=frozenset({date(2026, 6, 19)})
    )
    party = owner(
        read,
        key="BA",
        role=PartyRole.BUSINESS_ASSOCIATE,
        learned=(Learned(on=date(2026, 6, 18)),),
    )
    case = Case((party,), windows={"BA": Window(3, "business_days", "BAA 1")})
    [found] = rules.contract_deadlines(case)
    assert (found.due_on, found.latest_on) == (due, latest)


@given(day=DAYS, holds=st.lists(HOLDS, max_size=4), read=READINGS)
def test_hold_never_brings_a_date_forward_whatever_is_read(
    day: date, holds: list[Hold], read: Readings
) -> None:
    party = owner(read, learned=(Learned(on=day),))
    case = Case((party,), People(900, {"GA": 900}))
    free = rules.federal_deadlines(case)
    held = rules.federal_deadlines(replace(case, holds={"CE": holds}))
    for one, other in zip(free, held, strict=True):
        assert other.code == one.code
        assert other.due_on >= one.due_on == other.normal_due_on


@given(day=DAYS, total=st.integers(0, 3000), more=st.integers(0, 3000), read=READINGS)
def test_counts_never_move_discovery_whatever_is_read(
    day: date, total: int, more: int, read: Readings
) -> None:
    party = owner(read, learned=(Learned(on=day),))
    dates = {
        rules.federal_deadlines(Case((party,), people))[0].due_on
        for people in (None, People(total), People(total + more, {"GA": more}))
    }
    assert len(dates) == 1


# -- Choosing --------------------------------------------------------------

TOLLS = Readings(delay=DelayReading.TOLLS)


def test_choice_holds_for_new_computations_alone(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    actions.count_people(incident, by=cast.officer, total=5, by_state={"GA": 5})
    [before] = Clock.objects.filter(code="FED-INDIVIDUALS", ended_at=None)
    office = Readings(day_end=DayEndReading.OFFICE)
    actions.set_readings(by=cast.officer, readings=office, reason="Counsel's advice.")
    [same] = Clock.objects.filter(code="FED-INDIVIDUALS", ended_at=None)
    assert (same.pk, same.readings) == (before.pk, [])
    actions.count_people(incident, by=cast.officer, total=6, by_state={"GA": 6})
    [after] = Clock.objects.filter(code="FED-INDIVIDUALS", ended_at=None)
    assert after.readings == ["End of the last day: At 17:00, in the zone of who owes"]
    assert after.due_at < before.due_at
    before.refresh_from_db()
    assert before.superseded_by == after
    case = queries.case_file(cast.manager, incident)
    [line] = [one for one in case.clocks if one.clock == after]
    assert line.due == "9 August 2026, 17:00 UTC"


def test_reading_of_one_party_leaves_the_other_alone(cast: Cast) -> None:
    actions.set_readings(
        by=cast.manager,
        readings=Readings(day_end=DayEndReading.OFFICE),
        reason="Ours.",
    )
    incident = make_incident(cast.engagement, shared_at=None)
    actions.share_incident(
        incident, by=cast.manager, told_at=datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
    )
    read = {row.code: row.readings for row in Clock.objects.filter(superseded_by=None)}
    assert read["FED-UPSTREAM"] != []
    assert read["FED-INDIVIDUALS"] == []


def test_choice_is_recorded_and_never_changes(cast: Cast) -> None:
    row = actions.set_readings(by=cast.officer, readings=TOLLS, reason="Counsel.")
    event = AuditEvent.objects.get(object_id=row.pk)
    assert event.type == "incident.readings_set"
    assert event.org == cast.clinic.pk
    with pytest.raises(Conflict):
        actions.set_readings(by=cast.officer, readings=TOLLS, reason="Again.")
    with pytest.raises(DatabaseError), transaction.atomic():
        ReadingSet.objects.update(delay="later")


@pytest.mark.parametrize(
    ("name", "reason", "error"),
    [
        ("analyst", "Why.", NotAllowed),
        ("reader", "Why.", NotAllowed),
        ("lead", "Why.", NotAllowed),
        ("officer", " ", Invalid),
    ],
)
def test_choice_that_is_refused(
    cast: Cast, name: str, reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        actions.set_readings(by=getattr(cast, name), readings=TOLLS, reason=reason)
    assert not ReadingSet.objects.exists()


def test_page_names_defaults_and_refuses_a_wrong_day(
    cast: Cast, client_for: ClientFor
) -> None:
    client, url = client_for(cast.officer), reverse("incidents:readings")
    text = client.get(url).content.decode()
    assert text.count("(our default)") == 6
    assert "45 CFR 164.412 says delay, not how it counts" in text
    chosen = {point.name: point.default.value for point in rules.OPEN_POINTS}
    data = {**chosen, "delay": "tolls", "reason": "Counsel.", "holidays": "2026-07-32"}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "Line 1, “2026-07-32”, is not a date" in answer.content.decode()
    assert not ReadingSet.objects.exists()
    assert client.post(url, data | {"holidays": "2026-07-03"}).status_code == 302
    row = ReadingSet.objects.get()
    assert (row.delay, row.holidays) == ("tolls", [date(2026, 7, 3)])
    assert "Counsel." in client.get(url).content.decode()


def test_hold_says_how_the_own_side_reads_it(cast: Cast) -> None:
    with clock.held(datetime(2026, 8, 1, 12, 0, tzinfo=UTC)):
        incident = make_incident(cast.engagement)
        read = Readings(open_request=OpenRequestReading.AS_ORAL)
        actions.set_readings(by=cast.officer, readings=read, reason="Counsel.")
        actions.hold_notices(
            incident,
            by=cast.officer,
            form=HoldForm.WRITTEN,
            official="Field office",
            statement="Wait.",
            stated_on=date(2026, 7, 31),
        )
    texts = {one.text for one in queries.case_file(cast.officer, incident).entries}
    assert "Law enforcement asked for delay: 30 August 2026." in texts
