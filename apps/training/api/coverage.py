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
from apps.core.errors import NotAllowed
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.tenancy.api.days import AS_OF, as_of_day
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


class TrendPointSerializer(serializers.Serializer[Any]):
    """One day of the last twelve months, in agents."""

    day = serializers.DateField()
    agents = serializers.IntegerField()
    cleared = serializers.IntegerField()


class GridCellSerializer(serializers.Serializer[Any]):
    """One course: valid, pending, expired, missing or not_required."""

    course_id = serializers.UUIDField()
    state = serializers.CharField()
    until = serializers.DateField(allow_null=True)


class GridRowSerializer(serializers.Serializer[Any]):
    """One agent; ``agent`` is the external id or, where names may not be seen, a
    made-up one. ``since``: not cleared from that day without a break."""

    key = serializers.CharField()
    agent = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    site = serializers.CharField(allow_blank=True)
    team = serializers.CharField(allow_blank=True)
    is_cleared = serializers.BooleanField()
    since = serializers.DateField(allow_null=True)
    cells = GridCellSerializer(many=True)


class UnclearedSerializer(serializers.Serializer[Any]):
    """An agent at work without being cleared; ``external_id`` "" where hidden."""

    agent_id = serializers.UUIDField()
    external_id = serializers.CharField(allow_blank=True)
    since = serializers.DateField()
    days = serializers.IntegerField()
    lacking = serializers.ListField(child=serializers.CharField())


_NARROW = [
    OpenApiParameter("state", str, description="cleared or not_cleared"),
    OpenApiParameter("site", str, description="code of a site"),
    OpenApiParameter("channel", str),
    OpenApiParameter("team", str, description="where names are seen"),
    OpenApiParameter("q", str, description="name or id, where names are seen"),
    OpenApiParameter("after", UUID, description="key of the last row before"),
]


class CoverageViewSet(PortalViewSet):
    """Coverage by engagement: counts, the trend, and agents where they may be seen."""

    queryset = Engagement.objects.none()
    serializer_class = CoverageSerializer
    permissions = {
        "retrieve": Permission.TRAINING_VIEW,
        "trend": Permission.TRAINING_VIEW,
        "agents": Permission.TRAINING_VIEW,
        "uncleared": Permission.TRAINING_VIEW,
    }

    @extend_schema(parameters=[AS_OF], responses={200: CoverageSerializer} | REFUSED)
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """Counts of one engagement."""
        engagement = engagements.engagement(self.actor, pk)
        coverage = queries.coverage(engagement, as_of=_day(request, engagement))
        return Response(CoverageSerializer(coverage).data)

    @extend_schema(
        parameters=[AS_OF], responses={200: TrendPointSerializer(many=True)} | REFUSED
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def trend(self, request: Request, pk: Any = None) -> Response:
        """Counts month by month over the last twelve, as recorded now."""
        engagement = engagements.engagement(self.actor, pk)
        days = queries.trend_days(_day(request, engagement))
        points = queries.cleared_trend(engagement, days=days)
        return Response(TrendPointSerializer(points, many=True).data)

    @extend_schema(
        parameters=[AS_OF, *_NARROW],
        responses={200: GridRowSerializer(many=True)} | REFUSED,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def agents(self, request: Request, pk: Any = None) -> Response:
        """Agents by required course, fifty at a time; ``after`` gives the next."""
        engagement = engagements.engagement(self.actor, pk)
        if not queries.may_see_agents(self.actor, engagement):
            raise NotAllowed("Your role sees counts only.")
        as_of = _day(request, engagement)
        named = queries.may_name_agents(self.actor, engagement)
        given = request.query_params
        chosen = queries.GridFilter.of(given)
        rows = queries.grid(
            engagement,
            as_of=as_of,
            courses=list(
                dict.fromkeys(
                    each.course_id
                    for each in queries.coverage(engagement, as_of=as_of).requirements
                )
            ),
            chosen=chosen if named else chosen.without_names(),
            by_name=named,
            after=queries.key_of(given.get("after", "")),
        )[: queries.GRID_PAGE]
        shown = [_shown(row, named=named) for row in rows]
        return Response(GridRowSerializer(shown, many=True).data)

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
        rows = queries.uncleared([engagement.pk], as_of=_day(request, engagement))
        named = queries.may_name_agents(self.actor, engagement)
        shown = rows if named else [replace(each, external_id="") for each in rows]
        return Response(UnclearedSerializer(shown, many=True).data)


def _shown(row: queries.GridRow, *, named: bool) -> dict[str, Any]:
    return {
        "key": row.key,
        "agent": row.external_id if named else row.pseudonym,
        "name": row.name if named else "",
        "site": row.site,
        "team": row.team if named else "",
        "is_cleared": row.is_cleared,
        "since": row.since,
        "cells": row.cells,
    }


def _day(request: Request, engagement: Engagement) -> date:
    return as_of_day(request, today=clock.today(engagement.client.time_zone))


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
