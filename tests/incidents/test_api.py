"""The API of incidents: each step for who may take it, and for who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.incidents import actions, rules
from apps.incidents.enums import Audience
from apps.incidents.models import (
    Assessment,
    CaseTask,
    Clock,
    Determination,
    Incident,
    IncidentReview,
    LawEnforcementHold,
    Letter,
    Notice,
    ReadingSet,
    TimelineEntry,
)
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.evidence import make_stored_file
from tests.factories.incidents import LETTER, make_incident, report_data
from tests.incidents.test_actions import shared

ClientFor = Callable[[Actor], Client]
FACTORS = {
    item.id: {"risk": "low", "reason": "Deleted unread."}
    for item in rules.federal().factors
}
REVIEW = {
    "held_on": "2026-06-15",
    "what_happened": "A message went astray.",
    "causes": "Two windows looked alike.",
    "lessons": "Windows say whose chat they are.",
}
STEPS: list[tuple[str, str, dict[str, Any], type[Any]]] = [
    (
        "assess",
        "analyst",
        {"factors": FACTORS, "is_low_probability": True, "reason": "Unread."},
        Assessment,
    ),
    (
        "findings",
        "officer",
        {"outcome": "breach", "reason": "It was read."},
        Determination,
    ),
    (
        "holds",
        "analyst",
        {
            "form": "written",
            "official": "Field office",
            "statement": "Wait.",
            "stated_on": "2026-06-12",
            "delay_until": "2026-09-30",
        },
        LawEnforcementHold,
    ),
    (
        "tasks",
        "analyst",
        {
            "kind": "corrective",
            "title": "Train",
            "owner": "Training",
            "due_on": "2026-07-01",
        },
        CaseTask,
    ),
    ("letters", "analyst", {"kind": "individual"}, Letter),
    ("reviews", "analyst", REVIEW, IncidentReview),
]


def post(client: Client, path: str, data: Any = None) -> Any:
    return client.post(f"/api/v1/{path}/", data, content_type="application/json")


@pytest.mark.parametrize(("step", "name", "data", "model"), STEPS, ids=lambda v: str(v))
def test_step_is_taken_by_who_may_and_nobody_else(
    cast: Cast,
    client_for: ClientFor,
    step: str,
    name: str,
    data: dict[str, Any],
    model: type[Any],
) -> None:
    incident = make_incident(cast.engagement)
    path = f"incidents/{incident.pk}/{step}"
    for actor, status in (
        (cast.reader, 403),
        (cast.lead, 403),
        (cast.outsider, 404),
        (cast.auditor, 403),
    ):
        assert post(client_for(actor), path, data).status_code == status
    assert post(client_for(getattr(cast, name)), path, {}).status_code == 400
    assert not model.objects.exists()
    answer = post(client_for(getattr(cast, name)), path, data)
    assert answer.status_code == 201, answer.content
    row = model.objects.get()
    assert answer.json()["id"] == str(row.pk)
    assert answer.json()["incident"] == str(incident.pk)


def test_report_share_and_clocks(cast: Cast, client_for: ClientFor) -> None:
    data = report_data(cast.engagement, learned_at="2026-06-10T08:00Z")
    assert post(client_for(cast.outsider), "incidents", data).status_code == 404
    assert post(client_for(cast.reader), "incidents", data).status_code == 403
    lead = client_for(cast.lead)
    bad = post(lead, "incidents", data | {"zone": "Manila"})
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["zone"])
    phi = post(lead, "incidents", data | {"summary": "MRN 1234567"})
    assert phi.status_code == 422
    assert "1234567" not in phi.content.decode()
    assert not Incident.objects.exists()
    answer = post(lead, "incidents", data)
    pk = answer.json()["id"]
    assert (answer.status_code, answer.json()["state"]) == (201, "draft")
    share = f"incidents/{pk}/share"
    told = {"told_at": "2026-06-11T09:00Z", "method": "phone", "to_whom": "On call"}
    assert post(lead, share, told).status_code == 403
    assert post(client_for(cast.officer), share, told).status_code == 404
    proof = make_stored_file(cast.vendor)
    answer = post(client_for(cast.manager), share, told | {"proof": str(proof.pk)})
    assert (answer.status_code, answer.json()["state"]) == (200, "open")
    assert Notice.objects.get().proof == proof
    clocks = client_for(cast.officer).get("/api/v1/incident-clocks/").json()
    assert {row["incident"] for row in clocks["results"]} == {pk}


def test_relay(cast: Cast, client_for: ClientFor) -> None:
    lower = make_engagement(client=cast.vendor, name="Hosting")
    make_subcontract(cast.engagement, lower)
    incident = make_incident(lower)
    path, data = (
        f"incidents/{incident.pk}/relay",
        {"engagement": str(cast.engagement.pk)},
    )
    assert post(client_for(cast.officer), path, data).status_code == 404
    answer = post(client_for(cast.manager), path, data)
    assert answer.status_code == 201
    assert answer.json()["engagement"] == str(cast.engagement.pk)
    assert post(client_for(cast.manager), path, data).status_code == 409


def test_second_persons(cast: Cast, client_for: ClientFor) -> None:
    incident = make_incident(cast.engagement)
    analyst, officer = client_for(cast.analyst), client_for(cast.officer)
    second = client_for(cast.second_officer)
    data = {"factors": FACTORS, "is_low_probability": True, "reason": "Unread."}
    pk = post(analyst, f"incidents/{incident.pk}/assess", data).json()["id"]
    confirm = f"incident-assessments/{pk}/confirm"
    assert post(analyst, confirm).status_code == 403
    assert post(client_for(cast.manager), confirm).status_code == 404
    assert post(officer, confirm).json()["confirmed_by"] == str(cast.officer.user_id)
    data = {"outcome": "low_probability", "reason": "Unread."}
    pk = post(officer, f"incidents/{incident.pk}/findings", data).json()["id"]
    confirm = f"incident-findings/{pk}/confirm"
    assert post(officer, confirm).status_code == 409
    assert post(client_for(cast.manager), confirm).status_code == 404
    assert post(second, confirm).status_code == 200
    assert not Clock.objects.filter(obligated=cast.clinic, ended_at=None).exists()


def test_tasks(cast: Cast, client_for: ClientFor) -> None:
    incident = make_incident(cast.engagement)
    task = {
        "kind": "corrective",
        "title": "Train",
        "owner": "T",
        "due_on": "2026-07-01",
    }
    analyst, officer = client_for(cast.analyst), client_for(cast.officer)
    pk = post(analyst, f"incidents/{incident.pk}/tasks", task).json()["id"]
    text = {"text": "Trained."}
    assert post(officer, f"incident-tasks/{pk}/verify", text).status_code == 409
    done = f"incident-tasks/{pk}/done"
    assert post(client_for(cast.manager), done, text).status_code == 403
    assert post(client_for(cast.outsider), done, text).status_code == 404
    assert post(analyst, done, text).json()["outcome"] == "Trained."
    assert post(analyst, f"incident-tasks/{pk}/verify", text).status_code == 403
    verified = post(officer, f"incident-tasks/{pk}/verify", text).json()
    assert verified["verification"] == "Trained."


def test_letter_and_notice(cast: Cast, client_for: ClientFor) -> None:
    incident = make_incident(cast.engagement)
    analyst = client_for(cast.analyst)
    begun = post(
        analyst, f"incidents/{incident.pk}/letters", {"kind": "individual"}
    ).json()
    assert "response" in begun["missing"]
    path = f"/api/v1/incident-letters/{begun['id']}/"
    assert client_for(cast.manager).get(path).status_code == 404
    finish = f"incident-letters/{begun['id']}/finish"
    refused = post(analyst, finish, {"revision": 1})
    assert refused.status_code == 422
    assert "contacts" in refused.json()["fields"]
    data = {"parts": LETTER, "revision": 1}
    edited = analyst.patch(path, data, content_type="application/json")
    assert (edited.json()["revision"], edited.json()["missing"]) == (2, {})
    stale = analyst.patch(path, data, content_type="application/json")
    assert stale.status_code == 409
    assert post(analyst, finish, {"revision": 2}).json()["document"] is not None
    notice = {
        "duty": "individuals",
        "method": "first_class",
        "sent_at": "2026-06-14T15:00Z",
        "to_whom": "All",
        "letter": begun["id"],
    }
    notices = f"incidents/{incident.pk}/notices"
    assert post(client_for(cast.manager), notices, notice).status_code == 404
    answer = post(analyst, notices, notice)
    assert answer.status_code == 201, answer.content
    assert answer.json()["contents"] == sorted(LETTER)
    listed = analyst.get("/api/v1/incident-letters/").json()["results"]
    assert [row["id"] for row in listed] == [begun["id"]]


def test_entries_and_close(cast: Cast, client_for: ClientFor) -> None:
    incident = make_incident(cast.engagement)
    entry = {"text": "Called the desk.", "audience": "shared"}
    path = f"incidents/{incident.pk}/entries"
    assert post(client_for(cast.reader), path, entry).status_code == 403
    assert post(client_for(cast.lead), path, entry).status_code == 204
    assert TimelineEntry.objects.filter(text="Called the desk.").count() == 1
    officer = client_for(cast.officer)
    close = f"incidents/{incident.pk}/close"
    assert post(client_for(cast.analyst), close).status_code == 403
    refused = post(officer, close)
    assert refused.status_code == 409
    assert "your side has not recorded its review" in refused.json()["message"]
    post(officer, f"incidents/{incident.pk}/reviews", REVIEW)
    assert post(officer, close).json()["state"] == "closed"


def test_readings(cast: Cast, client_for: ClientFor) -> None:
    data = {point.name: point.default.value for point in rules.OPEN_POINTS}
    data |= {"delay": "tolls", "holidays": ["2026-07-03"], "reason": "Counsel."}
    assert post(client_for(cast.analyst), "incident-readings", data).status_code == 403
    officer = client_for(cast.officer)
    bad = post(officer, "incident-readings", data | {"delay": "maybe"})
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["delay"])
    assert not ReadingSet.objects.exists()
    assert post(officer, "incident-readings", data).status_code == 201
    path = "/api/v1/incident-readings/"
    [row] = client_for(cast.reader).get(path).json()["results"]
    assert (row["delay"], row["holidays"]) == ("tolls", ["2026-07-03"])
    assert client_for(cast.manager).get(path).json()["results"] == []


def test_filters_never_reach_beyond_what_is_seen(
    cast: Cast, client_for: ClientFor
) -> None:
    make_incident(cast.engagement)
    make_incident(cast.engagement, shared_at=None)
    list_path = reverse("api:incidents-list")
    for query, number in (
        ("", 1),
        ("?kind=misdirected", 1),
        ("?kind=malware", 0),
        (f"?engagement={cast.engagement.pk}", 1),
        ("?is_closed=true", 0),
    ):
        found = client_for(cast.officer).get(f"{list_path}{query}").json()["results"]
        assert len(found) == number


def test_record_gives_back_what_was_written(cast: Cast, client_for: ClientFor) -> None:
    incident = shared(cast)
    actions.count_people(
        incident, by=cast.officer, total=80, by_state={"GA": 80}, reason="Letters"
    )
    actions.write_entry(
        incident, by=cast.officer, text="For us.", audience=Audience.OWN_SIDE
    )
    path = f"/api/v1/incidents/{incident.pk}/record/"
    found = client_for(cast.officer).get(path).json()
    assert [row["name"] for row in found["facts"]] == ["provider_learned"]
    assert found["counts"][0]["by_state"] == {"GA": 80}
    clocks = {row["clock"]["code"]: row["stands"] for row in found["clocks"]}
    assert clocks["FED-UPSTREAM"] == "Met in time"
    assert clocks["FED-HHS-SMALL"] == "Running"
    earlier = {row["clock"]["code"] for row in found["earlier_clocks"]}
    assert earlier == {"FED-HHS-LARGE"}
    assert [row["duty"] for row in found["notices"]] == ["upstream"]
    assert "For us." in {row["text"] for row in found["entries"]}
    other = client_for(cast.manager).get(path).json()
    assert "For us." not in {row["text"] for row in other["entries"]}
    assert client_for(cast.outsider).get(path).status_code == 404
