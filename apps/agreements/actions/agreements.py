"""The three verbs: record, amend, terminate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

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
from apps.agreements.actions.telling import in_words, record_version, subject, tell
from apps.agreements.actions.versions import add_version
from apps.agreements.enums import VersionKind
from apps.agreements.models import Agreement, AgreementCoverage, AgreementVersion
from apps.agreements.rules import (
    AgreementNotAcceptable,
    AgreementTerms,
    ProvisionMark,
    SignatureMark,
)
from apps.audit.actions import record
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
) -> AgreementVersion:
    """Record a signed BAA between the two parties of the engagements it covers.

    Steps: permission; lock the engagements; one pair of parties, the actor's among
    them; terms, checklist, signatures and document as the rules ask; no other BAA on
    those days; save; event ``agreement.recorded`` for each engagement; tell the
    other side. Raises NotAllowed, AgreementNotAcceptable, AgreementOverlaps.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    covered = locked(engagement.pk for engagement in engagements)
    discloser, recipient = parties_of(covered)
    check_party(by, discloser, recipient)
    if not title.strip():
        raise AgreementNotAcceptable(
            "Give the BAA a title.", fields={"title": ["Give the BAA a title."]}
        )
    check_content(by, discloser, recipient, terms, document, provisions, signatures)
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
) -> AgreementVersion:
    """Record a new version, which replaces the newest from its first day on.

    Steps: permission; lock engagements, then agreement; as for a new BAA; it begins
    after the newest version does (back-dating is fine); that one gets its
    ``superseded_on``; save; event ``agreement.amended`` for each engagement; tell
    the other side. Raises as ``record_agreement``.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    covered, agreement = locked_agreement(agreement)
    discloser, recipient = agreement.discloser, agreement.recipient
    check_party(by, discloser, recipient)
    check_content(by, discloser, recipient, terms, document, provisions, signatures)
    old = queries.latest_version(agreement)
    known = queries.agreement_facts([agreement.pk])[agreement.pk]
    rules.check_amendment(known[-1], effective_on=terms.effective_on)
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


@transaction.atomic
def terminate_agreement(
    agreement: Agreement, *, by: AnyActor, terminated_on: date, reason: str
) -> Agreement:
    """End the agreement with ``terminated_on`` as its last day, inclusive.

    Steps: permission; lock engagements, then agreement; ask the rule; save; event
    ``agreement.terminated`` for each engagement; tell the other side. Source for
    the right: 45 CFR 164.504(e)(2)(iii). Raises NotAllowed, AgreementNotAcceptable,
    AgreementOverlaps.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    covered, agreement = locked_agreement(agreement)
    check_party(by, agreement.discloser, agreement.recipient)
    known = queries.agreement_facts([agreement.pk])[agreement.pk]
    rules.check_termination(
        known[0], known[-1], terminated_on=terminated_on, reason=reason
    )
    agreement.terminated_on = terminated_on
    agreement.termination_reason = reason.strip()
    agreement.save(update_fields=["terminated_on", "termination_reason"])
    for engagement in covered:
        record(
            trail.AGREEMENT_TERMINATED,
            by=by,
            about=subject(agreement, engagement),
            facts={"terminated_on": terminated_on},
            personal={
                "title": agreement.title,
                "engagement": engagement.name,
                "reason": agreement.termination_reason,
            },
            changed={"terminated_on": (None, terminated_on)},
        )
    tell(
        messages.AGREEMENT_TERMINATED,
        agreement,
        by=by,
        key=agreement.pk,
        terminated_on=in_words(terminated_on),
    )
    return agreement
