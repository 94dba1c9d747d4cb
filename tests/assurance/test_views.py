"""Pages of assurance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.assurance.models import Activity, Certificate, EvidenceRequest, Policy, Share
from apps.core import clock
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.assurance import (
    make_activity,
    make_activity_record,
    make_certificate,
    make_evidence_request,
    make_policy,
    make_request_answer,
    make_share,
)
from tests.factories.workforce import make_assignment, make_site

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]
ROOT = "/assurance/"
CERTIFICATE = {
    "standard": "soc2_type2",
    "certifying_body": "Assay",
    "scope_text": "Chat operations",
    "sites": "MNL-1, CEB-2",
    "first_on": "2025-01-01",
    "last_on": "2025-12-31",
    "exceptions": "One control was late.",
}


def paper(name: str = "paper.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"name,value\nscope,all\n")


def test_overview_is_empty_and_says_how_to_begin(
    cast: Cast, client_for: ClientFor
) -> None:
    page = client_for(cast.manager).get(ROOT)
    for words in ("No certificate on record", "No policy on record", "Start activity"):
        assert words in page.text


def test_a_report_from_recording_to_the_clients_page(
    cast: Cast, client_for: ClientFor
) -> None:
    browser = client_for(cast.manager)
    answer = browser.post(
        f"{ROOT}certificates/record/", CERTIFICATE | {"document": paper()}
    )
    row = Certificate.objects.get()
    assert answer.headers["Location"] == f"{ROOT}certificates/{row.pk}/"
    assert row.sites == ["MNL-1", "CEB-2"]
    letter = {
        "kind": "bridge",
        "issued_by": "Careline",
        "first_on": "2026-01-01",
        "last_on": "2026-06-30",
        "document": paper("letter.csv"),
    }
    browser.post(f"{ROOT}certificates/{row.pk}/letter/", letter)
    browser.post(f"{ROOT}certificates/{row.pk}/share/", {"client": cast.clinic.pk})
    page = client_for(cast.reader).get(f"{ROOT}certificates/{row.pk}/")
    assert "Ended, bridged by a letter" in page.text
    assert "30 Jun 2026" in page.text
    assert "One control was late." in page.text
    assert "Shared with" not in page.text
    browser.post(f"{ROOT}shares/{Share.objects.get().pk}/end/")
    assert client_for(cast.reader).get(f"{ROOT}certificates/{row.pk}/").status_code == (
        404
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last_on": "2024-12-31"}, "last_on"),
        ({"certifying_body": ""}, "certifying_body"),
        ({"sites": "x" * 61}, "sites"),
    ],
)
def test_bad_certificate_changes_nothing(
    cast: Cast, client_for: ClientFor, change: dict[str, str], field: str
) -> None:
    data = CERTIFICATE | change | {"document": paper()}
    page = client_for(cast.manager).post(f"{ROOT}certificates/record/", data)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not Certificate.objects.exists()


def test_a_script_is_no_certificate(cast: Cast, client_for: ClientFor) -> None:
    upload = SimpleUploadedFile("paper.pdf", b"<html><script>alert(1)</script>")
    page = client_for(cast.manager).post(
        f"{ROOT}certificates/record/", CERTIFICATE | {"document": upload}
    )
    assert page.status_code == 422
    assert "web page" in page.text


def test_engagement_shows_sites_gaps_calendar_and_requests(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_certificate(cast.vendor)
    make_share(row, cast.clinic)
    make_share(make_policy(cast.vendor).policy, cast.clinic)
    make_activity_record(make_activity(cast.vendor, is_shared=True))
    make_evidence_request(cast.engagement)
    make_assignment(cast.engagement, site=make_site(cast.vendor, code="CEB-2"))
    page = client_for(cast.reader).get(f"{ROOT}engagement/{cast.engagement.pk}/")
    for words in (
        "In use, not covered",
        "CEB-2",
        "Gap",
        "Annual review",
        "1 Jun 2027",
        "Restore protocol",
    ):
        assert words in page.text


def test_policy_versions_on_the_page(cast: Cast, client_for: ClientFor) -> None:
    browser = client_for(cast.manager)
    data = {"effective_on": "2026-01-01", "named": ["chat"], "topics": ["access"]}
    browser.post(
        f"{ROOT}policies/add/", data | {"title": "Chat rules", "document": paper()}
    )
    policy = Policy.objects.get()
    data["effective_on"] = "2026-06-01"
    browser.post(
        f"{ROOT}policies/{policy.pk}/version/", data | {"document": paper("b.csv")}
    )
    page = browser.get(f"{ROOT}policies/{policy.pk}/")
    assert "Version 2" in page.text
    assert "until before 1 Jun 2026" in page.text
    assert "Chat rules" in browser.get(f"{ROOT}coverage/").text
    same_day = browser.post(
        f"{ROOT}policies/{policy.pk}/version/", data | {"document": paper("c.csv")}
    )
    assert same_day.status_code == 422


def test_activity_shows_what_is_law_and_what_is_ours(
    cast: Cast, client_for: ClientFor
) -> None:
    browser = client_for(cast.manager)
    browser.post(
        f"{ROOT}activities/start/",
        {"kind": "access_log_audit", "first_due_on": "2026-06-20"},
    )
    row = Activity.objects.get()
    page = browser.get(f"{ROOT}activities/{row.pk}/")
    assert "3 months (our own default)" in page.text
    assert "It names no interval." in page.text
    assert "45 CFR 164.308(a)(1)(ii)(D)" in page.text
    done = {"done_on": "2026-06-14", "outcome": "findings", "summary": "Two gaps"}
    browser.post(f"{ROOT}activities/{row.pk}/done/", done | {"document": paper()})
    page = browser.get(f"{ROOT}activities/{row.pk}/")
    assert "14 Sep 2026" in page.text
    assert "Done, with findings" in page.text


def test_request_from_both_sides(cast: Cast, client_for: ClientFor) -> None:
    officer, manager = client_for(cast.officer), client_for(cast.manager)
    path = f"{ROOT}engagement/{cast.engagement.pk}/request/"
    bad = officer.post(path, {"title": "Restore protocol", "due_on": "2026-06-01"})
    assert (bad.status_code, EvidenceRequest.objects.count()) == (422, 0)
    officer.post(path, {"title": "Restore protocol", "due_on": "2026-07-01"})
    row = EvidenceRequest.objects.get()
    page = f"{ROOT}requests/{row.pk}/"
    assert "Hand in evidence" in manager.get(page).text
    assert "Hand in evidence" not in officer.get(page).text
    manager.post(f"{page}answer/", {"document": paper()})
    assert "Waiting for review" in officer.get(page).text
    file = officer.get(f"{ROOT}answers/{row.answers.get().pk}/file/")
    assert b"".join(file.streaming_content) == b"name,value\nscope,all\n"
    assert file.headers["Content-Disposition"].startswith("attachment")
    officer.post(f"{page}return/", {"reason": "Too old"})
    assert "Too old" in manager.get(page).text
    manager.post(f"{page}answer/", {"document": paper("new.csv")})
    officer.post(f"{page}accept/")
    assert "Accepted" in manager.get(page).text


def test_files_hide_from_strangers(cast: Cast, client_for: ClientFor) -> None:
    answer = make_request_answer(make_evidence_request(cast.engagement))
    row = make_certificate(cast.vendor)
    for path in (f"answers/{answer.pk}/file/", f"certificates/{row.pk}/file/"):
        assert client_for(cast.outsider).get(f"{ROOT}{path}").status_code == 404
    assert client_for(cast.reader).get(
        f"{ROOT}answers/{answer.pk}/file/"
    ).status_code == (403)


def test_vendor_page_shows_what_is_shared(cast: Cast, client_for: ClientFor) -> None:
    browser = client_for(cast.officer)
    empty = browser.get(f"/vendors/{cast.vendor.pk}/")
    assert "No certificate is shared with you" in empty.text
    make_share(make_certificate(cast.vendor, number="IS 77"), cast.clinic)
    page = browser.get(f"/vendors/{cast.vendor.pk}/")
    assert "ISO/IEC 27001 IS 77" in page.text


@pytest.mark.parametrize("path", ["", "engagement/{pk}/"])
def test_page_queries_do_not_grow(cast: Cast, client_for: ClientFor, path: str) -> None:
    browser = client_for(cast.officer)
    path = ROOT + path.format(pk=cast.engagement.pk)
    counts = []
    for kind in ("annual_review", "restore_test", "incident_test"):
        make_share(make_certificate(cast.vendor), cast.clinic)
        make_share(make_policy(cast.vendor).policy, cast.clinic)
        make_activity_record(make_activity(cast.clinic, kind=kind))
        make_activity_record(
            make_activity(cast.vendor, kind=kind, engagement=cast.engagement)
        )
        make_request_answer(make_evidence_request(cast.engagement))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(path).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[2]


def test_late_is_said_on_the_page(cast: Cast, client_for: ClientFor) -> None:
    make_activity(cast.vendor, first_due_on=date(2026, 6, 10))
    assert "5 days overdue" in client_for(cast.manager).get(ROOT).text


def test_the_last_day_is_over_where_the_reader_is(
    cast: Cast, client_for: ClientFor
) -> None:
    """14 June is the last day, inclusive: over in Manila, not yet in Honolulu."""
    row = make_certificate(cast.vendor, last_on=date(2026, 6, 14))
    make_share(row, cast.clinic)
    url = reverse("assurance:certificate", args=[row.pk])
    for organization, zone in (
        (cast.vendor, "Asia/Manila"),
        (cast.clinic, "Pacific/Honolulu"),
    ):
        organization.time_zone = zone
        organization.save(update_fields=["time_zone"])
    with clock.held(datetime(2026, 6, 15, 5, tzinfo=UTC)):
        theirs = client_for(cast.officer).get(url)
        ours = client_for(cast.manager).get(url)
    assert theirs.context["line"].state == "current"
    assert (ours.context["line"].state, ours.context["line"].seam.total) == (
        "lapsed",
        1,
    )
