"""Renewing quickly, and stopping a renewal in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from apps.agreements import messages, queries, rules, trail
from apps.agreements.actions.agreements import amend_agreement
from apps.agreements.actions.checks import check_party, locked_agreement
from apps.agreements.actions.telling import in_words, subject, tell
from apps.agreements.enums import ProvisionStanding, SigningSide, VersionKind
from apps.agreements.models import Agreement, AgreementVersion, RenewalNotice
from apps.agreements.rules import ProvisionMark, SignatureMark
from apps.audit.actions import record
from apps.core import clock
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


@transaction.atomic
def renew_agreement(
    agreement: Agreement,
    *,
    by: AnyActor,
    effective_on: date,
    expires_on: date | None,
    document: StoredFile,
    signatures: Sequence[SignatureMark],
    is_gap_known: bool,
) -> AgreementVersion:
    """Record a renewal: the newest version's terms and checklist, other days.

    Steps: permission; lock; then as ``amend_agreement`` with the kind renewal.
    Raises NotAllowed, AgreementNotAcceptable, AgreementOverlaps.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    _, agreement = locked_agreement(agreement)
    latest = queries.latest_version(agreement)
    terms = replace(
        queries.terms_of(latest), effective_on=effective_on, expires_on=expires_on
    )
    marks = [
        ProvisionMark(
            mark.provision, ProvisionStanding(mark.standing), mark.place, mark.reason
        )
        for mark in queries.marks_of(latest)
    ]
    return amend_agreement(
        agreement,
        by=by,
        terms=terms,
        document=document,
        provisions=marks,
        signatures=signatures,
        kind=VersionKind.RENEWAL,
        is_gap_known=is_gap_known,
    )


@transaction.atomic
def stop_renewal(
    agreement: Agreement,
    *,
    by: AnyActor,
    given_on: date,
    given_by: SigningSide,
    reason: str,
) -> RenewalNotice:
    """Record that a party gave notice in time, so that the BAA ends on its last day.

    Steps: permission; lock engagements, then agreement; a party; ask the rules; row;
    event ``agreement.renewal_stopped`` for each engagement; tell the other side.
    Raises NotAllowed, AgreementNotAcceptable, AgreementOverlaps, NoticeTooLate.
    """
    by.require(Permission.AGREEMENTS_EDIT)
    covered, agreement = locked_agreement(agreement)
    check_party(by, agreement.discloser, agreement.recipient)
    latest = queries.latest_version(agreement)
    current = queries.agreement_facts([agreement.pk])[agreement.pk][-1]
    rules.check_renewal_notice(
        current,
        latest.notice_days,
        given_on=given_on,
        today=clock.today(agreement.discloser.time_zone),
    )
    said = rules.check_said(reason, field="reason", remedy="Say why it is not renewed.")
    notice = RenewalNotice.objects.create(
        version=latest,
        given_on=given_on,
        given_by=given_by,
        reason=said,
        recorded_by_id=by.user_id,
    )
    _record_notice(notice, by=by, covered=covered)
    tell(
        messages.RENEWAL_STOPPED,
        agreement,
        by=by,
        key=notice.pk,
        given_on=in_words(given_on),
        expires_on=in_words(latest.expires_on) if latest.expires_on else "",
    )
    return notice


def _record_notice(
    notice: RenewalNotice, *, by: AnyActor, covered: Sequence[Engagement]
) -> None:
    version = notice.version
    for engagement in covered:
        record(
            trail.RENEWAL_STOPPED,
            by=by,
            about=subject(version.agreement, engagement),
            facts={
                "version": version.pk,
                "given_on": notice.given_on,
                "given_by": notice.given_by,
                "expires_on": version.expires_on,
            },
            personal={
                "title": version.agreement.title,
                "engagement": engagement.name,
                "reason": notice.reason,
            },
        )
