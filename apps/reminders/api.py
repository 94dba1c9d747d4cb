"""API of deadlines, of how reminders go out, and of what went out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.dates import days_between
from apps.core.types import DueItem
from apps.reminders import actions, queries, rules
from apps.reminders.enums import Cadence, DutyKind, ReminderChannel, Weekday
from apps.reminders.models import ReminderPolicy, SentReminder
from apps.reminders.rules import Delivery, Policy
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission, Role

MAX_DAYS = 366
# Rooms add and take days: at the edge of the calendar there are none. Our own default.
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
SETS = {"recipients", "channels", "escalate_to"}


class WindowSerializer(serializers.Serializer[Any]):
    """Due days asked for, inclusive; at most 366 of them."""

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        today = clock.today(self.context["zone"])
        first = attrs.get("first", today - timedelta(days=rules.LOOK_BACK_DAYS))
        last = attrs.get("last", today + timedelta(days=queries.AHEAD_DAYS))
        if not (first <= last and days_between(first, last) <= MAX_DAYS):
            raise serializers.ValidationError(
                f"last must lie within {MAX_DAYS} days after first."
            )
        if not EARLIEST <= first <= last <= LATEST:
            raise serializers.ValidationError(
                f"first and last lie from {EARLIEST.year} to {LATEST.year}."
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


class DeadlinesSerializer(serializers.Serializer[queries.Readings]):
    """Duties, earliest first, and the rooms whose own could not be read just now."""

    results = DueItemSerializer(many=True, source="items")
    unread = serializers.ListField(
        child=serializers.CharField(),
        help_text="While it names a room, that room's duties are missing in results.",
    )


class DeadlineViewSet(PortalViewSet):
    """Dated duties of the caller's organization, computed, so without pages."""

    serializer_class = DeadlinesSerializer
    pagination_class = None
    filter_backends = []
    http_method_names = ["get", "head", "options"]
    permissions = {"list": Permission.ENGAGEMENTS_VIEW}

    @extend_schema(parameters=[WindowSerializer], responses=DeadlinesSerializer)
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Earliest first; without a window 180 days back and 90 days ahead."""
        zone = self.actor.organization.time_zone
        window = WindowSerializer(data=request.query_params, context={"zone": zone})
        window.is_valid(raise_exception=True)
        found = queries.read_rooms(self.actor, **window.validated_data)
        return Response(self.get_serializer(found).data)


class ReminderPolicySerializer(serializers.ModelSerializer[ReminderPolicy]):
    """When and whom the organization reminds of a kind of duty.

    Fields left out stay as they are, or as our default has them.
    """

    kind = serializers.ChoiceField(choices=DutyKind.choices)
    offsets = serializers.ListField(
        child=serializers.IntegerField(
            min_value=rules.EARLIEST_OFFSET, max_value=rules.LATEST_OFFSET
        ),
        max_length=rules.MAX_OFFSETS,
        allow_empty=False,
    )
    recipients = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), required=False
    )
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=ReminderChannel.choices), required=False
    )
    escalate_to = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), required=False
    )

    class Meta:
        model = ReminderPolicy
        fields = [
            "id",
            "kind",
            "offsets",
            "recipients",
            "channels",
            "escalate_after",
            "escalate_to",
            "tells_agents",
            "created_at",
        ]
        read_only_fields = ["id", "created_at"]


class ReminderPolicyViewSet(mixins.ListModelMixin, PortalViewSet):
    """Own policies; kinds that are not listed follow the default."""

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
        """Set the policy of a kind; the same again changes nothing."""
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        given: dict[str, Any] = dict(wanted.validated_data)
        line = queries.policy_line(self.actor, given.pop("kind"))
        now = replace(line.terms, recipients=line.terms.recipients & set(line.roles))
        given |= {name: frozenset(given[name]) for name in SETS & given.keys()}
        terms: Policy = replace(now, **given)
        policy = actions.set_policy(by=self.actor, kind=line.kind, terms=terms)
        return Response(
            self.get_serializer(policy).data, status=status.HTTP_201_CREATED
        )


class DeliverySerializer(serializers.Serializer[Delivery]):
    """When reminders of the organization may leave; fields left out stay."""

    zone = serializers.CharField(required=False, max_length=64)
    cadence = serializers.ChoiceField(required=False, choices=Cadence.choices)
    weekday = serializers.ChoiceField(required=False, choices=Weekday.choices)
    send_at = serializers.TimeField(required=False)
    quiet_from = serializers.TimeField(required=False, allow_null=True)
    quiet_until = serializers.TimeField(required=False, allow_null=True)
    allows_preferences = serializers.BooleanField(required=False)


class DeliveryViewSet(PortalViewSet):
    """How the organization's reminders leave, own or our default."""

    serializer_class = DeliverySerializer
    pagination_class = None
    filter_backends = []
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.REMINDERS_EDIT,
        "create": Permission.REMINDERS_EDIT,
    }

    @extend_schema(responses=DeliverySerializer)
    def list(self, request: Request, **kwargs: Any) -> Response:
        """The one there is."""
        return Response(self.get_serializer(queries.delivery(self.actor)).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Set it; the same again changes nothing."""
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = dict(wanted.validated_data)
        if "cadence" in given:
            given["cadence"] = Cadence(given["cadence"])
        if "weekday" in given:
            given["weekday"] = Weekday(given["weekday"])
        terms = replace(queries.delivery(self.actor), **given)
        actions.set_delivery(by=self.actor, terms=terms)
        return Response(self.get_serializer(terms).data)


class PreferenceSerializer(serializers.Serializer[Any]):
    """How the caller's own reminders come; ``cadence`` "" as the organization's."""

    cadence = serializers.ChoiceField(
        choices=Cadence.choices, allow_blank=True, default=""
    )
    wants_email = serializers.BooleanField(default=True)


class PreferenceViewSet(PortalViewSet):
    """The caller's own choice at the organization they act for."""

    serializer_class = PreferenceSerializer
    pagination_class = None
    filter_backends = []
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.ENGAGEMENTS_VIEW,
        "create": Permission.ENGAGEMENTS_VIEW,
    }

    @extend_schema(responses=PreferenceSerializer)
    def list(self, request: Request, **kwargs: Any) -> Response:
        """The one there is, or what holds without one."""
        row = queries.preference(self.actor)
        usual = {"cadence": "", "wants_email": True}
        return Response(self.get_serializer(row or usual).data)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Choose; 409 where the organization does not let its people choose."""
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        chosen = wanted.validated_data
        row = actions.set_preference(
            by=self.actor,
            cadence=Cadence(chosen["cadence"]) if chosen["cadence"] else None,
            wants_email=chosen["wants_email"],
        )
        return Response(self.get_serializer(row).data)


class SentReminderSerializer(serializers.ModelSerializer[SentReminder]):
    """A line of the ledger; no recipient is an agent."""

    mail = serializers.SerializerMethodField()

    class Meta:
        model = SentReminder
        fields = [
            "id",
            "kind",
            "item",
            "title",
            "due",
            "offset",
            "slot",
            "recipient",
            "role",
            "is_escalation",
            "channel",
            "supersedes",
            "mail",
            "created_at",
        ]
        read_only_fields = fields

    def get_mail(self, row: SentReminder) -> str:
        """What became of the mail, in words."""
        return row.delivery_words


class SentReminderViewSet(mixins.ListModelMixin, PortalViewSet):
    """What was sent to the people of the organization; ``?kind=`` narrows."""

    queryset = SentReminder.objects.none()
    serializer_class = SentReminderSerializer
    http_method_names = ["get", "head", "options"]
    permissions = {"list": Permission.REMINDERS_EDIT}

    def get_queryset(self) -> QuerySet[SentReminder]:
        kind = self.request.query_params.get("kind", "")
        return queries.sends(self.actor, kind=kind)


ROUTES = [
    ("deadlines", DeadlineViewSet),
    ("reminder-policies", ReminderPolicyViewSet),
    ("reminder-delivery", DeliveryViewSet),
    ("reminder-preference", PreferenceViewSet),
    ("reminders-sent", SentReminderViewSet),
]
