"""What the API answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.agreements import queries
from apps.agreements.enums import BaaStatus, HopState
from apps.agreements.models import (
    Agreement,
    AgreementVersion,
    Signature,
    VersionProvision,
)
from apps.agreements.rules import FlowDownResult
from apps.tenancy.models import Organization


class AgreementPartySerializer(serializers.ModelSerializer[Organization]):
    """A party by id and name."""

    class Meta:
        model = Organization
        fields = ["id", "name"]
        read_only_fields = fields


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    """A BAA and whether it is in force today, in the caller's zone."""

    discloser = AgreementPartySerializer(read_only=True)
    recipient = AgreementPartySerializer(read_only=True)
    is_in_force = serializers.BooleanField(source="holds", read_only=True)

    class Meta:
        model = Agreement
        fields = [
            "id",
            "title",
            "discloser",
            "recipient",
            "is_in_force",
            "terminated_on",
            "termination_reason",
            "termination_cause",
            "termination_notice_on",
            "created_at",
        ]
        read_only_fields = fields


class AgreementProvisionSerializer(serializers.ModelSerializer[VersionProvision]):
    """Where a line of the checklist stands."""

    class Meta:
        model = VersionProvision
        fields = ["provision", "standing", "place", "reason"]
        read_only_fields = fields


class AgreementSignatureSerializer(serializers.ModelSerializer[Signature]):
    """One side's signature."""

    class Meta:
        model = Signature
        fields = ["side", "name", "title", "signed_on", "method", "document_sha256"]
        read_only_fields = fields


class AgreementVersionSerializer(serializers.ModelSerializer[AgreementVersion]):
    """One version with its terms, checklist and signatures."""

    provisions = AgreementProvisionSerializer(many=True, read_only=True)
    signatures = AgreementSignatureSerializer(many=True, read_only=True)

    class Meta:
        model = AgreementVersion
        fields = [
            "id",
            "number",
            "kind",
            "document_sha256",
            "effective_on",
            "expires_on",
            "superseded_on",
            "renewal",
            "notice_days",
            "reporting_value",
            "reporting_unit",
            "return_days",
            "services",
            "channels",
            "phi_categories",
            "head_count_ceiling",
            "countries",
            "sites",
            "systems",
            "remote_work",
            "hours",
            "subcontractors",
            "provisions",
            "signatures",
        ]
        read_only_fields = fields


class AgreementDetailSerializer(AgreementSerializer):
    """A BAA with all its versions, newest first."""

    versions = serializers.SerializerMethodField()

    class Meta(AgreementSerializer.Meta):
        fields = [*AgreementSerializer.Meta.fields, "versions"]
        read_only_fields = fields

    @extend_schema_field(AgreementVersionSerializer(many=True))
    def get_versions(self, agreement: Agreement) -> Any:
        """From the history of the agreement."""
        rows = [one.row for one in queries.history(agreement)]
        return AgreementVersionSerializer(rows, many=True).data


class ReviewLineSerializer(serializers.Serializer[Any]):
    """One line of the checklist and where it stands; "" where nobody assessed it."""

    provision = serializers.CharField(source="provision.id")
    title = serializers.CharField(source="provision.title")
    citation = serializers.CharField(source="provision.citation")
    legal_status = serializers.CharField(source="provision.legal_status")
    is_required = serializers.BooleanField()
    is_gap = serializers.BooleanField()
    standing = serializers.CharField(source="mark.standing", default="")
    place = serializers.CharField(source="mark.place", default="")
    reason = serializers.CharField(source="mark.reason", default="")


class ReviewSerializer(serializers.Serializer[Any]):
    """The checklist of a hop against one version; what is optional, recommended or
    proposed is never a gap. ``elsewhere`` are lines that speak of another hop."""

    version = serializers.IntegerField()
    gaps = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    lines = ReviewLineSerializer(many=True)
    elsewhere = serializers.ListField(child=serializers.CharField())


class HopReasonSerializer(serializers.Serializer[Any]):
    """Why a hop does not hold."""

    kind = serializers.CharField()
    detail = serializers.CharField()
    citation = serializers.CharField()


class HopSerializer(serializers.Serializer[Any]):
    """One hop as the caller may see it."""

    name = serializers.CharField()
    path = serializers.ListField(source="names", child=serializers.CharField())
    depth = serializers.IntegerField()
    state = serializers.ChoiceField(HopState.choices)
    status = serializers.ChoiceField(BaaStatus.choices)
    is_detailed = serializers.BooleanField()
    since = serializers.DateField(allow_null=True)
    reasons = HopReasonSerializer(many=True)


class FlowDownSerializer(serializers.Serializer[FlowDownResult]):
    """All hops below an engagement on a day."""

    engagement_id = serializers.UUIDField()
    as_of = serializers.DateField()
    state = serializers.ChoiceField(HopState.choices)
    hops = HopSerializer(many=True)
    first_broken = HopSerializer(many=True)


class BrokenLineSerializer(serializers.Serializer[Any]):
    """An engagement that would break, and by which hops."""

    engagement = serializers.UUIDField(source="engagement.pk")
    name = serializers.CharField(source="engagement.name")
    loses_own = serializers.BooleanField()
    is_broken_already = serializers.BooleanField()
    hops = HopSerializer(many=True)


class WhatIfSerializer(serializers.Serializer[Any]):
    """What breaks if a BAA does not bind from a day on."""

    agreement = serializers.UUIDField(source="agreement.pk")
    on = serializers.DateField()
    was_in_force = serializers.BooleanField()
    engagements = BrokenLineSerializer(source="lines", many=True)
