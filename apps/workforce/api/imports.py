"""Roster imports over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.workforce import actions, importer, queries
from apps.workforce.api.common import REFUSED, read
from apps.workforce.models import RosterImport


class RosterImportSerializer(serializers.ModelSerializer[RosterImport]):
    """A roster on its way in: ``account`` counts rows once it is read."""

    state = serializers.CharField(read_only=True)

    class Meta:
        model = RosterImport
        fields = [
            "id",
            "file_name",
            "is_complete",
            "state",
            "understood",
            "account",
            "refusal",
            "rows_done",
            "created_at",
        ]
        read_only_fields = fields


class RosterUpload(serializers.Serializer[Any]):
    """A roster file."""

    file = serializers.FileField()
    is_complete = serializers.BooleanField(default=False)
    as_of = serializers.DateField(required=False, allow_null=True, default=None)


class RosterReading(serializers.Serializer[Any]):
    """How the file is read: field to column (from 0) or null, date order, sheet."""

    columns = serializers.DictField(
        child=serializers.IntegerField(min_value=0, allow_null=True),
        default=dict,
        help_text=", ".join(field.name for field in importer.FIELDS),
    )
    date_order = serializers.ChoiceField(
        choices=["day_first", "month_first"], allow_blank=True, default=""
    )
    sheet = serializers.CharField(max_length=100, allow_blank=True, default="")

    def validate_columns(self, value: dict[str, int | None]) -> dict[str, int | None]:
        """Fields we know only."""
        stray = sorted(set(value) - {field.name for field in importer.FIELDS})
        if stray:
            raise serializers.ValidationError(f"There is no field {stray[0]}.")
        return value


class RosterConfirmation(serializers.Serializer[Any]):
    """``leavers``: how many have left, asked where a complete file lets many leave."""

    leavers = serializers.IntegerField(required=False, allow_null=True, default=None)


class RosterImportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Roster imports of the caller's organization."""

    queryset = RosterImport.objects.none()
    serializer_class = RosterImportSerializer
    permissions = {
        "list": Permission.WORKFORCE_IMPORT,
        "retrieve": Permission.WORKFORCE_IMPORT,
        "create": Permission.WORKFORCE_IMPORT,
        "confirm": Permission.WORKFORCE_IMPORT,
        "columns": Permission.WORKFORCE_IMPORT,
        "problems": Permission.WORKFORCE_IMPORT,
        "leavers": Permission.WORKFORCE_IMPORT,
    }

    def get_queryset(self) -> QuerySet[RosterImport]:
        """The organization's own."""
        return queries.roster_imports(self.actor)

    @extend_schema(
        request={"multipart/form-data": RosterUpload},
        responses={201: RosterImportSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """Upload a roster; reading follows, then it waits for ``confirm``."""
        given = read(RosterUpload, request)
        upload = given.pop("file")
        stored = evidence.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=upload,
            accept=FileKind.TABLE,
        )
        job = actions.upload_roster(
            by=self.actor,
            organization=self.actor.organization,
            file=stored,
            file_name=upload.name,
            **given,
        )
        shown = RosterImportSerializer(job).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=RosterReading, responses={200: RosterImportSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def columns(self, request: Request, pk: Any = None) -> Response:
        """Correct how the file is read; it is read again."""
        job = actions.remap_roster(
            self.get_object(), by=self.actor, **read(RosterReading, request)
        )
        return Response(RosterImportSerializer(job).data)

    @extend_schema(
        request=RosterConfirmation, responses={200: RosterImportSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Write what the preview says; the commit follows."""
        job = actions.confirm_roster(
            self.get_object(), by=self.actor, **read(RosterConfirmation, request)
        )
        return Response(RosterImportSerializer(job).data)

    @extend_schema(
        responses={200: serializers.ListSerializer(child=serializers.JSONField())}
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def problems(self, request: Request, pk: Any = None) -> Response:
        """The refused rows: row, column, value, expected."""
        return Response(queries.roster_import(self.actor, self.kwargs["pk"]).problems)

    @extend_schema(
        responses={200: serializers.ListSerializer(child=serializers.JSONField())}
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def leavers(self, request: Request, pk: Any = None) -> Response:
        """Who would leave, or left, by absence: agent id and name."""
        return Response(queries.roster_import(self.actor, self.kwargs["pk"]).leavers)
