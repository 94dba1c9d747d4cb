"""API of stored files and of what they prove."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.evidence import actions, queries
from apps.evidence.enums import FileKind
from apps.evidence.models import Attachment, StoredFile
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
            "scan_state",
            "traits",
            "page_count",
            "is_restricted",
            "created_at",
        ]
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[Any]):
    """One file."""

    file = serializers.FileField(allow_empty_file=True)


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """What a file proves about one object."""

    class Meta:
        model = Attachment
        fields = [
            "id",
            "file",
            "subject_type",
            "subject_id",
            "subject_title",
            "purpose",
            "number",
            "valid_from",
            "valid_until",
            "supersedes",
            "review",
            "reviewed_at",
            "review_note",
            "ended_at",
            "created_at",
        ]
        read_only_fields = fields


class AttachmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Attachments of the caller's organization."""

    queryset = Attachment.objects.none()
    serializer_class = AttachmentSerializer
    filterset_fields = ("file", "subject_type", "subject_id", "purpose", "review")
    http_method_names = ["get", "head", "options"]
    permissions = {
        "list": Permission.EVIDENCE_VIEW,
        "retrieve": Permission.EVIDENCE_VIEW,
    }

    def get_queryset(self) -> QuerySet[Attachment]:
        return queries.attachments(self.actor)


class StoredFileViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Files of the caller's organization."""

    queryset = StoredFile.objects.none()
    serializer_class = StoredFileSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.EVIDENCE_VIEW,
        "retrieve": Permission.EVIDENCE_VIEW,
        "content": Permission.EVIDENCE_VIEW,
        "create": Permission.EVIDENCE_ADD,
    }

    def get_queryset(self) -> QuerySet[StoredFile]:
        return queries.stored_files(self.actor)

    def get_parsers(self) -> list[BaseParser]:
        """Files come as forms."""
        return [MultiPartParser()]

    @extend_schema(request=UploadSerializer, responses=StoredFileSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hand in one file as evidence."""
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["file"]
        stored = actions.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=upload,
            accept=FileKind.EVIDENCE,
        )
        return Response(
            StoredFileSerializer(stored).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: UUID, **kwargs: Any) -> FileResponse:
        """The bytes, as a download."""
        stored = self.get_object()
        actions.note_download(stored, by=self.actor)
        return file_response(stored)


ROUTES = [("files", StoredFileViewSet), ("attachments", AttachmentViewSet)]
