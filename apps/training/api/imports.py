"""Training imports over HTTP."""

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
from apps.training import actions, importer, queries
from apps.training.api.common import REFUSED, read, unknown
from apps.training.models import TrainingImport


class TrainingImportSerializer(serializers.ModelSerializer[TrainingImport]):
    """A training file on its way in: ``account`` counts rows once it is read."""

    state = serializers.CharField(read_only=True)

    class Meta:
        model = TrainingImport
        fields = [
            "id",
            "file_name",
            "course",
            "state",
            "understood",
            "account",
            "refusal",
            "rows_done",
            "created_at",
        ]
        read_only_fields = fields


class TrainingUpload(serializers.Serializer[Any]):
    """A training file; ``course`` when the file names none."""

    file = serializers.FileField()
    course = serializers.UUIDField(required=False, allow_null=True, default=None)


class FileReadingInput(serializers.Serializer[Any]):
    """How the file is read: field to column (from 0), date order, sheet."""

    columns = serializers.DictField(
        child=serializers.IntegerField(min_value=0, allow_null=True),
        default=dict,
        help_text=", ".join(field.name for field in importer.FIELDS),
    )
    date_order = serializers.ChoiceField(
        choices=["day_first", "month_first"], allow_blank=True, default=""
    )
    sheet = serializers.CharField(max_length=100, allow_blank=True, default="")


class TrainingImportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Training imports of the caller's organization."""

    queryset = TrainingImport.objects.none()
    serializer_class = TrainingImportSerializer
    permissions = {
        "list": Permission.TRAINING_IMPORT,
        "retrieve": Permission.TRAINING_IMPORT,
        "create": Permission.TRAINING_IMPORT,
        "confirm": Permission.TRAINING_IMPORT,
        "problems": Permission.TRAINING_IMPORT,
    }

    def get_queryset(self) -> QuerySet[TrainingImport]:
        """The organization's own."""
        return queries.training_imports(self.actor)

    @extend_schema(
        request={"multipart/form-data": TrainingUpload},
        responses={201: TrainingImportSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """Upload a training file; reading follows, then it waits for ``confirm``."""
        given = read(TrainingUpload, request)
        upload, wanted = given["file"], given["course"]
        courses = {each.pk: each for each in queries.course_choices(self.actor)}
        if wanted is not None and wanted not in courses:
            raise unknown("course", "No course of yours.")
        stored = evidence.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=upload,
            accept=FileKind.TABLE,
        )
        job = actions.upload_training(
            by=self.actor,
            organization=self.actor.organization,
            file=stored,
            course=courses.get(wanted),
            file_name=upload.name,
        )
        shown = TrainingImportSerializer(job).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=FileReadingInput, responses={200: TrainingImportSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Write the file; without a body exactly what the preview says."""
        mapping = None
        if request.data:
            mapping = actions.FileReading(**read(FileReadingInput, request))
        job = actions.confirm_training(
            self.get_object(), by=self.actor, mapping=mapping
        )
        return Response(TrainingImportSerializer(job).data)

    @extend_schema(
        responses={200: serializers.ListSerializer(child=serializers.JSONField())}
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def problems(self, request: Request, pk: Any = None) -> Response:
        """The refused rows: row, column, value, expected."""
        return Response(queries.training_import(self.actor, self.kwargs["pk"]).problems)
