"""API of the return of PHI after the end of a BAA."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agreements import actions, queries
from apps.agreements.api.files import stored
from apps.agreements.api.inputs import DocumentField, shaped
from apps.agreements.enums import DisposalKind, DisposalState
from apps.agreements.models import DisposalStatement, ReturnObligation
from apps.agreements.rules import Disposal
from apps.tenancy.api.parsing import PlainJSONParser
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


def _long() -> serializers.CharField:
    return serializers.CharField(max_length=1000, allow_blank=True, default="")


class DisposalInput(serializers.Serializer[Any]):
    """What became of PHI; a certificate unless it is not feasible."""

    kind = serializers.ChoiceField(DisposalKind.choices)
    done_on = serializers.DateField(allow_null=True, default=None)
    done_by = serializers.CharField(max_length=200, allow_blank=True, default="")
    method = _long()
    infeasible_reason = _long()
    protections = _long()
    use_limit = _long()
    certificate = DocumentField(required=False, default=None)


class DisposalAnswerInput(serializers.Serializer[Any]):
    """Accept a statement, or refuse it with a reason."""

    is_accepted = serializers.BooleanField()
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class DisposalStatementSerializer(serializers.ModelSerializer[DisposalStatement]):
    """What the recipient stated, and the answer."""

    certificate_sha256 = serializers.CharField(
        source="certificate.sha256", default=None, read_only=True
    )

    class Meta:
        model = DisposalStatement
        fields = [
            "id",
            "kind",
            "done_on",
            "done_by",
            "method",
            "infeasible_reason",
            "protections",
            "use_limit",
            "certificate_sha256",
            "created_at",
            "accepted_at",
            "refused_at",
            "refusal_reason",
        ]
        read_only_fields = fields


class ReturnSerializer(serializers.ModelSerializer[ReturnObligation]):
    """A return of PHI with its state and statements, newest first."""

    state = serializers.SerializerMethodField()
    statements = serializers.SerializerMethodField()

    class Meta:
        model = ReturnObligation
        fields = [
            "id",
            "agreement",
            "due_on",
            "days",
            "is_own_default",
            "lifted_at",
            "state",
            "statements",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(DisposalState.choices))
    def get_state(self, row: ReturnObligation) -> Any:
        """Where it stands."""
        return queries.state_of(row)

    @extend_schema_field(DisposalStatementSerializer(many=True))
    def get_statements(self, row: ReturnObligation) -> Any:
        """Every statement."""
        rows = sorted(row.statements.all(), key=lambda one: one.pk, reverse=True)
        return DisposalStatementSerializer(rows, many=True).data


class ReturnViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """PHI to be returned or destroyed under BAAs that ended."""

    queryset = ReturnObligation.objects.none()
    serializer_class = ReturnSerializer
    parser_classes = [MultiPartParser, PlainJSONParser]
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.AGREEMENTS_VIEW,
        "retrieve": Permission.AGREEMENTS_VIEW,
        "state": Permission.AGREEMENTS_EDIT,
        "answer": Permission.AGREEMENTS_SIGN,
    }

    def get_queryset(self) -> QuerySet[ReturnObligation]:
        return queries.obligations(self.actor)

    @extend_schema(
        request={
            "multipart/form-data": DisposalInput,
            "application/json": DisposalInput,
        },
        responses=ReturnSerializer,
    )
    @action(detail=True, methods=["post"])
    def state(self, request: Request, pk: UUID) -> Response:
        """The recipient states what became of PHI."""
        row = self.get_object()
        data = shaped(DisposalInput(data=request.data))
        upload = data.pop("certificate")
        actions.state_disposal(
            row,
            by=self.actor,
            stated=Disposal(**data | {"kind": DisposalKind(data["kind"])}),
            certificate=stored(self.actor, upload) if upload else None,
        )
        return Response(ReturnSerializer(self.get_object()).data)

    @extend_schema(request=DisposalAnswerInput, responses=ReturnSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: UUID) -> Response:
        """The discloser accepts or refuses what was stated."""
        row = self.get_object()
        data = shaped(DisposalAnswerInput(data=request.data))
        if data["is_accepted"]:
            actions.accept_disposal(row, by=self.actor)
        else:
            actions.refuse_disposal(row, by=self.actor, reason=data["reason"])
        return Response(ReturnSerializer(self.get_object()).data)
