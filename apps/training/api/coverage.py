"""Coverage and certifications over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.errors import Invalid, NotAllowed
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.training import queries
from apps.training.api.common import REFUSED
from apps.training.models import Certification


class RequirementCoverageSerializer(serializers.Serializer[Any]):
    """One requirement in agents."""

    requirement_id = serializers.UUIDField()
    course_code = serializers.CharField()
    course_title = serializers.CharField()
    role = serializers.CharField()
    channel = serializers.CharField()
    applies = serializers.IntegerField()
    valid = serializers.IntegerField()
    pending = serializers.IntegerField()
    missing = serializers.IntegerField()


class CoverageSerializer(serializers.Serializer[Any]):
    """Training of an engagement on a day, in agents."""

    engagement_id = serializers.UUIDField()
    as_of = serializers.DateField()
    agents = serializers.IntegerField()
    cleared = serializers.IntegerField()
    requirements = RequirementCoverageSerializer(many=True)


class UnclearedSerializer(serializers.Serializer[Any]):
    """An agent at work without being cleared; ``external_id`` "" where hidden."""

    agent_id = serializers.UUIDField()
    external_id = serializers.CharField(allow_blank=True)
    since = serializers.DateField()
    days = serializers.IntegerField()
    lacking = serializers.ListField(child=serializers.CharField())


AS_OF = OpenApiParameter("as_of", date, description="A day; else today")


class CoverageViewSet(PortalViewSet):
    """Coverage by engagement: counts, the trend, and agents where they may be seen."""

    queryset = Engagement.objects.none()
    serializer_class = CoverageSerializer
    permissions = {
        "retrieve": Permission.TRAINING_VIEW,
        "uncleared": Permission.TRAINING_VIEW,
    }

    @extend_schema(parameters=[AS_OF], responses={200: CoverageSerializer} | REFUSED)
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """Counts of one engagement."""
        engagement = engagements.engagement(self.actor, pk)
        coverage = queries.coverage(engagement, as_of=self._day(engagement))
        return Response(CoverageSerializer(coverage).data)

    @extend_schema(
        parameters=[AS_OF], responses={200: UnclearedSerializer(many=True)} | REFUSED
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def uncleared(self, request: Request, pk: Any = None) -> Response:
        """Agents at work without being cleared, and since when; no names where the
        caller may not see them."""
        engagement = engagements.engagement(self.actor, pk)
        if not queries.may_see_agents(self.actor, engagement):
            raise NotAllowed(
                "Your role sees counts only. Ask a compliance manager for the list."
            )
        rows = queries.uncleared([engagement.pk], as_of=self._day(engagement))
        named = queries.may_name_agents(self.actor, engagement)
        shown = rows if named else [replace(each, external_id="") for each in rows]
        return Response(UnclearedSerializer(shown, many=True).data)

    def _day(self, engagement: Engagement) -> date:
        stated = self.request.query_params.get("as_of")
        if not stated:
            return clock.today(engagement.client.time_zone)
        try:
            return date.fromisoformat(stated)
        except ValueError as error:
            raise Invalid(f"{stated} is no date.") from error


class CertificationSerializer(serializers.ModelSerializer[Certification]):
    """Present standing of one agent in one course."""

    class Meta:
        model = Certification
        fields = [
            "id",
            "agent",
            "course",
            "completed_on",
            "valid_until",
            "created_at",
        ]
        read_only_fields = fields


class CertificationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Certifications of the caller's own agents."""

    queryset = Certification.objects.none()
    serializer_class = CertificationSerializer
    filterset_fields = {
        "agent": ["exact"],
        "course": ["exact"],
        "valid_until": ["lte", "gte"],
    }
    permissions = {
        "list": Permission.WORKFORCE_VIEW,
        "retrieve": Permission.WORKFORCE_VIEW,
    }

    def get_queryset(self) -> QuerySet[Certification]:
        """The organization's own."""
        return queries.certifications(self.actor)
