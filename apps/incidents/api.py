"""API of incidents."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.engagements import queries as engagements
from apps.engagements.enums import Channel, PhiCategory
from apps.incidents import actions, queries
from apps.incidents.actions import FactValue, NoticeTerms, Report
from apps.incidents.enums import Duty, FactName, Kind, Method
from apps.incidents.models import Clock, Incident
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """A case; ``state`` is draft, open or closed."""

    reference = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)

    class Meta:
        model = Incident
        fields = [
            "id",
            "reference",
            "engagement",
            "reporter",
            "kind",
            "summary",
            "channels",
            "systems",
            "phi_categories",
            "is_exercise",
            "state",
            "created_at",
            "shared_at",
            "closed_at",
        ]
        read_only_fields = fields


class ClockSerializer(serializers.ModelSerializer[Clock]):
    """A clock as it was computed; ended ones are kept."""

    class Meta:
        model = Clock
        fields = [
            "id",
            "incident",
            "obligated",
            "code",
            "duty",
            "basis",
            "state",
            "to_whom",
            "citation",
            "start_on",
            "start_at",
            "due_on",
            "due_at",
            "normal_due_on",
            "latest_on",
            "words",
            "is_advisory",
            "rules_version",
            "created_at",
            "ended_at",
            "ended_as",
            "superseded_by",
        ]
        read_only_fields = fields


class ReportSerializer(serializers.Serializer[Any]):
    """What is known at first. ``text_confirmed`` answers the warning about text that
    looks like an identifier."""

    engagement = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    summary = serializers.CharField(max_length=2000)
    learned_at = serializers.DateTimeField()
    zone = serializers.CharField(max_length=64)
    person = serializers.CharField(max_length=120)
    occurred_on = serializers.DateField(required=False, allow_null=True, default=None)
    channels = serializers.MultipleChoiceField(choices=Channel.choices, required=False)
    phi_categories = serializers.MultipleChoiceField(
        choices=PhiCategory.choices, required=False
    )
    systems = serializers.CharField(max_length=300, required=False, default="")
    people = serializers.IntegerField(
        min_value=0, required=False, allow_null=True, default=None
    )
    is_exercise = serializers.BooleanField(required=False, default=False)
    text_confirmed = serializers.BooleanField(required=False, default=False)

    def validate_zone(self, value: str) -> str:
        """An IANA zone."""
        return _zone(value)


class ShareSerializer(serializers.Serializer[Any]):
    """When and how the other side was told."""

    told_at = serializers.DateTimeField()
    method = serializers.ChoiceField(choices=Method.choices, default=Method.PORTAL)


class FactSerializer(serializers.Serializer[Any]):
    """A fact or a correction of one; give the one value the fact takes."""

    name = serializers.ChoiceField(choices=FactName.choices)
    day = serializers.DateField(required=False, allow_null=True, default=None)
    moment = serializers.DateTimeField(required=False, allow_null=True, default=None)
    zone = serializers.CharField(required=False, allow_blank=True, default="")
    yes = serializers.BooleanField(required=False, allow_null=True, default=None)
    person = serializers.CharField(max_length=120, required=False, default="")
    reason = serializers.CharField(max_length=500, required=False, default="")
    text_confirmed = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A moment comes with its zone."""
        if attrs.get("moment") is not None:
            attrs["zone"] = _zone(attrs.get("zone", ""))
        return attrs


class CountSerializer(serializers.Serializer[Any]):
    """People affected, in total and by State."""

    total = serializers.IntegerField(min_value=0)
    by_state = serializers.DictField(
        child=serializers.IntegerField(min_value=0), required=False
    )
    unreachable = serializers.IntegerField(min_value=0, required=False, default=0)
    reason = serializers.CharField(max_length=500, required=False, default="")
    text_confirmed = serializers.BooleanField(required=False, default=False)

    def validate_by_state(self, value: dict[str, int]) -> dict[str, int]:
        """Codes of two capital letters."""
        if any(len(s) != 2 or not s.isalpha() or not s.isupper() for s in value):
            raise serializers.ValidationError("A State is a code of two letters.")
        return value


class NoticeSerializer(serializers.Serializer[Any]):
    """A notice that is out."""

    duty = serializers.ChoiceField(choices=Duty.choices)
    method = serializers.ChoiceField(choices=Method.choices)
    sent_at = serializers.DateTimeField()
    to_whom = serializers.CharField(max_length=300)
    state = serializers.RegexField(r"^[A-Z]{2}$", required=False, default="")
    people = serializers.IntegerField(
        min_value=0, required=False, allow_null=True, default=None
    )
    contents = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, default=list
    )
    people_agreed = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=500, required=False, default="")
    text_confirmed = serializers.BooleanField(required=False, default=False)


class IncidentFilter(django_filters.FilterSet):
    """Narrows the list."""

    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    engagement = django_filters.UUIDFilter(field_name="engagement_id")
    is_exercise = django_filters.BooleanFilter()
    is_closed = django_filters.BooleanFilter(
        field_name="closed_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Incident
        fields = ["kind", "engagement", "is_exercise", "is_closed"]


class IncidentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Cases and what moves them on."""

    queryset = Incident.objects.none()
    serializer_class = IncidentSerializer
    filterset_class = IncidentFilter
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.INCIDENTS_VIEW,
        "retrieve": Permission.INCIDENTS_VIEW,
        "create": Permission.INCIDENTS_REPORT,
        "share": Permission.INCIDENTS_ASSESS,
        "facts": Permission.INCIDENTS_ASSESS,
        "counts": Permission.INCIDENTS_ASSESS,
        "notices": Permission.INCIDENTS_ASSESS,
    }

    def get_queryset(self) -> QuerySet[Incident]:
        """Cases the actor may know of."""
        return queries.incidents(self.actor)

    @extend_schema(request=ReportSerializer, responses=IncidentSerializer)
    def create(self, request: Request) -> Response:
        """Write an incident down as a draft of the own side."""
        data = _valid(ReportSerializer(data=request.data))
        engagement = engagements.engagement(self.actor, data.pop("engagement"))
        data["kind"] = Kind(data["kind"])
        for name in ("channels", "phi_categories"):
            data[name] = tuple(sorted(data.get(name, ())))
        row = actions.report_incident(engagement, by=self.actor, report=Report(**data))
        return Response(IncidentSerializer(row).data, status=201)

    @extend_schema(request=ShareSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: str | None = None) -> Response:
        """Tell the other side."""
        incident = self._incident()
        data = _valid(ShareSerializer(data=request.data))
        row = actions.share_incident(
            incident,
            by=self.actor,
            told_at=data["told_at"],
            method=Method(data["method"]),
        )
        return Response(IncidentSerializer(row).data)

    @extend_schema(request=FactSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def facts(self, request: Request, pk: str | None = None) -> Response:
        """Record a fact or a correction; the earlier value is kept."""
        incident = self._incident()
        data = _valid(FactSerializer(data=request.data))
        actions.correct_fact(
            incident,
            by=self.actor,
            name=FactName(data["name"]),
            value=FactValue(
                day=data["day"],
                moment=data["moment"],
                zone=data["zone"],
                yes=data["yes"],
                person=data["person"],
            ),
            reason=data["reason"],
            text_confirmed=data["text_confirmed"],
        )
        return Response(IncidentSerializer(incident).data)

    @extend_schema(request=CountSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def counts(self, request: Request, pk: str | None = None) -> Response:
        """Count the people affected; thresholds follow."""
        incident = self._incident()
        data = _valid(CountSerializer(data=request.data))
        by_state = data.pop("by_state", {})
        actions.count_people(incident, by=self.actor, by_state=by_state, **data)
        return Response(IncidentSerializer(incident).data)

    @extend_schema(request=NoticeSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def notices(self, request: Request, pk: str | None = None) -> Response:
        """Record a notice that is out; the clocks it meets end."""
        incident = self._incident()
        data = _valid(NoticeSerializer(data=request.data))
        data["duty"], data["method"] = Duty(data["duty"]), Method(data["method"])
        data["contents"] = tuple(data["contents"])
        terms = NoticeTerms(**data)
        actions.record_notice(incident, by=self.actor, terms=terms)
        return Response(IncidentSerializer(incident).data)

    def _incident(self) -> Incident:
        return queries.incident(self.actor, self.kwargs["pk"])


class ClockViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Clocks that run and count, of cases the actor may know of."""

    queryset = Clock.objects.none()
    serializer_class = ClockSerializer
    http_method_names = ["get", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.INCIDENTS_VIEW,
        "retrieve": Permission.INCIDENTS_VIEW,
    }

    def get_queryset(self) -> QuerySet[Clock]:
        """The earliest first; exercises and closed cases are left out."""
        return queries.running_clocks(self.actor)


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise serializers.ValidationError("Name an IANA time zone.")
    return value


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


ROUTES = [("incidents", IncidentViewSet), ("incident-clocks", ClockViewSet)]
