"""Signing in the portal: fresh sign-in, one hash, the agreement, the certificate."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from apps.agreements import actions, queries
from apps.agreements.actions import Signer
from apps.agreements.enums import DraftState, SigningSide
from apps.agreements.models import (
    AgreementDraft,
    AgreementVersion,
    DraftSignature,
    Signature,
    SigningRefusal,
)
from apps.agreements.rules import (
    AgreementNotAcceptable,
    AgreementOverlaps,
    Confirmation,
    DraftClosed,
    NotTheLatest,
    OtherDocument,
    SignerNotConfirmed,
)
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence import queries as evidence
from tests.conftest import NOON
from tests.factories.agreements import make_baa, make_marks, make_signatures, make_terms
from tests.factories.drafts import (
    PASSWORD,
    latest,
    make_draft,
    make_proposed,
    make_signable,
    make_uploaded,
    sign,
    with_password,
)

TODAY = date(2026, 6, 15)


@pytest.fixture
def signers(cast):
    """The cast, with passwords, acting from known addresses."""
    with_password(cast.officer, cast.manager, cast.second_officer)
    return replace(
        cast,
        officer=replace(cast.officer, address="192.0.2.10"),
        manager=replace(cast.manager, address="198.51.100.7"),
    )


def events(name):
    return list(AuditEvent.objects.filter(type=name).order_by("pk"))


# -- The password once more ---------------------------------------------------
def test_wrong_password_is_recorded_and_changes_nothing(signers):
    version = make_signable(signers)
    given = actions.confirm_signer(version, by=signers.officer, password="wrong")
    assert given == Confirmation(signers.officer.user.pk, NOON, is_confirmed=False)
    assert SigningRefusal.objects.get().user == signers.officer.user
    [event] = events("signing.refused")
    assert event.actor_id == signers.officer.user.pk
    assert b'"wrong password"' in bytes(event.body)
    assert b'wrong",' not in bytes(event.body).replace(b'"wrong password"', b"")
    signer = Signer("Olga", "CEO", True, version.document.sha256)
    with pytest.raises(SignerNotConfirmed, match="The password is wrong") as refusal:
        actions.sign_draft(version, by=signers.officer, signer=signer, confirmed=given)
    assert list(refusal.value.fields) == ["password"]
    assert not DraftSignature.objects.exists()


def test_five_wrong_passwords_stop_the_right_one_for_a_while(signers):
    version = make_signable(signers)
    for _ in range(5):
        actions.confirm_signer(version, by=signers.officer, password="wrong")
    with pytest.raises(SignerNotConfirmed, match="Too many wrong passwords"):
        sign(version, signers.officer)
    assert SigningRefusal.objects.count() == 5
    assert len(events("signing.refused")) == 6
    sign(version, signers.manager)
    with clock.held(NOON + timedelta(minutes=15)):
        sign(version, signers.officer)
    assert AgreementVersion.objects.count() == 1


def test_confirmation_of_another_person_or_a_while_ago_is_refused(signers):
    version = make_signable(signers)
    signer = Signer("Olga", "CEO", True, version.document.sha256)
    given = actions.confirm_signer(version, by=signers.officer, password=PASSWORD)
    with pytest.raises(SignerNotConfirmed):
        actions.sign_draft(
            version, by=signers.second_officer, signer=signer, confirmed=given
        )
    with clock.held(NOON + timedelta(minutes=6)), pytest.raises(SignerNotConfirmed):
        actions.sign_draft(version, by=signers.officer, signer=signer, confirmed=given)
    assert not DraftSignature.objects.exists()


@pytest.mark.parametrize("name", ["analyst", "reader", "lead", "outsider", "auditor"])
def test_others_cannot_sign(signers, name):
    version = make_signable(signers)
    with pytest.raises(NotAllowed):
        actions.confirm_signer(version, by=getattr(signers, name), password=PASSWORD)
    assert not events("signing.refused")


# -- What is asked of a signature ---------------------------------------------
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"title": ""}, ["title"]),
        ({"is_authorized": False}, ["is_authorized"]),
    ],
)
def test_sign_refuses_an_incomplete_signer(signers, changes, fields):
    version = make_signable(signers)
    with pytest.raises(Invalid) as refusal:
        sign(version, signers.officer, **changes)
    assert list(refusal.value.fields) == fields
    assert not DraftSignature.objects.exists()


def test_sign_another_hash_than_the_stored_one_is_refused(signers):
    version = make_signable(signers)
    with pytest.raises(OtherDocument):
        sign(version, signers.officer, seen_sha256="0" * 64)


def test_sign_when_the_stored_bytes_changed_is_refused(signers):
    version = make_signable(signers)
    default_storage.delete(version.document.storage_key)
    default_storage.save(version.document.storage_key, io.BytesIO(b"%PDF-other"))
    with pytest.raises(OSError, match="are not those stored"):
        sign(version, signers.officer)
    assert not DraftSignature.objects.exists()


def test_sign_before_the_document_is_stored_is_refused(signers):
    draft = make_draft(signers)
    actions.accept_draft(latest(draft), by=signers.manager)
    version = latest(draft)
    given = actions.confirm_signer(version, by=signers.officer, password=PASSWORD)
    with pytest.raises(Conflict, match="still being made"):
        actions.sign_draft(
            version,
            by=signers.officer,
            signer=Signer("Olga", "CEO", True, "0" * 64),
            confirmed=given,
        )


def test_sign_before_both_accepted_is_refused(signers):
    version = latest(make_draft(signers, first=make_uploaded(signers.officer)))
    with pytest.raises(Conflict, match="Both sides accept"):
        sign(version, signers.officer)


def test_sign_an_earlier_proposal_is_refused(signers):
    version = make_signable(signers)
    sign(version, signers.officer)
    actions.propose(
        version.draft,
        by=signers.manager,
        answering=1,
        proposed=make_uploaded(signers.manager),
    )
    with pytest.raises(NotTheLatest):
        sign(version, signers.manager)
    facts = queries.draft_facts(version.draft)
    assert facts.signed == frozenset()
    assert not AgreementVersion.objects.exists()


def test_sign_twice_is_refused(signers):
    version = make_signable(signers)
    sign(version, signers.officer)
    with pytest.raises(Conflict, match="has signed already"):
        sign(version, signers.second_officer)


def test_sign_on_days_another_agreement_covers_is_refused(signers):
    version = make_signable(signers)
    make_baa(signers.engagement)
    with pytest.raises(AgreementOverlaps):
        sign(version, signers.officer)
    assert not DraftSignature.objects.exists()


# -- Both signed --------------------------------------------------------------
def test_both_signatures_make_the_agreement(signers):
    version = make_signable(signers)
    first = sign(version, signers.officer, name="Olga Officer", title="Privacy Officer")
    assert not AgreementVersion.objects.exists()
    assert queries.draft_facts(version.draft).state is DraftState.PART_SIGNED
    with clock.held(NOON + timedelta(hours=3)):
        second = sign(version, signers.manager, title="COO")
    recorded = AgreementVersion.objects.get()
    assert recorded.document == version.document
    assert {first.document_sha256, second.document_sha256} == {recorded.document_sha256}
    rows = Signature.objects.filter(version=recorded).order_by("side")
    assert [(row.side, row.method, row.signed_on) for row in rows] == [
        ("discloser", "portal", TODAY),
        ("recipient", "portal", TODAY),
    ]
    assert first.address == "192.0.2.10"
    assert first.authority == (
        "I am authorized to sign this agreement for Lakeside Clinic and to bind it, "
        "and I sign the document with the SHA-256 shown."
    )
    draft = AgreementDraft.objects.get()
    assert (draft.result, queries.draft_facts(draft).state) == (
        recorded,
        DraftState.COMPLETED,
    )
    standing = queries.engagement_standing(signers.engagement, as_of=TODAY)
    assert standing.status == "in_force"
    assert [len(events(name)) for name in ("draft.signed", "agreement.recorded")] == [
        2,
        1,
    ]
    with pytest.raises(DraftClosed, match="Both sides have signed"):
        actions.withdraw_draft(draft, by=signers.officer, reason="Late")


def test_it_takes_effect_on_its_own_day(signers):
    begins = date(2026, 7, 1)
    first = make_uploaded(signers.officer, effective_on=begins)
    version = make_signable(signers, first=first)
    sign(version, signers.officer)
    sign(version, signers.manager)
    for day, status in ((TODAY, "not_yet"), (begins, "in_force")):
        standing = queries.engagement_standing(signers.engagement, as_of=day)
        assert standing.status == status


def test_a_written_draft_is_signed_over_the_bytes_made(signers):
    draft = make_draft(signers)
    actions.accept_draft(latest(draft), by=signers.manager)
    actions.make_documents(draft.pk)
    version = latest(draft)
    sign(version, signers.manager)
    sign(version, signers.officer)
    recorded = AgreementVersion.objects.get()
    assert recorded.document_sha256 == version.document.sha256
    marks = {row.provision: row for row in queries.marks_of(recorded)}
    assert marks["BAA-15"].standing == "met"
    assert marks["BAA-05"].standing == "not_applicable"
    assert "BAA-24" not in marks
    assert queries.review(recorded).gaps == 0


def test_a_new_version_is_signed_as_an_amendment(signers):
    agreement = make_baa(signers.engagement).agreement
    first = make_uploaded(signers.officer, effective_on=date(2026, 7, 1))
    version = make_signable(signers, engagements=[], agreement=agreement, first=first)
    sign(version, signers.officer)
    sign(version, signers.manager)
    newest = queries.latest_version(agreement)
    assert (newest.number, newest.kind) == (2, "amendment")
    assert AgreementVersion.objects.get(number=1).superseded_on == date(2026, 7, 1)


def test_a_new_version_that_begins_too_early_is_refused_at_the_first_signature(
    signers,
):
    agreement = make_baa(signers.engagement).agreement
    version = make_signable(signers, engagements=[], agreement=agreement)
    with pytest.raises(AgreementOverlaps, match="begins on a later day"):
        sign(version, signers.officer)


def test_the_sweep_makes_a_missing_certificate(signers):
    version = make_signable(signers)
    sign(version, signers.officer)
    sign(version, signers.manager)
    with clock.held(NOON + timedelta(minutes=6)):
        assert actions.make_missing_papers() == 1
    assert AgreementDraft.objects.get().certificate is not None


def test_signatures_of_another_document_prove_nothing(signers):
    version = make_signable(signers)
    sign(version, signers.officer)
    given = queries.signatures_of(version)
    other = make_uploaded(signers.manager).document
    portal = make_signatures(method="portal", signed_on=TODAY)
    with pytest.raises(AgreementNotAcceptable, match="Only a signer of the discloser"):
        actions.record_agreement(
            by=signers.manager,
            engagements=[signers.engagement],
            title="Forged",
            terms=make_terms(),
            document=other,
            provisions=make_marks(),
            signatures=portal,
            given=given,
        )


def test_nothing_is_signed_when_the_trail_refuses(signers, monkeypatch):
    version = make_signable(signers)
    given = actions.confirm_signer(version, by=signers.officer, password=PASSWORD)

    def refuse(*args, **options):
        raise RuntimeError("no trail")

    monkeypatch.setattr("apps.agreements.actions.signing.record", refuse)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.sign_draft(
            version,
            by=signers.officer,
            signer=Signer("Olga", "CEO", True, version.document.sha256),
            confirmed=given,
        )
    assert not DraftSignature.objects.exists()


def test_database_refuses_to_change_a_signature(signers):
    version = make_signable(signers)
    sign(version, signers.officer)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        DraftSignature.objects.update(name="Somebody else")


# -- The certificate ----------------------------------------------------------
def test_certificate_says_who_signed_what(signers):
    version = make_signable(signers)
    sign(version, signers.officer, title="Privacy Officer")
    assert actions.make_certificate(version.draft_id).certificate is None
    sign(version, signers.manager, title="COO")
    certificate = actions.make_certificate(version.draft_id).certificate
    assert actions.make_certificate(version.draft_id).certificate == certificate
    with evidence.opened(certificate) as handle:
        reader = PdfReader(io.BytesIO(handle.read()))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in (
        "Olga Officer",
        "Privacy Officer",
        "Mara Manager",
        "COO",
        "192.0.2.10",
        "198.51.100.7",
        "15 June 2026, 12:00:00 (UTC)",
        "How to verify",
        "sha256sum",
    ):
        assert words in text
    assert version.document.sha256 in text.replace(" ", "")
    [data] = reader.attachments["signatures.json"]
    facts = json.loads(data)
    assert facts["document"]["sha256"] == version.document.sha256
    assert [one["side"] for one in facts["signatures"]] == ["Discloser", "Recipient"]
    assert len(events("signature_certificate.made")) == 1


def test_sides_of_the_parties(signers):
    draft = make_draft(signers)
    assert queries.side_of(signers.officer, draft) is SigningSide.DISCLOSER
    assert queries.side_of(signers.manager, draft) is SigningSide.RECIPIENT
    assert queries.side_of(signers.outsider, draft) is None


def test_list_costs_four_queries(signers, django_assert_num_queries):
    draft = make_draft(signers)
    with django_assert_num_queries(4):
        [line] = queries.draft_page(signers.manager).lines
    assert (line.state, line.is_my_turn) == (DraftState.PROPOSED, True)
    actions.withdraw_draft(draft, by=signers.officer, reason="Again")
    make_draft(signers, first=make_proposed(reporting_value=8))
    with django_assert_num_queries(4):
        assert len(queries.draft_page(signers.manager).lines) == 2
