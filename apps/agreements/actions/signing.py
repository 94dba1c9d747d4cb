"""Signing in the portal: the password again, the signature, the certificate."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.agreements import messages, queries, rules, trail
from apps.agreements.actions.agreements import amend_agreement, record_agreement
from apps.agreements.actions.checks import locked, taken
from apps.agreements.actions.drafts import (
    PRINTER,
    locked_draft,
    make_documents,
    own_side,
)
from apps.agreements.actions.telling import draft_subject, tell_draft
from apps.agreements.enums import SigningMethod, SigningSide, VersionKind
from apps.agreements.models import (
    AgreementDraft,
    AgreementVersion,
    DraftCoverage,
    DraftSignature,
    DraftVersion,
    SigningRefusal,
)
from apps.agreements.rules import Confirmation, SignatureMark
from apps.audit.actions import record
from apps.core import clock, dates
from apps.core.jobs import each
from apps.engagements.models import Engagement
from apps.evidence import queries as evidence
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor, SystemActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import User

# How long the sweep leaves a document to the worker it was handed to.
PAPER_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Signer:
    """What the person signing entered; ``seen_sha256`` is the hash on the page."""

    name: str
    title: str
    is_authorized: bool
    seen_sha256: str


@transaction.atomic
def confirm_signer(version: DraftVersion, *, by: Actor, password: str) -> Confirmation:
    """Check the password again before signing; a wrong one is recorded and counted.

    Called before, and committed apart from, the signature, so that the record of a
    refusal outlives it. Steps: permission; lock the person, so that guesses queue;
    after five wrong ones within 15 minutes the password is not looked at; event
    ``signing.refused`` for what did not pass.
    """
    by.require(Permission.AGREEMENTS_SIGN)
    own_side(by, version.draft)
    user = User.objects.select_for_update().get(pk=by.user_id)
    now = clock.now()
    refusals = queries.recent_refusals(user, since=now - rules.REFUSAL_WINDOW)
    is_locked = rules.is_locked_out(refusals)
    is_confirmed = not is_locked and user.check_password(password)
    if not is_confirmed:
        if not is_locked:
            SigningRefusal.objects.create(user=user, version=version)
        record(
            trail.SIGNING_REFUSED,
            by=by,
            about=draft_subject(version.draft),
            facts={
                "version": version.pk,
                "number": version.number,
                "cause": "too many attempts" if is_locked else "wrong password",
            },
            personal={"title": version.draft.title},
        )
    return Confirmation(user.pk, now, is_confirmed=is_confirmed, is_locked=is_locked)


@transaction.atomic
def sign_draft(
    version: DraftVersion, *, by: Actor, signer: Signer, confirmed: Confirmation
) -> DraftSignature:
    """Sign the stored document of the newest proposal for the actor's side.

    Steps: permission; lock engagements, then negotiation; the password was just
    confirmed; both sides accepted and the bytes are stored and unchanged; the signer
    saw this very hash; the days are free; row with the hash; event ``draft.signed``.
    The first signature tells the other side; the second records the agreement
    through ``record_agreement`` or ``amend_agreement``, in force from its own day.
    Raises NotAllowed, SignerNotConfirmed, NotTheLatest, DraftClosed, Conflict,
    OtherDocument, AgreementOverlaps.
    """
    by.require(Permission.AGREEMENTS_SIGN)
    covered = locked(_covered_ids(version.draft))
    draft = locked_draft(version.draft)
    side = own_side(by, draft)
    rules.check_confirmed(confirmed, user_id=by.user_id, now=clock.now())
    facts = queries.draft_facts(draft)
    rules.check_signable(facts, number=version.number, side=side)
    version = queries.latest_proposal(draft)
    document = _unchanged(version)
    rules.check_signer(
        name=signer.name,
        title=signer.title,
        is_authorized=signer.is_authorized,
        seen_sha256=signer.seen_sha256,
        stored_sha256=document.sha256,
    )
    _check_days(draft, version, covered)
    signature = _sign(version, document, by=by, side=side, signer=signer)
    if facts.signed:
        given = queries.signatures_of(version)
        marks = [_mark(row, draft.discloser.time_zone) for row in given]
        _conclude(
            draft,
            version,
            document,
            by=by,
            covered=covered,
            signatures=marks,
            given=given,
        )
    else:
        tell_draft(
            messages.DRAFT_SIGNED, draft, by=by, key=version.pk, number=version.number
        )
    return signature


@transaction.atomic
def record_signed_paper(
    version: DraftVersion,
    *,
    by: Actor,
    document: StoredFile,
    signatures: Sequence[SignatureMark],
) -> AgreementVersion:
    """End a negotiation with the copy of its newest proposal both signed on paper.

    Terms and checklist are the proposal's. Steps: permission; lock engagements, then
    negotiation; the actor's side; it is the newest of an open one; the agreement as
    in ``record_agreement`` or ``amend_agreement``; event ``draft.signed_on_paper``.
    Raises NotAllowed, NotTheLatest, DraftClosed, AgreementNotAcceptable,
    AgreementOverlaps.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    covered = locked(_covered_ids(version.draft))
    draft = locked_draft(version.draft)
    own_side(by, draft)
    rules.check_latest(queries.draft_facts(draft), number=version.number)
    draft.is_signed_on_paper = True
    result = _conclude(
        draft, version, document, by=by, covered=covered, signatures=signatures
    )
    record(
        trail.DRAFT_SIGNED_ON_PAPER,
        by=by,
        about=draft_subject(draft),
        facts={
            "version": version.pk,
            "number": version.number,
            "result": result.pk,
            "sha256": document.sha256,
        },
        personal={"title": draft.title},
        documents=[document.sha256],
    )
    return result


def _covered_ids(draft: AgreementDraft) -> list[UUID]:
    rows = DraftCoverage.objects.filter(draft=draft)
    return list(rows.values_list("engagement_id", flat=True))


def _check_days(
    draft: AgreementDraft, version: DraftVersion, covered: Sequence[Engagement]
) -> None:
    """What recording will ask, asked of the first signer already."""
    period = queries.terms_of(version).period
    rules.check_free(taken(covered, apart_from=draft.agreement), period)
    if draft.agreement is not None:
        known = queries.agreement_facts([draft.agreement.pk])[draft.agreement.pk]
        rules.check_amendment(known[-1], effective_on=period.effective_on)


def _unchanged(version: DraftVersion) -> StoredFile:
    """The stored file of the proposal, its bytes read and compared with its hash."""
    document = version.document
    if document is None:  # the rule has asked already
        raise ValueError("A proposal without a document cannot be signed.")
    with evidence.local_path(document):
        return document


def _sign(
    version: DraftVersion,
    document: StoredFile,
    *,
    by: Actor,
    side: SigningSide,
    signer: Signer,
) -> DraftSignature:
    signature = DraftSignature.objects.create(
        version=version,
        side=side,
        name=signer.name.strip(),
        title=signer.title.strip(),
        authority=rules.authority_sentence(by.organization.name),
        document_sha256=document.sha256,
        signed_by=by.user,
        address=by.address,
        time_zone=by.user.time_zone,
    )
    record(
        trail.DRAFT_SIGNED,
        by=by,
        about=draft_subject(version.draft),
        facts={
            "version": version.pk,
            "number": version.number,
            "side": side,
            "sha256": document.sha256,
        },
        personal={
            "title": version.draft.title,
            "name": signature.name,
            "signer_title": signature.title,
        },
        documents=[document.sha256],
    )
    return signature


def _conclude(
    draft: AgreementDraft,
    version: DraftVersion,
    document: StoredFile,
    *,
    by: Actor,
    covered: Sequence[Engagement],
    signatures: Sequence[SignatureMark],
    given: Sequence[DraftSignature] = (),
) -> AgreementVersion:
    """Both signed the same bytes: the agreement comes into being."""
    content: dict[str, Any] = {
        "by": by,
        "terms": queries.terms_of(version),
        "document": document,
        "provisions": rules.marks_of_clauses(queries.clauses_of(version)),
        "signatures": signatures,
        "given": given,
    }
    if draft.agreement is None:
        result = record_agreement(engagements=covered, title=draft.title, **content)
    else:
        kind = VersionKind(draft.kind)
        # Days without a BAA were confirmed with the proposal.
        result = amend_agreement(
            draft.agreement, kind=kind, is_gap_known=True, **content
        )
    draft.result = result
    draft.save(update_fields=["result", "is_signed_on_paper"])
    return result


def _mark(row: DraftSignature, zone: str) -> SignatureMark:
    return SignatureMark(
        side=SigningSide(row.side),
        name=row.name,
        title=row.title,
        signed_on=dates.local_date(row.created_at, zone),
        method=SigningMethod.PORTAL,
        document_sha256=row.document_sha256,
    )


def make_certificate(draft_id: UUID, *, by: SystemActor = PRINTER) -> AgreementDraft:
    """Make the certificate of signature once both sides have signed.

    Steps: lay it out, with nothing locked; then in one transaction lock, store it as
    evidence of the discloser, put it on the negotiation, event
    ``signature_certificate.made``. A second run changes nothing. Raises NotRendered.
    """
    by.require(Permission.EVIDENCE_ADD)
    draft = queries.draft_for_job(draft_id)
    if not draft.lacks_certificate:
        return draft
    return _keep_certificate(draft, queries.certificate_pdf(draft), by=by)


@transaction.atomic
def _keep_certificate(
    draft: AgreementDraft, content: bytes, *, by: SystemActor
) -> AgreementDraft:
    draft = locked_draft(draft)
    if draft.result is None or not draft.lacks_certificate:
        return draft
    draft.certificate = store_file(
        by=by,
        organization=draft.discloser,
        name=f"{draft.title} certificate of signature.pdf",
        content=io.BytesIO(content),
        accept=FileKind.PDF_MADE,
    )
    draft.save(update_fields=["certificate"])
    signed = draft.result.document_sha256
    record(
        trail.CERTIFICATE_MADE,
        by=by,
        about=draft_subject(draft),
        facts={"sha256": draft.certificate.sha256, "document_sha256": signed},
        personal={"title": draft.title},
        documents=[draft.certificate.sha256, signed],
    )
    return draft


def make_missing_papers(*, by: SystemActor = PRINTER) -> int:
    """Make documents and certificates whose making failed; return for how many.

    As ``make_documents`` and ``make_certificate``, for all older than five minutes,
    each for itself.
    """
    by.require(Permission.EVIDENCE_ADD)
    waiting = queries.drafts_waiting_for_paper(before=clock.now() - PAPER_AFTER)
    each(waiting, make_documents, by=by)
    each(waiting, make_certificate, by=by)
    return len(waiting)
