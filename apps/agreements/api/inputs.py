"""What the API accepts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.agreements.enums import (
    ProvisionStanding,
    Renewal,
    ReportingUnit,
    SigningMethod,
    SigningSide,
    TerminationCause,
    VersionKind,
)
from apps.agreements.rules import AgreementTerms, ProvisionMark, SignatureMark
from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.rules import ScopeTerms

MAX_LIST = 500


def _words(choices: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices), max_length=MAX_LIST, default=list
    )


def _texts(longest: int) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=longest),
        max_length=MAX_LIST,
        default=list,
    )


class ScopeInput(serializers.Serializer[Any]):
    """What the version permits."""

    services = _words(Service.choices)
    channels = _words(Channel.choices)
    phi_categories = _words(PhiCategory.choices)
    head_count_ceiling = serializers.IntegerField(
        min_value=1, max_value=1_000_000, allow_null=True, default=None
    )
    countries = _texts(2)
    sites = _texts(60)
    systems = _texts(100)
    remote_work = serializers.BooleanField(default=False)
    hours = serializers.CharField(max_length=200, allow_blank=True, default="")


class ProvisionInput(serializers.Serializer[Any]):
    """Where one line of the checklist stands."""

    provision = serializers.CharField(max_length=10)
    standing = serializers.ChoiceField(ProvisionStanding.choices)
    place = serializers.CharField(max_length=100, allow_blank=True, default="")
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class SignatureInput(serializers.Serializer[Any]):
    """One side's signature, with the SHA-256 of what was signed where known."""

    side = serializers.ChoiceField(SigningSide.choices)
    name = serializers.CharField(max_length=200)
    title = serializers.CharField(max_length=200)
    signed_on = serializers.DateField()
    method = serializers.ChoiceField(SigningMethod.choices)
    document_sha256 = serializers.CharField(max_length=64, allow_blank=True, default="")


@extend_schema_field(OpenApiTypes.BINARY)
class DocumentField(serializers.FileField):
    """The signed document."""


@extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
class IdsField(serializers.JSONField):
    """Ids as a JSON part of the form."""


@extend_schema_field(ScopeInput)
class ScopeField(serializers.JSONField):
    """The scope as a JSON part of the form."""


@extend_schema_field(ProvisionInput(many=True))
class ProvisionsField(serializers.JSONField):
    """The checklist as a JSON part of the form."""


@extend_schema_field(SignatureInput(many=True))
class SignaturesField(serializers.JSONField):
    """The signatures as a JSON part of the form."""


class TermsInput(serializers.Serializer[Any]):
    """Terms and scope; lists and scope are JSON parts of a form."""

    effective_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True, default=None)
    renewal = serializers.ChoiceField(Renewal.choices)
    notice_days = serializers.IntegerField(
        min_value=0, max_value=3650, allow_null=True, default=None
    )
    reporting_value = serializers.IntegerField(min_value=1, max_value=8760)
    reporting_unit = serializers.ChoiceField(ReportingUnit.choices)
    subcontractors = IdsField(
        allow_null=True,
        default=None,
        help_text="Ids of organizations; null for any with approval.",
    )
    return_days = serializers.IntegerField(
        min_value=0, max_value=3650, allow_null=True, default=None
    )
    scope = ScopeField()

    def validate_scope(self, value: Any) -> ScopeTerms:
        """Shape of the scope."""
        data = shaped(ScopeInput(data=value))
        lists = {
            name: tuple(part) for name, part in data.items() if isinstance(part, list)
        }
        return ScopeTerms(**data | lists)

    def validate_subcontractors(self, value: Any) -> tuple[UUID, ...] | None:
        """A list of ids, or null."""
        if value is None:
            return None
        ids = serializers.ListField(
            child=serializers.UUIDField(), max_length=MAX_LIST
        ).run_validation(value)
        return tuple(ids)


class VersionInput(TermsInput):
    """A version as ``multipart/form-data``."""

    document = DocumentField()
    provisions = ProvisionsField()
    signatures = SignaturesField()

    def validate_provisions(self, value: Any) -> list[ProvisionMark]:
        """Shape of the checklist."""
        rows = shaped(ProvisionInput(data=value, many=True))
        return [ProvisionMark(**row) for row in rows]

    def validate_signatures(self, value: Any) -> list[SignatureMark]:
        """Shape of the signatures."""
        rows = shaped(SignatureInput(data=value, many=True))
        return [SignatureMark(**row) for row in rows]


def shaped(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


class AgreementInput(VersionInput):
    """A new BAA."""

    title = serializers.CharField(max_length=200)
    engagements = IdsField(help_text="Ids of the engagements it covers.")

    def validate_engagements(self, value: Any) -> list[UUID]:
        """A list of ids, at least one."""
        field = serializers.ListField(
            child=serializers.UUIDField(), min_length=1, max_length=MAX_LIST
        )
        return list(field.run_validation(value))


class AmendmentInput(VersionInput):
    """A new version of a BAA."""

    kind = serializers.ChoiceField(
        [
            (kind.value, kind.label)
            for kind in (VersionKind.AMENDMENT, VersionKind.RENEWAL)
        ],
        default=VersionKind.AMENDMENT,
    )
    is_gap_known = serializers.BooleanField(default=False)


class TerminationInput(serializers.Serializer[Any]):
    """The last day, and why."""

    terminated_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)
    cause = serializers.ChoiceField(
        TerminationCause.choices, default=TerminationCause.OTHER
    )
    notice_on = serializers.DateField(allow_null=True, default=None)


def terms_of(data: dict[str, Any]) -> AgreementTerms:
    """The terms of validated input."""
    return AgreementTerms(
        scope=data["scope"],
        effective_on=data["effective_on"],
        expires_on=data["expires_on"],
        reporting_value=data["reporting_value"],
        reporting_unit=ReportingUnit(data["reporting_unit"]),
        renewal=Renewal(data["renewal"]),
        notice_days=data["notice_days"],
        subcontractors=data["subcontractors"],
        return_days=data["return_days"],
    )


class RenewalInput(serializers.Serializer[Any]):
    """A renewal: new days, a signed document, the same terms."""

    document = DocumentField()
    effective_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True, default=None)
    signatures = SignaturesField()
    is_gap_known = serializers.BooleanField(default=False)

    validate_signatures = VersionInput.validate_signatures


class SignedPaperInput(serializers.Serializer[Any]):
    """The copy of the newest proposal, by number, both sides signed on paper."""

    number = serializers.IntegerField(min_value=1)
    document = DocumentField()
    signatures = SignaturesField()

    validate_signatures = VersionInput.validate_signatures


class RenewalNoticeInput(serializers.Serializer[Any]):
    """Notice that the BAA will not renew."""

    given_on = serializers.DateField()
    given_by = serializers.ChoiceField(SigningSide.choices)
    reason = serializers.CharField(max_length=500)
