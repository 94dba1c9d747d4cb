"""Versions as facts for the rules, and the one in force on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from apps.agreements.enums import (
    Layer,
    ProvisionStanding,
    Renewal,
    ReportingUnit,
    SigningSide,
)
from apps.agreements.models import (
    AgreementVersion,
    RenewalNotice,
    Signature,
    VersionProvision,
)
from apps.agreements.rules import ReportingWindow, VersionFacts, is_signed_by_both
from apps.engagements.rules import ScopeTerms
from apps.tenancy.enums import OrganizationKind
from apps.tenancy.models import Organization


def layer_of(discloser: Organization) -> Layer:
    """The hop an agreement binds follows from who discloses."""
    if discloser.kind == OrganizationKind.COVERED_ENTITY:
        return Layer.CLIENT_TO_VENDOR
    return Layer.VENDOR_TO_SUBCONTRACTOR


def with_facts(rows: QuerySet[AgreementVersion]) -> QuerySet[AgreementVersion]:
    """Rows carrying what ``facts`` needs: ``marked`` and ``signed``, parts joined by
    colons, and whether the renewal was stopped."""
    marks = VersionProvision.objects.filter(version=OuterRef("pk"))
    signatures = Signature.objects.filter(version=OuterRef("pk"))
    return rows.select_related("agreement__discloser").annotate(
        marked=ArraySubquery(
            marks.annotate(pair=Concat("provision", Value(":"), "standing"))
            .order_by("provision")
            .values("pair")
        ),
        signed=ArraySubquery(
            signatures.annotate(
                parts=Concat(
                    "side",
                    Value(":"),
                    "document_sha256",
                    Value(":"),
                    Cast("signed_on", CharField()),
                )
            )
            .order_by("side")
            .values("parts")
        ),
        is_noticed=_noticed(),
    )


def _noticed() -> Exists:
    return Exists(RenewalNotice.objects.filter(version=OuterRef("pk")))


def ending_by_itself() -> Q:
    """Condition on versions: their ``expires_on`` ends them. The same as the rule
    ``ends_by_itself``, for the database."""
    return Q(renewal=Renewal.FIXED) | Q(_noticed(), renewal=Renewal.AUTOMATIC)


def facts(row: Any) -> VersionFacts:
    """What the rules need of a row of ``with_facts``."""
    marks = dict(pair.split(":", 1) for pair in row.marked)
    signatures = [parts.split(":") for parts in row.signed]
    signed_by = [(side, sha256) for side, sha256, _ in signatures]
    days = [date.fromisoformat(day) for _, _, day in signatures]
    return VersionFacts(
        version_id=row.pk,
        agreement_id=row.agreement_id,
        title=row.agreement.title,
        number=row.number,
        layer=layer_of(row.agreement.discloser),
        effective_on=row.effective_on,
        renewal=Renewal(row.renewal),
        expires_on=row.expires_on,
        superseded_on=row.superseded_on,
        terminated_on=row.agreement.terminated_on,
        is_noticed=row.is_noticed,
        is_signed=is_signed_by_both(signed_by, row.document_sha256),
        scope=ScopeTerms.of(row),
        window=ReportingWindow(row.reporting_value, ReportingUnit(row.reporting_unit)),
        marks={name: ProvisionStanding(mark) for name, mark in marks.items()},
        subcontractors=None
        if row.subcontractors is None
        else tuple(row.subcontractors),
        document_sha256=row.document_sha256,
        signed_on=max(days, default=None),
    )


def version_facts(
    engagement_ids: Collection[UUID],
) -> dict[UUID, tuple[VersionFacts, ...]]:
    """Every version that covers each engagement, oldest first. One query.

    The ids come from engagements fetched through an actor, or from a job.
    """
    rows = with_facts(AgreementVersion.objects.all())
    found: dict[UUID, list[VersionFacts]] = defaultdict(list)
    for row in _covering(rows, engagement_ids):
        found[row.covered_id].append(facts(row))
    return {pk: tuple(found.get(pk, ())) for pk in engagement_ids}


def agreement_facts(
    agreement_ids: Collection[UUID],
) -> dict[UUID, tuple[VersionFacts, ...]]:
    """Every version of each agreement, oldest first. One query."""
    rows = with_facts(AgreementVersion.objects.filter(agreement__in=agreement_ids))
    found: dict[UUID, list[VersionFacts]] = defaultdict(list)
    for row in rows.order_by("effective_on", "number"):
        found[row.agreement_id].append(facts(row))
    return {pk: tuple(found.get(pk, ())) for pk in agreement_ids}


def _covering(
    rows: QuerySet[AgreementVersion], engagement_ids: Collection[UUID]
) -> QuerySet[Any]:
    """One row for each engagement covered, named ``covered_id``, oldest first."""
    return (
        rows.annotate(covered_id=F("agreement__agreementcoverage__engagement_id"))
        .filter(covered_id__in=engagement_ids)
        .order_by("effective_on", "number")
    )


def _signed_by(side: SigningSide) -> Exists:
    return Exists(
        Signature.objects.filter(
            version=OuterRef("pk"),
            side=side,
            document_sha256=OuterRef("document_sha256"),
        )
    )


def signed() -> Q:
    """Condition: both sides signed the version's document."""
    return Q(_signed_by(SigningSide.DISCLOSER), _signed_by(SigningSide.RECIPIENT))


def in_force(as_of: date) -> Q:
    """Condition on versions: in force on the day. The same as the rule
    ``is_in_force``, for the database; a test holds the two together."""
    return (
        Q(effective_on__lte=as_of)
        & (Q(superseded_on=None) | Q(superseded_on__gt=as_of))
        & (Q(agreement__terminated_on=None) | Q(agreement__terminated_on__gte=as_of))
        & (Q(expires_on=None) | Q(expires_on__gte=as_of) | ~ending_by_itself())
        & signed()
    )


def versions_in_force(
    engagement_ids: Collection[UUID], *, as_of: date
) -> dict[UUID, AgreementVersion]:
    """The version in force for each engagement; absent where none is. One query.

    The agreement comes along. The ids come from engagements fetched through an
    actor, or from a job.
    """
    rows = AgreementVersion.objects.filter(in_force(as_of))
    joined = _covering(
        rows.select_related("agreement__discloser", "agreement__recipient"),
        engagement_ids,
    )
    return {row.covered_id: row for row in joined}


def in_force_agreements(as_of: date) -> Exists:
    """Condition on agreements: one of its versions is in force on the day."""
    return Exists(
        AgreementVersion.objects.filter(in_force(as_of), agreement=OuterRef("pk"))
    )
