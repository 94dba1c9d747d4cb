"""API of deadlines and reminder policies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.types import DueItem
from apps.reminders import actions, queries, rules
from apps.reminders.enums import DutyKind
from apps.reminders.models import ReminderPolicy
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission

MAX_DAYS = 366


class WindowSerializer(serializers.Serializer[Any]):
    """Due days asked for, inclusive; at most 366 of them."""

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        today = clock.today(self.context["zone"])
        first = attrs.get("first", today - timedelta(days=rules.LOOK_BACK_DAYS))
        last = attrs.get("last", today + timedelta(days=queries.AHEAD_DAYS))
        if not first <= last <= first + timedelta(days=MAX_DAYS):
            raise serializers.ValidationError(
                f"last must lie within {MAX_DAYS} days after first."
            )
        return {"first": first, "last": last}


class DueItemSerializer(serializers.Serializer[DueItem]):
    """A dated duty."""

    key = serializers.CharField()
    kind = serializers.CharField()
    due = serializers.DateField()
    title = serializers.CharField()
    path = serializers.CharField()
    engagement_id = serializers.UUIDField(allow_null=True)


class DeadlineViewSet(PortalViewSet):
    """Dated duties of the caller's organization, computed, so without pages."""

    serializer_class = DueItemSerializer
    pagination_class = None
    filter_backends = []
    http_method_names = ["get", "head", "options"]
    permissions = {"list": Permission.ENGAGEMENTS_VIEW}

    @extend_schema(
        parameters=[WindowSerializer], responses=DueItemSerializer(many=True)
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Earliest first; without a window 180 days back and 90 days ahead."""
        zone = self.actor.organization.time_zone
        window = WindowSerializer(data=request.query_params, context={"zone": zone})
        window.is_valid(raise_exception=True)
        items = queries.due_items(self.actor, **window.validated_data)
        return Response(self.get_serializer(items, many=True).data)


class ReminderPolicySerializer(serializers.ModelSerializer[ReminderPolicy]):
    """Days on which the organization is reminded of a kind of duty."""

    kind = serializers.ChoiceField(choices=DutyKind.choices)
    offsets = serializers.ListField(
        child=serializers.IntegerField(
            min_value=rules.EARLIEST_OFFSET, max_value=rules.LATEST_OFFSET
        ),
        max_length=rules.MAX_OFFSETS,
        allow_empty=False,
    )

    class Meta:
        model = ReminderPolicy
        fields = ["id", "kind", "offsets", "created_at"]
        read_only_fields = ["id", "created_at"]


class ReminderPolicyViewSet(mixins.ListModelMixin, PortalViewSet):
    """Own policies; kinds that are not listed follow the default days."""

    queryset = ReminderPolicy.objects.none()
    serializer_class = ReminderPolicySerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.REMINDERS_EDIT,
        "create": Permission.REMINDERS_EDIT,
    }

    def get_queryset(self) -> QuerySet[ReminderPolicy]:
        return queries.policies(self.actor)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Set the days of a kind; the same again changes nothing."""
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        policy = actions.set_policy(by=self.actor, **wanted.validated_data)
        return Response(
            self.get_serializer(policy).data, status=status.HTTP_201_CREATED
        )


ROUTES = [
    ("deadlines", DeadlineViewSet),
    ("reminder-policies", ReminderPolicyViewSet),
]
