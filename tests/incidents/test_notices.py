"""Notices in parts, to several offices, recorded twice or wrongly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.incidents import actions, queries, rules
from apps.incidents.actions import NoticeTerms
from apps.incidents.enums import Duty, Method
from apps.incidents.models import Clock, Incident, Notice
from apps.incidents.rules import People, Told
from tests.conftest import Cast
from tests.incidents.test_actions import (
    CONTENTS,
    KNEW,
    TOLD,
    reported,
    running,
    shared,
)

SENT = datetime(2026, 6, 14, 15, 0, tzinfo=UTC)
LATE = datetime(2026, 8, 14, 15, 0, tzinfo=UTC)
CDPH = "California Department of Public Health"


def count(cast: Cast, incident: Incident, total: int, **states: int) -> None:
    unreachable = states.pop("unreachable", 0)
    actions.count_people(
        incident, by=cast.officer, total=total, by_state=states, unreachable=unreachable
    )


def tell(cast: Cast, incident: Incident, **overrides: Any) -> Notice:
    terms: dict[str, Any] = {
        "duty": Duty.INDIVIDUALS,
        "method": Method.FIRST_CLASS,
        "sent_at": SENT,
        "to_whom": "Patients",
        "contents": CONTENTS,
    }
    terms = NoticeTerms(**terms | overrides)
    return actions.record_notice(incident, by=cast.officer, terms=terms)


def line(cast: Cast, incident: Incident, code: str) -> tuple[str, str]:
    case = queries.case_file(cast.officer, incident)
    [found] = [one for one in case.clocks if one.clock.code == code]
    return found.stands, found.still_owed


def test_letters_in_two_batches_meet_the_clock_with_the_last(cast: Cast) -> None:
    incident = shared(cast)
    count(cast, incident, 520, GA=520)
    tell(cast, incident, people=80)
    assert line(cast, incident, "FED-INDIVIDUALS") == (
        "Running",
        "440 of 520 people are not told yet",
    )
    with clock.held(LATE + timedelta(hours=1)):
        tell(cast, incident, people=440, sent_at=LATE)
        assert line(cast, incident, "FED-INDIVIDUALS") == ("Met 4 days late", "")


def test_more_people_than_were_told_start_the_clock_again(cast: Cast) -> None:
    incident = shared(cast)
    count(cast, incident, 80, GA=80)
    tell(cast, incident)
    assert "FED-INDIVIDUALS" not in running(incident)
    count(cast, incident, 120, GA=100, SC=20)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 10)
    case = queries.case_file(cast.officer, incident)
    assert [
        one.stands for one in case.earlier_clocks if one.clock.duty == "individuals"
    ]
    tell(cast, incident, people=40, to_whom="Those counted later")
    assert "FED-INDIVIDUALS" not in running(incident)


def test_fewer_people_end_a_clock_that_ran_for_the_rest(cast: Cast) -> None:
    incident = shared(cast)
    count(cast, incident, 120, GA=120)
    tell(cast, incident, people=80)
    count(cast, incident, 80, GA=80)
    assert line(cast, incident, "FED-INDIVIDUALS") == ("Met in time", "")


def test_media_of_another_state_is_owed_after_the_first(cast: Cast) -> None:
    incident = shared(cast)
    press = {"duty": Duty.MEDIA, "method": Method.PRESS, "to_whom": "Newspapers"}
    count(cast, incident, 501, GA=501)
    tell(cast, incident, **press)
    assert "FED-MEDIA" not in running(incident)
    count(cast, incident, 1100, GA=501, SC=599)
    assert line(cast, incident, "FED-MEDIA") == (
        "Running",
        "media serving SC are not told yet",
    )
    tell(cast, incident, state="SC", **press)
    assert "FED-MEDIA" not in running(incident)


def test_telephone_is_not_enough_once_ten_cannot_be_reached(cast: Cast) -> None:
    incident = shared(cast)
    count(cast, incident, 80, GA=80, unreachable=9)
    tell(cast, incident, duty=Duty.SUBSTITUTE, method=Method.PHONE)
    assert "FED-SUBSTITUTE" not in running(incident)
    count(cast, incident, 80, GA=80, unreachable=10)
    assert line(cast, incident, "FED-SUBSTITUTE") == (
        "Running",
        "neither the home page nor major media say it yet",
    )
    everything = (*CONTENTS, "hotline")
    posted = {"duty": Duty.SUBSTITUTE, "method": Method.WEB, "contents": everything}
    tell(cast, incident, **posted)
    assert "FED-SUBSTITUTE" not in running(incident)


def test_telling_one_authority_ends_no_clock_of_another(cast: Cast) -> None:
    incident = shared(cast)
    count(cast, incident, 700, CA=700)
    office = {"duty": Duty.STATE_OFFICE, "method": Method.STATE_FORM, "state": "CA"}
    with pytest.raises(Invalid, match="Choose which authority"), transaction.atomic():
        tell(cast, incident, **office)
    tell(cast, incident, office=CDPH, **office)
    tell(cast, incident)
    left = {code for code in running(incident) if "state_office" in code}
    assert left == {"CA-1798.82:state_office:notice_to_individuals"}
    tell(cast, incident, office="Attorney General", **office)
    assert not [code for code in running(incident) if "state_office" in code]


def test_authority_is_chosen_on_the_page(cast: Cast, client_for: Any) -> None:
    incident = shared(cast)
    client: Client = client_for(cast.officer)
    path = reverse("incidents:notice", args=[incident.pk])
    assert f"CA|{CDPH}" in client.get(path).content.decode()
    data = {
        "duty": "state_office",
        "method": "state_form",
        "sent_at": "2026-06-14T15:00",
        "zone": "UTC",
        "to_whom": "Breach desk",
    }
    assert "Choose which authority of CA" in (
        client.post(path, data | {"state": "CA"}).content.decode()
    )
    other = data | {"state": "TX", "office": f"CA|{CDPH}"}
    assert "is an authority of CA" in client.post(path, other).content.decode()
    assert client.post(path, data | {"office": f"CA|{CDPH}"}).status_code == 302
    row = Notice.objects.get(duty=Duty.STATE_OFFICE)
    assert (row.state, row.office) == ("CA", CDPH)


def test_only_authority_of_a_state_is_filled_in(cast: Cast) -> None:
    assert rules.check_office("WA", "") == "Attorney General"
    assert rules.check_office("GU", "Attorney General of Guam") != ""
    with pytest.raises(Invalid, match="Name the State"):
        rules.check_office("", "Attorney General")
    with pytest.raises(Invalid, match="Choose which authority of CA"):
        rules.check_office("CA", "Attorney General of Guam")


def test_same_notice_is_recorded_once(cast: Cast) -> None:
    incident = shared(cast)
    tell(cast, incident)
    with pytest.raises(Conflict, match="on record already"), transaction.atomic():
        tell(cast, incident)
    assert Notice.objects.filter(duty=Duty.INDIVIDUALS).count() == 1


def test_form_sent_twice_leaves_one_notice(cast: Cast, client_for: Any) -> None:
    incident = shared(cast)
    client: Client = client_for(cast.officer)
    data = {
        "duty": "hhs",
        "method": "ocr_portal",
        "sent_at": "2026-06-14T15:00",
        "zone": "UTC",
        "to_whom": "OCR",
    }
    path = reverse("incidents:notice", args=[incident.pk])
    assert client.post(path, data).status_code == 302
    second = client.post(path, data)
    assert second.status_code == 422
    assert "on record already" in second.content.decode()
    assert Notice.objects.filter(duty=Duty.HHS).count() == 1


@pytest.mark.parametrize(
    "at", [KNEW - timedelta(seconds=1), KNEW - timedelta(days=365)]
)
def test_nobody_tells_before_they_know(cast: Cast, at: datetime) -> None:
    incident = reported(cast)
    with pytest.raises(Invalid, match="before your side knew"), transaction.atomic():
        actions.share_incident(incident, by=cast.manager, told_at=at)
    told = actions.share_incident(incident, by=cast.manager, told_at=KNEW)
    with pytest.raises(Invalid, match="before your side knew"), transaction.atomic():
        tell(cast, told, sent_at=at)


def test_wrong_moment_is_corrected_and_both_rows_are_kept(cast: Cast) -> None:
    incident = shared(cast)
    first = Notice.objects.get(duty=Duty.UPSTREAM)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 10)
    terms = NoticeTerms(
        duty=Duty.UPSTREAM,
        method=Method.PHONE,
        sent_at=TOLD + timedelta(days=2),
        to_whom="Privacy office",
        corrects=first,
    )
    with pytest.raises(Invalid, match="what was wrong"), transaction.atomic():
        actions.record_notice(incident, by=cast.manager, terms=terms)
    terms = NoticeTerms(
        duty=Duty.UPSTREAM,
        method=Method.PHONE,
        sent_at=TOLD + timedelta(days=2),
        to_whom="Privacy office",
        note="The call was on the 13th.",
        corrects=first,
    )
    second = actions.record_notice(incident, by=cast.manager, terms=terms)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 12)
    upstream = Clock.objects.get(
        incident=incident, code="FED-UPSTREAM", superseded_by=None
    )
    assert upstream.satisfied_by == second
    assert list(queries.notices_that_hold([incident])) == [second]
    with pytest.raises(Conflict, match="corrected already"), transaction.atomic():
        actions.record_notice(incident, by=cast.manager, terms=terms)
    with pytest.raises(NotAllowed), transaction.atomic():
        tell(cast, incident, corrects=second)


def test_correction_through_the_page(cast: Cast, client_for: Any) -> None:
    incident = shared(cast)
    client: Client = client_for(cast.manager)
    path = reverse("incidents:notice", args=[incident.pk])
    first = Notice.objects.get()
    data = {
        "duty": "upstream",
        "method": "phone",
        "sent_at": "2026-06-13T09:00",
        "zone": "UTC",
        "to_whom": "Privacy office",
        "note": "The call was on the 13th.",
        "corrects": str(first.pk),
    }
    assert client.post(path, data).status_code == 302
    page = client.get(reverse("incidents:detail", args=[incident.pk]))
    assert "Corrected since" in page.content.decode()


# -- The rule alone --------------------------------------------------------

TWO = People(1000, {"GA": 600, "SC": 400}, unreachable=100)


def told(duty: Duty = Duty.INDIVIDUALS, **overrides: Any) -> Told:
    values: dict[str, Any] = {"method": Method.FIRST_CLASS, "counted": TWO}
    return Told(duty=duty, **values | overrides)


@pytest.mark.parametrize(
    ("state", "notices", "done"),
    [
        ("", [told()], 0),
        ("", [told(people=899)], None),
        ("", [told(people=899), told(people=1)], 1),
        ("", [told(state="GA", people=500), told(state="SC", people=400)], 1),
        ("", [told(state="GA"), told(state="SC")], 1),
        ("", [told(state="GA"), told(state="GA")], None),
        ("", [told(counted=People(400, {})), told(counted=People(400, {}))], None),
        ("", [told(counted=None)], 0),
        ("GA", [told()], 0),
        ("GA", [told(people=600)], None),
        ("GA", [told(state="GA", people=500)], 0),
        ("GA", [told(state="SC", people=900)], 0),
        ("", [told(Duty.MEDIA)], None),
    ],
)
def test_who_is_told_by_several_notices(
    state: str, notices: list[Told], done: int | None
) -> None:
    found = rules.completed_by(
        Duty.INDIVIDUALS, state=state, to="", people=TWO, notices=notices
    )
    assert found == done
