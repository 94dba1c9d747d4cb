"""API of findings and what is done about them."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.questionnaires import actions, queries
from apps.questionnaires.api.inputs import DoneInput, PlanInput, VerifyInput, read
from apps.questionnaires.api.outputs import (
    CorrectiveActionSerializer,
    FindingSerializer,
)
from apps.questionnaires.models import CorrectiveAction, Finding
from apps.tenancy.api.parsing import PlainJSONParser
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class FindingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Findings of reviews."""

    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.QUESTIONNAIRES_VIEW,
        "retrieve": Permission.QUESTIONNAIRES_VIEW,
        "plan": Permission.QUESTIONNAIRES_ANSWER,
    }

    def get_queryset(self) -> QuerySet[Finding]:
        """Findings the actor may see."""
        return queries.findings(self.actor)

    @extend_schema(request=PlanInput, responses={201: CorrectiveActionSerializer})
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        """The vendor plans a corrective action."""
        finding = queries.finding(self.actor, self.kwargs["pk"])
        data = read(PlanInput, request)
        row = actions.plan_action(
            finding,
            by=self.actor,
            text=data["text"],
            due_on=data["due_on"],
            owner_id=data["owner"],
        )
        return Response(CorrectiveActionSerializer(row).data, status=201)


class CorrectiveActionViewSet(PortalViewSet):
    """Corrective actions: done by the vendor, verified by the client."""

    queryset = CorrectiveAction.objects.none()
    serializer_class = CorrectiveActionSerializer
    parser_classes = [MultiPartParser, PlainJSONParser]
    http_method_names = ["post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "done": Permission.QUESTIONNAIRES_ANSWER,
        "verify": Permission.QUESTIONNAIRES_REVIEW,
    }

    def get_object(self) -> CorrectiveAction:
        """One corrective action the actor may see."""
        return queries.corrective_action(self.actor, self.kwargs["pk"])

    @extend_schema(
        request={"multipart/form-data": DoneInput, "application/json": DoneInput},
        responses=CorrectiveActionSerializer,
    )
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str) -> Response:
        """The vendor reports it done, with proof."""
        row = self.get_object()
        data = read(DoneInput, request)
        upload = data["file"]
        row = actions.complete_action(
            row,
            by=self.actor,
            note=data["note"],
            name=upload.name if upload else "",
            content=upload.file if upload else None,
        )
        return Response(CorrectiveActionSerializer(row).data)

    @extend_schema(request=VerifyInput, responses=CorrectiveActionSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        """The client says whether it holds."""
        row = self.get_object()
        data = read(VerifyInput, request)
        answer = actions.verify_action if data["holds"] else actions.reopen_action
        row = answer(row, by=self.actor, note=data["note"])
        return Response(CorrectiveActionSerializer(row).data)
