"""API of the gate."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.drift import make_finding
from tests.factories.engagements import make_engagement
from tests.factories.gate import make_decision, make_override

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]
ROOT = "/api/v1/gate/"


def test_list_shows_todays_verdicts(
    cast: Cast, client_for: ClientFor, ready: Engagement
) -> None:
    make_engagement()
    other = make_engagement(client=cast.clinic)
    rows = client_for(cast.officer).get(ROOT).json()["results"]
    assert {row["engagement"]: row["verdict"] for row in rows} == {
        str(ready.pk): "open",
        str(other.pk): "closed",
    }
    assert {row["as_of"] for row in rows} == {"2026-06-15"}


def test_retrieve_today_and_on_a_past_day(
    cast: Cast, client_for: ClientFor, ready: Engagement
) -> None:
    make_finding(ready)
    client = client_for(cast.manager)
    today = client.get(f"{ROOT}{ready.pk}/").json()
    assert (today["verdict"], today["permits"]) == ("closed", False)
    condition = today["conditions"][-1]
    assert condition["code"] == "drift.none_open"
    assert condition["since"] == "2026-06-10"
    assert condition["legal_status"] == "own_default"
    past = client.get(f"{ROOT}{ready.pk}/?as_of=2026-06-09").json()
    assert (past["verdict"], past["as_of"]) == ("open", "2026-06-09")


@pytest.mark.parametrize("as_of", ["soon", "2026-06-16", "0001-01-01"])
def test_retrieve_refuses_a_bad_day(
    cast: Cast, client_for: ClientFor, as_of: str
) -> None:
    answer = client_for(cast.officer).get(f"{ROOT}{cast.engagement.pk}/?as_of={as_of}")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["as_of"]


def test_retrieve_hides_from_a_stranger(cast: Cast, client_for: ClientFor) -> None:
    path = f"{ROOT}{cast.engagement.pk}/"
    assert client_for(cast.outsider).get(path).status_code == 404
    assert client_for(cast.auditor).get(path).status_code == 404


def test_retrieve_shows_the_override(cast: Cast, client_for: ClientFor) -> None:
    make_override(
        cast.engagement, requested_by=cast.officer, approved_by=cast.second_officer
    )
    found = client_for(cast.manager).get(f"{ROOT}{cast.engagement.pk}/").json()
    assert found["is_overridden"] is True
    assert found["permits"] is True
    assert found["verdict"] == "closed"
    assert found["override"]["approved_by"] == "Omar Second"


def test_decisions_list(cast: Cast, client_for: ClientFor) -> None:
    row = make_decision(cast.engagement)
    client = client_for(cast.manager)
    for query, count in (("", 1), ("?verdict=open", 0), ("?verdict=closed", 1)):
        rows = client.get(f"/api/v1/gate-decisions/{query}").json()["results"]
        assert len(rows) == count
    assert client.get(f"/api/v1/gate-decisions/{row.pk}/").json()["verdict"] == "closed"
    assert (
        client_for(cast.outsider).get(f"/api/v1/gate-decisions/{row.pk}/").status_code
        == 404
    )


def test_overrides_from_request_to_withdrawal(
    cast: Cast, client_for: ClientFor
) -> None:
    officer, second = client_for(cast.officer), client_for(cast.second_officer)
    root = "/api/v1/gate-overrides/"
    made = officer.post(
        root,
        {
            "engagement": str(cast.engagement.pk),
            "reason": "Patients wait",
            "expires_on": "2026-06-30",
        },
    )
    assert made.status_code == 201
    path = f"{root}{made.json()['id']}/"
    assert officer.post(f"{path}approve/").status_code == 403
    assert (
        second.post(f"{path}approve/").json()["approved_at"] == "2026-06-15T12:00:00Z"
    )
    assert officer.post(f"{path}withdraw/").json()["withdrawn_at"] is not None
    assert officer.post(f"{path}withdraw/").status_code == 409
    assert len(client_for(cast.manager).get(root).json()["results"]) == 1


def test_overrides_refuse_the_provider_and_strangers(
    cast: Cast, client_for: ClientFor
) -> None:
    data = {
        "engagement": str(cast.engagement.pk),
        "reason": "x",
        "expires_on": "2026-06-30",
    }
    root = "/api/v1/gate-overrides/"
    assert client_for(cast.manager).post(root, data).status_code == 403
    assert client_for(cast.outsider).post(root, data).status_code == 404
    too_long = data | {"expires_on": "2027-06-30"}
    answer = client_for(cast.officer).post(root, too_long)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["expires_on"])
