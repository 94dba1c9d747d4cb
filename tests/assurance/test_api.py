"""API of assurance."""

from __future__ import annotations

from collections.abc import Callable

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
