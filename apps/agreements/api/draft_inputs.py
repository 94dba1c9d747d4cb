"""What the API of negotiations accepts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.agreements.api.inputs import (
    DocumentField,
    IdsField,
    ProvisionInput,
    ProvisionsField,
    TermsInput,
    shaped,
)
from apps.agreements.enums import VersionKind
from apps.agreements.rules import MAX_WORDING, Clause, ProvisionMark


class ClauseInput(serializers.Serializer[Any]):
    """One clause of a written proposal."""

    provision = serializers.CharField(max_length=10)
    is_included = serializers.BooleanField(default=True)
    wording = serializers.CharField(max_length=MAX_WORDING, allow_blank=True)


@extend_schema_field(ClauseInput(many=True))
class ClausesField(serializers.JSONField):
    """The clauses as a JSON part of the form."""


class ProposalInput(TermsInput):
    """A proposal: written (``clauses``; ours where none are given), or an upload
    (``document`` with ``provisions``)."""

    document = DocumentField(required=False, default=None)
    clauses = ClausesField(required=False, default=None)
    provisions = ProvisionsField(required=False, default=None)
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")
    is_gap_known = serializers.BooleanField(default=False)

    def validate_clauses(self, value: Any) -> tuple[Clause, ...] | None:
        """Shape of the clauses."""
        if value is None:
            return None
        return tuple(
            Clause(**row) for row in shaped(ClauseInput(data=value, many=True))
        )

    def validate_provisions(self, value: Any) -> list[ProvisionMark]:
        """Shape of the checklist."""
        if value is None:
            return []
        rows = shaped(ProvisionInput(data=value, many=True))
        return [ProvisionMark(**row) for row in rows]


class ChangeInput(ProposalInput):
    """A further proposal; ``answering`` is the number of the one it was made from."""

    answering = serializers.IntegerField(min_value=1)


class OpeningInput(ProposalInput):
    """A new negotiation, of a new BAA or of a new version of one."""

    title = serializers.CharField(max_length=200)
    engagements = IdsField(required=False, default=None)
    agreement = serializers.UUIDField(required=False, default=None)
    kind = serializers.ChoiceField(
        [VersionKind.AMENDMENT, VersionKind.RENEWAL], default=VersionKind.AMENDMENT
    )

    def validate_engagements(self, value: Any) -> list[UUID]:
        """A list of ids."""
        if value is None:
            return []
        field = serializers.ListField(child=serializers.UUIDField(), max_length=500)
        return list(field.run_validation(value))


class DraftCommentInput(serializers.Serializer[Any]):
    """A comment on a proposal by number, or on one clause of it."""

    number = serializers.IntegerField(min_value=1)
    provision = serializers.CharField(max_length=10, allow_blank=True, default="")
    text = serializers.CharField(max_length=2000)


class DraftNumberInput(serializers.Serializer[Any]):
    """The proposal that is meant."""

    number = serializers.IntegerField(min_value=1)


class DraftWithdrawalInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class DraftSigningInput(serializers.Serializer[Any]):
    """A signature over the document whose SHA-256 was read."""

    number = serializers.IntegerField(min_value=1)
    name = serializers.CharField(max_length=200)
    title = serializers.CharField(max_length=200)
    is_authorized = serializers.BooleanField()
    sha256 = serializers.CharField(max_length=64)
    password = serializers.CharField(max_length=500, trim_whitespace=False)
