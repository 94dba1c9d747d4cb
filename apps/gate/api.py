"""API of the gate: verdicts, decisions, overrides."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.gate import actions, queries
from apps.gate.enums import Verdict
from apps.gate.models import GateDecision, GateOverride
from apps.tenancy.api.days import AS_OF, as_of_day
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class ConditionSerializer(serializers.Serializer[Any]):
    """One reason for or against."""

    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    detail = serializers.CharField()
    citation = serializers.CharField()
    legal_status = serializers.CharField()
    who_acts = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    due = serializers.DateField(allow_null=True)
    evidence = serializers.ListField(child=serializers.CharField())


class OverrideInForceSerializer(serializers.Serializer[Any]):
    """Who answers for PHI flowing all the same."""

    id = serializers.UUIDField(source="pk")
    reason = serializers.CharField()
    requested_by = serializers.CharField()
    approved_by = serializers.CharField()
    approved_at = serializers.DateTimeField()
    expires_on = serializers.DateField()


class GateSerializer(serializers.Serializer[Any]):
    """The verdict on an engagement for a day."""

    engagement = serializers.UUIDField(source="engagement_id")
    as_of = serializers.DateField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    is_overridden = serializers.BooleanField()
    permits = serializers.BooleanField()
    override = OverrideInForceSerializer(allow_null=True)
    conditions = ConditionSerializer(many=True)


class DecisionSerializer(serializers.ModelSerializer[GateDecision]):
    """A verdict as it was decided."""

    class Meta:
        model = GateDecision
        fields = [
            "id",
            "engagement",
            "decided_at",
            "as_of",
            "verdict",
            "conditions",
            "conditions_sha256",
        ]
        read_only_fields = fields


class OverrideSerializer(serializers.ModelSerializer[GateOverride]):
    """An override; it is created for an engagement of the actor's as client."""

    class Meta:
        model = GateOverride
        fields = [
            "id",
            "engagement",
            "reason",
            "expires_on",
            "created_at",
            "approved_at",
            "withdrawn_at",
        ]
        read_only_fields = ["id", "created_at", "approved_at", "withdrawn_at"]


class NewOverrideSerializer(serializers.Serializer[Any]):
    """What is asked for; ``expires_on`` is inclusive."""

    engagement = serializers.UUIDField()
    reason = serializers.CharField(max_length=500)
    expires_on = serializers.DateField()


class GateViewSet(PortalViewSet):
    """Verdicts on the engagements the actor may see, by engagement."""

    queryset = Engagement.objects.none()
    serializer_class = GateSerializer
    filter_backends = ()
    http_method_names = ["get", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.ENGAGEMENTS_VIEW,
        "retrieve": Permission.ENGAGEMENTS_VIEW,
    }

    def get_queryset(self) -> QuerySet[Engagement]:
        """Engagements the actor may see."""
        return engagements.engagements(self.actor)

    def list(self, request: Request) -> Response:
        """Today's verdicts, a page at a time."""
        page = self.paginate_queryset(self.get_queryset()) or []
        states = queries.verdicts_today(page)
        rows = [states[one.pk] for one in page]
        return self.get_paginated_response(GateSerializer(rows, many=True).data)

    @extend_schema(parameters=[AS_OF], responses=GateSerializer)
    def retrieve(self, request: Request, pk: str | None = None) -> Response:
        """The verdict on one engagement, today or as of a past day."""
        engagement = engagements.engagement(self.actor, self.kwargs["pk"])
        today = clock.today(engagement.client.time_zone)
        state = queries.verdict(engagement, as_of=as_of_day(request, today=today))
        return Response(GateSerializer(state).data)


class DecisionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """History of verdicts; rows never change."""

    queryset = GateDecision.objects.none()
    serializer_class = DecisionSerializer
    filterset_fields = ["engagement", "verdict"]
    http_method_names = ["get", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.ENGAGEMENTS_VIEW,
        "retrieve": Permission.ENGAGEMENTS_VIEW,
    }

    def get_queryset(self) -> QuerySet[GateDecision]:
        """Decisions on engagements the actor may see."""
        return queries.decisions(self.actor)


class OverrideViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Overrides: asked for by one manager of the client, approved by another."""

    queryset = GateOverride.objects.none()
    serializer_class = OverrideSerializer
    filterset_fields = ["engagement"]
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.ENGAGEMENTS_VIEW,
        "retrieve": Permission.ENGAGEMENTS_VIEW,
        "create": Permission.GATE_OVERRIDE,
        "approve": Permission.GATE_OVERRIDE,
        "withdraw": Permission.GATE_OVERRIDE,
    }

    def get_queryset(self) -> QuerySet[GateOverride]:
        """Overrides of engagements the actor may see."""
        return queries.overrides(self.actor)

    @extend_schema(request=NewOverrideSerializer, responses={201: OverrideSerializer})
    def create(self, request: Request) -> Response:
        """Ask that PHI may flow although a condition is not met."""
        new = NewOverrideSerializer(data=request.data)
        new.is_valid(raise_exception=True)
        data = new.validated_data
        row = actions.request_override(
            engagements.engagement(self.actor, data["engagement"]),
            by=self.actor,
            reason=data["reason"],
            expires_on=data["expires_on"],
        )
        return Response(OverrideSerializer(row).data, status=201)

    @extend_schema(request=None, responses=OverrideSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str | None = None) -> Response:
        """Answer for the client, as another person than the one who asked."""
        row = actions.approve_override(self._override(), by=self.actor)
        return Response(OverrideSerializer(row).data)

    @extend_schema(request=None, responses=OverrideSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str | None = None) -> Response:
        """End it now."""
        row = actions.withdraw_override(self._override(), by=self.actor)
        return Response(OverrideSerializer(row).data)

    def _override(self) -> GateOverride:
        return queries.override(self.actor, self.kwargs["pk"])


ROUTES = [
    ("gate", GateViewSet),
    ("gate-decisions", DecisionViewSet),
    ("gate-overrides", OverrideViewSet),
]
