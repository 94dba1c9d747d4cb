"""The room over HTTP."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.workforce import actions
from apps.workforce.models import Agent, RosterImport
from tests.conftest import Cast
from tests.factories.imports import roster
from tests.factories.workforce import make_agent, make_assignment, make_site

API = "/api/v1"
CONTENT = "Agent ID,Name\nA-1,Ann\n,Bea\n"


def rows(client, path: str, **query: str) -> list[dict]:
    answer = client.get(f"{API}/{path}", query)
    assert answer.status_code == 200
    return answer.json()["results"]


@pytest.mark.parametrize("path", ["sites", "agents", "assignments", "roster-imports"])
def test_lists_hold_the_vendors_own(cast: Cast, client_for, path: str) -> None:
    make_assignment(cast.engagement, site=make_site(cast.vendor))
    roster(cast, CONTENT)
    assert len(rows(client_for(cast.manager), f"{path}/")) == 1
    assert rows(client_for(cast.other_manager), f"{path}/") == []
    [row] = rows(client_for(cast.manager), f"{path}/")
    one = f"{API}/{path}/{row['id']}/"
    assert client_for(cast.manager).get(one).json() == row
    assert client_for(cast.other_manager).get(one).status_code == 404
    for actor in (cast.officer, cast.reader, cast.auditor):
        assert client_for(actor).get(f"{API}/{path}/").status_code == 403


def test_site_is_created(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    given = {"code": "MNL-1", "name": "Manila", "country": "PH"}
    path = f"{API}/sites/"
    answer = client.post(path, given, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (201, "MNL-1")
    again = client.post(path, given, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    bad = client.post(path, {"country": "phl"}, content_type="application/json")
    assert bad.status_code == 400
    assert set(bad.json()["fields"]) == {"code", "name", "country"}


def test_agents_are_filtered(cast: Cast, client_for) -> None:
    make_agent(cast.vendor, external_id="A-1")
    make_agent(cast.vendor, external_id="A-2")
    [row] = rows(client_for(cast.manager), "agents/", external_id="A-2")
    assert row["external_id"] == "A-2"


def test_roster_is_uploaded_confirmed_and_asked_about(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    file = SimpleUploadedFile("roster.csv", CONTENT.encode())
    answer = client.post(f"{API}/roster-imports/", {"file": file})
    assert answer.status_code == 201
    assert answer.json()["state"] == "reading"
    job = RosterImport.objects.get()
    one = f"{API}/roster-imports/{job.pk}/"
    assert client.post(f"{one}confirm/").status_code == 409
    actions.read_roster(job)
    account = client.get(one).json()["account"]
    assert (account["imported"], account["refused"]) == (1, {"no agent id": 1})
    [problem] = client.get(f"{one}problems/").json()
    assert (problem["row"], problem["column"]) == (3, "Agent ID")
    assert client.post(f"{one}confirm/").json()["state"] == "committing"
    job.refresh_from_db()
    actions.commit_roster(job)
    assert client.get(one).json()["state"] == "done"
    assert Agent.objects.count() == 1


def test_roster_without_file_is_refused(cast: Cast, client_for) -> None:
    answer = client_for(cast.manager).post(f"{API}/roster-imports/", {})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["file"]
