"""The room over HTTP."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.workforce import actions
from apps.workforce.models import Agent, RosterImport
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.evidence import make_stored_file
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


JSON = "application/json"


def test_agent_and_assignment_are_stated_one_by_one(cast: Cast, client_for) -> None:
    make_site(cast.vendor, code="MNL-1")
    client = client_for(cast.manager)
    agent = {"external_id": "A-1", "full_name": "Ann", "joined_on": "2026-01-01"}
    answer = client.post(f"{API}/agents/", agent, content_type=JSON)
    assert (answer.status_code, answer.json()["full_name"]) == (201, "Ann")
    again = client.post(f"{API}/agents/", agent | {"team": "Blue"}, content_type=JSON)
    assert (again.status_code, again.json()["team"]) == (200, "Blue")
    work = {
        "agent": "A-1",
        "engagement": str(cast.engagement.pk),
        "channels": ["voice", "chat"],
        "site": "mnl-1",
        "effective_on": "2026-02-01",
    }
    answer = client.post(f"{API}/assignments/", work, content_type=JSON)
    assert answer.status_code == 201
    assert answer.json()["channels"] == ["chat", "voice"]
    assert (
        client.post(f"{API}/assignments/", work, content_type=JSON).status_code == 200
    )
    end = f"{API}/assignments/{answer.json()['id']}/end/"
    ended = client.post(end, {"ended_on": "2026-06-30"}, content_type=JSON)
    assert ended.json()["ended_on"] == "2026-06-30"
    early = client.post(end, {"ended_on": "2026-01-01"}, content_type=JSON)
    assert (early.status_code, early.json()["code"]) == (422, "invalid")
    left = client.post(
        f"{API}/agents/", {"external_id": "A-1", "left_on": "2026-06-10"}, JSON
    )
    assert left.json()["left_on"] == "2026-06-10"
    back = client.post(f"{API}/agents/", {"external_id": "A-1", "left_on": None}, JSON)
    assert (back.json()["left_on"], back.json()["joined_on"]) == (None, "2026-06-15")


def test_what_cannot_be_stated_is_refused_by_field(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    nameless = client.post(f"{API}/agents/", {"external_id": "A-1"}, JSON)
    assert nameless.status_code == 422
    assert nameless.json()["message"].startswith("No name.")
    make_agent(cast.other_vendor, external_id="Z-1")
    work = {
        "agent": "Z-1",
        "engagement": str(cast.engagement.pk),
        "effective_on": "2026-02-01",
    }
    answer = client.post(f"{API}/assignments/", work, JSON)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["agent"])
    make_agent(cast.vendor, external_id="Z-1")
    answer = client.post(f"{API}/assignments/", work | {"site": "X"}, JSON)
    assert list(answer.json()["fields"]) == ["site"]
    other = make_engagement(client=cast.clinic, provider=cast.other_vendor)
    answer = client.post(
        f"{API}/assignments/", work | {"engagement": str(other.pk)}, JSON
    )
    assert list(answer.json()["fields"]) == ["engagement"]
    for actor in (cast.lead, cast.officer):
        refused = client_for(actor).post(f"{API}/agents/", {"external_id": "A"}, JSON)
        assert refused.status_code == 403


def test_controls_of_a_site_are_attested(cast: Cast, client_for) -> None:
    site = make_site(cast.vendor, is_remote=True)
    client = client_for(cast.manager)
    path = f"{API}/sites/{site.pk}/"
    file = make_stored_file(cast.vendor)
    given = {
        "controls": {"screen_lock": True},
        "attested_on": "2026-06-15",
        "file": str(file.pk),
    }
    answer = client.post(f"{path}attest/", given, JSON)
    assert answer.status_code == 201
    assert answer.json()[0] == {
        "control": "screen_lock",
        "standing": "in_place",
        "attested_on": "2026-06-15",
        "counts_until": "2027-06-15",
    }
    assert client.get(f"{path}controls/").json()[1]["standing"] == "not_attested"
    stray = client.post(f"{path}attest/", given | {"controls": {"lock": True}}, JSON)
    assert (stray.status_code, list(stray.json()["fields"])) == (400, ["controls"])
    theirs = str(make_stored_file(cast.other_vendor).pk)
    foreign = client.post(f"{path}attest/", given | {"file": theirs}, JSON)
    assert list(foreign.json()["fields"]) == ["file"]


def test_columns_and_leavers_over_http(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    for number in range(4):
        make_agent(cast.vendor, external_id=f"B-{number}", full_name=f"B{number}")
    job = roster(cast, "Who,Called\nB-0,Ann\n", complete=True)
    one = f"{API}/roster-imports/{job.pk}/"
    bad = client.post(f"{one}columns/", {"columns": {"nobody": 0}}, JSON)
    assert bad.status_code == 400
    given = {"columns": {"external_id": 0, "full_name": 1}}
    assert client.post(f"{one}columns/", given, JSON).json()["state"] == "reading"
    job.refresh_from_db()
    actions.read_roster(job)
    assert client.get(f"{one}leavers/").json() == [
        ["B-1", "B1"],
        ["B-2", "B2"],
        ["B-3", "B3"],
    ]
    refused = client.post(f"{one}confirm/", {}, JSON)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["leavers"])
    answer = client.post(f"{one}confirm/", {"leavers": 3}, JSON)
    assert answer.json()["state"] == "committing"
