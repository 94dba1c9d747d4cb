"""Access-log audits over HTTP."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.api.common import REFUSED, read
from apps.access_reviews.models import LogAudit
from apps.core.tables import DateOrder
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class LogAuditSerializer(serializers.ModelSerializer[LogAudit]):
    """An audit of a sample: counts and row numbers, no content."""

    state = serializers.CharField(read_only=True)

    class Meta:
        model = LogAudit
        fields = [
            "id",
            "system",
            "file_name",
            "sha256",
            "size",
            "state",
            "first_on",
            "last_on",
            "zone",
            "weekdays",
            "opens",
            "closes",
            "gap_hours",
            "understood",
            "findings",
            "refusal",
            "file",
            "recorded_at",
            "created_at",
        ]
        read_only_fields = fields


class LogUpload(serializers.Serializer[Any]):
    """A sample, the period it covers, and the hours people work."""

    system = serializers.UUIDField()
    file = serializers.FileField()
    zone = serializers.ChoiceField(choices=sorted(available_timezones()))
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6),
        default=[0, 1, 2, 3, 4],
        help_text="From Monday, 0.",
    )
    opens = serializers.TimeField(default=time(8))
    closes = serializers.TimeField(default=time(18))
    gap_hours = serializers.IntegerField(default=rules.GAP_HOURS, min_value=1)
    first_on = serializers.DateField(default=None, allow_null=True)
    last_on = serializers.DateField(default=None, allow_null=True)


class LogColumns(serializers.Serializer[Any]):
    """Column (from 0) of each required field; without any, as recognised."""

    columns = serializers.DictField(
        child=serializers.IntegerField(min_value=0, allow_null=True), default=None
    )
    date_order = serializers.ChoiceField(
        choices=[DateOrder.DAY_FIRST.value, DateOrder.MONTH_FIRST.value], default=""
    )

    def validate_columns(
        self, value: dict[str, int | None] | None
    ) -> dict[str, int | None] | None:
        """Only the fields that are checked."""
        if unknown := sorted(set(value or {}) - set(rules.REQUIRED)):
            known = ", ".join(rules.REQUIRED)
            raise serializers.ValidationError(
                f"Not a field of an audit: {', '.join(unknown)}. Use {known}."
            )
        return value


class LogAuditViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Access-log audits of the caller's organization."""

    queryset = LogAudit.objects.none()
    serializer_class = LogAuditSerializer
    permissions = {
        "list": Permission.ACCESS_VIEW,
        "retrieve": Permission.ACCESS_VIEW,
        "create": Permission.ACCESS_IMPORT,
        "confirm": Permission.ACCESS_IMPORT,
    }

    def get_queryset(self) -> QuerySet[LogAudit]:
        """The organization's own."""
        return queries.log_audits(self.actor)

    @extend_schema(
        request={"multipart/form-data": LogUpload},
        responses={201: LogAuditSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """Hand in a sample; its header is read, then it waits for ``confirm``."""
        given = read(LogUpload, request)
        upload = given.pop("file")
        job = actions.upload_log(
            queries.system(self.actor, given.pop("system")),
            by=self.actor,
            content=upload,
            file_name=upload.name,
            statement=actions.LogStatement(
                **given | {"weekdays": tuple(given["weekdays"])}
            ),
        )
        shown = LogAuditSerializer(job).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(request=LogColumns, responses={200: LogAuditSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Say which column is which; the audit follows and the file is deleted."""
        found = self.get_object()
        given = read(LogColumns, request)
        job = actions.confirm_log(
            found,
            by=self.actor,
            columns=given["columns"],
            order=given["date_order"],
        )
        return Response(LogAuditSerializer(job).data)
