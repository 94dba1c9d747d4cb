"""Agreements, written straight through the models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from apps.agreements.enums import (
    ProvisionStanding,
    Renewal,
    ReportingUnit,
    SigningMethod,
    SigningSide,
    VersionKind,
)
from apps.agreements.models import (
    Agreement,
    AgreementCoverage,
    AgreementVersion,
    Signature,
    VersionProvision,
)
from apps.agreements.rules import (
    AgreementTerms,
    ProvisionMark,
    SignatureMark,
    checklist,
)
from apps.core import ids
from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.models import Engagement
from apps.engagements.rules import DIMENSIONS, ScopeTerms
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization

SCOPE = ScopeTerms(
    services=(Service.PATIENT_SUPPORT,),
    channels=(Channel.CHAT, Channel.EMAIL),
    phi_categories=(PhiCategory.DEMOGRAPHIC, PhiCategory.APPOINTMENT),
    countries=("PH", "US"),
    head_count_ceiling=150,
)
BEGINS = date(2026, 1, 5)
ENDS = date(2026, 12, 31)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def make_document(organization: Organization, **overrides: Any) -> StoredFile:
    """The row of a stored PDF; its bytes exist nowhere."""
    sha256 = hashlib.sha256(ids.uuid7().bytes).hexdigest()
    values = {
        "organization": organization,
        "sha256": sha256,
        "size": 1000,
        "name": "BAA signed.pdf",
        "media_type": "application/pdf",
        "storage_key": f"none/{sha256}",
    }
    return StoredFile.objects.create(**values | overrides)


def make_terms(**overrides: Any) -> AgreementTerms:
    """Terms from 5 January to 31 December 2026, 24 hours to report."""
    values: dict[str, Any] = {
        "scope": SCOPE,
        "effective_on": BEGINS,
        "expires_on": ENDS,
        "reporting_value": 24,
        "reporting_unit": ReportingUnit.HOURS,
        "renewal": Renewal.FIXED,
    }
    return AgreementTerms(**values | overrides)


def make_marks(*, missing: Iterable[str] = ()) -> list[ProvisionMark]:
    """Every line of the checklist met, apart from those named."""
    lacking = set(missing)
    return [
        ProvisionMark(
            line.id,
            ProvisionStanding.MISSING if line.id in lacking else ProvisionStanding.MET,
            place="p. 2",
        )
        for line in checklist()
    ]


def make_signatures(**overrides: Any) -> list[SignatureMark]:
    """One of each side, on paper, on the first day."""
    values: dict[str, Any] = {
        "name": "Pat Signer",
        "title": "Director",
        "signed_on": BEGINS,
        "method": SigningMethod.WET,
    }
    return [SignatureMark(side=side, **values | overrides) for side in SigningSide]


def make_agreement(*engagements: Engagement, **overrides: Any) -> Agreement:
    """An agreement between the parties of the engagements, without versions."""
    first = engagements[0]
    values = {
        "discloser": first.client,
        "recipient": first.provider,
        "title": f"BAA {first.client} and {first.provider}",
    }
    agreement = Agreement.objects.create(**values | overrides)
    for engagement in engagements:
        AgreementCoverage.objects.create(agreement=agreement, engagement=engagement)
    return agreement


def make_version(
    agreement: Agreement,
    *,
    scope: ScopeTerms = SCOPE,
    missing: Iterable[str] = (),
    marks: Sequence[ProvisionMark] | None = None,
    signed_by: Iterable[SigningSide] = tuple(SigningSide),
    signed_on: date | None = None,
    **overrides: Any,
) -> AgreementVersion:
    """A signed version of 2026 with every provision met, apart from ``missing``.

    ``marks`` replaces the whole checklist.
    """
    if "document" not in overrides:
        overrides["document"] = make_document(agreement.discloser)
    values: dict[str, Any] = {
        "number": agreement.versions.count() + 1,
        "kind": VersionKind.ORIGINAL,
        "document_sha256": overrides["document"].sha256,
        "effective_on": BEGINS,
        "expires_on": ENDS,
        "reporting_value": 24,
        "reporting_unit": ReportingUnit.HOURS,
        "renewal": Renewal.FIXED,
        "head_count_ceiling": scope.head_count_ceiling,
        "remote_work": scope.remote_work,
        "hours": scope.hours,
        **{field: list(getattr(scope, field)) for field in DIMENSIONS},
    }
    version = AgreementVersion.objects.create(agreement=agreement, **values | overrides)
    chosen = make_marks(missing=missing) if marks is None else marks
    VersionProvision.objects.bulk_create(
        VersionProvision(
            version=version,
            provision=mark.provision,
            standing=mark.standing,
            place=mark.place,
            reason=mark.reason,
        )
        for mark in chosen
    )
    for side in signed_by:
        Signature.objects.create(
            version=version,
            side=side,
            name="Pat Signer",
            title="Director",
            signed_on=signed_on or version.effective_on,
            method=SigningMethod.WET,
            document_sha256=version.document_sha256,
        )
    return version


def make_baa(*engagements: Engagement, **overrides: Any) -> AgreementVersion:
    """An agreement that covers the engagements, with one version in force."""
    return make_version(make_agreement(*engagements), **overrides)
