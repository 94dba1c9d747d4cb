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
from apps.evidence.enums import FileKind, Purpose, ReviewState
from apps.evidence.models import Attachment, StoredFile
from apps.evidence.rules import AttachmentTerms
from apps.evidence.views import file_response
from apps.tenancy.api.parsing import PlainJSONParser
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
            "destroyed_at",
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


class AttachmentInput(serializers.Serializer[Any]):
    """A file of your own, the object it proves something about, and in which days."""

    file = serializers.UUIDField()
    subject_type = serializers.CharField(max_length=40)
    subject_id = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    valid_from = serializers.DateField(required=False, default=None)
    valid_until = serializers.DateField(required=False, default=None)
    supersedes = serializers.UUIDField(required=False, default=None)


class ReviewInput(serializers.Serializer[Any]):
    """Accepted, or rejected with the reason."""

    review = serializers.ChoiceField(
        choices=[ReviewState.ACCEPTED.value, ReviewState.REJECTED.value]
    )
    note = serializers.CharField(max_length=500, required=False, default="")


class AttachmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Attachments of the caller's organization."""

    queryset = Attachment.objects.none()
    serializer_class = AttachmentSerializer
    filterset_fields = ("file", "subject_type", "subject_id", "purpose", "review")
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.EVIDENCE_VIEW,
        "retrieve": Permission.EVIDENCE_VIEW,
        "create": Permission.EVIDENCE_ADD,
        "review": Permission.EVIDENCE_ADD,
        "end": Permission.EVIDENCE_ADD,
    }

    def get_queryset(self) -> QuerySet[Attachment]:
        return queries.attachments(self.actor)

    @extend_schema(request=AttachmentInput, responses=AttachmentSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Attach a file; the same again brings its days up to date."""
        data = _valid(AttachmentInput(data=request.data))
        before = data["supersedes"]
        row = actions.attach(
            queries.stored_file(self.actor, data["file"]),
            by=self.actor,
            to=queries.target(self.actor, data["subject_type"], data["subject_id"]),
            terms=AttachmentTerms(
                Purpose(data["purpose"]), data["valid_from"], data["valid_until"]
            ),
            supersedes=queries.attachment(self.actor, before) if before else None,
        )
        return Response(AttachmentSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReviewInput, responses=AttachmentSerializer)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """Accept or reject, by somebody else than who attached it."""
        found, data = self.get_object(), _valid(ReviewInput(data=request.data))
        row = actions.review_attachment(
            found,
            by=self.actor,
            state=ReviewState(data["review"]),
            note=data["note"],
        )
        return Response(AttachmentSerializer(row).data)

    @extend_schema(request=None, responses=AttachmentSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """Detach the file; row and file stay."""
        row = actions.end_attachment(self.get_object(), by=self.actor)
        return Response(AttachmentSerializer(row).data)


class ReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class RestrictInput(serializers.Serializer[Any]):
    """Whether the bytes are for managers only."""

    is_restricted = serializers.BooleanField()


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
        "hold": Permission.ASSURANCE_EDIT,
        "release": Permission.ASSURANCE_EDIT,
        "restrict": Permission.ASSURANCE_EDIT,
        "destroy_bytes": Permission.ASSURANCE_EDIT,
    }

    def get_queryset(self) -> QuerySet[StoredFile]:
        return queries.stored_files(self.actor)

    def get_parsers(self) -> list[BaseParser]:
        """Files come as forms, decisions as JSON."""
        return [MultiPartParser(), PlainJSONParser()]

    @extend_schema(request=UploadSerializer, responses=StoredFileSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hand in one file as evidence."""
        upload = _valid(UploadSerializer(data=request.data))["file"]
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
        return file_response(stored, by=self.actor)

    @extend_schema(request=ReasonInput, responses=StoredFileSerializer)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """Keep it, whatever its retention says."""
        file, data = self.get_object(), _valid(ReasonInput(data=request.data))
        actions.place_hold(file, by=self.actor, reason=data["reason"])
        return Response(StoredFileSerializer(file).data)

    @extend_schema(request=None, responses=StoredFileSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """End the hold."""
        file = self.get_object()
        actions.release_hold(file, by=self.actor)
        return Response(StoredFileSerializer(file).data)

    @extend_schema(request=RestrictInput, responses=StoredFileSerializer)
    @action(detail=True, methods=["post"])
    def restrict(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """Keep the bytes to managers, or give them back."""
        file, data = self.get_object(), _valid(RestrictInput(data=request.data))
        row = actions.restrict(file, by=self.actor, is_restricted=data["is_restricted"])
        return Response(StoredFileSerializer(row).data)

    @extend_schema(request=ReasonInput, responses=StoredFileSerializer)
    @action(detail=True, methods=["post"], url_path="destroy")
    def destroy_bytes(self, request: Request, pk: UUID, **kwargs: Any) -> Response:
        """Destroy the bytes once retention has ended; the record stays."""
        file, data = self.get_object(), _valid(ReasonInput(data=request.data))
        row = actions.destroy(file, by=self.actor, reason=data["reason"])
        return Response(StoredFileSerializer(row).data)


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


ROUTES = [("files", StoredFileViewSet), ("attachments", AttachmentViewSet)]
