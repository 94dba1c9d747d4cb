"""What belongs to cases: clocks, findings, tasks, letters; and the readings."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.incidents import actions, queries
from apps.incidents.api import inputs
from apps.incidents.api.inputs import valid
from apps.incidents.api.outputs import (
    AssessmentSerializer,
    ClockSerializer,
    FindingSerializer,
    LetterDetailSerializer,
    LetterSerializer,
    ReadingSetSerializer,
    TaskSerializer,
)
from apps.incidents.models import (
    Assessment,
    CaseTask,
    Clock,
    Determination,
    Letter,
    ReadingSet,
)
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission

Permissions = dict[str, Permission | None]


class ClockViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Clocks that run and count, of cases the actor may know of."""

    queryset = Clock.objects.none()
    serializer_class = ClockSerializer
    http_method_names = ["get", "head", "options"]
    permissions: ClassVar[Permissions] = {
        "list": Permission.INCIDENTS_VIEW,
        "retrieve": Permission.INCIDENTS_VIEW,
    }

    def get_queryset(self) -> QuerySet[Clock]:
        """The earliest first; exercises and closed cases are left out."""
        return queries.running_clocks(self.actor)


class AssessmentViewSet(PortalViewSet):
    """Assessments of the own side."""

    queryset = Assessment.objects.none()
    serializer_class = AssessmentSerializer
    http_method_names = ["post", "options"]
    permissions: ClassVar[Permissions] = {"confirm": Permission.INCIDENTS_DETERMINE}

    @extend_schema(request=None, responses=AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str | None = None) -> Response:
        """Confirm as the second person."""
        row = queries.assessment(self.actor, self.kwargs["pk"])
        row = actions.confirm_assessment(row, by=self.actor)
        return Response(AssessmentSerializer(row).data)


class FindingViewSet(PortalViewSet):
    """Findings of the own side."""

    queryset = Determination.objects.none()
    serializer_class = FindingSerializer
    http_method_names = ["post", "options"]
    permissions: ClassVar[Permissions] = {"confirm": Permission.INCIDENTS_DETERMINE}

    @extend_schema(request=None, responses=FindingSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str | None = None) -> Response:
        """Confirm as the second person; it takes effect."""
        row = queries.determination(self.actor, self.kwargs["pk"])
        row = actions.confirm_finding(row, by=self.actor)
        return Response(FindingSerializer(row).data)


class TaskViewSet(PortalViewSet):
    """Tasks of cases."""

    queryset = CaseTask.objects.none()
    serializer_class = TaskSerializer
    http_method_names = ["post", "options"]
    permissions: ClassVar[Permissions] = {
        "done": Permission.INCIDENTS_ASSESS,
        "verify": Permission.INCIDENTS_DETERMINE,
    }

    @extend_schema(request=inputs.OutcomeSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str | None = None) -> Response:
        """Finish a task of the own side."""
        row = queries.task(self.actor, self.kwargs["pk"])
        data = valid(inputs.OutcomeSerializer(data=request.data))
        row = actions.finish_task(
            row,
            by=self.actor,
            outcome=data["text"],
            text_confirmed=data["text_confirmed"],
        )
        return Response(TaskSerializer(row).data)

    @extend_schema(request=inputs.OutcomeSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str | None = None) -> Response:
        """Verify a corrective action as the second person."""
        row = queries.task(self.actor, self.kwargs["pk"])
        data = valid(inputs.OutcomeSerializer(data=request.data))
        row = actions.verify_task(
            row,
            by=self.actor,
            verification=data["text"],
            text_confirmed=data["text_confirmed"],
        )
        return Response(TaskSerializer(row).data)


class LetterViewSet(mixins.ListModelMixin, PortalViewSet):
    """Letters of the own side."""

    queryset = Letter.objects.none()
    serializer_class = LetterSerializer
    http_method_names = ["get", "post", "patch", "head", "options"]
    permissions: ClassVar[Permissions] = {
        "list": Permission.INCIDENTS_ASSESS,
        "retrieve": Permission.INCIDENTS_ASSESS,
        "partial_update": Permission.INCIDENTS_ASSESS,
        "finish": Permission.INCIDENTS_ASSESS,
    }

    def get_queryset(self) -> QuerySet[Letter]:
        """Of the own side."""
        return queries.letters(self.actor)

    @extend_schema(responses=LetterDetailSerializer)
    def retrieve(self, request: Request, pk: str | None = None) -> Response:
        """One letter, with what it lacks."""
        return Response(LetterDetailSerializer(self._letter()).data)

    @extend_schema(
        request=inputs.EditLetterSerializer, responses=LetterDetailSerializer
    )
    def partial_update(self, request: Request, pk: str | None = None) -> Response:
        """Put other words into some parts."""
        row = self._letter()
        data = valid(inputs.EditLetterSerializer(data=request.data))
        row = actions.edit_letter(row, by=self.actor, **data)
        return Response(LetterDetailSerializer(row).data)

    @extend_schema(
        request=inputs.FinishLetterSerializer, responses=LetterDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str | None = None) -> Response:
        """Make it a document."""
        row = self._letter()
        data = valid(inputs.FinishLetterSerializer(data=request.data))
        row = actions.finish_letter(row, by=self.actor, **data)
        return Response(LetterDetailSerializer(row).data)

    def _letter(self) -> Letter:
        return queries.letter(self.actor, self.kwargs["pk"])


class ReadingSetViewSet(mixins.ListModelMixin, PortalViewSet):
    """How the own organization reads what the regulation leaves open."""

    queryset = ReadingSet.objects.none()
    serializer_class = ReadingSetSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[Permissions] = {
        "list": Permission.INCIDENTS_VIEW,
        "create": Permission.INCIDENTS_DETERMINE,
    }

    def get_queryset(self) -> QuerySet[ReadingSet]:
        """The newest first; the first one holds."""
        return queries.reading_sets(self.actor)

    @extend_schema(request=inputs.ReadingsSerializer, responses=ReadingSetSerializer)
    def create(self, request: Request) -> Response:
        """Choose readings for what is computed from now on."""
        serializer = inputs.ReadingsSerializer(data=request.data)
        data = valid(serializer)
        row = actions.set_readings(
            by=self.actor, readings=serializer.readings(), reason=data["reason"]
        )
        return Response(ReadingSetSerializer(row).data, status=201)
