"""Subcontracts over HTTP."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.engagements import actions, queries
from apps.engagements.api.common import (
    REFUSED,
    created,
    named_engagement,
    read,
    words,
)
from apps.engagements.enums import Channel, Service
from apps.engagements.models import Subcontract
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class SubcontractSerializer(serializers.ModelSerializer[Subcontract]):
    """An edge as the caller may see it: never what the downstream engagement holds."""

    subcontractor = serializers.CharField(source="shown_name")
    country = serializers.CharField(source="shown_country")
    downstream = serializers.UUIDField(source="shown_downstream", allow_null=True)

    class Meta:
        model = Subcontract
        fields = [
            "id",
            "upstream",
            "subcontractor",
            "country",
            "downstream",
            "services",
            "channels",
            "effective_on",
            "ended_on",
            "approved_on",
            "refused_on",
            "refusal_reason",
            "created_at",
        ]
        read_only_fields = fields


class SubcontractInput(serializers.Serializer[Any]):
    """A new edge between two engagements of the caller's organization."""

    upstream = serializers.UUIDField(help_text="Engagement we provide")
    downstream = serializers.UUIDField(help_text="Engagement we are the client of")
    services = words(Service)
    channels = words(Channel)
    effective_on = serializers.DateField()


class ReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class LastDayInput(serializers.Serializer[Any]):
    """A last day, inclusive."""

    ended_on = serializers.DateField()


class SubcontractFilter(django_filters.FilterSet):
    """What the list is narrowed by."""

    class Meta:
        model = Subcontract
        fields = ["upstream"]


class SubcontractViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Subcontracts of engagements the caller sees."""

    queryset = Subcontract.objects.none()
    serializer_class = SubcontractSerializer
    filterset_class = SubcontractFilter
    permissions = {
        "list": Permission.ENGAGEMENTS_VIEW,
        "retrieve": Permission.ENGAGEMENTS_VIEW,
        "create": Permission.SUBCONTRACTS_DECLARE,
        "approve": Permission.SUBCONTRACTS_APPROVE,
        "refuse": Permission.SUBCONTRACTS_APPROVE,
        "end": Permission.SUBCONTRACTS_DECLARE,
    }

    def get_queryset(self) -> QuerySet[Subcontract]:
        """Scoped."""
        return queries.subcontracts(self.actor)

    @extend_schema(
        request=SubcontractInput, responses={201: SubcontractSerializer} | REFUSED
    )
    def create(self, request: Request) -> Response:
        """Declare that part of one engagement is done through another."""
        given = read(SubcontractInput, request)
        edge = actions.declare_subcontract(
            named_engagement(self.actor, "upstream", given.pop("upstream")),
            by=self.actor,
            downstream=named_engagement(
                self.actor, "downstream", given.pop("downstream")
            ),
            **given,
        )
        return created(self._shown(edge))

    @extend_schema(request=None, responses={200: SubcontractSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any = None) -> Response:
        """Approve, as the client upstream."""
        edge = actions.approve_subcontract(
            queries.subcontract(self.actor, pk), by=self.actor
        )
        return Response(self._shown(edge).data)

    @extend_schema(
        request=ReasonInput, responses={200: SubcontractSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: Any = None) -> Response:
        """Refuse, as the client upstream, and say why."""
        edge = queries.subcontract(self.actor, pk)
        given = read(ReasonInput, request)
        actions.refuse_subcontract(edge, by=self.actor, **given)
        return Response(self._shown(edge).data)

    @extend_schema(
        request=LastDayInput, responses={200: SubcontractSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any = None) -> Response:
        """Give the subcontract its last day, as the provider upstream."""
        edge = queries.subcontract(self.actor, pk)
        given = read(LastDayInput, request)
        actions.end_subcontract(edge, by=self.actor, **given)
        return Response(self._shown(edge).data)

    def _shown(self, edge: Subcontract) -> SubcontractSerializer:
        return SubcontractSerializer(queries.subcontract(self.actor, edge.pk))
