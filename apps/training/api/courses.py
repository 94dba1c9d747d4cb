"""Courses and their versions over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.training import actions, queries
from apps.training.api.common import REFUSED, read, texts
from apps.training.models import Course, CourseVersion
from apps.training.rules import CourseVersionTerms


class CourseSerializer(serializers.ModelSerializer[Course]):
    """A course; ``aliases`` are its names in other systems."""

    class Meta:
        model = Course
        fields = ["id", "code", "title", "aliases", "taught_by", "created_at"]
        read_only_fields = fields


class VersionSerializer(serializers.ModelSerializer[CourseVersion]):
    """A version; ``validity_months`` null means for ever."""

    class Meta:
        model = CourseVersion
        fields = [
            "id",
            "label",
            "effective_on",
            "topics",
            "is_scenario_based",
            "pass_mark",
            "validity_months",
            "window_starts_on",
            "grace_days",
            "scenario_percent",
            "languages",
            "created_at",
        ]
        read_only_fields = fields


class VersionInput(serializers.Serializer[Any]):
    """A version to add."""

    label = serializers.CharField(max_length=40)  # type: ignore[assignment]
    effective_on = serializers.DateField()
    topics = texts(200)
    is_scenario_based = serializers.BooleanField(default=False)
    pass_mark = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, allow_null=True, default=None
    )
    validity_months = serializers.IntegerField(
        min_value=1, max_value=120, allow_null=True, default=None
    )
    window_starts_on = serializers.DateField(allow_null=True, default=None)
    grace_days = serializers.IntegerField(min_value=0, max_value=365, default=0)
    scenario_percent = serializers.IntegerField(
        min_value=0, max_value=100, allow_null=True, default=None
    )
    languages = texts(20)


class CourseInput(serializers.Serializer[Any]):
    """A course and its first version."""

    code = serializers.CharField(max_length=64)
    title = serializers.CharField(max_length=200)
    aliases = texts(300)
    taught_by = serializers.CharField(max_length=200, allow_blank=True, default="")
    version = VersionInput()


def _terms(given: dict[str, Any]) -> CourseVersionTerms:
    lists = {key: tuple(given[key]) for key in ("topics", "languages")}
    return CourseVersionTerms(**given | lists)


class CourseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Courses of the caller's organization."""

    queryset = Course.objects.none()
    serializer_class = CourseSerializer
    permissions = {
        "list": Permission.TRAINING_VIEW,
        "retrieve": Permission.TRAINING_VIEW,
        "create": Permission.TRAINING_EDIT,
        "versions": Permission.TRAINING_VIEW,
        "add_version": Permission.TRAINING_EDIT,
    }

    def get_queryset(self) -> QuerySet[Course]:
        """The organization's own."""
        return queries.courses(self.actor)

    @extend_schema(request=CourseInput, responses={201: CourseSerializer} | REFUSED)
    def create(self, request: Request) -> Response:
        """Add a course with its first version."""
        given = read(CourseInput, request)
        version = _terms(given.pop("version"))
        course = actions.create_course(
            by=self.actor,
            organization=self.actor.organization,
            version=version,
            **given,
        )
        return Response(CourseSerializer(course).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={200: VersionSerializer(many=True)})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def versions(self, request: Request, pk: Any = None) -> Response:
        """Versions, newest first."""
        rows = queries.versions_of(self.get_object())
        return Response(VersionSerializer(rows, many=True).data)

    @extend_schema(request=VersionInput, responses={201: VersionSerializer} | REFUSED)
    @versions.mapping.post
    def add_version(self, request: Request, pk: Any = None) -> Response:
        """Teach the course differently from a day on."""
        version = actions.add_course_version(
            self.get_object(),
            by=self.actor,
            version=_terms(read(VersionInput, request)),
        )
        return Response(VersionSerializer(version).data, status=status.HTTP_201_CREATED)
