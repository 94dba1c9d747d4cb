"""The API of attestations."""

from __future__ import annotations

import json

import pytest

from apps.audit.models import AuditEvent
from apps.reports import actions
from apps.reports.models import Attestation
from tests.factories.reports import make_attestation

pytestmark = pytest.mark.django_db
LIST = "/api/v1/attestations/"


def test_list_holds_what_the_caller_may_see(cast, client_for):
    make_attestation(cast.engagement, by=cast.officer, code="N" * 20, names_agents=True)
    numbered = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    rows = client_for(cast.reader).get(LIST).json()["results"]
    assert rows == [
        {
            "id": str(numbered.pk),
            "kind": "engagement",
            "engagement": str(cast.engagement.pk),
            "engagement_name": "Patient chat",
            "organization": "Lakeside Clinic",
            "as_of": "2026-06-15",
            "issued_at": "2026-06-15T12:00:00Z",
            "issued_by": "Olga Officer",
            "names_agents": False,
            "statement_sha256": numbered.statement_sha256,
            "code": "A" * 20,
            "state": "rendering",
            "failure": "",
            "file_sha256": None,
            "rendered_at": None,
        }
    ]
    assert len(client_for(cast.officer).get(LIST).json()["results"]) == 2
    assert client_for(cast.outsider).get(LIST).json()["results"] == []


def test_one_holds_its_statement(cast, client_for):
    row = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    answer = client_for(cast.officer).get(f"{LIST}{row.pk}/").json()
    assert answer["statement"] == row.statement


def test_one_of_a_stranger_is_not_found(cast, client_for):
    row = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    assert client_for(cast.outsider).get(f"{LIST}{row.pk}/").status_code == 404


def test_issuing_freezes_a_statement(cast, client_for, story):
    answer = client_for(cast.officer).post(
        LIST,
        {"engagement": str(cast.engagement.pk), "as_of": "2026-06-15"},
        content_type="application/json",
    )
    issued = Attestation.objects.get()
    assert answer.status_code == 201
    assert answer.json()["id"] == str(issued.pk)
    assert answer.json()["state"] == "rendering"


@pytest.mark.parametrize(
    ("who", "as_of", "status"),
    [
        ("officer", "2026-06-16", 422),
        ("officer", "soon", 400),
        ("reader", "2026-06-15", 403),
        ("outsider", "2026-06-15", 404),
        ("lead", "2026-06-15", 403),
    ],
)
def test_issuing_is_refused(cast, client_for, who, as_of, status):
    answer = client_for(getattr(cast, who)).post(
        LIST,
        {"engagement": str(cast.engagement.pk), "as_of": as_of},
        content_type="application/json",
    )
    assert answer.status_code == status
    assert not Attestation.objects.exists()


def test_download_is_recorded(cast, client_for):
    row = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    client = client_for(cast.officer)
    assert client.get(f"{LIST}{row.pk}/download/").status_code == 409
    made = actions.render_attestation(row.pk)
    answer = client.get(f"{LIST}{row.pk}/download/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    *_, event, last = AuditEvent.objects.order_by("pk")
    assert (event.type, last.type) == ("attestation.downloaded", "file.downloaded")
    body = json.loads(bytes(event.body))
    assert body["doc"] == [made.file.sha256]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_changed_or_removed(cast, client_for, method):
    row = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    answer = getattr(client_for(cast.officer), method)(f"{LIST}{row.pk}/")
    assert answer.status_code == 405
