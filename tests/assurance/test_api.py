"""API of assurance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from apps.assurance.models import Certificate, EvidenceRequest
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.assurance import (
    make_activity,
    make_certificate,
    make_evidence_request,
    make_letter,
    make_policy,
    make_share,
)
from tests.factories.engagements import make_engagement, make_scope
from tests.factories.evidence import make_stored_file

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]
ROOT = "/api/v1/"
JSON = "application/json"


def test_certificates_from_recording_to_sharing(
    cast: Cast, client_for: ClientFor
) -> None:
    manager, officer = client_for(cast.manager), client_for(cast.officer)
    data = {
        "standard": "iso_27001",
        "certifying_body": "Assay",
        "scope_text": "All",
        "sites": ["MNL-1"],
        "first_on": "2025-01-01",
        "last_on": "2027-12-31",
        "file": str(make_stored_file(cast.vendor).pk),
    }
    path = f"{ROOT}certificates/"
    made = manager.post(path, data, content_type=JSON)
    assert (made.status_code, made.json()["state"]) == (201, "current")
    assert officer.get(path).json()["results"] == []
    own = f"{path}{made.json()['id']}/"
    client = {"client": str(cast.clinic.pk)}
    assert manager.post(f"{own}share/", client, content_type=JSON).status_code == 200
    assert officer.get(own).json()["sites"] == ["MNL-1"]
    foreign = {"client": str(cast.other_clinic.pk)}
    assert manager.post(f"{own}share/", foreign, content_type=JSON).status_code == 403


def test_a_file_of_somebody_else_is_no_proof(cast: Cast, client_for: ClientFor) -> None:
    data = {
        "standard": "iso_27001",
        "certifying_body": "Assay",
        "scope_text": "All",
        "first_on": "2025-01-01",
        "last_on": "2027-12-31",
        "file": str(make_stored_file(cast.clinic).pk),
    }
    answer = client_for(cast.manager).post(
        f"{ROOT}certificates/", data, content_type=JSON
    )
    assert (answer.status_code, Certificate.objects.count()) == (404, 0)


def test_lists_hold_children_and_computed_facts(
    cast: Cast, client_for: ClientFor
) -> None:
    letter = make_letter(make_certificate(cast.vendor))
    version = make_policy(cast.vendor)
    make_share(version.policy, cast.clinic)
    make_activity(cast.vendor, is_shared=True)
    manager, officer = client_for(cast.manager), client_for(cast.officer)
    [certificate] = manager.get(f"{ROOT}certificates/").json()["results"]
    assert [one["id"] for one in certificate["letters"]] == [str(letter.pk)]
    [policy] = officer.get(f"{ROOT}policies/").json()["results"]
    assert [one["media"] for one in policy["versions"]] == [["chat"]]
    [activity] = officer.get(f"{ROOT}activities/").json()["results"]
    assert activity["next_due"] == "2026-06-30"


def test_an_activity_is_done(cast: Cast, client_for: ClientFor) -> None:
    row = make_activity(cast.vendor)
    data = {
        "done_on": "2026-06-15",
        "outcome": "passed",
        "summary": "All looked at",
        "file": str(make_stored_file(cast.vendor).pk),
    }
    path = f"{ROOT}activities/{row.pk}/done/"
    done = client_for(cast.manager).post(path, data, content_type=JSON)
    assert (done.status_code, done.json()["next_due"]) == (200, "2027-06-15")
    assert client_for(cast.officer).post(path, data, content_type=JSON).status_code == (
        404
    )


def test_requests_are_made_and_answered(cast: Cast, client_for: ClientFor) -> None:
    path = f"{ROOT}evidence-requests/"
    data = {
        "engagement": str(cast.engagement.pk),
        "title": "Restore protocol",
        "due_on": "2026-07-01",
    }
    made = client_for(cast.officer).post(path, data, content_type=JSON)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    answer = {"file": str(make_stored_file(cast.vendor).pk)}
    manager = client_for(cast.manager)
    handed = manager.post(
        f"{path}{made.json()['id']}/answer/", answer, content_type=JSON
    )
    assert (handed.status_code, handed.json()["state"]) == (200, "answered")
    stranger = client_for(cast.outsider).post(path, data, content_type=JSON)
    assert (stranger.status_code, EvidenceRequest.objects.count()) == (404, 1)


def test_rows_cannot_be_replaced(cast: Cast, client_for: ClientFor) -> None:
    row = make_evidence_request(cast.engagement)
    client = client_for(cast.officer)
    assert client.put(f"{ROOT}evidence-requests/{row.pk}/").status_code == 405
    assert client.delete(f"{ROOT}evidence-requests/{row.pk}/").status_code == 405


def post(browser: Client, path: str, **data: object) -> Any:
    return browser.post(f"{ROOT}{path}", data, content_type=JSON)


def test_letters_and_withdrawal_by_api(cast: Cast, client_for: ClientFor) -> None:
    row = make_certificate(
        cast.vendor,
        standard="soc2_type2",
        first_on=date(2025, 1, 1),
        last_on=date(2025, 12, 31),
    )
    make_certificate(
        cast.vendor,
        standard="soc2_type2",
        first_on=date(2026, 4, 1),
        last_on=date(2026, 5, 31),
    )
    manager, path = client_for(cast.manager), f"certificates/{row.pk}/"
    letter = {
        "kind": "bridge",
        "issued_by": "Careline",
        "first_on": "2026-01-01",
        "last_on": "2026-02-28",
        "file": str(make_stored_file(cast.vendor).pk),
    }
    made = post(manager, f"{path}letters/", **letter)
    assert (made.status_code, made.json()["following_on"]) == (201, "2026-04-01")
    [one] = made.json()["letters"]
    assert (one["kind"], one["last_on"]) == ("bridge", "2026-02-28")
    backwards = post(manager, f"{path}letters/", **letter | {"last_on": "2025-01-01"})
    assert (backwards.status_code, list(backwards.json()["fields"])) == (
        422,
        ["last_on"],
    )
    foreign = letter | {"file": str(make_stored_file(cast.other_vendor).pk)}
    assert post(manager, f"{path}letters/", **foreign).status_code == 404
    gone = {"withdrawn_on": "2026-06-01", "reason": "Replaced"}
    assert post(client_for(cast.lead), f"{path}withdraw/", **gone).status_code == 403
    for stranger in (cast.other_manager, cast.officer):
        answer = post(client_for(stranger), f"{path}withdraw/", **gone)
        assert answer.status_code == 404
    done = post(manager, f"{path}withdraw/", **gone)
    assert (done.status_code, done.json()["state"]) == (200, "withdrawn")
    assert post(manager, f"{path}letters/", **letter).status_code == 409


def test_policies_by_api(cast: Cast, client_for: ClientFor) -> None:
    make_scope(cast.engagement, channels=["chat"])
    manager = client_for(cast.manager)
    data = {
        "title": "Chat",
        "effective_on": "2026-01-01",
        "media": ["chat", "transcripts"],
        "topics": ["access", "incidents"],
        "file": str(make_stored_file(cast.vendor).pk),
    }
    made = post(manager, "policies/", **data)
    assert (made.status_code, made.json()["versions"][0]["number"]) == (201, 1)
    assert post(manager, "policies/", **data).status_code == 409
    wrong = data | {"title": "Other", "media": ["pigeon"]}
    assert post(manager, "policies/", **wrong).status_code == 400
    path = f"policies/{made.json()['id']}/"
    newer = data | {"effective_on": "2026-06-01", "media": ["chat"]}
    second = post(manager, f"{path}versions/", **newer)
    assert [row["number"] for row in second.json()["versions"]] == [2, 1]
    grid = manager.get(f"{ROOT}policies/coverage/").json()
    assert grid["gaps"] == 4 * 7 - 2
    [chat] = [row for row in grid["rows"] if row["medium"] == "chat"]
    assert chat["is_used"] is True
    [access] = [cell for cell in chat["cells"] if cell["topic"] == "access"]
    assert access == {"topic": "access", "titles": ["Chat"], "is_gap": False}
    shared = post(manager, f"{path}share/", client=str(cast.clinic.pk))
    assert shared.status_code == 200
    officer = client_for(cast.officer)
    assert post(officer, f"{path}end/", last_on="2026-06-30").status_code == 403
    foreign = client_for(cast.other_manager)
    for verb in ("end", "versions", "share"):
        assert post(foreign, f"{path}{verb}/", **data).status_code == 404
    ended = post(manager, f"{path}end/", last_on="2026-06-30")
    assert ended.json()["versions"][0]["superseded_on"] == "2026-07-01"


def test_activities_by_api(cast: Cast, client_for: ClientFor) -> None:
    manager = client_for(cast.manager)
    data = {"kind": "restore_test", "first_due_on": "2026-07-31"}
    made = post(manager, "activities/", **data)
    assert (made.status_code, made.json()["interval_months"]) == (201, 6)
    assert post(manager, "activities/", **data).status_code == 409
    on_one = post(manager, "activities/", **data, engagement=str(cast.engagement.pk))
    assert on_one.json()["engagement"] == str(cast.engagement.pk)
    other = make_engagement(client=cast.other_clinic, provider=cast.other_vendor)
    foreign = post(manager, "activities/", **data, engagement=str(other.pk))
    assert foreign.status_code == 404
    assert post(client_for(cast.lead), "activities/", **data).status_code == 403
    path = f"activities/{made.json()['id']}/end/"
    over = {"ended_on": "2026-06-14", "reason": "Outsourced"}
    assert post(client_for(cast.other_manager), path, **over).status_code == 404
    ahead = post(manager, path, **over | {"ended_on": "2026-07-01"})
    assert (ahead.status_code, list(ahead.json()["fields"])) == (422, ["ended_on"])
    assert post(manager, path, **over).json()["ended_on"] == "2026-06-14"


def test_a_request_to_its_end_by_api(cast: Cast, client_for: ClientFor) -> None:
    officer, manager = client_for(cast.officer), client_for(cast.manager)
    row = make_evidence_request(cast.engagement)
    path = f"evidence-requests/{row.pk}/"
    assert post(officer, f"{path}accept/").status_code == 409
    answer = {"file": str(make_stored_file(cast.vendor).pk)}
    assert post(manager, f"{path}answer/", **answer).status_code == 200
    assert post(manager, f"{path}accept/").status_code == 403
    returned = post(officer, f"{path}return/", reason="Of last year")
    assert (returned.json()["state"], returned.json()["return_reason"]) == (
        "returned",
        "Of last year",
    )
    newer = {"file": str(make_stored_file(cast.vendor).pk)}
    post(manager, f"{path}answer/", **newer)
    assert post(officer, f"{path}accept/").json()["state"] == "accepted"
    assert post(officer, f"{path}withdraw/").status_code == 409
    for verb in ("accept", "return", "withdraw", "answer"):
        outside = post(client_for(cast.outsider), f"{path}{verb}/", reason="x")
        assert outside.status_code == 404
    second = make_evidence_request(cast.engagement)
    done = post(officer, f"evidence-requests/{second.pk}/withdraw/")
    assert done.json()["state"] == "withdrawn"
