"""Pages of negotiations, signing and endings, walked as people do."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.agreements import actions
from apps.agreements.enums import Layer, Renewal
from apps.agreements.models import (
    AgreementDraft,
    AgreementVersion,
    DraftSignature,
    DraftVersion,
    RenewalNotice,
    SigningRefusal,
)
from apps.agreements.rules import checklist, first_clauses
from apps.audit.models import AuditEvent
from tests.factories.agreements import make_baa
from tests.factories.drafts import (
    PASSWORD,
    latest,
    make_draft,
    make_proposed,
    make_signable,
    make_uploaded,
    sign,
    with_password,
    with_wording,
)
from tests.factories.engagements import make_engagement, make_scope
from tests.factories.evidence import PDF

TODAY = date(2026, 6, 15)


def url(name, found):
    return reverse(f"agreements:{name}", args=[found.pk])


def upload():
    return SimpleUploadedFile("Ours.pdf", PDF, content_type="application/pdf")


def typed(**overrides):
    """A written proposal as a browser sends it."""
    values = {
        "title": "Chat BAA",
        "effective_on": "2026-07-01",
        "renewal": "fixed",
        "expires_on": "2027-06-30",
        "reporting_value": "24",
        "reporting_unit": "hours",
        "return_days": "15",
        "services": ["patient_support"],
        "channels": ["chat"],
        "subcontracting": "any",
        "note": "First draft",
    }
    for clause in first_clauses(Layer.CLIENT_TO_VENDOR):
        values[f"{clause.provision}_wording"] = clause.wording
        if clause.is_included:
            values[f"{clause.provision}_included"] = "on"
    return values | overrides


def open_typed(cast, **overrides):
    return typed(engagements=[str(cast.engagement.pk)], **overrides)


# -- Open and propose ---------------------------------------------------------
def test_draft_page_starts_from_the_declared_scope_and_our_clauses(cast, client_for):
    make_scope(cast.engagement, systems=["Chat desk"])
    page = client_for(cast.officer).get(url("draft_open", cast.engagement))
    assert page.status_code == 200
    assert "Chat desk" in page.text
    assert "not legal advice" in page.text
    assert "the Business Associate" in page.text
    assert 'name="BAA-05_included"' in page.text
    assert 'name="BAA-14_included"' not in page.text


def test_open_leads_to_the_negotiation(cast, client_for):
    client = client_for(cast.officer)
    answer = client.post(url("draft_open", cast.engagement), open_typed(cast))
    draft = AgreementDraft.objects.get()
    assert answer.url == url("draft", draft)
    page = client.get(answer.url)
    for words in ("Waiting for the other side", "First draft", "15 days", "24 hours"):
        assert words in page.text
    assert "hx-get" in page.text
    assert (
        "Being negotiated"
        in client.get(reverse("agreements:engagement", args=[cast.engagement.pk])).text
    )


def test_open_with_bad_input_changes_nothing(cast, client_for):
    values = open_typed(cast, expires_on="", **{"BAA-08_wording": ""})
    page = client_for(cast.officer).post(url("draft_open", cast.engagement), values)
    assert page.status_code == 422
    assert "The law requires this clause. Write it." in page.text
    values = open_typed(cast, expires_on="")
    page = client_for(cast.officer).post(url("draft_open", cast.engagement), values)
    assert page.status_code == 422
    assert "Enter the last day" in page.text
    assert not AgreementDraft.objects.exists()


def test_open_with_a_document_of_ones_own(cast, client_for):
    values = open_typed(cast, document=upload())
    values |= {f"{line.id}_standing": "met" for line in checklist()}
    client = client_for(cast.manager)
    assert client.get(url("draft_open_upload", cast.engagement)).status_code == 200
    answer = client.post(url("draft_open_upload", cast.engagement), values)
    assert answer.status_code == 302
    version = DraftVersion.objects.get()
    assert (version.origin, version.document.name) == ("upload", "Ours.pdf")
    assert "In the uploaded document" in client.get(answer.url).text


def test_propose_starts_from_the_newest_and_shows_what_changed(cast, client_for):
    draft = make_draft(cast)
    client = client_for(cast.manager)
    page = client.get(url("draft_propose", draft))
    assert "A new proposal voids" in page.text
    assert 'value="2026-01-05"' in page.text
    assert 'name="answering" value="1"' in page.text
    values = typed(channels=["chat", "voice"], reporting_value="48", answering="1")
    values["BAA-06_wording"] = "The Business Associate keeps PHI to itself."
    assert client.post(url("draft_propose", draft), values).status_code == 302
    page = client_for(cast.officer).get(url("draft_compare", draft))
    for words in (
        "What proposal 2 changes",
        "<del>24 hours</del>",
        "<ins>48 hours</ins>",
        "<ins>Voice</ins>",
        "Reworded",
    ):
        assert words in page.text
    assert re.search(r"<ins>[^<]*keeps", page.text)
    assert "<script" not in page.text.split("<main")[1].split("</main>")[0]


def test_two_editors_at_once_lose_nothing(cast, client_for):
    draft = make_draft(cast)
    page = url("draft_propose", draft)
    ours = typed(reporting_value="12", answering="1")
    theirs = typed(reporting_value="96", answering="1", note="Our reading of it")
    assert client_for(cast.officer).post(page, ours).status_code == 302
    refused = client_for(cast.manager).post(page, theirs)
    assert refused.status_code == 422
    assert "Proposal 2 came after proposal 1. Read the newest one" in refused.text
    assert "Our reading of it" in refused.text
    assert 'name="answering" value="1"' in refused.text
    assert latest(draft).reporting_value == 12
    fresh = client_for(cast.manager).get(page)
    assert 'name="answering" value="2"' in fresh.text


def test_compare_the_same_and_what_is_not_there(cast, client_for):
    draft = make_draft(cast)
    client = client_for(cast.officer)
    assert "Nothing differs" in client.get(url("draft_compare", draft)).text
    assert client.get(url("draft_compare", draft) + "?to=7").status_code == 404


def test_clause_wording_is_escaped(cast, client_for):
    clauses = with_wording(
        first_clauses(Layer.CLIENT_TO_VENDOR), "BAA-06", "<script>alert(1)</script>"
    )
    draft = make_draft(cast, first=make_proposed(clauses=clauses))
    page = client_for(cast.manager).get(url("draft", draft))
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_redraft_a_version(cast, client_for):
    agreement = make_baa(cast.engagement).agreement
    client = client_for(cast.officer)
    assert client.get(url("redraft", agreement)).status_code == 200
    answer = client.post(url("redraft", agreement), typed(kind="renewal"))
    draft = AgreementDraft.objects.get()
    assert answer.url == url("draft", draft)
    assert (draft.kind, draft.agreement) == ("renewal", agreement)
    assert "Negotiations" in client.get(url("detail", agreement)).text


# -- Comment, accept, withdraw ------------------------------------------------
def test_comment_and_accept(cast, client_for):
    version = latest(make_draft(cast))
    client = client_for(cast.manager)
    page = client.get(url("draft_comment", version) + "?clause=BAA-08")
    assert '<option value="BAA-08" selected>' in page.text
    client.post(
        url("draft_comment", version), {"provision": "BAA-08", "text": "Too short"}
    )
    page = client.get(url("draft", version.draft))
    assert "Too short" in page.text
    assert "Accept proposal 1" in page.text
    answer = client.post(url("draft_accept", version))
    assert answer.url == url("draft", version.draft)
    assert "Accepted, ready to sign" in client.get(answer.url).text
    again = client.post(url("draft_accept", version))
    assert again.status_code == 422
    assert "has accepted this proposal already" in again.text


def test_withdraw(cast, client_for):
    draft = make_draft(cast)
    client = client_for(cast.manager)
    assert client.post(url("draft_withdraw", draft), {}).status_code == 422
    client.post(url("draft_withdraw", draft), {"reason": "No need"})
    page = client.get(url("draft", draft))
    assert "No need" in page.text
    assert "Propose a change" not in page.text


def test_list_says_whose_turn_it_is(cast, client_for):
    page = client_for(cast.manager).get(reverse("agreements:drafts"))
    assert "No draft yet" in page.text
    make_draft(cast)
    page = client_for(cast.manager).get(reverse("agreements:drafts"))
    assert "<td>yes</td>" in " ".join(page.text.split())


def test_list_turns_pages_and_shows_one_engagement(cast, client_for, monkeypatch):
    monkeypatch.setattr("apps.agreements.queries.draft_list.PAGE", 1)
    old = make_draft(cast, title="Older draft")
    actions.withdraw_draft(old, by=cast.officer, reason="Later")
    make_draft(cast, title="Newer draft")
    client = client_for(cast.officer)
    path = reverse("agreements:drafts")
    first = client.get(path)
    assert "Newer draft" in first.text
    assert "Older draft" not in first.text
    older = client.get(f"{path}?before={first.context['page'].older}")
    assert "Older draft" in older.text
    assert older.context["page"].older is None
    assert "Nothing older" in client.get(f"{path}?before={old.pk}").text
    baa = client.get(reverse("agreements:engagement", args=[cast.engagement.pk]))
    of_engagement = f"{path}?engagement={cast.engagement.pk}"
    assert of_engagement in baa.text
    assert "about Patient chat" in client.get(of_engagement).text
    other = make_engagement(client=cast.clinic)
    assert "No draft yet" in client.get(f"{path}?engagement={other.pk}").text
    strange = make_engagement()
    assert client.get(f"{path}?engagement={strange.pk}").status_code == 404
    assert client.get(f"{path}?engagement=nonsense&before=x").status_code == 200


def test_reader_sees_no_buttons_and_no_links_to_files(cast, client_for):
    version = make_signable(cast)
    page = client_for(cast.reader).get(url("draft", version.draft))
    assert page.status_code == 200
    for words in ("Propose a change", "Withdraw", "Sign proposal"):
        assert words not in page.text
    assert url("draft_document", version) not in page.text
    page = client_for(cast.analyst).get(url("draft", version.draft))
    assert url("draft_document", version) in page.text


# -- The document and the status ----------------------------------------------
def test_document_is_asked_for_until_it_is_made(cast, client_for):
    draft = make_draft(cast)
    client = client_for(cast.manager)
    answer = client.get(url("draft_status", draft))
    assert "hx-get" in answer.text
    assert "HX-Refresh" not in answer.headers
    assert client.get(url("draft_document", latest(draft))).status_code == 404
    actions.make_documents(draft.pk)
    assert client.get(url("draft_status", draft)).headers["HX-Refresh"] == "true"
    for person in (cast.manager, cast.officer):
        answer = client_for(person).get(url("draft_document", latest(draft)))
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert AuditEvent.objects.filter(type="file.downloaded").count() == 2


# -- Sign ---------------------------------------------------------------------
def signing(version, **overrides):
    values = {
        "name": "Olga Officer",
        "title": "Privacy Officer",
        "is_authorized": "on",
        "password": PASSWORD,
        "seen_sha256": version.document.sha256,
    }
    return values | overrides


def test_sign_page_says_what_is_recorded(cast, client_for):
    version = make_signable(cast)
    page = client_for(cast.officer).get(url("draft_sign", version))
    assert version.document.sha256 in page.text
    assert "I am authorized to sign this agreement for Lakeside Clinic" in page.text
    assert 'value="Olga Officer"' in page.text


def test_sign_by_both_and_the_certificate(cast, client_for):
    with_password(cast.officer, cast.manager)
    version = make_signable(cast)
    officer, manager = client_for(cast.officer), client_for(cast.manager)
    answer = officer.post(url("draft_sign", version), signing(version))
    assert answer.url == url("draft", version.draft)
    assert "Signed by one side" in officer.get(answer.url).text
    manager.post(url("draft_sign", version), signing(version, name="Mara Manager"))
    recorded = AgreementVersion.objects.get()
    page = manager.get(url("draft", version.draft))
    assert "The certificate of signature is being made" in page.text
    assert url("detail", recorded.agreement) in page.text
    assert DraftSignature.objects.get(side="discloser").address == "127.0.0.1"
    actions.make_certificate(version.draft_id)
    for client in (officer, manager):
        answer = client.get(url("certificate", version.draft))
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "In the portal" in officer.get(url("detail", recorded.agreement)).text


def test_sign_with_a_wrong_password_stays_on_record_and_changes_nothing(
    cast, client_for
):
    with_password(cast.officer)
    version = make_signable(cast)
    client = client_for(cast.officer)
    page = client.post(url("draft_sign", version), signing(version, password="wrong"))
    assert page.status_code == 422
    assert "Enter your own password again." in page.text
    assert 'wrong"' not in page.text
    assert SigningRefusal.objects.count() == 1
    assert AuditEvent.objects.filter(type="signing.refused").count() == 1
    assert not DraftSignature.objects.exists()
    for _ in range(5):
        page = client.post(url("draft_sign", version), signing(version, password="no"))
    assert "Wait 15 minutes and try again." in page.text
    page = client.post(url("draft_sign", version), signing(version))
    assert page.status_code == 422
    assert not DraftSignature.objects.exists()


def test_sign_without_authority_or_over_another_hash(cast, client_for):
    with_password(cast.officer)
    version = make_signable(cast)
    client = client_for(cast.officer)
    values = signing(version)
    del values["is_authorized"]
    assert client.post(url("draft_sign", version), values).status_code == 422
    page = client.post(
        url("draft_sign", version), signing(version, seen_sha256="0" * 64)
    )
    assert page.status_code == 422
    assert "The document changed while you read it" in page.text
    assert not DraftSignature.objects.exists()


# -- Endings ------------------------------------------------------------------
def test_terminate_with_cause_and_return_of_phi(cast, client_for):
    agreement = make_baa(cast.engagement).agreement
    officer, manager = client_for(cast.officer), client_for(cast.manager)
    officer.post(
        url("terminate", agreement),
        {
            "cause": "violation",
            "notice_on": "2026-06-01",
            "terminated_on": "2026-06-14",
            "reason": "Lost laptop",
        },
    )
    page = officer.get(url("detail", agreement))
    assert "A material term was violated" in page.text
    assert "Open the return of PHI" in page.text
    page = manager.get(url("return", agreement))
    assert "Nothing stated yet" in page.text
    assert "our own default" in page.text
    page = manager.post(url("return_state", agreement), {"kind": "destroyed"})
    assert page.status_code == 422
    assert "Upload the certificate." in page.text
    answer = manager.post(
        url("return_state", agreement),
        {
            "kind": "destroyed",
            "done_on": "2026-06-15",
            "done_by": "Shredwell",
            "method": "Wiped",
            "certificate": upload(),
        },
    )
    assert answer.url == url("return", agreement)
    assert "Answer the statement" in officer.get(answer.url).text
    page = officer.post(url("return_answer", agreement), {"answer": "refuse"})
    assert page.status_code == 422
    officer.post(
        url("return_answer", agreement), {"answer": "refuse", "reason": "Backups?"}
    )
    assert "Backups?" in manager.get(url("return", agreement)).text
    manager.post(
        url("return_state", agreement),
        {
            "kind": "infeasible",
            "infeasible_reason": "Backups",
            "protections": "Safeguards stay",
            "use_limit": "Restoring only",
        },
    )
    officer.post(url("return_answer", agreement), {"answer": "accept"})
    page = officer.get(url("return", agreement))
    assert "Safeguards stay" in page.text
    assert "Answer the statement" not in page.text
    statement = agreement.return_obligations.get().statements.first()
    answer = officer.get(url("disposal_certificate", statement))
    assert b"".join(answer.streaming_content) == PDF


def test_phi_is_asked_for_once_it_ended_by_itself(cast, client_for):
    agreement = make_baa(cast.engagement, expires_on=date(2026, 5, 31)).agreement
    client = client_for(cast.officer)
    assert client.get(url("return", agreement)).status_code == 404
    actions.settle_returns()
    page = client.get(url("detail", agreement))
    assert "PHI is to be returned or destroyed by 30 Jun 2026" in page.text
    assert "State what became of PHI" in (
        client_for(cast.manager).get(url("return", agreement)).text
    )
    make_baa(cast.engagement, effective_on=date(2026, 6, 1))
    actions.settle_returns()
    assert "a BAA binds again" in client.get(url("detail", agreement)).text
    page = client_for(cast.manager).get(url("return", agreement))
    assert "Fallen away" in page.text
    assert "State what became of PHI" not in page.text


def test_renew_offers_the_days_and_warns_of_a_gap(cast, client_for):
    agreement = make_baa(cast.engagement).agreement
    client = client_for(cast.officer)
    page = client.get(url("renew", agreement))
    assert 'value="2027-01-01"' in page.text
    values = {
        "effective_on": "2027-01-02",
        "expires_on": "2027-12-31",
        "document": upload(),
    }
    for side in ("discloser", "recipient"):
        values |= {
            f"{side}_name": "Pat Signer",
            f"{side}_title": "CEO",
            f"{side}_signed_on": "2026-06-10",
            f"{side}_method": "wet",
        }
    page = client.post(url("renew", agreement), values)
    assert page.status_code == 422
    assert "On 1 January 2027 no BAA would bind" in page.text
    assert AgreementVersion.objects.count() == 1
    answer = client.post(
        url("renew", agreement), values | {"document": upload(), "is_gap_known": "on"}
    )
    assert answer.url == url("detail", agreement)
    assert AgreementVersion.objects.count() == 2


def test_stop_a_renewal(cast, client_for):
    version = make_baa(cast.engagement, renewal=Renewal.AUTOMATIC, notice_days=60)
    agreement = version.agreement
    client = client_for(cast.manager)
    assert "Stop the renewal" in client.get(url("detail", agreement)).text
    page = client.get(url("stop_renewal", agreement))
    assert "1 Nov 2026" in page.text
    values = {"given_by": "recipient", "given_on": "2026-06-15", "reason": "Moving"}
    client.post(url("stop_renewal", agreement), values)
    assert RenewalNotice.objects.get().given_by == "recipient"
    page = client.get(url("detail", agreement))
    assert "notice given" in page.text
    assert "Moving" in page.text
    assert "Stop the renewal" not in page.text


def test_review_page_counts(cast, client_for):
    version = make_baa(cast.engagement, missing=["BAA-15", "BAA-03"])
    page = client_for(cast.reader).get(url("version", version))
    words = " ".join(page.text.split())
    assert "<dt>Gaps</dt> <dd> 1 </dd>" in words
    assert "<dt>Met</dt> <dd> 21 </dd>" in words
    assert "Lines of the checklist that speak of another hop" in page.text
    assert url("document", version) not in page.text


@pytest.mark.parametrize("name", ["outsider", "other_manager", "auditor"])
def test_strangers_find_no_negotiation(cast, client_for, name):
    with_password(cast.officer)
    version = make_signable(cast, first=make_uploaded(cast.officer))
    sign(version, cast.officer)
    client = client_for(getattr(cast, name))
    for page in ("draft", "draft_compare", "draft_status"):
        assert client.get(url(page, version.draft)).status_code == 404
    for page in ("draft_document",):
        assert client.get(url(page, version)).status_code == 404
    assert "Chat BAA" not in client.get(reverse("agreements:drafts")).text
