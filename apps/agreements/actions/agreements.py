"""Recording and amending."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from apps.agreements import messages, queries, rules, trail
from apps.agreements.actions.checks import (
    check_content,
    check_party,
    locked,
    locked_agreement,
    parties_of,
    taken,
)
from apps.agreements.actions.telling import in_words, record_version, tell
from apps.agreements.actions.versions import add_version
from apps.agreements.enums import VersionKind
from apps.agreements.models import (
    Agreement,
    AgreementCoverage,
    AgreementVersion,
    DraftSignature,
)
from apps.agreements.rules import (
    AgreementNotAcceptable,
    AgreementTerms,
    ProvisionMark,
    SignatureMark,
    VersionFacts,
)
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


@transaction.atomic
def record_agreement(
    *,
    by: AnyActor,
    engagements: Sequence[Engagement],
    title: str,
    terms: AgreementTerms,
    document: StoredFile,
    provisions: Sequence[ProvisionMark],
    signatures: Sequence[SignatureMark],
    given: Sequence[DraftSignature] = (),
) -> AgreementVersion:
    """Record a signed BAA between the two parties of the engagements it covers.

    Steps: permission; lock the engagements; one pair of parties, the actor's among
    them; terms, checklist, signatures and document as the rules ask; no other BAA on
    those days; save; event ``agreement.recorded`` for each engagement; tell the
    other side. ``given`` are the signatures the portal took under this document.
    Raises NotAllowed, AgreementNotAcceptable, AgreementOverlaps.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    covered = locked(engagement.pk for engagement in engagements)
    discloser, recipient = parties_of(covered)
    check_party(by, discloser, recipient)
    if not title.strip():
        raise AgreementNotAcceptable(
            "Give the BAA a title.", fields={"title": ["Give the BAA a title."]}
        )
    check_content(
        by, discloser, recipient, terms, document, provisions, signatures, given
    )
    rules.check_free(taken(covered), terms.period)
    agreement = Agreement.objects.create(
        discloser=discloser, recipient=recipient, title=title.strip()
    )
    AgreementCoverage.objects.bulk_create(
        AgreementCoverage(agreement=agreement, engagement=engagement)
        for engagement in covered
    )
    version = add_version(
        agreement,
        by=by,
        number=1,
        kind=VersionKind.ORIGINAL,
        terms=terms,
        document=document,
        provisions=provisions,
        signatures=signatures,
    )
    record_version(trail.AGREEMENT_RECORDED, version, by=by, covered=covered)
    tell(
        messages.AGREEMENT_RECORDED,
        agreement,
        by=by,
        key=version.pk,
        effective_on=in_words(terms.effective_on),
    )
    return version


@transaction.atomic
def amend_agreement(
    agreement: Agreement,
    *,
    by: AnyActor,
    terms: AgreementTerms,
    document: StoredFile,
    provisions: Sequence[ProvisionMark],
    signatures: Sequence[SignatureMark],
    kind: VersionKind = VersionKind.AMENDMENT,
    given: Sequence[DraftSignature] = (),
    is_gap_known: bool = False,
) -> AgreementVersion:
    """Record a new version, which replaces the newest from its first day on.

    Steps: permission; lock engagements, then agreement; as for a new BAA; it begins
    after the newest version does (back-dating is fine), and days it leaves without
    a BAA are known; that one gets its ``superseded_on``; save; event
    ``agreement.amended`` for each engagement; tell the other side. Raises as
    ``record_agreement``.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    covered, agreement = locked_agreement(agreement)
    discloser, recipient = agreement.discloser, agreement.recipient
    check_party(by, discloser, recipient)
    check_content(
        by, discloser, recipient, terms, document, provisions, signatures, given
    )
    old = queries.latest_version(agreement)
    known = queries.agreement_facts([agreement.pk])[agreement.pk]
    _check_follows(known[-1], terms, is_gap_known=is_gap_known)
    rules.check_free(taken(covered, apart_from=agreement), terms.period)
    old.superseded_on = terms.effective_on
    old.save(update_fields=["superseded_on"])
    version = add_version(
        agreement,
        by=by,
        number=old.number + 1,
        kind=kind,
        terms=terms,
        document=document,
        provisions=provisions,
        signatures=signatures,
    )
    record_version(
        trail.AGREEMENT_AMENDED,
        version,
        by=by,
        covered=covered,
        number=version.number,
        kind=version.kind,
    )
    tell(
        messages.AGREEMENT_AMENDED,
        agreement,
        by=by,
        key=version.pk,
        effective_on=in_words(terms.effective_on),
        number=version.number,
    )
    return version


def _check_follows(
    current: VersionFacts, terms: AgreementTerms, *, is_gap_known: bool
) -> None:
    rules.check_amendment(current, effective_on=terms.effective_on)
    gap = rules.renewal_gap(current, effective_on=terms.effective_on)
    rules.check_gap(gap, is_known=is_gap_known)
