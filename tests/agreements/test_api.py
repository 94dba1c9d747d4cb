"""API of agreements and flow-down."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.agreements.models import Agreement, AgreementVersion
from apps.agreements.rules import checklist
from tests.factories.agreements import make_baa
from tests.factories.engagements import make_grant, make_subcontract
from tests.factories.evidence import PDF, make_stored_file

URL = "/api/v1/agreements/"


def body(engagement=None, **overrides):
    values = {
        "title": "Chat BAA",
        "document": SimpleUploadedFile("BAA.pdf", PDF, content_type="application/pdf"),
        "effective_on": "2026-01-05",
        "expires_on": "2026-12-31",
        "renewal": "fixed",
        "reporting_value": 24,
        "reporting_unit": "hours",
        "scope": json.dumps(
            {"services": ["patient_support"], "channels": ["chat"], "countries": ["PH"]}
        ),
        "provisions": json.dumps(
            [{"provision": line.id, "standing": "met"} for line in checklist()]
        ),
        "signatures": json.dumps(
            [
                {
                    "side": side,
                    "name": "Pat",
                    "title": "Director",
                    "signed_on": "2026-01-05",
                    "method": "wet",
                }
                for side in ("discloser", "recipient")
            ]
        ),
    }
    if engagement is not None:
        values["engagements"] = json.dumps([str(engagement.pk)])
    return values | overrides


def test_list_own_agreements(cast, client_for):
    version = make_baa(cast.engagement)
    (row,) = client_for(cast.officer).get(URL).json()["results"]
    assert row["id"] == str(version.agreement_id)
    assert row["is_in_force"] is True
    assert row["recipient"] == {"id": str(cast.vendor.pk), "name": "Careline"}
    assert client_for(cast.outsider).get(URL).json()["results"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(cast, client_for, count, django_assert_max_num_queries):
    for _ in range(count):
        make_baa(cast.engagement)
    client = client_for(cast.officer)
    with django_assert_max_num_queries(10):
        assert len(client.get(URL).json()["results"]) == count


def test_retrieve_has_every_version(cast, client_for):
    version = make_baa(cast.engagement)
    answer = client_for(cast.manager).get(f"{URL}{version.agreement_id}/")
    (row,) = answer.json()["versions"]
    assert row["document_sha256"] == version.document_sha256
    assert len(row["provisions"]) == 25
    assert [one["side"] for one in row["signatures"]] == ["discloser", "recipient"]


@pytest.mark.parametrize(
    ("name", "status"),
    [("outsider", 404), ("other_manager", 404), ("auditor", 404), ("lead", 403)],
)
def test_retrieve_by_others(cast, client_for, name, status):
    version = make_baa(cast.engagement)
    answer = client_for(getattr(cast, name)).get(f"{URL}{version.agreement_id}/")
    assert answer.status_code == status


def test_retrieve_under_a_grant(cast, client_for):
    version = make_baa(cast.engagement)
    make_grant(cast.engagement, cast.auditor.user)
    answer = client_for(cast.auditor).get(f"{URL}{version.agreement_id}/")
    assert answer.status_code == 200


def test_create(cast, client_for):
    answer = client_for(cast.manager).post(URL, body(cast.engagement))
    assert answer.status_code == 201, answer.content
    version = AgreementVersion.objects.get()
    assert answer.json()["id"] == str(version.agreement_id)
    assert answer.json()["is_in_force"] is True
    assert version.countries == ["PH"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"scope": "no json"}, 400),
        ({"scope": "[]"}, 400),
        ({"scope": '{"services": ["flying"]}'}, 400),
        ({"scope": '{"services": []}'}, 422),
        ({"provisions": "{}"}, 400),
        ({"provisions": "[]"}, 422),
        ({"signatures": "[1]"}, 400),
        ({"signatures": "[]"}, 422),
        ({"subcontractors": '["x"]'}, 400),
        ({"engagements": "[]"}, 400),
        ({"engagements": '["x"]'}, 400),
        ({"reporting_value": 0}, 400),
        ({"expires_on": "2026-01-01"}, 422),
        ({"document": SimpleUploadedFile("a.pdf", b"MZ")}, 422),
        ({"document": "text"}, 400),
    ],
)
def test_create_bad_input_changes_nothing(cast, client_for, changes, status):
    answer = client_for(cast.officer).post(URL, body(cast.engagement, **changes))
    assert (answer.status_code, set(answer.json())) == (
        status,
        {"code", "message", "fields"},
    )
    assert not Agreement.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"), [("reader", 403), ("lead", 403), ("outsider", 404)]
)
def test_create_by_others(cast, client_for, name, status):
    client = client_for(getattr(cast, name))
    assert client.post(URL, body(cast.engagement)).status_code == status
    assert not Agreement.objects.exists()


def test_create_overlap_is_a_conflict(cast, client_for):
    make_baa(cast.engagement)
    answer = client_for(cast.officer).post(URL, body(cast.engagement))
    assert (answer.status_code, answer.json()["code"]) == (409, "agreement_overlaps")


def test_amend(cast, client_for):
    version = make_baa(cast.engagement)
    values = body(effective_on="2026-04-01", kind="renewal", subcontractors="[]")
    answer = client_for(cast.officer).post(
        f"{URL}{version.agreement_id}/amend/", values
    )
    assert answer.status_code == 201, answer.content
    assert [row["number"] for row in answer.json()["versions"]] == [2, 1]
    newest = AgreementVersion.objects.get(number=2)
    assert (newest.kind, newest.subcontractors) == ("renewal", [])


def test_terminate(cast, client_for):
    version = make_baa(cast.engagement)
    url = f"{URL}{version.agreement_id}/terminate/"
    values = {"terminated_on": "2026-06-30", "reason": "Moved"}
    client = client_for(cast.manager)
    answer = client.post(url, values, content_type="application/json")
    assert (answer.status_code, answer.json()["terminated_on"]) == (200, "2026-06-30")
    again = client.post(url, values, content_type="application/json")
    assert again.status_code == 409


@pytest.mark.parametrize("name", ["outsider", "other_manager"])
@pytest.mark.parametrize("verb", ["amend", "terminate"])
def test_writes_by_strangers_are_not_found(cast, client_for, name, verb):
    version = make_baa(cast.engagement)
    answer = client_for(getattr(cast, name)).post(
        f"{URL}{version.agreement_id}/{verb}/", {}
    )
    assert answer.status_code == 404


def test_flow_down_for_each_reader(cast, client_for):
    make_baa(cast.engagement)
    edge = make_subcontract(cast.engagement)
    make_baa(edge.downstream, missing=["BAA-15"], channels=["chat"])
    url = f"{URL}flow-down/{cast.engagement.pk}/"
    above = client_for(cast.officer).get(url).json()
    (hop,) = above["first_broken"]
    assert (above["state"], hop["is_detailed"]) == ("broken", False)
    assert hop["reasons"][0]["detail"] == "Required provisions are missing from its BAA"
    own = client_for(cast.manager).get(url).json()
    assert own["hops"][0]["reasons"][0]["detail"] == (
        "Missing: BAA-15 Return or destroy."
    )
    assert client_for(cast.outsider).get(url).status_code == 404


def test_review_of_a_version(cast, client_for):
    version = make_baa(cast.engagement, missing=["BAA-06"])
    path = f"/api/v1/agreements/{version.agreement_id}/review/"
    found = client_for(cast.reader).get(path).json()
    assert (found["version"], found["gaps"]) == (1, 1)
    assert sum(found["counts"].values()) == len(found["lines"])
    assert len(found["lines"]) + len(found["elsewhere"]) == 25
    lines = {line["provision"]: line for line in found["lines"]}
    assert (lines["BAA-06"]["standing"], lines["BAA-06"]["is_gap"]) == ("missing", True)
    assert lines["BAA-01"]["place"] == "p. 2"
    assert client_for(cast.reader).get(f"{path}?version=2").status_code == 404
    assert client_for(cast.reader).get(f"{path}?version=x").status_code == 400
    assert client_for(cast.outsider).get(path).status_code == 404


def test_document_of_a_version(cast, client_for):
    version = make_baa(cast.engagement, document=make_stored_file(cast.clinic))
    path = f"/api/v1/agreements/{version.agreement_id}/document/"
    answer = client_for(cast.manager).get(path)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert client_for(cast.outsider).get(path).status_code == 404
