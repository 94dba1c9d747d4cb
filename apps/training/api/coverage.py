"""Requirements, coverage and certifications over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.errors import Invalid, NotFound
from apps.engagements import queries as engagements
from apps.engagements.enums import Channel
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.training import actions, queries
from apps.training.api.common import REFUSED, read, unknown
from apps.training.enums import Timing
from apps.training.models import Certification, Requirement
from apps.workforce.enums import AgentRole


class RequirementSerializer(serializers.ModelSerializer[Requirement]):
    """A course required on an engagement; blank role or channel means all."""

    class Meta:
        model = Requirement
        fields = [
            "id",
            "engagement",
            "course",
            "role",
            "channel",
            "timing",
            "within_days",
            "effective_on",
            "ended_on",
            "created_at",
        ]
        read_only_fields = fields


class RequirementInput(serializers.Serializer[Any]):
    """A course to require."""

    engagement = serializers.UUIDField()
    course = serializers.UUIDField()
    role = serializers.ChoiceField(
        choices=AgentRole.choices, allow_blank=True, default=""
    )
    channel = serializers.ChoiceField(
        choices=Channel.choices, allow_blank=True, default=""
    )
    timing = serializers.ChoiceField(
        choices=Timing.choices, default=Timing.BEFORE_CONTACT
    )
    within_days = serializers.IntegerField(min_value=0, max_value=365, default=0)
    effective_on = serializers.DateField()


class EndInput(serializers.Serializer[Any]):
    """The last day, inclusive."""

    ended_on = serializers.DateField()


class RequirementViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Requirements of engagements the caller may see."""

    queryset = Requirement.objects.none()
    serializer_class = RequirementSerializer
    filterset_fields = ["engagement"]
    permissions = {
        "list": Permission.TRAINING_VIEW,
        "retrieve": Permission.TRAINING_VIEW,
        "create": Permission.TRAINING_REQUIRE,
        "end": Permission.TRAINING_REQUIRE,
    }

    def get_queryset(self) -> QuerySet[Requirement]:
        """Those of engagements of both sides and of grants."""
        return queries.requirements(self.actor)

    @extend_schema(
        request=RequirementInput, responses={201: RequirementSerializer} | REFUSED
    )
    def create(self, request: Request) -> Response:
        """Require a course."""
        given = read(RequirementInput, request)
        engagement = _engagement(self.actor, given.pop("engagement"))
        wanted = given.pop("course")
        courses = queries.courses_of_provider(self.actor, engagement)
        course = next((each for each in courses if each.pk == wanted), None)
        if course is None:
            raise unknown("course", "No course of the provider.")
        given["timing"] = Timing(given["timing"])
        row = actions.require_course(engagement, by=self.actor, course=course, **given)
        shown = RequirementSerializer(row).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(request=EndInput, responses={200: RequirementSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any = None) -> Response:
        """Ask it no longer after a day."""
        row = actions.end_requirement(
            self.get_object(), by=self.actor, **read(EndInput, request)
        )
        return Response(RequirementSerializer(row).data)


def _engagement(actor: Actor, pk: Any) -> Engagement:
    try:
        return engagements.engagement(actor, pk)
    except NotFound as error:
        raise unknown("engagement", "No engagement of yours.") from error


class RequirementCoverageSerializer(serializers.Serializer[Any]):
    """One requirement in agents."""

    requirement_id = serializers.UUIDField()
    course_code = serializers.CharField()
    course_title = serializers.CharField()
    role = serializers.CharField()
    channel = serializers.CharField()
    applies = serializers.IntegerField()
    valid = serializers.IntegerField()
    pending = serializers.IntegerField()
    missing = serializers.IntegerField()


class CoverageSerializer(serializers.Serializer[Any]):
    """Training of an engagement on a day, in agents."""

    engagement_id = serializers.UUIDField()
    as_of = serializers.DateField()
    agents = serializers.IntegerField()
    cleared = serializers.IntegerField()
    requirements = RequirementCoverageSerializer(many=True)


class CoverageViewSet(PortalViewSet):
    """Coverage by engagement; counts only."""

    queryset = Engagement.objects.none()
    serializer_class = CoverageSerializer
    permissions = {"retrieve": Permission.TRAINING_VIEW}

    @extend_schema(
        parameters=[OpenApiParameter("as_of", date, description="A day; else today")],
        responses={200: CoverageSerializer} | REFUSED,
    )
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """Counts of one engagement."""
        engagement = engagements.engagement(self.actor, pk)
        as_of = clock.today(engagement.client.time_zone)
        if stated := request.query_params.get("as_of"):
            try:
                as_of = date.fromisoformat(stated)
            except ValueError as error:
                raise Invalid(f"{stated} is no date.") from error
        coverage = queries.coverage(engagement, as_of=as_of)
        return Response(CoverageSerializer(coverage).data)


class CertificationSerializer(serializers.ModelSerializer[Certification]):
    """Present standing of one agent in one course."""

    class Meta:
        model = Certification
        fields = [
            "id",
            "agent",
            "course",
            "completed_on",
            "valid_until",
            "created_at",
        ]
        read_only_fields = fields


class CertificationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Certifications of the caller's own agents."""

    queryset = Certification.objects.none()
    serializer_class = CertificationSerializer
    filterset_fields = {
        "agent": ["exact"],
        "course": ["exact"],
        "valid_until": ["lte", "gte"],
    }
    permissions = {
        "list": Permission.WORKFORCE_VIEW,
        "retrieve": Permission.WORKFORCE_VIEW,
    }

    def get_queryset(self) -> QuerySet[Certification]:
        """The organization's own."""
        return queries.certifications(self.actor)
