"""Negotiations as their two parties see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.agreements.enums import (
    DraftOrigin,
    ProvisionStanding,
    Renewal,
    ReportingUnit,
    SigningSide,
)
from apps.agreements.models import (
    Agreement,
    AgreementDraft,
    DraftAcceptance,
    DraftClause,
    DraftComment,
    DraftCoverage,
    DraftSignature,
    DraftVersion,
    SigningRefusal,
)
from apps.agreements.queries.facts import agreement_facts
from apps.agreements.rules import (
    AgreementTerms,
    Clause,
    Comparison,
    DraftFacts,
    Gap,
    Proposal,
    compare,
    renewal_gap,
)
from apps.core import clock
from apps.core.errors import NotFound
from apps.engagements import queries as engagement_queries
from apps.engagements.models import Engagement
from apps.engagements.rules import ScopeTerms
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization, User


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One proposal with its clauses and what was said and signed about it."""

    row: DraftVersion
    terms: AgreementTerms
    clauses: tuple[Clause, ...]
    comments: tuple[DraftComment, ...]
    acceptances: tuple[DraftAcceptance, ...]
    signatures: tuple[DraftSignature, ...]


@dataclass(frozen=True, slots=True)
class DraftDetail:
    """A negotiation with every proposal, newest first; ``side`` is the reader's."""

    draft: AgreementDraft
    facts: DraftFacts
    side: SigningSide | None
    proposals: tuple[ProposalView, ...]
    covered: tuple[Engagement, ...]

    @property
    def latest(self) -> ProposalView:
        """The newest proposal."""
        return self.proposals[0]

    @property
    def is_my_turn(self) -> bool:
        """Whether the reader's side has something to do."""
        return self.side in self.facts.waits_for()


def drafts(
    actor: AnyActor, *, agreement: Agreement | None = None
) -> QuerySet[AgreementDraft]:
    """Negotiations the actor's organization is a party of, newest first. One query."""
    actor.require(Permission.AGREEMENTS_VIEW)
    rows = AgreementDraft.objects.visible_to(actor).select_related(
        "discloser", "recipient", "certificate", "result"
    )
    if agreement is not None:
        rows = rows.filter(agreement=agreement)
    return rows.order_by("-id")


def open_drafts_on(actor: AnyActor, engagement: Engagement) -> list[AgreementDraft]:
    """Negotiations going on about an engagement, newest first. One query."""
    covering = DraftCoverage.objects.filter(engagement=engagement).values("draft")
    return list(drafts(actor).filter(pk__in=covering, withdrawn_at=None, result=None))


def draft(actor: AnyActor, pk: UUID) -> AgreementDraft:
    """One negotiation; NotFound for anybody but its parties. One query."""
    found = drafts(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def draft_for_job(pk: UUID) -> AgreementDraft:
    """A negotiation with its parties, for jobs. One query."""
    return AgreementDraft.objects.select_related(
        "discloser", "recipient", "result"
    ).get(pk=pk)


def draft_version(actor: AnyActor, pk: UUID) -> DraftVersion:
    """One proposal with negotiation and document; NotFound for a stranger."""
    actor.require(Permission.AGREEMENTS_VIEW)
    found = (
        DraftVersion.objects.visible_to(actor)
        .select_related(
            "draft__discloser", "draft__recipient", "document__organization"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def latest_proposal(draft: AgreementDraft) -> DraftVersion:
    """The proposal with the highest number. One query."""
    return (
        DraftVersion.objects.filter(draft=draft)
        .select_related("draft__discloser", "draft__recipient", "document")
        .latest("number")
    )


def proposal_numbered(draft: AgreementDraft, number: int) -> DraftVersion:
    """A proposal of a negotiation fetched through an actor; NotFound. One query."""
    rows = DraftVersion.objects.filter(draft=draft, number=number)
    found = rows.select_related("draft__discloser", "draft__recipient").first()
    if found is None:
        raise NotFound("This negotiation has no such proposal.")
    return found


def drafts_waiting_for_paper(*, before: datetime) -> list[UUID]:
    """Negotiations a document or certificate of which was not made, for a job.

    Of proposals and signatures older than an instant, so that none is in work.
    One query."""
    unwritten = DraftVersion.objects.filter(
        origin=DraftOrigin.TEMPLATE, document=None, created_at__lt=before
    )
    uncertified = Q(
        result__created_at__lt=before, is_signed_on_paper=False, certificate=None
    )
    rows = AgreementDraft.objects.filter(
        Q(pk__in=unwritten.values("draft")) | uncertified
    )
    return list(rows.order_by("id").values_list("pk", flat=True))


def documents_to_make(draft: AgreementDraft) -> list[DraftVersion]:
    """Written proposals whose document is not made yet, oldest first. One query."""
    rows = DraftVersion.objects.filter(
        draft=draft, origin=DraftOrigin.TEMPLATE, document=None
    )
    parties = ("draft__discloser", "draft__recipient", "proposed_for", "proposed_by")
    return list(rows.select_related(*parties).order_by("number"))


def side_of(actor: AnyActor, draft: AgreementDraft) -> SigningSide | None:
    """The side the actor's organization is, None for a job."""
    if actor.organization_id == draft.discloser_id:
        return SigningSide.DISCLOSER
    if actor.organization_id == draft.recipient_id:
        return SigningSide.RECIPIENT
    return None


def draft_facts(draft: AgreementDraft) -> DraftFacts:
    """What the rules need to know of a negotiation. Three queries."""
    latest = latest_proposal(draft)
    return facts_of(
        draft,
        latest,
        DraftAcceptance.objects.filter(version=latest),
        DraftSignature.objects.filter(version=latest),
    )


def facts_of(
    draft: AgreementDraft,
    latest: DraftVersion,
    acceptances: Iterable[DraftAcceptance],
    signatures: Iterable[DraftSignature],
) -> DraftFacts:
    """What the rules need, from a negotiation's newest proposal and its answers."""
    is_discloser = latest.proposed_for_id == draft.discloser_id
    return DraftFacts(
        latest=latest.number,
        proposed_by=SigningSide.DISCLOSER if is_discloser else SigningSide.RECIPIENT,
        accepted=frozenset(SigningSide(row.side) for row in acceptances),
        signed=frozenset(SigningSide(row.side) for row in signatures),
        has_document=latest.document_id is not None,
        is_withdrawn=draft.withdrawn_at is not None,
        is_completed=draft.result_id is not None,
    )


def draft_detail(actor: AnyActor, draft: AgreementDraft) -> DraftDetail:
    """A negotiation with all that was proposed, said and signed.

    Nine queries at most, whatever the number of proposals."""
    rows = (
        DraftVersion.objects.filter(draft=draft)
        .select_related("document", "proposed_by", "proposed_for")
        .prefetch_related(
            "clauses",
            "comments__written_by",
            "comments__written_for",
            "acceptances__accepted_by",
            "signatures",
        )
        .order_by("-number")
    )
    proposals = tuple(_proposal_view(row) for row in rows)
    latest = proposals[0]
    return DraftDetail(
        draft=draft,
        facts=facts_of(draft, latest.row, latest.acceptances, latest.signatures),
        side=side_of(actor, draft),
        proposals=proposals,
        covered=tuple(draft_engagements(draft)),
    )


def _proposal_view(row: DraftVersion) -> ProposalView:
    return ProposalView(
        row=row,
        terms=terms_of(row),
        clauses=_clauses(row.clauses.all()),
        comments=tuple(row.comments.all()),
        acceptances=tuple(row.acceptances.all()),
        signatures=tuple(row.signatures.all()),
    )


def draft_engagements(draft: AgreementDraft) -> list[Engagement]:
    """Engagements the agreement will cover, by name. One query."""
    covered = DraftCoverage.objects.filter(draft=draft).values("engagement")
    return list(
        Engagement.objects.filter(pk__in=covered).select_related("client", "provider")
    )


def terms_of(row: Any) -> AgreementTerms:
    """The terms of a proposal or of a version of an agreement."""
    named = row.subcontractors
    return AgreementTerms(
        scope=ScopeTerms.of(row),
        effective_on=row.effective_on,
        expires_on=row.expires_on,
        reporting_value=row.reporting_value,
        reporting_unit=ReportingUnit(row.reporting_unit),
        renewal=Renewal(row.renewal),
        notice_days=row.notice_days,
        subcontractors=None if named is None else tuple(named),
        return_days=row.return_days,
    )


def _clauses(rows: Iterable[DraftClause]) -> tuple[Clause, ...]:
    return tuple(
        Clause(
            row.provision,
            wording=row.wording,
            is_included=row.is_included,
            standing=ProvisionStanding(row.standing) if row.standing else None,
            place=row.place,
            reason=row.reason,
        )
        for row in rows
    )


def clauses_of(version: DraftVersion) -> tuple[Clause, ...]:
    """The clauses of a proposal, by id. One query."""
    return _clauses(DraftClause.objects.filter(version=version).order_by("provision"))


def first_scope(engagement: Engagement) -> dict[str, Any]:
    """What a first draft permits: the scope declared today. One query."""
    today = clock.today(engagement.client.time_zone)
    declared = engagement_queries.declared_scopes([engagement.pk], as_of=today)
    row = declared.get(engagement.pk)
    return {} if row is None else asdict(ScopeTerms.of(row))


def gap_before(draft: AgreementDraft, terms: AgreementTerms) -> Gap | None:
    """Days a new version would leave without a BAA, None for none and for a new BAA.
    One query at most."""
    if draft.agreement_id is None:
        return None
    current = agreement_facts([draft.agreement_id])[draft.agreement_id][-1]
    return renewal_gap(current, effective_on=terms.effective_on)


def names_of(terms: Sequence[AgreementTerms]) -> dict[str, str]:
    """Names of the subcontractors some terms allow, by id. One query."""
    ids = {pk for one in terms for pk in one.subcontractors or ()}
    rows = Organization.objects.filter(pk__in=ids)
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


def comparison(old: ProposalView, new: ProposalView) -> Comparison:
    """What the newer of two proposals changes. One query."""
    names = names_of([old.terms, new.terms])
    left, right = (
        Proposal(
            terms=one.terms,
            clauses=one.clauses,
            names=names,
            document_sha256=_uploaded_sha256(one.row),
        )
        for one in (old, new)
    )
    return compare(left, right)


def _uploaded_sha256(row: DraftVersion) -> str:
    is_upload = row.origin == DraftOrigin.UPLOAD and row.document is not None
    return row.document.sha256 if is_upload and row.document else ""


def signatures_of(version: DraftVersion) -> list[DraftSignature]:
    """Signatures under a proposal, oldest first. One query."""
    return list(
        DraftSignature.objects.filter(version=version)
        .select_related("signed_by")
        .order_by("id")
    )


def recent_refusals(user: User, *, since: datetime) -> int:
    """Wrong passwords the person gave at signing after an instant. One query."""
    return SigningRefusal.objects.filter(user=user, created_at__gt=since).count()
