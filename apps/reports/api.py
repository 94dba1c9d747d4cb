"""API of attestations: list, read, issue, download."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.engagements import queries as engagements
from apps.evidence.views import file_response
from apps.reports import actions, queries
from apps.reports.models import Attestation
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class AttestationSerializer(serializers.ModelSerializer[Attestation]):
    """An attestation without its statement."""

    state = serializers.CharField(read_only=True)
    engagement_name = serializers.CharField(source="engagement.name", read_only=True)
    issued_by = serializers.CharField(read_only=True)
    organization = serializers.CharField(read_only=True)
    file_sha256 = serializers.SerializerMethodField()

    class Meta:
        model = Attestation
        fields = [
            "id",
            "kind",
            "engagement",
            "engagement_name",
            "organization",
            "as_of",
            "issued_at",
            "issued_by",
            "names_agents",
            "statement_sha256",
            "code",
            "state",
            "failure",
            "file_sha256",
            "rendered_at",
        ]
        read_only_fields = fields

    def get_file_sha256(self, row: Attestation) -> str | None:
        """SHA-256 of the PDF, null until it is made."""
        return row.file.sha256 if row.file else None


class AttestationDetailSerializer(AttestationSerializer):
    """An attestation with its whole statement."""

    statement = serializers.JSONField(read_only=True)

    class Meta(AttestationSerializer.Meta):
        fields = [*AttestationSerializer.Meta.fields, "statement"]
        read_only_fields = fields


class IssueSerializer(serializers.Serializer[Any]):
    """What an attestation is asked for: an engagement and a day."""

    engagement = serializers.UUIDField()
    as_of = serializers.DateField()


class AttestationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Attestations the caller may read; issuing one starts its PDF."""

    queryset = Attestation.objects.none()
    serializer_class = AttestationSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.REPORTS_VIEW,
        "retrieve": Permission.REPORTS_VIEW,
        "create": Permission.REPORTS_VIEW,
        "download": Permission.REPORTS_VIEW,
    }

    def get_queryset(self) -> Any:
        """Scoped by the caller; the statement only where one is read."""
        rows = queries.attestations(self.actor)
        return rows.defer(None) if self.action == "retrieve" else rows

    def get_serializer_class(self) -> Any:
        """The statement only where one is read."""
        if self.action == "retrieve":
            return AttestationDetailSerializer
        return AttestationSerializer

    @extend_schema(request=IssueSerializer, responses={201: AttestationSerializer})
    def create(self, request: Request) -> Response:
        """Freeze a statement; its PDF follows."""
        asked = IssueSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        engagement = engagements.engagement(
            self.actor, asked.validated_data["engagement"]
        )
        issued = actions.issue_attestation(
            engagement, by=self.actor, as_of=asked.validated_data["as_of"]
        )
        return Response(
            AttestationSerializer(issued).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            409: OpenApiResponse(description="The document is not made yet."),
        }
    )
    @action(detail=True, methods=["get"])
    def download(self, request: Request, pk: str | None = None) -> FileResponse:
        """The PDF; the download is recorded."""
        file = actions.take_document(self.get_object(), by=self.actor)
        return file_response(file, by=self.actor)


ROUTES = [("attestations", AttestationViewSet)]
