"""What every verb asks before it writes: locks, parties, content, free days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from apps.agreements import queries, rules
from apps.agreements.enums import SigningSide
from apps.agreements.models import Agreement, AgreementCoverage, DraftSignature
from apps.agreements.rules import (
    AgreementNotAcceptable,
    AgreementTerms,
    Period,
    ProvisionMark,
    SignatureMark,
)
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.engagements import rules as engagement_rules
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization


def locked(engagement_ids: Iterable[UUID]) -> list[Engagement]:
    """The engagements, locked in the order of their ids, so that two never cross."""
    return [Engagement.objects.locked(pk) for pk in sorted(set(engagement_ids))]


def locked_agreement(agreement: Agreement) -> tuple[list[Engagement], Agreement]:
    covered = AgreementCoverage.objects.filter(agreement=agreement)
    engagements = locked(covered.values_list("engagement_id", flat=True))
    return engagements, Agreement.objects.locked(agreement.pk)


def parties_of(covered: Sequence[Engagement]) -> tuple[Organization, Organization]:
    """Client and provider all engagements share: discloser and recipient."""
    pairs = {(row.client_id, row.provider_id) for row in covered}
    if len(pairs) != 1:
        text = "Choose engagements between the same client and provider."
        raise AgreementNotAcceptable(text, fields={"engagements": [text]})
    return covered[0].client, covered[0].provider


def check_party(by: AnyActor, discloser: Organization, recipient: Organization) -> None:
    if isinstance(by, Actor) and by.organization_id not in {discloser.pk, recipient.pk}:
        raise NotAllowed(
            f"Only {discloser} and {recipient} record what they agreed. Ask one of "
            "them."
        )


def check_content(
    by: AnyActor,
    discloser: Organization,
    recipient: Organization,
    terms: AgreementTerms,
    document: StoredFile,
    provisions: Sequence[ProvisionMark],
    signatures: Sequence[SignatureMark],
    given: Sequence[DraftSignature] = (),
) -> None:
    """Everything about a version that does not depend on others.

    ``given`` are signatures the portal itself took; only those under the very
    document count, and that document may then be either party's.
    """
    taken_here = {row.side for row in given if row.document_sha256 == document.sha256}
    own = None if taken_here else by.organization_id
    owners = {discloser.pk, recipient.pk} if own is None else {own}
    rules.check_documents(
        owner=document.organization_id,
        parties=owners,
        quarantined=document.quarantined_reason,
    )
    rules.check_terms(terms)
    engagement_rules.check_terms(terms.scope)
    rules.check_marks(provisions, queries.layer_of(discloser))
    rules.check_signatures(
        signatures,
        document_sha256=document.sha256,
        today=clock.today(discloser.time_zone),
    )
    rules.check_signed_here(
        signatures, own_side=_own_side(by, discloser), given=taken_here
    )


def _own_side(by: AnyActor, discloser: Organization) -> SigningSide | None:
    """The side the actor may sign for, None for a job or without that permission."""
    if by.organization_id is None or not by.can(Permission.AGREEMENTS_SIGN):
        return None
    is_discloser = by.organization_id == discloser.pk
    return SigningSide.DISCLOSER if is_discloser else SigningSide.RECIPIENT


def taken(
    covered: Sequence[Engagement], *, apart_from: Agreement | None = None
) -> list[tuple[str, Period]]:
    """Titles and periods of other agreements on the same engagements."""
    known = queries.version_facts([engagement.pk for engagement in covered])
    own = apart_from.pk if apart_from else None
    return [
        (version.title, version)
        for versions in known.values()
        for version in versions
        if version.agreement_id != own
    ]
