"""Pages of the roster: what stands on them, who reaches them, what a form does."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.workforce import actions
from apps.workforce.models import Agent, RosterImport, Site
from tests.conftest import Cast
from tests.factories.imports import DATA, roster, take_roster
from tests.factories.workforce import (
    make_agent,
    make_assignment,
    make_attestation,
    make_site,
)

CONTENT = "Agent ID,Name\nA-1,Ann Alder\n"


def url(name: str, row: object | None = None) -> str:
    return reverse(f"workforce:{name}", args=[row.pk] if row else [])  # type: ignore[attr-defined]


def text(response) -> str:
    return " ".join(response.content.decode().split())


PAGES = {
    "roster": {"manager", "lead"},
    "roster_export": {"manager", "lead"},
    "sites": {"manager", "lead"},
    "site_create": {"manager"},
    "assign": {"manager"},
    "unassign": {"manager"},
    "imports": {"manager"},
    "upload": {"manager"},
}
PEOPLE = ("officer", "analyst", "reader", "manager", "lead", "auditor")


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_for_the_roles_that_may(cast: Cast, client_for, page: str) -> None:
    for name in PEOPLE:
        response = client_for(getattr(cast, name)).get(url(page))
        assert response.status_code == (200 if name in PAGES[page] else 403), name


def test_pages_of_another_vendor_do_not_exist(cast: Cast, client_for) -> None:
    client = client_for(cast.other_manager)
    agent, job = make_agent(cast.vendor), roster(cast, CONTENT)
    assert client.get(url("agent", agent)).status_code == 404
    for page in ("import", "import_status", "import_problems"):
        assert client.get(url(page, job)).status_code == 404
    for page in ("import_confirm", "import_columns"):
        assert client.post(url(page, job)).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(db, client) -> None:
    response = client.get(url("roster"))
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


# -- Roster, agent, sites -----------------------------------------------------
def test_empty_pages_say_how_to_begin(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    assert "No agents yet" in text(client.get(url("roster")))
    assert "No sites yet" in text(client.get(url("sites")))
    assert "No roster yet" in text(client.get(url("imports")))
    assert "can upload the roster" in text(client_for(cast.lead).get(url("roster")))


def test_roster_shows_whom_agents_serve_and_is_narrowed(cast: Cast, client_for) -> None:
    site = make_site(cast.vendor, code="MNL-1")
    ann = make_agent(cast.vendor, full_name="Ann Alder")
    make_agent(cast.vendor, full_name="Ben Birch")
    make_assignment(cast.engagement, ann, site=site)
    client = client_for(cast.manager)
    page = text(client.get(url("roster")))
    assert "Ann Alder" in page
    assert "Ben Birch" in page
    assert "Patient chat" in page
    page = text(client.get(url("roster"), {"q": "alder", "site": "MNL-1"}))
    assert "Ann Alder" in page
    assert "Ben Birch" not in page
    assert "No agent matches" in text(client.get(url("roster"), {"q": "zzz"}))


def test_roster_is_paged_by_key(cast: Cast, client_for) -> None:
    for number in range(51):
        make_agent(cast.vendor, external_id=f"P-{number:03}", full_name=f"P{number}")
    client = client_for(cast.manager)
    first = text(client.get(url("roster")))
    assert "?after=P-049" in first
    second = text(client.get(url("roster"), {"after": "P-049"}))
    assert "P-050" in second
    assert "P-049" not in second.split("<tbody>")[1]


@pytest.mark.parametrize("page", ["roster", "sites", "imports"])
def test_queries_do_not_grow_with_rows(cast: Cast, client_for, page: str) -> None:
    client = client_for(cast.manager)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url(page)).status_code == 200
        return len(captured)

    def add() -> None:
        make_assignment(cast.engagement, site=make_site(cast.vendor))
        roster(cast, f"Agent ID,Name\nX-{Agent.objects.count()},Ann\n")

    add()
    client.get(url(page))
    one = count()
    add()
    add()
    assert count() == one


def test_agent_page_lists_assignments(cast: Cast, client_for) -> None:
    agent = make_assignment(cast.engagement).agent
    page = text(client_for(cast.lead).get(url("agent", agent)))
    assert "Works here since 1 Jan 2025" in page
    assert "Lakeside Clinic" in page
    assert reverse("training:agent", args=[agent.pk]) in page


def test_export_reads_back_as_a_roster(cast: Cast, client_for) -> None:
    make_site(cast.vendor, code="MNL-1")
    take_roster(roster(cast, (DATA / "workforce" / "roster.csv").read_bytes()))
    response = client_for(cast.manager).get(url("roster_export"))
    exported = b"".join(response.streaming_content)
    account = take_roster(roster(cast, exported, "roster again.csv"))
    assert (account["unchanged"], account["refused"]) == (4, {})


def test_site_is_added_by_form(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    given = {"code": "MNL-1", "name": "Manila", "country": "PH"}
    response = client.post(url("site_create"), given)
    assert response["Location"] == url("sites")
    assert "Manila" in text(client.get(url("sites")))
    again = client.post(url("site_create"), given)
    assert again.status_code == 422
    assert "Choose another code" in text(again)
    assert Site.objects.count() == 1


def test_site_is_attested_by_form(cast: Cast, client_for) -> None:
    site = make_site(cast.vendor, name="Home, Luzon", is_remote=True)
    agent = make_assignment(cast.engagement, site=site).agent
    client = client_for(cast.manager)
    assert "Not attested" in text(client.get(url("sites")))
    assert "Nothing attested yet" in text(client.get(url("site", site)))
    assert "Not attested" in text(client.get(url("agent", agent)))
    given = {
        "screen_lock": "yes",
        "clean_desk": "no",
        "attested_on": "2026-06-15",
        "note": "Looked at by video",
        "file": SimpleUploadedFile("mdm.csv", b"device,locked\n1,yes\n"),
    }
    answer = client.post(url("site_attest", site), given)
    assert answer["Location"] == url("site", site)
    page = text(client.get(url("site", site)))
    for words in ("Not in place", "Looked at by video", "mdm.csv", "15 Jun 2027"):
        assert words in page
    assert "Not in place" in text(client.get(url("sites")))
    ahead = client.post(url("site_attest", site), {"attested_on": "2026-06-16"})
    assert ahead.status_code == 422
    assert client_for(cast.lead).get(url("site", site)).status_code == 200
    assert client_for(cast.other_manager).get(url("site", site)).status_code == 404
    make_attestation(site, attested_on=date(2026, 6, 15))
    page = text(client.get(url("site", site)))
    assert "All four controls are attested until 15 Jun 2027" in page


def test_selected_agents_are_assigned_by_form(cast: Cast, client_for) -> None:
    ann = make_agent(cast.vendor, full_name="Ann Alder", team="Blue")
    make_agent(cast.vendor, full_name="Ben Birch", team="Red")
    client = client_for(cast.manager)
    page = text(client.get(url("assign"), {"team": "Blue"}))
    assert "1 agent selected" in page
    assert "Ann Alder" in page
    assert "Ben Birch" not in page
    given = {
        "engagement": cast.engagement.pk,
        "role": "agent",
        "channels": ["chat"],
        "effective_on": "2026-07-01",
    }
    answer = client.post(f"{url('assign')}?team=Blue", given)
    job = RosterImport.objects.select_related("organization", "file").get()
    assert answer["Location"] == url("import", job)
    take_roster(actions.read_roster(job))
    assert ann.assignments.get().effective_on == date(2026, 7, 1)
    nobody = client.post(f"{url('assign')}?team=Green", given)
    assert nobody.status_code == 422
    assert "Nobody is selected" in text(nobody)
    ended = {"engagement": cast.engagement.pk, "ended_on": "2026-07-31"}
    assert client.post(url("unassign"), ended).status_code == 302


# -- Imports ------------------------------------------------------------------
def test_upload_starts_an_import(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    file = SimpleUploadedFile("June roster.csv", CONTENT.encode())
    given = {"file": file, "is_complete": "on", "as_of": "2026-06-10"}
    response = client.post(url("upload"), given)
    job = RosterImport.objects.get()
    assert response["Location"] == url("import", job)
    assert (job.file_name, job.is_complete, job.state) == (
        "June roster.csv",
        True,
        "reading",
    )
    page = text(client.get(url("import", job)))
    assert "Reading the file" in page
    assert 'hx-trigger="every 2s"' in page


@pytest.mark.parametrize("day", ["1926-06-10", "2062-06-10"])
def test_day_no_file_speaks_of_is_refused(cast: Cast, client_for, day: str) -> None:
    client = client_for(cast.manager)
    for path in (url("upload"), "/api/v1/roster-imports/"):
        given = {"file": SimpleUploadedFile("a.csv", CONTENT.encode()), "as_of": day}
        response = client.post(path, given)
        assert response.status_code in {400, 422}
        assert "expected a date on or" in text(response)
    assert RosterImport.objects.count() == 0


def test_file_that_is_no_table_is_refused_on_the_form(cast: Cast, client_for) -> None:
    file = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    response = client_for(cast.manager).post(url("upload"), {"file": file})
    assert response.status_code == 422
    assert RosterImport.objects.count() == 0


def test_status_is_polled_until_the_page_reloads(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    job = roster(cast, CONTENT)
    response = client.get(url("import_status", job))
    assert (response.status_code, response["HX-Refresh"]) == (204, "true")
    actions.confirm_roster(job, by=cast.manager)
    page = text(client.get(url("import_status", job)))
    assert "Checking the rows again" in page
    RosterImport.objects.update(rows_done=2)
    assert "Writing all rows" in text(client.get(url("import_status", job)))


def test_preview_names_leavers_and_confirming_writes(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    make_agent(cast.vendor, external_id="B-2", full_name="Ben")
    job = roster(cast, CONTENT, complete=True)
    page = text(client.get(url("import", job)))
    assert "<strong>1 agent</strong> missing from the file" in page
    assert "B-2" in page
    assert client.post(url("import_confirm", job)).status_code == 302
    assert Agent.objects.get(external_id="B-2").left_on is None
    job.refresh_from_db()
    actions.commit_roster(job)
    assert Agent.objects.get(external_id="B-2").left_on == date(2026, 6, 15)
    page = text(client.get(url("import", job)))
    assert "<strong>1 agent</strong> left by absence" in page
    again = client.post(url("import_confirm", job))
    assert again.status_code == 422
    assert "done already" in text(again)


def test_many_leavers_are_typed_before_anything_is_written(
    cast: Cast, client_for
) -> None:
    client = client_for(cast.manager)
    for number in range(25):
        make_agent(cast.vendor, external_id=f"B-{number:02}", full_name=f"B{number}")
    job = roster(cast, CONTENT.replace("A-1", "B-00"), complete=True)
    page = text(client.get(url("import", job)))
    assert "Type 24 to confirm it." in page
    assert "and 4 more" in page
    for typed in ({}, {"leavers": "23"}):
        refused = client.post(url("import_confirm", job), typed)
        assert refused.status_code == 422
    assert "Type 24 to confirm" in text(refused)
    listed = client.get(url("import_leavers", job))
    lines = b"".join(listed.streaming_content).decode("utf-8-sig").splitlines()
    assert (lines[1], len(lines)) == ("B-01,B1", 25)
    assert client.post(url("import_confirm", job), {"leavers": "24"}).status_code == 302


def test_columns_are_corrected_by_form(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    job = roster(cast, "Badge of person,Name\nA-1,Ann\n")
    assert "Name the column that does" in text(client.get(url("import", job)))
    assert client.post(url("import_confirm", job)).status_code == 422
    response = client.post(
        url("import_columns", job), {"external_id": "0", "full_name": "1"}
    )
    assert response.status_code == 302
    job.refresh_from_db()
    assert job.state == "reading"
    assert actions.read_roster(job).account["imported"] == 1
    bad = client.post(url("import_columns", job), {"external_id": "77"})
    assert bad.status_code == 422


def test_problems_are_downloaded(cast: Cast, client_for) -> None:
    job = roster(cast, "Agent ID,Name\nA-1,\n")
    client = client_for(cast.manager)
    assert "1 problems" in text(client.get(url("import", job)))
    response = client.get(url("import_problems", job))
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "row,column,value,expected,problem"
    assert lines[1].startswith("2,,A-1,the name of the person,")


def test_refused_file_says_why(cast: Cast, client_for) -> None:
    job = roster(cast, "Agent ID,Name\n")
    page = text(client_for(cast.manager).get(url("import", job)))
    assert "Nothing was imported" in page
    assert job.refusal in page
