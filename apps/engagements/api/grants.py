"""Grants over HTTP."""

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
    CounterpartSerializer,
    created,
    named_engagement,
    read,
)
from apps.engagements.models import EngagementGrant
from apps.tenancy.api.paging import KeysetPagination
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class GrantSerializer(serializers.ModelSerializer[EngagementGrant]):
    """A grant: who may read which engagement, until when, by whom given."""

    engagement = serializers.UUIDField(source="content_object_id")
    reader = serializers.EmailField(source="user.email")
    granted_by = CounterpartSerializer()

    class Meta:
        model = EngagementGrant
        fields = [
            "id",
            "engagement",
            "reader",
            "granted_by",
            "reason",
            "valid_from",
            "valid_until",
            "names_agents",
            "granted_at",
            "revoked_at",
        ]
        read_only_fields = fields


class GrantInput(serializers.Serializer[Any]):
    """A look for one person."""

    engagement = serializers.UUIDField()
    email = serializers.EmailField()
    reason = serializers.CharField(max_length=500)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(help_text="Inclusive; at most 90 days in all")
    names_agents = serializers.BooleanField(default=False)


class GrantFilter(django_filters.FilterSet):
    """What the list is narrowed by."""

    engagement = django_filters.UUIDFilter(field_name="content_object")

    class Meta:
        model = EngagementGrant
        fields: list[str] = []


class GrantPagination(KeysetPagination):
    """Latest given first."""

    ordering = ("-granted_at", "-id")


class GrantViewSet(mixins.ListModelMixin, PortalViewSet):
    """Grants on engagements of the caller's organization."""

    queryset = EngagementGrant.objects.none()
    serializer_class = GrantSerializer
    filterset_class = GrantFilter
    pagination_class = GrantPagination
    permissions = {
        "list": Permission.ENGAGEMENTS_GRANT,
        "create": Permission.ENGAGEMENTS_GRANT,
        "revoke": Permission.ENGAGEMENTS_GRANT,
    }

    def get_queryset(self) -> QuerySet[EngagementGrant]:
        """Scoped."""
        return queries.grants(self.actor)

    @extend_schema(request=GrantInput, responses={201: GrantSerializer} | REFUSED)
    def create(self, request: Request) -> Response:
        """Let one person read one engagement for a while."""
        given = read(GrantInput, request)
        engagement = named_engagement(self.actor, "engagement", given.pop("engagement"))
        grant = actions.grant_access(
            engagement, by=self.actor, email_of_user=given.pop("email"), **given
        )
        return created(GrantSerializer(grant))

    @extend_schema(request=None, responses={200: GrantSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: Any = None) -> Response:
        """Take a grant back."""
        grant = actions.revoke_access(queries.grant(self.actor, pk), by=self.actor)
        return Response(GrantSerializer(grant).data)
