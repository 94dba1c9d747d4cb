"""Systems, exports and accounts over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access_reviews import actions, queries
from apps.access_reviews.api.common import REFUSED, read
from apps.access_reviews.models import (
    Account,
    SnapshotImport,
    System,
)
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class SystemSerializer(serializers.ModelSerializer[System]):
    """A system people sign in to."""

    class Meta:
        model = System
        fields = ["id", "name", "owner", "holds_phi", "created_at"]
        read_only_fields = fields


class SystemInput(serializers.Serializer[Any]):
    """A new system."""

    name = serializers.CharField(max_length=100)
    owner = serializers.CharField(max_length=200, default="", allow_blank=True)
    holds_phi = serializers.BooleanField(default=True)


class SystemViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Systems of the caller's organization."""

    queryset = System.objects.none()
    serializer_class = SystemSerializer
    permissions = {
        "list": Permission.ACCESS_VIEW,
        "retrieve": Permission.ACCESS_VIEW,
        "create": Permission.ACCESS_IMPORT,
    }

    def get_queryset(self) -> QuerySet[System]:
        """The organization's own."""
        return queries.systems(self.actor)

    @extend_schema(request=SystemInput, responses={201: SystemSerializer} | REFUSED)
    def create(self, request: Request) -> Response:
        """Add a system."""
        system = actions.register_system(
            by=self.actor,
            organization=self.actor.organization,
            terms=actions.SystemTerms(**read(SystemInput, request)),
        )
        shown = SystemSerializer(system).data
        return Response(shown, status=status.HTTP_201_CREATED)


class SnapshotSerializer(serializers.ModelSerializer[SnapshotImport]):
    """An export: what it states of itself and what became of its rows."""

    state = serializers.CharField(read_only=True)
    sha256 = serializers.CharField(source="file.sha256", read_only=True)

    class Meta:
        model = SnapshotImport
        fields = [
            "id",
            "system",
            "file_name",
            "sha256",
            "kind",
            "exported_by",
            "exported_at",
            "is_complete",
            "proves_absence",
            "state",
            "understood",
            "account",
            "refusal",
            "created_at",
        ]
        read_only_fields = fields


class SnapshotUpload(serializers.Serializer[Any]):
    """An export pushed by a program."""

    system = serializers.UUIDField()
    file = serializers.FileField()
    exported_by = serializers.CharField(max_length=200, default="", allow_blank=True)
    exported_at = serializers.DateTimeField(default=None, allow_null=True)
    is_complete = serializers.BooleanField(default=False)
    expected_rows = serializers.IntegerField(default=None, allow_null=True, min_value=1)


class SnapshotViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Exports of the caller's systems."""

    queryset = SnapshotImport.objects.none()
    serializer_class = SnapshotSerializer
    permissions = {
        "list": Permission.ACCESS_VIEW,
        "retrieve": Permission.ACCESS_VIEW,
        "create": Permission.ACCESS_IMPORT,
        "confirm": Permission.ACCESS_IMPORT,
    }

    def get_queryset(self) -> QuerySet[SnapshotImport]:
        """The organization's own."""
        return queries.snapshots(self.actor)

    @extend_schema(
        request={"multipart/form-data": SnapshotUpload},
        responses={201: SnapshotSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """Push an export; reading follows, then it waits for ``confirm``."""
        given = read(SnapshotUpload, request)
        upload, pk = given.pop("file"), given.pop("system")
        job = actions.push_snapshot(
            queries.system(self.actor, pk),
            by=self.actor,
            upload=upload,
            statement=actions.SnapshotStatement(**given),
        )
        shown = SnapshotSerializer(job).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={200: SnapshotSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Write what the preview says; the commit follows."""
        job = actions.confirm_snapshot(self.get_object(), by=self.actor)
        return Response(SnapshotSerializer(job).data)


class AccountSerializer(serializers.ModelSerializer[Account]):
    """An account as the last export showed it."""

    class Meta:
        model = Account
        fields = [
            "id",
            "system",
            "key",
            "login",
            "name",
            "email",
            "kind",
            "status",
            "usage",
            "last_used_at",
            "has_mfa",
            "agent",
            "matched_by",
            "first_seen_at",
            "last_seen_at",
            "absent_since",
            "created_at",
        ]
        read_only_fields = fields


class AccountViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Accounts of the caller's systems."""

    queryset = Account.objects.none()
    serializer_class = AccountSerializer
    permissions = {"list": Permission.ACCESS_VIEW, "retrieve": Permission.ACCESS_VIEW}

    def get_queryset(self) -> QuerySet[Account]:
        """The organization's own."""
        return queries.accounts(self.actor)
