"""Certificates and their letters."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.db import transaction

from apps.assurance import rules, trail
from apps.assurance.actions.recording import about, check_owner, keep_proof
from apps.assurance.enums import LetterKind
from apps.assurance.models import Certificate, Letter
from apps.assurance.rules import CertificateTerms
from apps.audit.actions import record
from apps.core import clock
from apps.core.dates import Period
from apps.core.errors import Conflict, Invalid
from apps.evidence.enums import Purpose
from apps.evidence.models import StoredFile
from apps.evidence.rules import Target
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def record_certificate(
    *, by: Actor, terms: CertificateTerms, file: StoredFile
) -> Certificate:
    """Put a certificate of the actor's organization on record, with its paper.

    Records ``certificate.recorded`` and attaches the file until the last day.
    Nobody else sees it before it is shared. Raises NotAllowed, Invalid.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(file.organization_id, by=by, what="file")
    rules.check_terms(terms, today=clock.today(by.organization.time_zone))
    values = asdict(terms) | {"sites": list(terms.sites)}
    row = Certificate.objects.create(
        organization=by.organization, file=file, recorded_by=by.user, **values
    )
    keep_proof(
        file,
        by=by,
        to=Target("certificate", row.pk, str(row)),
        purpose=Purpose.CERTIFICATE,
        valid_from=row.first_on,
        valid_until=row.last_on,
    )
    record(
        trail.CERTIFICATE_RECORDED,
        by=by,
        about=about(row, row.organization_id),
        facts={
            "standard": row.standard,
            "first_on": row.first_on,
            "last_on": row.last_on,
        },
        personal={"body": row.certifying_body},
        documents=[file.sha256],
    )
    return row


@transaction.atomic
def withdraw_certificate(
    certificate: Certificate, *, by: Actor, withdrawn_on: date, reason: str
) -> Certificate:
    """Say that a certificate no longer holds from a day on; it stays on record.

    Records ``certificate.withdrawn``, which clients it is shared with read too.
    Raises NotAllowed, Conflict when withdrawn, Invalid for a day outside its life.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(certificate.organization_id, by=by, what="certificate")
    row = Certificate.objects.locked(certificate.pk)
    if row.withdrawn_on is not None:
        raise Conflict("This certificate has been withdrawn already.")
    if withdrawn_on < row.first_on:
        message = "It was not in force on that day. Give a day of its period."
        raise Invalid(message, fields={"withdrawn_on": [message]})
    row.withdrawn_on, row.withdrawal_reason = withdrawn_on, reason
    row.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    readers = row.shares.filter(ended_at=None).values_list("client", flat=True)
    record(
        trail.CERTIFICATE_WITHDRAWN,
        by=by,
        about=about(row, row.organization_id, others=frozenset(readers)),
        facts={"standard": row.standard, "withdrawn_on": withdrawn_on},
        personal={"reason": reason},
    )
    return row


@transaction.atomic
def add_letter(
    certificate: Certificate,
    *,
    by: Actor,
    kind: LetterKind,
    issued_by: str,
    days: Period,
    file: StoredFile,
) -> Letter:
    """Carry a certificate over days after its period.

    Records ``letter.added``. Raises NotAllowed, Conflict for a withdrawn one, Invalid
    for a letter that bridges nothing.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(certificate.organization_id, by=by, what="certificate")
    check_owner(file.organization_id, by=by, what="file")
    row = Certificate.objects.locked(certificate.pk)
    if row.withdrawn_on is not None:
        raise Conflict("This certificate has been withdrawn; no letter revives it.")
    rules.check_letter(row.term, days)
    letter = Letter.objects.create(
        certificate=row,
        kind=kind,
        issued_by=issued_by,
        first_on=days.first,
        last_on=days.last or days.first,
        file=file,
    )
    keep_proof(
        file,
        by=by,
        to=Target("certificate", row.pk, str(row)),
        purpose=Purpose.CERTIFICATE,
        valid_from=letter.first_on,
        valid_until=letter.last_on,
    )
    record(
        trail.LETTER_ADDED,
        by=by,
        about=about(row, row.organization_id),
        facts={
            "standard": row.standard,
            "kind": letter.kind,
            "first_on": letter.first_on,
            "last_on": letter.last_on,
        },
        personal={"issuer": issued_by},
        documents=[file.sha256],
    )
    return letter
