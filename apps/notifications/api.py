"""API of the inbox: the caller's own messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.notifications import actions, queries, registry
from apps.notifications.models import Notification
from apps.tenancy.api.viewsets import PortalViewSet


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """A message in words."""

    line = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = [
            "id",
            "kind",
            "line",
            "path",
            "reason",
            "created_at",
            "read_at",
        ]
        read_only_fields = fields

    def get_line(self, row: Notification) -> str:
        return registry.line_of(row.kind, row.context)


class NotificationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Messages to the caller for the organization they act for."""

    queryset = Notification.objects.none()
    serializer_class = NotificationSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions = {"list": None, "retrieve": None, "read": None}

    def get_queryset(self) -> QuerySet[Notification]:
        return queries.notifications(self.actor)

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """Mark as read; the first time counts."""
        row = actions.mark_read(self.get_object(), by=self.actor)
        return Response(self.get_serializer(row).data)


ROUTES = [("notifications", NotificationViewSet)]
