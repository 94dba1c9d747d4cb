"""API of negotiations and endings: the journeys of the pages, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.agreements import actions
from apps.agreements.enums import Renewal
from apps.agreements.models import (
    AgreementDraft,
    AgreementVersion,
    DraftSignature,
    SigningRefusal,
)
from tests.factories.agreements import SCOPE, make_baa, make_marks, make_signatures
from tests.factories.drafts import (
    PASSWORD,
    make_draft,
    make_signable,
    make_statement,
    with_password,
)
from tests.factories.engagements import make_engagement
from tests.factories.evidence import PDF

DRAFTS = "/api/v1/agreements/drafts/"
RETURNS = "/api/v1/agreements/returns/"


def upload():
    return SimpleUploadedFile("Ours.pdf", PDF, content_type="application/pdf")


def scope():
    return {key: value for key, value in asdict(SCOPE).items() if value is not None}


def terms(**overrides):
    values = {
        "effective_on": "2026-07-01",
        "expires_on": "2027-06-30",
        "renewal": "fixed",
        "reporting_value": 24,
        "reporting_unit": "hours",
        "scope": scope(),
    }
    return values | overrides


def as_json(client, path, **data):
    return client.post(path, data, content_type="application/json")


def test_open_written_with_our_clauses(cast, client_for):
    client = client_for(cast.officer)
    answer = as_json(
        client,
        DRAFTS,
        title="Chat BAA",
        engagements=[str(cast.engagement.pk)],
        **terms(),
    )
    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["kind"]) == ("proposed", "original")
    [proposal] = body["proposals"]
    assert proposal["terms"]["return_days"] == 30
    assert len(proposal["clauses"]) == 23
    assert proposal["accepted"] == ["discloser"]
    assert proposal["document_sha256"] is None
    listed = client_for(cast.manager).get(DRAFTS).json()["results"]
    assert [row["id"] for row in listed] == [body["id"]]
    assert client_for(cast.outsider).get(DRAFTS).json()["results"] == []


def test_open_without_engagements_is_refused(cast, client_for):
    answer = as_json(client_for(cast.officer), DRAFTS, title="Chat BAA", **terms())
    assert answer.status_code == 422
    assert not AgreementDraft.objects.exists()


def test_open_about_a_strangers_engagement_is_not_found(cast, client_for):
    answer = as_json(
        client_for(cast.outsider),
        DRAFTS,
        title="Chat BAA",
        engagements=[str(cast.engagement.pk)],
        **terms(),
    )
    assert answer.status_code == 404


def test_propose_an_upload_comment_accept_and_withdraw(cast, client_for):
    draft = make_draft(cast)
    path = f"{DRAFTS}{draft.pk}/"
    manager, officer = client_for(cast.manager), client_for(cast.officer)
    marks = [asdict(mark) for mark in make_marks() if mark.provision != "BAA-21"]
    parts = terms(
        scope=json.dumps(scope()),
        provisions=json.dumps(marks),
        document=upload(),
        answering=1,
    )
    answer = manager.post(f"{path}propose/", parts)
    assert answer.status_code == 201
    newest = answer.json()["proposals"][0]
    assert (newest["number"], newest["origin"]) == (2, "upload")
    answer = as_json(
        officer, f"{path}comment/", number=2, provision="BAA-08", text="Fine"
    )
    assert answer.json()["proposals"][0]["comments"][0]["text"] == "Fine"
    assert as_json(officer, f"{path}accept/", number=1).status_code == 409
    assert as_json(officer, f"{path}accept/", number=9).status_code == 404
    assert as_json(officer, f"{path}accept/", number=2).json()["state"] == "accepted"
    answer = officer.get(f"{path}document/")
    assert b"".join(answer.streaming_content) == PDF
    assert officer.get(f"{path}certificate/").status_code == 404
    answer = as_json(officer, f"{path}withdraw/", reason="Another vendor")
    assert answer.json()["state"] == "withdrawn"


def test_propose_says_which_proposal_it_answers(cast, client_for):
    draft = make_draft(cast)
    path = f"{DRAFTS}{draft.pk}/propose/"
    officer, manager = client_for(cast.officer), client_for(cast.manager)
    assert as_json(officer, path, **terms()).status_code == 400
    assert as_json(officer, path, answering=1, **terms()).status_code == 201
    answer = as_json(manager, path, answering=1, **terms())
    assert answer.status_code == 409
    assert answer.json()["code"] == "draft_not_latest"
    assert draft.versions.count() == 2


def test_propose_a_clause_that_cannot_stand(cast, client_for):
    draft = make_draft(cast)
    answer = as_json(
        client_for(cast.manager),
        f"{DRAFTS}{draft.pk}/propose/",
        clauses=[{"provision": "BAA-01", "wording": "Only this."}],
        answering=1,
        **terms(),
    )
    assert answer.status_code == 422
    assert draft.versions.count() == 1


def test_sign_by_both(cast, client_for):
    with_password(cast.officer, cast.manager)
    version = make_signable(cast)
    path = f"{DRAFTS}{version.draft_id}/sign/"
    data = {
        "number": 1,
        "name": "Olga",
        "title": "CEO",
        "is_authorized": True,
        "sha256": version.document.sha256,
        "password": PASSWORD,
    }
    officer = client_for(cast.officer)
    wrong = as_json(officer, path, **data | {"password": "wrong"})
    assert wrong.status_code == 422
    assert wrong.json()["code"] == "signer_not_confirmed"
    assert (SigningRefusal.objects.count(), DraftSignature.objects.count()) == (1, 0)
    assert as_json(officer, path, **data).json()["state"] == "part_signed"
    answer = as_json(client_for(cast.manager), path, **data)
    assert answer.json()["state"] == "completed"
    assert answer.json()["result"] == str(AgreementVersion.objects.get().pk)
    actions.make_certificate(version.draft_id)
    answer = officer.get(f"{DRAFTS}{version.draft_id}/certificate/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_renew_and_stop_a_renewal(cast, client_for):
    version = make_baa(cast.engagement, renewal=Renewal.AUTOMATIC, notice_days=60)
    path = f"/api/v1/agreements/{version.agreement_id}/"
    client = client_for(cast.officer)
    signatures = [asdict(mark) for mark in make_signatures()]
    answer = client.post(
        f"{path}renew/",
        {
            "document": upload(),
            "effective_on": "2027-01-01",
            "expires_on": "2027-12-31",
            "signatures": json.dumps(signatures, default=str),
        },
    )
    assert answer.status_code == 201
    assert answer.json()["versions"][0]["kind"] == "renewal"
    answer = as_json(
        client,
        f"{path}stop-renewal/",
        given_on="2026-06-15",
        given_by="discloser",
        reason="Moving",
    )
    # The renewed version begins in 2027; notice cannot come before it does.
    assert answer.status_code == 422


def test_stop_a_renewal(cast, client_for):
    version = make_baa(cast.engagement, renewal=Renewal.AUTOMATIC, notice_days=60)
    answer = as_json(
        client_for(cast.officer),
        f"/api/v1/agreements/{version.agreement_id}/stop-renewal/",
        given_on="2026-06-15",
        given_by="discloser",
        reason="Moving",
    )
    assert answer.status_code == 200


def test_terminate_state_and_answer(cast, client_for):
    version = make_baa(cast.engagement)
    officer, manager = client_for(cast.officer), client_for(cast.manager)
    answer = as_json(
        officer,
        f"/api/v1/agreements/{version.agreement_id}/terminate/",
        terminated_on="2026-06-14",
        reason="Lost laptop",
        cause="violation",
        notice_on="2026-06-01",
    )
    assert answer.json()["termination_cause"] == "violation"
    [row] = manager.get(RETURNS).json()["results"]
    assert (row["state"], row["due_on"]) == ("open", "2026-07-14")
    path = f"{RETURNS}{row['id']}/"
    answer = manager.post(
        f"{path}state/",
        {
            "kind": "destroyed",
            "done_on": "2026-06-15",
            "done_by": "Shredwell",
            "method": "Wiped",
            "certificate": upload(),
        },
    )
    assert answer.json()["state"] == "stated"
    assert as_json(officer, f"{path}answer/", is_accepted=False).status_code == 422
    answer = as_json(officer, f"{path}answer/", is_accepted=True)
    assert answer.json()["state"] == "done"
    assert len(answer.json()["statements"]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_returns_cost_the_same_for_more(
    cast, client_for, count, django_assert_max_num_queries
):
    for number in range(count):
        engagement = make_engagement(
            client=cast.clinic, provider=cast.vendor, name=f"E{number}"
        )
        make_statement(make_baa(engagement).agreement)
    client = client_for(cast.officer)
    with django_assert_max_num_queries(10):
        assert len(client.get(RETURNS).json()["results"]) == count
