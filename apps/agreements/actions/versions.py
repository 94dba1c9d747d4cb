"""Writing one version with its checklist and signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.agreements.enums import VersionKind
from apps.agreements.models import (
    Agreement,
    AgreementVersion,
    Signature,
    VersionProvision,
)
from apps.agreements.rules import AgreementTerms, ProvisionMark, SignatureMark
from apps.engagements.rules import DIMENSIONS
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor


def add_version(
    agreement: Agreement,
    *,
    by: AnyActor,
    number: int,
    kind: VersionKind,
    terms: AgreementTerms,
    document: StoredFile,
    provisions: Sequence[ProvisionMark],
    signatures: Sequence[SignatureMark],
) -> AgreementVersion:
    version = AgreementVersion.objects.create(
        agreement=agreement,
        number=number,
        kind=kind,
        document=document,
        document_sha256=document.sha256,
        recorded_by_id=by.user_id,
        **columns_of(terms),
    )
    VersionProvision.objects.bulk_create(
        VersionProvision(
            version=version,
            provision=mark.provision,
            standing=mark.standing,
            place=mark.place.strip(),
            reason=mark.reason.strip(),
        )
        for mark in provisions
    )
    Signature.objects.bulk_create(
        Signature(
            version=version,
            side=mark.side,
            name=mark.name.strip(),
            title=mark.title.strip(),
            signed_on=mark.signed_on,
            method=mark.method,
            document_sha256=document.sha256,
        )
        for mark in signatures
    )
    return version


def columns_of(terms: AgreementTerms) -> dict[str, Any]:
    """Terms as the columns of a version or of a proposal."""
    scope, allowed = terms.scope, terms.subcontractors
    return {
        "effective_on": terms.effective_on,
        "expires_on": terms.expires_on,
        "reporting_value": terms.reporting_value,
        "reporting_unit": terms.reporting_unit,
        "renewal": terms.renewal,
        "notice_days": terms.notice_days,
        "return_days": terms.return_days,
        "subcontractors": None if allowed is None else list(allowed),
        "head_count_ceiling": scope.head_count_ceiling,
        "remote_work": scope.remote_work,
        "hours": scope.hours,
        **{field: list(getattr(scope, field)) for field in DIMENSIONS},
    }
