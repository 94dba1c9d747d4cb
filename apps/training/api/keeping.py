"""Certificates in bulk, legal holds, and records past retention over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.errors import NotFound
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.training import actions, queries
from apps.training.api.common import REFUSED, read, unknown
from apps.training.api.records import TrainingReasonInput
from apps.training.models import CertificateUpload, Destruction, TrainingHold
from apps.workforce import queries as workforce


class CertificateUploadSerializer(serializers.ModelSerializer[CertificateUpload]):
    """Files handed in together: the account says what became of each.

    ``state`` is attaching, done or refused; while a job attaches them the account
    grows file by file up to ``files``.
    """

    state = serializers.CharField(read_only=True)

    class Meta:
        model = CertificateUpload
        fields = [
            "id",
            "course",
            "state",
            "files",
            "account",
            "refusal",
            "created_at",
            "finished_at",
        ]
        read_only_fields = fields


class CertificatesInput(serializers.Serializer[Any]):
    """Files named after agents, or a ZIP of them."""

    course = serializers.UUIDField()
    files = serializers.ListField(child=serializers.FileField(), allow_empty=False)


class CertificateUploadViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Certificates the caller's organization handed in."""

    queryset = CertificateUpload.objects.none()
    serializer_class = CertificateUploadSerializer
    permissions = {
        "list": Permission.TRAINING_EDIT,
        "retrieve": Permission.TRAINING_EDIT,
        "create": Permission.TRAINING_EDIT,
    }

    def get_queryset(self) -> QuerySet[CertificateUpload]:
        """The organization's own."""
        return queries.certificate_uploads(self.actor)

    @extend_schema(
        request={"multipart/form-data": CertificatesInput},
        responses={201: CertificateUploadSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """Take the files; a job attaches each to the newest pass of the agent its
        name names. Ask again for the account."""
        given = read(CertificatesInput, request)
        try:
            course = queries.course(self.actor, given["course"])
        except NotFound as error:
            raise unknown("course", "No course of yours.") from error
        row = actions.hand_in_certificates(given["files"], by=self.actor, course=course)
        shown = CertificateUploadSerializer(row).data
        return Response(shown, status=status.HTTP_201_CREATED)


class TrainingHoldSerializer(serializers.ModelSerializer[TrainingHold]):
    """Training records kept until released; without ``agent`` everybody's."""

    class Meta:
        model = TrainingHold
        fields = [
            "id",
            "agent",
            "reason",
            "placed_by",
            "released_at",
            "released_by",
            "release_reason",
            "created_at",
        ]
        read_only_fields = fields


class TrainingHoldInput(serializers.Serializer[Any]):
    """A hold to place."""

    agent = serializers.UUIDField(allow_null=True, default=None)
    reason = serializers.CharField(max_length=500)


class TrainingHoldViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Legal holds on training records of the caller's organization."""

    queryset = TrainingHold.objects.none()
    serializer_class = TrainingHoldSerializer
    permissions = {
        "list": Permission.ASSURANCE_EDIT,
        "retrieve": Permission.ASSURANCE_EDIT,
        "create": Permission.ASSURANCE_EDIT,
        "release": Permission.ASSURANCE_EDIT,
    }

    def get_queryset(self) -> QuerySet[TrainingHold]:
        """The organization's own."""
        return queries.training_holds(self.actor)

    @extend_schema(
        request=TrainingHoldInput, responses={201: TrainingHoldSerializer} | REFUSED
    )
    def create(self, request: Request) -> Response:
        """Place a hold."""
        given = read(TrainingHoldInput, request)
        agent = None
        if given["agent"] is not None:
            try:
                agent = workforce.agent(self.actor, given["agent"])
            except NotFound as error:
                raise unknown("agent", "No agent of yours.") from error
        hold = actions.place_training_hold(
            by=self.actor, reason=given["reason"], agent=agent
        )
        shown = TrainingHoldSerializer(hold).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=TrainingReasonInput, responses={200: TrainingHoldSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: Any = None) -> Response:
        """Release it."""
        hold = actions.release_training_hold(
            self.get_object(), by=self.actor, **read(TrainingReasonInput, request)
        )
        return Response(TrainingHoldSerializer(hold).data)


class DestructionSerializer(serializers.ModelSerializer[Destruction]):
    """What was destroyed together, and why."""

    class Meta:
        model = Destruction
        fields = [
            "id",
            "destroyed_by",
            "destroyed_on",
            "reason",
            "record_count",
            "import_count",
            "file_count",
            "items",
            "created_at",
        ]
        read_only_fields = fields


class PastRetentionSerializer(serializers.Serializer[Any]):
    """A record nothing keeps any more, and the last day it had to be kept."""

    record = serializers.UUIDField(source="record.pk")
    agent = serializers.UUIDField(source="record.agent_id")
    course = serializers.UUIDField(source="record.course_id")
    completed_on = serializers.DateField(source="record.completed_on")
    kept_through = serializers.DateField(source="until")


class DestructionViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Records past retention, and what was destroyed of them."""

    queryset = Destruction.objects.none()
    serializer_class = DestructionSerializer
    permissions = {
        "list": Permission.ASSURANCE_EDIT,
        "retrieve": Permission.ASSURANCE_EDIT,
        "create": Permission.ASSURANCE_EDIT,
        "past_retention": Permission.ASSURANCE_EDIT,
    }

    def get_queryset(self) -> QuerySet[Destruction]:
        """The organization's own."""
        return queries.destructions(self.actor)

    @extend_schema(responses={200: PastRetentionSerializer(many=True)})
    @action(
        detail=False,
        url_path="past-retention",
        pagination_class=None,
        filter_backends=[],
    )
    def past_retention(self, request: Request) -> Response:
        """What may be destroyed today, at most 500."""
        organization = self.actor.organization
        rows = queries.past_retention(
            organization, today=clock.today(organization.time_zone)
        )
        return Response(PastRetentionSerializer(rows, many=True).data)

    @extend_schema(
        request=TrainingReasonInput, responses={201: DestructionSerializer} | REFUSED
    )
    def create(self, request: Request) -> Response:
        """Destroy it for good."""
        row = actions.destroy_past_retention(
            by=self.actor, **read(TrainingReasonInput, request)
        )
        shown = DestructionSerializer(row).data
        return Response(shown, status=status.HTTP_201_CREATED)
