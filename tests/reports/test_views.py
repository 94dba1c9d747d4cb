"""Pages of attestations."""

from __future__ import annotations

import io
import json

import pypdf
import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.reports import actions
from apps.reports.models import Attestation
from tests.factories.engagements import make_engagement, make_grant
from tests.factories.reports import AS_OF, make_attestation

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast) -> Attestation:
    return make_attestation(cast.engagement, by=cast.officer, code="W" * 20)


@pytest.fixture
def ready(cast) -> Attestation:
    row = make_attestation(cast.engagement, by=cast.officer, code="R" * 20)
    return actions.render_attestation(row.pk)


@pytest.fixture
def failed(cast) -> Attestation:
    return make_attestation(
        cast.engagement, by=cast.officer, code="F" * 20, failure=actions.FAILED
    )


def _url(name: str, row: object) -> str:
    return reverse(f"reports:{name}", args=[row.pk])


# -- Lists ----------------------------------------------------------------------


def test_list_without_attestations_says_how_to_begin(cast, client_for):
    page = client_for(cast.officer).get(reverse("reports:list"))
    assert page.status_code == 200
    assert "No attestation yet" in page.content.decode()


def test_list_shows_what_the_person_may_see(cast, client_for, ready):
    page = client_for(cast.reader).get(reverse("reports:list")).content.decode()
    assert _url("attestation", ready) in page
    assert _url("download", ready) in page
    page = client_for(cast.outsider).get(reverse("reports:list")).content.decode()
    assert _url("attestation", ready) not in page


def test_tab_offers_to_issue_as_of_today(cast, client_for):
    page = client_for(cast.officer).get(_url("engagement", cast.engagement))
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="2026-06-15"' in text
    assert 'max="2026-06-15"' in text
    assert "Issue attestation" in text
    assert "will name each agent" in text


def test_tab_offers_a_reader_nothing_to_issue(cast, client_for, waiting):
    page = client_for(cast.reader).get(_url("engagement", cast.engagement))
    assert "Issue attestation" not in page.content.decode()
    assert _url("attestation", waiting) in page.content.decode()


def test_tab_of_a_stranger_is_not_found(cast, client_for):
    page = client_for(cast.outsider).get(_url("engagement", cast.engagement))
    assert page.status_code == 404


# -- Issue ----------------------------------------------------------------------


def test_issuing_leads_to_the_attestation(cast, client_for, story):
    page = client_for(cast.officer).post(
        _url("issue", cast.engagement), {"as_of": "2026-06-15"}
    )
    issued = Attestation.objects.get()
    assert page.status_code == 302
    assert page["Location"] == _url("attestation", issued)


def test_a_form_sent_twice_is_one_statement(cast, client_for, story):
    browser = client_for(cast.officer)
    page = browser.get(_url("issue", cast.engagement))
    key = page.context["form"]["key"].value()
    sent = {"as_of": "2026-06-15", "key": key}
    first = browser.post(_url("issue", cast.engagement), sent)
    second = browser.post(_url("issue", cast.engagement), sent)
    assert first["Location"] == second["Location"]
    assert AuditEvent.objects.filter(type="attestation.issued").count() == 1
    # Another day in the same form, or the same key from elsewhere, is another one.
    browser.post(_url("issue", cast.engagement), sent | {"as_of": "2026-06-14"})
    client_for(cast.manager).post(_url("issue", cast.engagement), sent)
    assert Attestation.objects.count() == 3


@pytest.mark.parametrize("day", ["2026-06-16", "2026-01-04", "never", ""])
def test_a_day_that_cannot_be_stated_keeps_the_form(cast, client_for, day):
    page = client_for(cast.officer).post(_url("issue", cast.engagement), {"as_of": day})
    assert page.status_code == 422
    assert "as_of" in page.content.decode()
    assert not Attestation.objects.exists()


def test_form_alone_has_a_page(cast, client_for):
    page = client_for(cast.manager).get(_url("issue", cast.engagement))
    assert page.status_code == 200
    assert "Issue an attestation" in page.content.decode()


def test_reader_may_not_issue(cast, client_for):
    page = client_for(cast.reader).post(
        _url("issue", cast.engagement), {"as_of": "2026-06-15"}
    )
    assert page.status_code == 403
    assert not Attestation.objects.exists()


def test_stranger_finds_nothing_to_issue(cast, client_for):
    page = client_for(cast.outsider).post(
        _url("issue", cast.engagement), {"as_of": "2026-06-15"}
    )
    assert page.status_code == 404


# -- One attestation ------------------------------------------------------------


def test_page_while_the_document_is_being_made(cast, client_for, waiting):
    page = client_for(cast.officer).get(_url("attestation", waiting)).content.decode()
    assert "The PDF is being made" in page
    assert f'hx-get="{_url("progress", waiting)}"' in page
    assert "Refresh" in page
    assert "Download PDF" not in page
    assert "Make the PDF again" not in page


def test_page_with_the_document(cast, client_for, ready):
    page = client_for(cast.officer).get(_url("attestation", ready)).content.decode()
    assert "Attestation as of 15 June 2026" in page
    assert "PHI may flow" in page
    assert "The only condition is satisfied." in page
    assert "RRRRR-RRRRR-RRRRR-RRRRR" in page
    assert ready.statement_sha256 in page
    assert ready.file.sha256 in page
    assert _url("download", ready) in page
    assert "sha256sum" in page


def test_page_of_a_failure_offers_to_try_again(cast, client_for, failed):
    page = client_for(cast.officer).get(_url("attestation", failed)).content.decode()
    assert actions.FAILED in page
    assert "Make the PDF again" in page
    page = client_for(cast.reader).get(_url("attestation", failed)).content.decode()
    assert "Make the PDF again" not in page


def test_trying_again_goes_back_to_the_page(cast, client_for, failed):
    page = client_for(cast.officer).post(_url("retry", failed))
    assert page["Location"] == _url("attestation", failed)
    failed.refresh_from_db()
    assert failed.state == "rendering"


def test_progress_asks_on_until_the_document_is_there(cast, client_for, waiting):
    client = client_for(cast.officer)
    page = client.get(_url("progress", waiting))
    assert "hx-trigger" in page.content.decode()
    assert "HX-Refresh" not in page
    actions.render_attestation(waiting.pk)
    page = client.get(_url("progress", waiting))
    assert page["HX-Refresh"] == "true"
    assert "hx-trigger" not in page.content.decode()


@pytest.mark.parametrize("name", ["attestation", "progress", "download"])
def test_named_attestation_does_not_exist_for_a_reader(cast, client_for, name):
    row = make_attestation(
        cast.engagement, by=cast.officer, code="N" * 20, names_agents=True
    )
    assert client_for(cast.reader).get(_url(name, row)).status_code == 404
    assert client_for(cast.outsider).get(_url(name, row)).status_code == 404


# -- Download -------------------------------------------------------------------


def test_download_gives_the_bytes_and_records_it(cast, client_for, ready):
    answer = client_for(cast.reader).get(_url("download", ready))
    content = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert pypdf.PdfReader(io.BytesIO(content)).metadata.author == "Lakeside Clinic"
    *_, event, last = AuditEvent.objects.order_by("pk")
    assert (event.type, last.type) == ("attestation.downloaded", "file.downloaded")
    body = json.loads(bytes(event.body))
    assert body["doc"] == [ready.file.sha256]


def test_download_before_the_document_is_a_conflict(cast, client_for, waiting):
    assert client_for(cast.officer).get(_url("download", waiting)).status_code == 409


def test_download_ends_with_the_grant(cast, client_for, ready):
    client = client_for(cast.auditor)
    assert client.get(_url("download", ready)).status_code == 404
    grant = make_grant(cast.engagement, cast.auditor.user)
    answer = client.get(_url("download", ready))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    grant.revoked_at = AuditEvent.objects.order_by("pk").last().at
    grant.save(update_fields=["revoked_at"])
    assert client.get(_url("download", ready)).status_code == 404


# -- Workspace ------------------------------------------------------------------


def test_workspace_without_a_grant_says_how_to_get_one(cast, client_for):
    page = client_for(cast.auditor).get(reverse("reports:workspace"))
    assert page.status_code == 200
    assert "Nothing is granted to you today" in page.content.decode()


def test_workspace_shows_grants_attestations_and_how_to_verify(cast, client_for, ready):
    make_grant(cast.engagement, cast.auditor.user, reason="Annual audit")
    other = make_engagement(client=cast.clinic, provider=cast.other_vendor)
    page = client_for(cast.auditor).get(reverse("reports:workspace")).content.decode()
    assert "Patient chat" in page
    assert "Annual audit" in page
    assert "30 Jun 2026" in page
    assert _url("attestation", ready) in page
    assert "sha256sum" in page
    assert other.name not in page


def test_auditor_goes_from_grant_to_document(cast, client_for, story):
    make_grant(cast.engagement, cast.auditor.user)
    client = client_for(cast.auditor)
    assert (
        "Issue attestation"
        in client.get(_url("engagement", cast.engagement)).content.decode()
    )
    client.post(_url("issue", cast.engagement), {"as_of": AS_OF.isoformat()})
    issued = Attestation.objects.get()
    actions.render_attestation(issued.pk)
    answer = client.get(_url("download", issued))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-1.7")


def test_nobody_signed_in_is_sent_to_sign_in(client, ready):
    for name in ("attestation", "download", "progress"):
        assert client.get(_url(name, ready)).status_code == 302
