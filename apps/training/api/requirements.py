"""Requirements over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.engagements import queries as engagements
from apps.engagements.enums import Channel
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.training import actions, queries
from apps.training.api.common import REFUSED, read, texts, unknown
from apps.training.enums import Timing
from apps.training.models import Requirement
from apps.training.rules import Demands, RequirementTerms
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
            "renew_months",
            "min_scenario_percent",
            "languages",
            "accepts_equivalents",
            "needs_signature",
            "effective_on",
            "ended_on",
            "created_at",
        ]
        read_only_fields = fields


class RequirementTermsInput(serializers.Serializer[Any]):
    """By when a course is held and what a completion must be, from a day on."""

    timing = serializers.ChoiceField(
        choices=Timing.choices, default=Timing.BEFORE_CONTACT
    )
    within_days = serializers.IntegerField(min_value=0, max_value=365, default=0)
    renew_months = serializers.IntegerField(
        min_value=1, max_value=120, allow_null=True, default=None
    )
    min_scenario_percent = serializers.IntegerField(
        min_value=0, max_value=100, default=0
    )
    languages = texts(20)
    accepts_equivalents = serializers.BooleanField(default=True)
    needs_signature = serializers.BooleanField(default=False)
    effective_on = serializers.DateField()


class RequirementInput(RequirementTermsInput):
    """A course to require."""

    engagement = serializers.UUIDField()
    course = serializers.UUIDField()
    role = serializers.ChoiceField(
        choices=AgentRole.choices, allow_blank=True, default=""
    )
    channel = serializers.ChoiceField(
        choices=Channel.choices, allow_blank=True, default=""
    )


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
        "change": Permission.TRAINING_REQUIRE,
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
        terms = _terms(given)
        row = actions.require_course(
            engagement,
            by=self.actor,
            course=course,
            role=given["role"],
            channel=given["channel"],
            effective_on=given["effective_on"],
            timing=terms.timing,
            within_days=terms.within_days,
            demands=terms.demands,
        )
        shown = RequirementSerializer(row).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=RequirementTermsInput,
        responses={201: RequirementSerializer} | REFUSED,
    )
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: Any = None) -> Response:
        """Ask something else from a day on; the answer is the requirement from then."""
        requirement = self.get_object()
        given = read(RequirementTermsInput, request)
        row = actions.change_requirement(
            requirement,
            by=self.actor,
            terms=_terms(given),
            effective_on=given["effective_on"],
        )
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


def _terms(given: dict[str, Any]) -> RequirementTerms:
    return RequirementTerms(
        Timing(given["timing"]),
        given["within_days"],
        Demands(
            given["renew_months"],
            given["min_scenario_percent"],
            tuple(given["languages"]),
            given["accepts_equivalents"],
            given["needs_signature"],
        ),
    )
