"""API of stored files: read only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from apps.evidence import actions, queries
from apps.evidence.models import StoredFile
from apps.evidence.views import file_response
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class StoredFileSerializer(serializers.ModelSerializer[StoredFile]):
    """A file without its bytes and without where they lie."""

    class Meta:
        model = StoredFile
        fields = [
            "id",
            "name",
            "media_type",
            "size",
            "sha256",
            "quarantined_reason",
            "created_at",
        ]
        read_only_fields = fields


class StoredFileViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Files of the caller's organization."""

    queryset = StoredFile.objects.none()
    serializer_class = StoredFileSerializer
    http_method_names = ["get", "head", "options"]
    permissions = {
        "list": Permission.EVIDENCE_VIEW,
        "retrieve": Permission.EVIDENCE_VIEW,
        "content": Permission.EVIDENCE_VIEW,
    }

    def get_queryset(self) -> QuerySet[StoredFile]:
        return queries.stored_files(self.actor)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: UUID, **kwargs: Any) -> FileResponse:
        """The bytes, as a download."""
        stored = self.get_object()
        actions.note_download(stored, by=self.actor)
        return file_response(stored)


ROUTES = [("files", StoredFileViewSet)]
