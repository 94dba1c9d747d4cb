"""Pages of drift."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.drift.enums import FindingState
from apps.drift.models import DriftFinding
from apps.tenancy.actor import Actor
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_baa
from tests.factories.drift import make_finding, make_staff
from tests.factories.engagements import make_engagement

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]


def test_list_is_empty_and_says_so(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.officer).get("/drift/")
    assert page.status_code == 200
    assert "No open drift" in page.text


def test_list_shows_open_findings(cast: Cast, client_for: ClientFor) -> None:
    make_finding(cast.engagement)
    make_finding(make_engagement(), observed="Somebody else's.")
    page = client_for(cast.manager).get("/drift/")
    assert "Voice is used." in page.text
    assert "Patient chat" in page.text
    assert "Somebody else" not in page.text


def test_list_filters(cast: Cast, client_for: ClientFor) -> None:
    make_finding(cast.engagement)
    page = client_for(cast.officer).get("/drift/", {"dimension": "country"})
    assert "No finding matches" in page.text
    page = client_for(cast.officer).get(
        "/drift/", {"engagement": str(cast.engagement.pk), "state": "detected"}
    )
    assert "Voice is used." in page.text


def test_list_refuses_a_filter_nobody_offered(
    cast: Cast, client_for: ClientFor
) -> None:
    page = client_for(cast.officer).get("/drift/", {"state": "nonsense"})
    assert page.status_code == 422
    assert "This filter cannot be read" in page.text


def test_list_pages_by_key(cast: Cast, client_for: ClientFor) -> None:
    for number in range(51):
        make_finding(
            cast.engagement,
            value=f"v{number}",
            observed=f"Row {number:02}.",
            detected_at=NOON + timedelta(minutes=number),
        )
    browser = client_for(cast.officer)
    first = browser.get("/drift/")
    assert first.context["older_url"]
    assert "Row 00." not in first.text
    second = browser.get(f"/drift/{first.context['older_url']}")
    assert "Row 00." in second.text
    assert second.context["older_url"] == ""


@pytest.mark.parametrize("path", ["/drift/", "/drift/engagement/{pk}/"])
def test_page_queries_do_not_grow(cast: Cast, client_for: ClientFor, path: str) -> None:
    browser = client_for(cast.officer)
    path = path.format(pk=cast.engagement.pk)
    counts = []
    for value in ("a", "b", "c"):
        make_finding(cast.engagement, value=value)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(path).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[2]


def test_engagement_shows_both_sides(cast: Cast, client_for: ClientFor) -> None:
    make_baa(cast.engagement)
    make_staff(cast.engagement, 2)
    page = client_for(cast.reader).get(f"/drift/engagement/{cast.engagement.pk}/")
    assert page.status_code == 200
    assert "2 assigned" in page.text
    assert "At most 150" in page.text
    assert "No limit set" in page.text
    assert "No open drift" in page.text


def test_engagement_shows_resolved_findings_apart(
    cast: Cast, client_for: ClientFor
) -> None:
    make_finding(cast.engagement)
    make_finding(
        cast.engagement,
        value="sms",
        resolved_at=make_finding(cast.engagement, value="x").detected_at,
        resolution="amended",
    )
    page = client_for(cast.officer).get(f"/drift/engagement/{cast.engagement.pk}/")
    assert len(page.context["open"]) == 2
    assert len(page.context["resolved"]) == 1


def test_detail_shows_clause_evidence_and_forms(
    cast: Cast, client_for: ClientFor
) -> None:
    version = make_baa(cast.engagement)
    row = make_finding(
        cast.engagement, agreement_version_id=version.pk, evidence={"agents": 3}
    )
    page = client_for(cast.officer).get(f"/drift/{row.pk}/")
    assert "Voice is used." in page.text
    assert "Permitted: Chat." in page.text
    assert f"/agreements/{version.agreement_id}/" in page.text
    assert version.document_sha256[:12] in page.text
    assert "45 CFR 164.504(e)(2)(i)" in page.text
    assert "our own default" in page.text
    assert "Acknowledge finding" in page.text
    assert "Request acceptance" in page.text


def test_detail_for_a_reader_has_no_forms(cast: Cast, client_for: ClientFor) -> None:
    row = make_finding(cast.engagement)
    page = client_for(cast.reader).get(f"/drift/{row.pk}/")
    assert page.status_code == 200
    assert "Acknowledge finding" not in page.text


@pytest.mark.parametrize("path", ["", "acknowledge/", "request-acceptance/", "accept/"])
def test_pages_hide_from_a_stranger(
    cast: Cast, client_for: ClientFor, path: str
) -> None:
    row = make_finding(cast.engagement)
    assert client_for(cast.outsider).get(f"/drift/{row.pk}/{path}").status_code == 404


def test_pages_need_the_permission(cast: Cast, client_for: ClientFor) -> None:
    row = make_finding(cast.engagement)
    lead = client_for(cast.lead)
    assert lead.get("/drift/").status_code == 403
    assert lead.get(f"/drift/{row.pk}/").status_code == 403
    assert (
        client_for(cast.reader)
        .post(f"/drift/{row.pk}/acknowledge/", {"note": "x"})
        .status_code
        == 403
    )


def test_decision_pages_lead_back_to_the_finding(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_finding(cast.engagement)
    answer = client_for(cast.manager).get(f"/drift/{row.pk}/accept/")
    assert answer["Location"] == f"/drift/{row.pk}/"


def test_acknowledge_request_and_accept(cast: Cast, client_for: ClientFor) -> None:
    row = make_finding(cast.engagement)
    manager, officer = client_for(cast.manager), client_for(cast.officer)
    answer = manager.post(
        f"/drift/{row.pk}/acknowledge/", {"note": "A pilot"}, follow=True
    )
    assert "The finding is acknowledged." in answer.text
    answer = manager.post(
        f"/drift/{row.pk}/request-acceptance/",
        {"reason": "Pilot", "until": "2026-07-15"},
        follow=True,
    )
    assert "Acceptance is requested from the client." in answer.text
    assert "Accept until 15 Jul 2026" not in answer.text
    assert "Accept until 15 Jul 2026" in officer.get(f"/drift/{row.pk}/").text
    answer = officer.post(f"/drift/{row.pk}/accept/", follow=True)
    assert "The finding is accepted until 15 July 2026." in answer.text
    row.refresh_from_db()
    assert row.state == FindingState.ACCEPTED


@pytest.mark.parametrize(
    ("path", "data", "text"),
    [
        ("acknowledge", {"note": ""}, "This field is required."),
        (
            "request-acceptance",
            {"reason": "x", "until": "2028-01-01"},
            "Choose a day from 16 June 2026 to 15 June 2027.",
        ),
        ("request-acceptance", {"reason": "x", "until": "soon"}, "Enter a valid date."),
    ],
)
def test_bad_input_keeps_the_form_and_changes_nothing(
    cast: Cast, client_for: ClientFor, path: str, data: dict[str, str], text: str
) -> None:
    row = make_finding(cast.engagement)
    before = DriftFinding.objects.values().get()
    page = client_for(cast.manager).post(f"/drift/{row.pk}/{path}/", data)
    assert page.status_code == 422
    assert text in page.text
    assert DriftFinding.objects.values().get() == before


def test_accept_too_early_shows_the_reason(cast: Cast, client_for: ClientFor) -> None:
    row = make_finding(cast.engagement, acceptance_until=date(2026, 6, 30))
    page = client_for(cast.officer).post(f"/drift/{row.pk}/accept/")
    assert page.status_code == 422
    assert "Nobody has asked to accept this finding." in page.text
