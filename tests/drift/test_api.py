"""API of drift."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.drift import make_finding
from tests.factories.engagements import make_engagement

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]
ROOT = "/api/v1/drift-findings/"


def test_list_and_filters(cast: Cast, client_for: ClientFor) -> None:
    row = make_finding(cast.engagement)
    make_finding(make_engagement())
    client = client_for(cast.officer)
    (found,) = client.get(ROOT).json()["results"]
    assert found["id"] == str(row.pk)
    assert found["state"] == "detected"
    assert found["engagement"] == str(cast.engagement.pk)
    for query, count in (
        ("dimension=country", 0),
        ("dimension=channel", 1),
        ("is_resolved=true", 0),
        ("is_resolved=false", 1),
        (f"engagement={cast.engagement.pk}", 1),
    ):
        assert len(client.get(f"{ROOT}?{query}").json()["results"]) == count


def test_retrieve_hides_from_a_stranger(cast: Cast, client_for: ClientFor) -> None:
    row = make_finding(cast.engagement)
    assert client_for(cast.manager).get(f"{ROOT}{row.pk}/").status_code == 200
    assert client_for(cast.outsider).get(f"{ROOT}{row.pk}/").status_code == 404
    assert client_for(cast.lead).get(f"{ROOT}{row.pk}/").status_code == 403


def test_decisions(cast: Cast, client_for: ClientFor) -> None:
    path = f"{ROOT}{make_finding(cast.engagement).pk}/"
    manager, officer = client_for(cast.manager), client_for(cast.officer)
    known = manager.post(f"{path}acknowledge/", {"note": "A pilot"})
    assert (known.status_code, known.json()["state"]) == (200, "acknowledged")
    asked = manager.post(
        f"{path}request-acceptance/", {"reason": "Pilot", "until": "2026-07-15"}
    )
    assert asked.json()["state"] == "requested"
    assert manager.post(f"{path}accept/").status_code == 403
    assert officer.post(f"{path}accept/").json()["state"] == "accepted"
    again = officer.post(f"{path}accept/")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_bad_input_names_the_field(cast: Cast, client_for: ClientFor) -> None:
    path = f"{ROOT}{make_finding(cast.engagement).pk}/"
    client = client_for(cast.manager)
    answer = client.post(f"{path}acknowledge/", {})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["note"])
    answer = client.post(
        f"{path}request-acceptance/", {"reason": "x", "until": "2030-01-01"}
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["until"])


def test_rows_cannot_be_replaced(cast: Cast, client_for: ClientFor) -> None:
    path = f"{ROOT}{make_finding(cast.engagement).pk}/"
    assert client_for(cast.manager).put(path).status_code == 405
    assert client_for(cast.manager).delete(path).status_code == 405
