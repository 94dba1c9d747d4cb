"""Negotiating: open, propose, comment, accept, withdraw; and making the document."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from apps.agreements import messages, queries, rules, trail
from apps.agreements.actions.checks import (
    check_party,
    locked,
    locked_agreement,
    parties_of,
)
from apps.agreements.actions.telling import draft_subject, tell_draft
from apps.agreements.actions.versions import columns_of
from apps.agreements.enums import DraftOrigin, SigningSide, VersionKind
from apps.agreements.models import (
    Agreement,
    AgreementDraft,
    DraftAcceptance,
    DraftClause,
    DraftComment,
    DraftCoverage,
    DraftVersion,
)
from apps.agreements.rules import AgreementTerms, Clause
from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.engagements import rules as engagement_rules
from apps.engagements.models import Engagement
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor, SystemActor, system
from apps.tenancy.enums import Permission

PRINTER = system("agreements.print", {Permission.EVIDENCE_ADD})


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as entered.

    Without ``document`` it is written: the clauses are the text. With one, the
    clauses say where the uploaded document stands. ``is_gap_known`` confirms days
    without a BAA before a new version.
    """

    terms: AgreementTerms
    clauses: tuple[Clause, ...]
    document: StoredFile | None = None
    note: str = ""
    is_gap_known: bool = False


@transaction.atomic
def open_draft(
    *,
    by: Actor,
    engagements: Sequence[Engagement],
    title: str,
    first: Proposed,
    agreement: Agreement | None = None,
    kind: VersionKind = VersionKind.AMENDMENT,
) -> AgreementDraft:
    """Begin a negotiation with its first proposal.

    Of a new BAA for ``engagements``, or of a new version (``kind``) of ``agreement``,
    whose engagements it then covers. Steps: permission; lock the engagements; one
    pair of parties, the actor's among them; no other negotiation about them is open;
    rows; event ``draft.opened``; then as ``propose``. Raises NotAllowed, Conflict,
    AgreementNotAcceptable.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    if agreement is None:
        covered = locked(engagement.pk for engagement in engagements)
        kind = VersionKind.ORIGINAL
    else:
        covered, agreement = locked_agreement(agreement)
        _check_not_terminated(agreement)
    discloser, recipient = parties_of(covered)
    check_party(by, discloser, recipient)
    title = rules.check_said(title, field="title", remedy="Give the BAA a title.")
    _check_none_open(covered)
    draft = AgreementDraft.objects.create(
        discloser=discloser,
        recipient=recipient,
        title=title,
        kind=kind,
        agreement=agreement,
        opened_by=by.user,
    )
    DraftCoverage.objects.bulk_create(
        DraftCoverage(draft=draft, engagement=engagement) for engagement in covered
    )
    record(
        trail.DRAFT_OPENED,
        by=by,
        about=draft_subject(draft),
        facts={"kind": draft.kind},
        personal={"title": draft.title},
    )
    _add_proposal(draft, by=by, number=1, proposed=first)
    return draft


def _check_not_terminated(agreement: Agreement) -> None:
    if agreement.terminated_on is not None:
        raise Conflict(
            f"The BAA was terminated; {agreement.terminated_on:%-d %B %Y} is its last "
            "day. Start a draft of a new one."
        )


def _check_none_open(covered: Sequence[Engagement]) -> None:
    going_on = DraftCoverage.objects.filter(
        engagement__in=covered, draft__withdrawn_at=None, draft__result=None
    ).select_related("draft")
    row = going_on.first()
    if row is not None:
        raise Conflict(
            f"The BAA “{row.draft}” is being negotiated for one of these engagements. "
            "Propose a change there, or withdraw it first."
        )


@transaction.atomic
def propose(
    draft: AgreementDraft, *, by: Actor, answering: int, proposed: Proposed
) -> DraftVersion:
    """Put forward a new proposal; it voids acceptances and signatures of earlier ones.

    ``answering`` is the number of the proposal it was made from, so that nobody
    undoes what came meanwhile without having read it. Steps: permission; lock; the
    actor's side; the negotiation is open and that proposal the newest; terms and
    clauses as the rules ask; rows; its own side accepts it; event ``draft.proposed``,
    which has the document made; tell the other side. Raises NotAllowed, DraftClosed,
    NotTheLatest, AgreementNotAcceptable.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    draft = locked_draft(draft)
    own_side(by, draft)
    facts = queries.draft_facts(draft)
    rules.check_latest(facts, number=answering)
    return _add_proposal(draft, by=by, number=facts.latest + 1, proposed=proposed)


def locked_draft(draft: AgreementDraft) -> AgreementDraft:
    AgreementDraft.objects.locked(draft.pk)
    return queries.draft_for_job(draft.pk)


def own_side(by: Actor, draft: AgreementDraft) -> SigningSide:
    """The side the actor speaks for; NotAllowed for anybody else."""
    side = queries.side_of(by, draft)
    if side is None:
        raise NotAllowed(
            f"Only {draft.discloser} and {draft.recipient} negotiate this BAA. Ask one "
            "of them."
        )
    return side


def _add_proposal(
    draft: AgreementDraft, *, by: Actor, number: int, proposed: Proposed
) -> DraftVersion:
    """The rows of one proposal, its event, and the message to the other side."""
    terms, clauses = _checked(draft, by, proposed)
    document = proposed.document
    version = DraftVersion.objects.create(
        draft=draft,
        number=number,
        origin=DraftOrigin.UPLOAD if document else DraftOrigin.TEMPLATE,
        document=document,
        proposed_by=by.user,
        proposed_for=by.organization,
        note=proposed.note.strip(),
        **columns_of(terms),
    )
    DraftClause.objects.bulk_create(
        DraftClause(
            version=version,
            provision=clause.provision,
            is_included=clause.is_included,
            wording=clause.wording,
            standing=clause.standing or "",
            place=clause.place,
            reason=clause.reason,
        )
        for clause in clauses
    )
    DraftAcceptance.objects.create(
        version=version, side=own_side(by, draft), accepted_by=by.user
    )
    record(
        trail.DRAFT_PROPOSED,
        by=by,
        about=draft_subject(draft),
        facts={"version": version.pk, "number": number, "origin": version.origin},
        personal={"title": draft.title, "note": version.note},
        documents=[document.sha256] if document else [],
    )
    tell_draft(messages.DRAFT_PROPOSED, draft, by=by, key=version.pk, number=number)
    return version


def _checked(
    draft: AgreementDraft, by: Actor, proposed: Proposed
) -> tuple[AgreementTerms, tuple[Clause, ...]]:
    """Terms and clauses as they are kept; a written document states its days."""
    terms, document = proposed.terms, proposed.document
    rules.check_terms(terms)
    engagement_rules.check_terms(terms.scope)
    gap = queries.gap_before(draft, terms)
    rules.check_gap(gap, is_known=proposed.is_gap_known)
    layer = queries.layer_of(draft.discloser)
    if document is None:
        stated = replace(terms, return_days=terms.days_to_return)
        return stated, rules.written_clauses(proposed.clauses, layer)
    rules.check_documents(
        owner=document.organization_id,
        parties={by.organization_id},
        quarantined=document.quarantined_reason,
    )
    rules.check_marks(rules.marks_of_clauses(proposed.clauses), layer)
    return terms, proposed.clauses


@transaction.atomic
def comment_on(
    version: DraftVersion, *, by: Actor, text: str, provision: str = ""
) -> DraftComment:
    """Say something about a proposal, or about one of its clauses.

    Steps: permission; lock; the actor's side; the negotiation is open; row; event
    ``draft.commented``; tell the other side. Raises NotAllowed, DraftClosed, Invalid.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    draft = locked_draft(version.draft)
    own_side(by, draft)
    rules.check_open(queries.draft_facts(draft))
    said = rules.check_said(text, field="text", remedy="Write what you think of it.")
    known = {clause.provision for clause in queries.clauses_of(version)}
    rules.check_known_line(provision, known)
    comment = DraftComment.objects.create(
        version=version,
        provision=provision,
        text=said,
        written_by=by.user,
        written_for=by.organization,
    )
    record(
        trail.DRAFT_COMMENTED,
        by=by,
        about=draft_subject(draft),
        facts={
            "version": version.pk,
            "number": version.number,
            "provision": provision,
        },
        personal={"title": draft.title, "text": said},
    )
    tell_draft(
        messages.DRAFT_COMMENTED, draft, by=by, key=comment.pk, number=version.number
    )
    return comment


@transaction.atomic
def accept_draft(version: DraftVersion, *, by: Actor) -> DraftAcceptance:
    """Accept the newest proposal for the actor's side; signing comes after.

    Steps: permission; lock; the actor's side; ask the rule; row; event
    ``draft.accepted``; tell the other side. Raises NotAllowed, DraftClosed,
    NotTheLatest, Conflict.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    draft = locked_draft(version.draft)
    side = own_side(by, draft)
    facts = queries.draft_facts(draft)
    rules.check_acceptable(facts, number=version.number, side=side)
    acceptance = DraftAcceptance.objects.create(
        version=version, side=side, accepted_by=by.user
    )
    record(
        trail.DRAFT_ACCEPTED,
        by=by,
        about=draft_subject(draft),
        facts={"version": version.pk, "number": version.number, "side": side},
        personal={"title": draft.title},
    )
    tell_draft(
        messages.DRAFT_ACCEPTED, draft, by=by, key=version.pk, number=version.number
    )
    return acceptance


@transaction.atomic
def withdraw_draft(draft: AgreementDraft, *, by: Actor, reason: str) -> AgreementDraft:
    """End the negotiation without a result.

    Steps: permission; lock; the actor's side; it is open; a reason; save; event
    ``draft.withdrawn``; tell the other side. Raises NotAllowed, DraftClosed, Invalid.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    draft = locked_draft(draft)
    own_side(by, draft)
    rules.check_open(queries.draft_facts(draft))
    draft.withdrawal_reason = rules.check_said(
        reason, field="reason", remedy="Say why it is withdrawn."
    )
    draft.withdrawn_at, draft.withdrawn_by = clock.now(), by.user
    draft.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    record(
        trail.DRAFT_WITHDRAWN,
        by=by,
        about=draft_subject(draft),
        personal={"title": draft.title, "reason": draft.withdrawal_reason},
    )
    tell_draft(messages.DRAFT_WITHDRAWN, draft, by=by, key=draft.pk)
    return draft


def make_documents(draft_id: UUID, *, by: SystemActor = PRINTER) -> int:
    """Make the PDF of every written proposal that has none; return how many.

    Steps: lay each out, with nothing locked; then in one transaction lock, store the
    file for the proposing party, put it on the proposal, event
    ``draft.document_made``. A second run changes nothing. Raises NotRendered.
    """
    by.require(Permission.EVIDENCE_ADD)
    waiting = queries.documents_to_make(queries.draft_for_job(draft_id))
    for version in waiting:
        _keep_document(version, queries.draft_pdf(version), by=by)
    return len(waiting)


@transaction.atomic
def _keep_document(version: DraftVersion, content: bytes, *, by: SystemActor) -> None:
    draft = version.draft
    row = DraftVersion.objects.locked(version.pk)
    if row.document_id is not None:
        return
    row.document = store_file(
        by=by,
        organization=version.proposed_for,
        name=f"{draft.title} proposal {version.number}.pdf",
        content=io.BytesIO(content),
        accept=FileKind.PDF_MADE,
    )
    row.save(update_fields=["document"])
    record(
        trail.DRAFT_DOCUMENT_MADE,
        by=by,
        about=draft_subject(draft),
        facts={
            "version": row.pk,
            "number": row.number,
            "sha256": row.document.sha256,
        },
        personal={"title": draft.title},
        documents=[row.document.sha256],
    )
