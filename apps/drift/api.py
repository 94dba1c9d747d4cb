"""API of drift."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.drift import actions, queries
from apps.drift.enums import Dimension, FindingState
from apps.drift.models import DriftFinding
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class FindingSerializer(serializers.ModelSerializer[DriftFinding]):
    """A finding; ``state`` is where it stands today in the client's zone."""

    state = serializers.ChoiceField(choices=FindingState.choices, read_only=True)

    class Meta:
        model = DriftFinding
        fields = [
            "id",
            "engagement",
            "dimension",
            "value",
            "observed",
            "agreed",
            "evidence",
            "agreement_version_id",
            "state",
            "detected_at",
            "acknowledged_at",
            "note",
            "acceptance_reason",
            "acceptance_until",
            "accepted_at",
            "resolved_at",
            "resolution",
        ]
        read_only_fields = fields


class AcknowledgeSerializer(serializers.Serializer[Any]):
    """What is known and done."""

    note = serializers.CharField(max_length=500)


class RequestAcceptanceSerializer(serializers.Serializer[Any]):
    """Why, and the last day, inclusive."""

    reason = serializers.CharField(max_length=500)
    until = serializers.DateField()


class FindingFilter(django_filters.FilterSet):
    """Narrows the list; ``state`` "open" is everything not resolved."""

    dimension = django_filters.ChoiceFilter(choices=Dimension.choices)
    engagement = django_filters.UUIDFilter(field_name="engagement_id")
    is_resolved = django_filters.BooleanFilter(
        field_name="resolved_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = DriftFinding
        fields = ["dimension", "engagement", "is_resolved"]


class FindingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Findings of drift and the decisions about them."""

    queryset = DriftFinding.objects.none()
    serializer_class = FindingSerializer
    filterset_class = FindingFilter
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.DRIFT_VIEW,
        "retrieve": Permission.DRIFT_VIEW,
        "acknowledge": Permission.DRIFT_DECIDE,
        "request_acceptance": Permission.DRIFT_DECIDE,
        "accept": Permission.DRIFT_DECIDE,
    }

    def get_queryset(self) -> QuerySet[DriftFinding]:
        """Findings the actor may see."""
        return queries.findings(self.actor)

    @extend_schema(request=AcknowledgeSerializer, responses=FindingSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str | None = None) -> Response:
        """Say that the finding is known."""
        finding = self._finding()
        data = _valid(AcknowledgeSerializer(data=request.data))
        row = actions.acknowledge(finding, by=self.actor, note=data["note"])
        return Response(FindingSerializer(row).data)

    @extend_schema(request=RequestAcceptanceSerializer, responses=FindingSerializer)
    @action(detail=True, methods=["post"], url_path="request-acceptance")
    def request_acceptance(self, request: Request, pk: str | None = None) -> Response:
        """Ask the client to live with it until a day."""
        finding = self._finding()
        data = _valid(RequestAcceptanceSerializer(data=request.data))
        row = actions.request_acceptance(finding, by=self.actor, **data)
        return Response(FindingSerializer(row).data)

    @extend_schema(request=None, responses=FindingSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str | None = None) -> Response:
        """Answer for it, for the client."""
        row = actions.accept(self._finding(), by=self.actor)
        return Response(FindingSerializer(row).data)

    def _finding(self) -> DriftFinding:
        return queries.finding(self.actor, self.kwargs["pk"])


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


ROUTES = [("drift-findings", FindingViewSet)]
