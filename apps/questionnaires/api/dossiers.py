"""API of dossiers: whether the document is made, and taking it."""

from __future__ import annotations

from typing import ClassVar

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request

from apps.evidence.views import file_response
from apps.questionnaires import actions, queries
from apps.questionnaires.api.outputs import DossierSerializer
from apps.questionnaires.models import Dossier
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class DossierViewSet(mixins.RetrieveModelMixin, PortalViewSet):
    """Due-diligence dossiers the caller's organization asked for."""

    queryset = Dossier.objects.none()
    serializer_class = DossierSerializer
    http_method_names = ["get", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "retrieve": Permission.QUESTIONNAIRES_VIEW,
        "content": Permission.QUESTIONNAIRES_VIEW,
    }

    def get_object(self) -> Dossier:
        """One of them; 404 for anybody else's."""
        return queries.dossier(self.actor, self.kwargs["pk"])

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> FileResponse:
        """The PDF; 409 until it is made."""
        file = actions.take_dossier(self.get_object(), by=self.actor)
        return file_response(file, by=self.actor)
