"""The API of questionnaires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.questionnaires.models import Answer, AnswerReview
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.questionnaires import SHIPPED, make_assignment, make_submitted

ClientFor = Callable[[Actor], Client]


def _post(client: Client, name: str, pk: object, **data: Any) -> Any:
    url = reverse(f"api:questionnaires-{name}", args=[pk])
    return client.post(url, data, content_type="application/json")


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
