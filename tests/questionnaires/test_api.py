"""The API of questionnaires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.questionnaires import actions
from apps.questionnaires.models import Answer, AnswerReview, Template
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.evidence import ONE_PAGE
from tests.factories.questionnaires import (
    SHIPPED,
    make_assignment,
    make_content,
    make_submitted,
    make_version,
)

ClientFor = Callable[[Actor], Client]


def _post(
    client: Client, name: str, pk: object, room: str = "questionnaires", **data: Any
) -> Any:
    url = reverse(f"api:{room}-{name}", args=[pk])
    return client.post(url, data, content_type="application/json")


def _get(client: Client, name: str, pk: object) -> Any:
    return client.get(reverse(f"api:questionnaires-{name}", args=[pk])).json()


def test_answer_submit_and_decide(cast: Cast, client_for: ClientFor) -> None:
    assignment = make_assignment(cast.engagement)
    vendor, reviewer = client_for(cast.manager), client_for(cast.officer)
    saved = _post(
        vendor, "answer", assignment.pk, question="E-1", value=["yes"], version=0
    )
    assert saved.json() == {
        "question": "E-1",
        "value": "yes",
        "note": "",
        "version": 1,
    }
    stale = _post(
        vendor, "answer", assignment.pk, question="E-1", value=["no"], version=0
    )
    assert (stale.status_code, stale.json()["code"]) == (409, "answer_changed")
    missing = _post(vendor, "submit", assignment.pk)
    assert missing.status_code == 422
    done = _post(vendor, "submit", assignment.pk, accept_unanswered=True)
    assert done.json()["state"] == "submitted"
    decided = _post(
        reviewer, "decide", assignment.pk, question="E-1", decision="accept"
    )
    assert decided.json()["decision"] == "accept"


def test_reviewer_fields_are_refused(cast: Cast, client_for: ClientFor) -> None:
    assignment = make_assignment(cast.engagement)
    vendor = client_for(cast.manager)
    answer = _post(
        vendor,
        "answer",
        assignment.pk,
        question="E-1",
        value=["yes"],
        version=0,
        decision="accept",
    )
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["decision"]
    assert Answer.objects.count() == 0


def test_vendor_does_not_decide(cast: Cast, client_for: ClientFor) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    answer = _post(
        client_for(cast.manager),
        "decide",
        assignment.pk,
        question="E-1",
        decision="accept",
    )
    assert answer.status_code == 403
    assert AnswerReview.objects.count() == 0


def test_foreign_assignment_is_not_found(cast: Cast, client_for: ClientFor) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    for who in (cast.other_manager, cast.outsider):
        client = client_for(who)
        url = reverse("api:questionnaires-detail", args=[assignment.pk])
        assert client.get(url).status_code == 404
        listed = client.get(reverse("api:questionnaires-list"))
        assert listed.json()["results"] == []
    answer = _post(
        client_for(cast.other_manager),
        "answer",
        assignment.pk,
        question="E-1",
        value=["yes"],
        version=0,
    )
    assert answer.status_code == 404


def test_assign(cast: Cast, client_for: ClientFor) -> None:
    url = reverse("api:questionnaires-list")
    data = {
        "engagement": str(cast.engagement.pk),
        "version": str(SHIPPED),
        "party_kind": "software_platform",
        "channels": ["chat"],
        "due_on": "2026-07-15",
    }
    client = client_for(cast.officer)
    answer = client.post(url, data, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (201, "open")
    again = client.post(url, data, content_type="application/json")
    assert again.status_code == 409


def test_design_a_questionnaire(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    url = reverse("api:questionnaire-templates-list")
    data = {"title": "Ours", "content": make_content()}
    made = client.post(url, data, content_type="application/json")
    assert (made.status_code, made.json()["revision"]) == (201, 1)
    version = made.json()
    content = version["content"]
    content["questions"][0]["text"] = "Other words?"
    room, pk = "questionnaire-versions", version["id"]
    edited = _post(client, "content", pk, room, content=content, revision=1)
    assert edited.json()["content"]["questions"][0]["text"] == "Other words?"
    stale = _post(client, "content", pk, room, content=content, revision=1)
    assert stale.status_code == 409
    published = _post(client, "publish", pk, room, revision=2)
    assert published.json()["published_at"] is not None
    changed = _post(client, "content", pk, room, content=make_content(), revision=2)
    assert (changed.status_code, changed.json()["code"]) == (409, "conflict")
    second = _post(client, "draft", pk, room, label="2")
    assert (second.status_code, second.json()["number"]) == (201, 2)
    read = client.get(reverse(f"api:{room}-detail", args=[pk])).json()
    assert read["content_sha256"] == edited.json()["content_sha256"]


def test_design_names_every_flaw_and_keeps_nothing(
    cast: Cast, client_for: ClientFor
) -> None:
    content = make_content()
    questions = [content["questions"][0] | {"weight": -1}, {"id": "x"}]
    answer = client_for(cast.officer).post(
        reverse("api:questionnaire-templates-list"),
        {"title": "Ours", "content": content | {"questions": questions}},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "content_refused")
    assert answer.json()["fields"]["content"] == [
        "Question 'E-1', weight: \"-1\"; expected a whole number from 0 to 100.",
        "Question 'x', section: expected 1 to 2,000 characters.",
    ]
    assert not Template.objects.filter(organization=cast.clinic).exists()


def test_draft_of_another_organization_is_not_found(
    cast: Cast, client_for: ClientFor
) -> None:
    draft = make_version(cast.clinic, is_published=False)
    answer = _post(
        client_for(cast.outsider),
        "publish",
        draft.pk,
        "questionnaire-versions",
        revision=1,
    )
    assert answer.status_code == 404


def test_a_whole_round(cast: Cast, client_for: ClientFor) -> None:
    vendor, lead = client_for(cast.manager), client_for(cast.lead)
    client = client_for(cast.officer)
    asked = client.post(
        reverse("api:questionnaires-list"),
        {
            "vendor": str(cast.vendor.pk),
            "version": str(make_version(cast.clinic).pk),
            "party_kind": "bpo_operator",
            "channels": ["chat"],
            "due_on": "2026-07-15",
        },
        content_type="application/json",
    ).json()
    pk = asked["id"]
    assert (asked["engagement"], asked["state"]) == (None, "open")
    moved = _post(client, "move-due", pk, due_on="2026-08-01", reason="Holidays")
    assert moved.json()["due_on"] == "2026-08-01"
    part = {"section": "INC", "user": str(cast.lead.user_id)}
    assert _post(vendor, "delegate", pk, **part).status_code == 200
    saved = _post(lead, "answer", pk, question="I-1", value=["24"], version=0)
    assert saved.json()["version"] == 1
    proof = lead.post(
        reverse("api:questionnaires-attach", args=[pk]),
        {"question": "I-1", "file": SimpleUploadedFile("plan.pdf", ONE_PAGE)},
    )
    assert (proof.status_code, proof.json()["name"]) == (201, "plan.pdf")
    assert _post(vendor, "take-back", pk, **part).status_code == 200
    refused = _post(lead, "answer", pk, question="I-1", value=["30"], version=1)
    assert refused.status_code == 403
    for question, value in (("E-1", "yes"), ("E-2", "1.2")):
        _post(vendor, "answer", pk, question=question, value=[value], version=0)
    said = _post(client, "comment", pk, question="E-2", text="Why not 1.3?")
    assert (said.status_code, said.json()["author"]) == (201, "Olga Officer")
    sheet = _get(vendor, "sheet", pk)
    assert (sheet["answered"], sheet["shown"]) == (3, 3)
    assert [q["comments"] for q in sheet["questions"]][1][0]["text"] == "Why not 1.3?"
    assert sheet["questions"][2]["files"][0]["name"] == "plan.pdf"
    assert _post(vendor, "submit", pk).json()["state"] == "submitted"

    _post(client, "decide", pk, question="E-1", decision="accept")
    _post(client, "decide", pk, question="I-1", decision="accept")
    _post(
        *(client, "decide", pk), question="E-2", decision="request_change", reason="Say"
    )
    assert _post(client, "note", pk, question="E-2", text="CANARY").status_code == 201
    assert _post(client, "send-back", pk).json()["state"] == "returned"
    sheet = _get(vendor, "sheet", pk)
    assert sheet["questions"][1]["decision"]["reason"] == "Say"
    assert "CANARY" not in str(sheet)
    _post(*(vendor, "answer", pk), question="E-2", value=["1.3"], version=1)
    _post(vendor, "submit", pk)
    _post(client, "decide", pk, question="E-2", decision="accept")
    review = _get(client, "review", pk)
    assert (review["score"], review["outcome"]) == ("1.0000", "pass")
    standing = {r["number"]: r["standing"] for r in review["requirements"]}
    assert (standing[1], standing[2]) == ("Not asked", "Ready")
    assert review["questions"][1]["notes"][0]["text"] == "CANARY"
    closed = _post(client, "close", pk, summary="Fine").json()
    assert (closed["outcome"], closed["score"]) == ("pass", "1.0000")


def test_reuse_confirm_and_withdraw(cast: Cast, client_for: ClientFor) -> None:
    source = make_submitted(cast.engagement, cast.manager, version=make_version())
    other = make_engagement(client=cast.other_clinic, provider=cast.vendor)
    target = make_assignment(other, version=make_version())
    vendor = client_for(cast.manager)
    taken = _post(vendor, "reuse", target.pk, questionnaire=str(source.pk))
    assert taken.status_code == 200
    assert _post(vendor, "confirm", target.pk, section="ENC").status_code == 200
    sheet = _get(vendor, "sheet", target.pk)
    assert (sheet["answered"], sheet["shown"]) == (2, 3)
    gone = _post(client_for(cast.outsider), "withdraw", target.pk, reason="Wrong")
    assert gone.json()["state"] == "withdrawn"


def test_finding_is_planned_done_and_verified(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_submitted(cast.engagement, cast.manager)
    client, vendor = client_for(cast.officer), client_for(cast.manager)
    raised = _post(client, "raise-finding", row.pk, question="E-1", title="No policy")
    assert (raised.status_code, raised.json()["state"]) == (201, "open")
    planned = _post(
        vendor,
        "plan",
        raised.json()["id"],
        "questionnaire-findings",
        text="Write it",
        due_on="2026-07-01",
        owner=str(cast.lead.user_id),
    ).json()
    room = "questionnaire-actions"
    done = vendor.post(
        reverse(f"api:{room}-done", args=[planned["id"]]),
        {"note": "Done", "file": SimpleUploadedFile("policy.pdf", ONE_PAGE)},
    )
    assert done.json()["done_at"] is not None
    back = _post(client, "verify", planned["id"], room, holds=False, note="Page 2")
    assert back.json()["done_at"] is None
    assert _post(vendor, "done", planned["id"], room, note="Now").status_code == 200
    _post(client, "verify", planned["id"], room, holds=True)
    url = reverse("api:questionnaire-findings-detail", args=[raised.json()["id"]])
    found = client.get(url).json()
    assert (found["state"], len(found["actions"])) == ("verified", 1)


def test_dossier_is_asked_for_and_taken(cast: Cast, client_for: ClientFor) -> None:
    row = make_submitted(cast.engagement, cast.manager)
    client = client_for(cast.officer)
    asked = _post(client, "dossier", row.pk)
    assert (asked.status_code, asked.json()["is_made"]) == (201, False)
    url = reverse("api:questionnaire-dossiers-content", args=[asked.json()["id"]])
    assert client.get(url).status_code == 409
    assert client_for(cast.manager).get(url).status_code == 404
    actions.render_dossier(UUID(asked.json()["id"]))
    assert b"".join(client.get(url).streaming_content).startswith(b"%PDF-")
    detail = reverse("api:questionnaire-dossiers-detail", args=[asked.json()["id"]])
    assert client.get(detail).json()["is_made"] is True


def test_each_side_reads_its_own_sheet(cast: Cast, client_for: ClientFor) -> None:
    row = make_submitted(cast.engagement, cast.manager)
    vendor, client = client_for(cast.manager), client_for(cast.officer)
    review = reverse("api:questionnaires-review", args=[row.pk])
    sheet = reverse("api:questionnaires-sheet", args=[row.pk])
    assert vendor.get(review).status_code == 404
    assert client.get(sheet).status_code == 403  # a client answers nothing
    assert client.get(review).status_code == vendor.get(sheet).status_code == 200


def test_engagement_or_vendor_not_both(cast: Cast, client_for: ClientFor) -> None:
    data = {
        "version": str(SHIPPED),
        "party_kind": "bpo_operator",
        "channels": ["chat"],
        "due_on": "2026-07-15",
    }
    answer = client_for(cast.officer).post(
        reverse("api:questionnaires-list"), data, content_type="application/json"
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["engagement"])


FOREIGN = {
    "answer": {"question": "E-1", "value": ["yes"], "version": 0},
    "submit": {"accept_unanswered": True},
    "confirm": {"section": "ENC"},
    "comment": {"question": "E-1", "text": "x"},
    "reuse": {"questionnaire": "019aabf0-0000-7000-8000-000000000002"},
    "delegate": {"section": "ENC", "user": "019aabf0-0000-7000-8000-000000000002"},
    "move-due": {"due_on": "2026-08-01", "reason": "x"},
    "withdraw": {"reason": "x"},
    "decide": {"question": "E-1", "decision": "accept"},
    "note": {"question": "E-1", "text": "x"},
    "send-back": {},
    "close": {},
    "raise-finding": {"question": "E-1", "title": "x"},
}


@pytest.mark.parametrize("name", FOREIGN)
def test_another_vendors_id_is_not_found(
    cast: Cast, client_for: ClientFor, name: str
) -> None:
    row = make_submitted(cast.engagement, cast.manager)
    answer = _post(client_for(cast.other_manager), name, row.pk, **FOREIGN[name])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("body", ["1.5", "[[]]", "[{}]", "null", '"x"'])
def test_what_is_no_object_is_refused(
    cast: Cast, client_for: ClientFor, body: str
) -> None:
    assignment = make_assignment(cast.engagement)
    url = reverse("api:questionnaires-delegate", args=[assignment.pk])
    answer = client_for(cast.manager).post(url, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
