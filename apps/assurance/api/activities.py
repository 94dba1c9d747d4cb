"""API of recurring activities."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.assurance import actions, queries
from apps.assurance.api.base import EDIT, VIEW, valid
from apps.assurance.enums import ActivityKind, Outcome
from apps.assurance.models import Activity, ActivityRecord
from apps.assurance.rules import MAX_INTERVAL
from apps.core import clock
from apps.engagements import queries as engagements
from apps.evidence import queries as evidence
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class ActivityRecordSerializer(serializers.ModelSerializer[ActivityRecord]):
    """It was done."""

    class Meta:
        model = ActivityRecord
        fields = ["id", "done_on", "outcome", "summary", "file"]
        read_only_fields = fields


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """An activity; ``next_due`` is the last permitted day, inclusive."""

    records = ActivityRecordSerializer(many=True, read_only=True)
    next_due = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = [
            "id",
            "organization",
            "engagement",
            "kind",
            "interval_months",
            "first_due_on",
            "is_shared",
            "ended_on",
            "next_due",
            "records",
        ]
        read_only_fields = fields

    @extend_schema(responses=serializers.DateField())
    def get_next_due(self, row: Activity) -> str:
        """Computed, never stored."""
        [line] = queries.activity_lines([row], as_of=clock.today("UTC"))
        return line.due.isoformat()


class DoneInput(serializers.Serializer[Any]):
    """The day, what came of it, and the id of the proof."""

    done_on = serializers.DateField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    summary = serializers.CharField(max_length=2000)
    file = serializers.UUIDField()


class ActivityInput(serializers.Serializer[Any]):
    """What is done again and again; without an interval our own default."""

    kind = serializers.ChoiceField(choices=ActivityKind.choices)
    first_due_on = serializers.DateField()
    interval_months = serializers.IntegerField(
        min_value=1, max_value=MAX_INTERVAL, required=False, default=None
    )
    engagement = serializers.UUIDField(required=False, default=None)
    is_shared = serializers.BooleanField(required=False, default=False)


class EndActivityInput(serializers.Serializer[Any]):
    """The last day, inclusive, and why."""

    ended_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class ActivityViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Recurring activities."""

    queryset = Activity.objects.none()
    serializer_class = ActivitySerializer
    filterset_fields = ("organization", "engagement", "kind")
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": EDIT,
        "done": EDIT,
        "end": EDIT,
    }

    def get_queryset(self) -> QuerySet[Activity]:
        """What the actor may see."""
        return queries.activities(self.actor)

    @extend_schema(request=DoneInput, responses=ActivitySerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str | None = None) -> Response:
        """Put on record that it was done."""
        row = queries.activity(self.actor, self.kwargs["pk"])
        data = valid(DoneInput(data=request.data))
        file = evidence.stored_file(self.actor, data.pop("file"))
        data["outcome"] = Outcome(data["outcome"])
        actions.record_done(row, by=self.actor, file=file, **data)
        return Response(ActivitySerializer(queries.activity(self.actor, row.pk)).data)

    @extend_schema(request=ActivityInput, responses=ActivitySerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Start one, for the organization or on an engagement of yours."""
        data = valid(ActivityInput(data=request.data))
        chosen = data.pop("engagement")
        row = actions.start_activity(
            by=self.actor,
            engagement=engagements.engagement(self.actor, chosen) if chosen else None,
            **data | {"kind": ActivityKind(data["kind"])},
        )
        found = queries.activity(self.actor, row.pk)
        return Response(ActivitySerializer(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EndActivityInput, responses=ActivitySerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str | None = None) -> Response:
        """Stop it; what was done stays."""
        row = queries.activity(self.actor, self.kwargs["pk"])
        data = valid(EndActivityInput(data=request.data))
        actions.end_activity(row, by=self.actor, **data)
        return Response(ActivitySerializer(queries.activity(self.actor, row.pk)).data)
