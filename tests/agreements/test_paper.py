"""A draft signed on paper, and days a new version leaves without a BAA."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.agreements import actions, queries
from apps.agreements.enums import DraftState, SigningMethod, VersionKind
from apps.agreements.models import AgreementDraft, AgreementVersion
from apps.agreements.rules import AgreementNotAcceptable, DraftClosed, NotTheLatest
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.notifications.models import Notification
from tests.conftest import NOON
from tests.factories.agreements import (
    make_baa,
    make_document,
    make_marks,
    make_signatures,
    make_terms,
)
from tests.factories.drafts import (
    latest,
    make_draft,
    make_proposed,
    make_signable,
    make_uploaded,
    sign,
    with_password,
)
from tests.factories.evidence import PDF

pytestmark = pytest.mark.django_db
DRAFTS = "/api/v1/agreements/drafts/"
SIGNED_ON = date(2026, 6, 10)


def record_paper(version, by, **overrides):
    values = {
        "document": make_document(by.organization),
        "signatures": make_signatures(signed_on=SIGNED_ON),
    }
    return actions.record_signed_paper(version, by=by, **values | overrides)


def url(name, found):
    return reverse(f"agreements:{name}", args=[found.pk])


def upload():
    return SimpleUploadedFile("signed.pdf", PDF, content_type="application/pdf")


# -- Signed on paper ----------------------------------------------------------
def test_the_signed_copy_closes_the_negotiation(cast):
    draft = make_draft(cast)
    document = make_document(cast.clinic)
    result = record_paper(latest(draft), cast.officer, document=document)
    draft.refresh_from_db()
    assert (draft.result, draft.is_signed_on_paper) == (result, True)
    assert queries.draft_facts(draft).state == DraftState.COMPLETED
    assert (result.document, result.agreement.title) == (document, "Chat BAA")
    assert queries.terms_of(result) == queries.terms_of(latest(draft))
    assert {
        (row.side, row.method, row.signed_on) for row in result.signatures.all()
    } == {
        ("discloser", SigningMethod.WET, SIGNED_ON),
        ("recipient", SigningMethod.WET, SIGNED_ON),
    }
    marks = {row.provision: row.standing for row in queries.marks_of(result)}
    assert marks["BAA-01"] == "met"
    standing = queries.engagement_standing(cast.engagement, as_of=NOON.date())
    assert standing.status == "in_force"
    event = AuditEvent.objects.get(type="draft.signed_on_paper")
    body = json.loads(bytes(event.body))
    assert body["fct"]["result"] == str(result.pk)
    assert body["doc"] == [document.sha256]
    assert AuditEvent.objects.filter(type="agreement.recorded").count() == 1
    told = Notification.objects.filter(kind="agreement.recorded")
    assert {one.recipient for one in told} == {
        cast.manager.user,
        cast.second_manager.user,
    }


def test_no_certificate_and_no_document_are_made_of_it(cast):
    draft = make_draft(cast)
    record_paper(latest(draft), cast.officer)
    with clock.held(NOON + timedelta(hours=1)):
        actions.make_certificate(draft.pk)
        assert queries.drafts_waiting_for_paper(before=clock.now()) == [draft.pk]
    draft.refresh_from_db()
    assert draft.certificate is None


def test_a_paper_copy_ends_what_one_side_signed_here(cast):
    with_password(cast.officer)
    version = make_signable(cast)
    sign(version, cast.officer)
    result = record_paper(version, cast.manager)
    assert {row.method for row in result.signatures.all()} == {SigningMethod.WET}


def test_a_new_version_is_amended_from_paper(cast):
    old = make_baa(cast.engagement)
    draft = make_draft(
        cast,
        engagements=[],
        agreement=old.agreement,
        kind=VersionKind.RENEWAL,
        first=make_proposed(
            effective_on=date(2027, 1, 1), expires_on=date(2027, 12, 31)
        ),
    )
    result = record_paper(latest(draft), cast.manager)
    assert (result.agreement, result.number, result.kind) == (
        old.agreement,
        2,
        VersionKind.RENEWAL,
    )


def test_it_is_refused_for_strangers_older_proposals_and_closed_drafts(cast):
    draft = make_draft(cast)
    first = latest(draft)
    with pytest.raises(NotAllowed):
        record_paper(first, cast.other_manager)
    with pytest.raises(NotAllowed):
        record_paper(first, cast.reader)
    actions.propose(draft, by=cast.manager, answering=1, proposed=make_proposed())
    with pytest.raises(NotTheLatest):
        record_paper(first, cast.officer)
    with pytest.raises(AgreementNotAcceptable, match="one signature of the recipient"):
        record_paper(latest(draft), cast.officer, signatures=make_signatures()[:1])
    assert not AgreementVersion.objects.exists()
    assert not AgreementDraft.objects.get().is_signed_on_paper
    record_paper(latest(draft), cast.officer)
    with pytest.raises(DraftClosed):
        record_paper(latest(draft), cast.officer)


def test_the_database_holds_paper_and_certificate_apart(cast):
    draft = make_draft(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementDraft.objects.update(is_signed_on_paper=True)
    record_paper(latest(draft), cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementDraft.objects.update(certificate=make_document(cast.clinic))


def test_the_page_records_it_and_shows_where_it_went(cast, client_for):
    draft = make_draft(cast)
    version = latest(draft)
    client = client_for(cast.officer)
    record = client.get(reverse("agreements:record", args=[cast.engagement.pk]))
    assert "Record its signed copy there" in record.text
    assert "Record signed paper" in client.get(url("draft", draft)).text
    page = client.get(url("draft_paper", version))
    assert "Its terms, scope and clauses are recorded as they stand" in page.text
    values = {"document": upload()}
    for side in ("discloser", "recipient"):
        values |= {
            f"{side}_name": "Pat Signer",
            f"{side}_title": "CEO",
            f"{side}_signed_on": "2026-06-10",
            f"{side}_method": "wet",
        }
    bad = client.post(
        url("draft_paper", version), values | {"recipient_signed_on": "2026-06-16"}
    )
    assert bad.status_code == 422
    assert "The recipient cannot have signed after today." in bad.text
    assert not AgreementVersion.objects.exists()
    values["document"] = upload()
    answer = client.post(url("draft_paper", version), values, follow=True)
    assert "The signed copy is recorded" in answer.text
    assert "Signed on paper; the signed copy is the document of the BAA." in answer.text
    assert "hx-get" not in answer.text
    result = AgreementVersion.objects.get()
    assert url("detail", result.agreement) in answer.text


def test_the_api_records_it(cast, client_for):
    draft = make_draft(cast)
    signatures = [asdict(mark) for mark in make_signatures(signed_on=SIGNED_ON)]
    data = {
        "number": 1,
        "document": upload(),
        "signatures": json.dumps(signatures, default=str),
    }
    path = f"{DRAFTS}{draft.pk}/paper/"
    assert client_for(cast.other_manager).post(path, data).status_code == 404
    answer = client_for(cast.manager).post(path, data | {"document": upload()})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["state"], found["is_signed_on_paper"]) == ("completed", True)
    assert found["result"] == str(AgreementVersion.objects.get().pk)


# -- Days without a BAA -------------------------------------------------------
ONE_DAY = "On 1 January 2027 no BAA would bind, and PHI may not flow."
LATE = {"effective_on": date(2027, 1, 2), "expires_on": date(2027, 12, 31)}


def redraft(cast, version, first):
    return make_draft(
        cast,
        engagements=[],
        agreement=version.agreement,
        kind=VersionKind.RENEWAL,
        first=first,
    )


def test_a_negotiated_renewal_says_the_day_it_leaves_bare(cast):
    version = make_baa(cast.engagement)
    first = make_proposed(**LATE)
    with pytest.raises(AgreementNotAcceptable, match=ONE_DAY) as refusal:
        redraft(cast, version, first)
    assert list(refusal.value.fields) == ["is_gap_known"]
    assert not AgreementDraft.objects.exists()
    draft = redraft(cast, version, replace(first, is_gap_known=True))
    gap = queries.gap_before(draft, queries.terms_of(latest(draft)))
    assert str(gap) == "On 1 January 2027 no BAA would bind"
    with pytest.raises(AgreementNotAcceptable, match=ONE_DAY):
        actions.propose(draft, by=cast.manager, answering=1, proposed=first)
    day_on_day = make_proposed(**LATE | {"effective_on": date(2027, 1, 1)})
    actions.propose(draft, by=cast.manager, answering=1, proposed=day_on_day)
    assert queries.gap_before(draft, queries.terms_of(latest(draft))) is None


def test_a_known_gap_is_signed_here(cast):
    with_password(cast.officer, cast.manager)
    version = make_baa(cast.engagement)
    first = replace(make_uploaded(cast.officer, **LATE), is_gap_known=True)
    signable = latest(redraft(cast, version, first))
    actions.accept_draft(signable, by=cast.manager)
    sign(signable, cast.officer)
    sign(signable, cast.manager)
    assert version.agreement.versions.count() == 2


def test_recording_a_version_says_it_too(cast):
    version = make_baa(cast.engagement)
    values = {
        "by": cast.officer,
        "terms": make_terms(**LATE),
        "document": make_document(cast.clinic),
        "provisions": make_marks(),
        "signatures": make_signatures(),
    }
    with pytest.raises(AgreementNotAcceptable, match=ONE_DAY):
        actions.amend_agreement(version.agreement, **values)
    actions.amend_agreement(version.agreement, **values, is_gap_known=True)
    assert version.agreement.versions.count() == 2


def test_the_pages_say_it_to_both_sides(cast, client_for):
    version = make_baa(cast.engagement)
    first = replace(make_proposed(**LATE), is_gap_known=True)
    draft = redraft(cast, version, first)
    page = client_for(cast.manager).get(url("draft", draft))
    assert ONE_DAY in page.text
    for name in ("draft_accept", "draft_sign", "draft_paper"):
        assert ONE_DAY in client_for(cast.manager).get(url(name, latest(draft))).text
    form = client_for(cast.manager).get(url("draft_propose", draft))
    assert 'name="is_gap_known"' in form.text
    redraft_page = client_for(cast.officer).get(url("redraft", version.agreement))
    assert 'name="is_gap_known"' in redraft_page.text
    amend = client_for(cast.officer).get(url("amend", version.agreement))
    assert 'name="is_gap_known"' in amend.text
    opening = client_for(cast.officer).get(
        reverse("agreements:draft_open", args=[cast.engagement.pk])
    )
    assert 'name="is_gap_known"' not in opening.text
