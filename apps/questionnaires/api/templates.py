"""API of the shelf: questionnaires, their versions, drafts."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.questionnaires import actions, queries, rules
from apps.questionnaires.api.inputs import (
    ContentInput,
    DraftInput,
    PublishInput,
    TemplateInput,
    read,
)
from apps.questionnaires.api.outputs import TemplateSerializer, VersionContentSerializer
from apps.questionnaires.models import Template, TemplateVersion
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission

_DESIGN = Permission.QUESTIONNAIRES_DESIGN


class TemplateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Questionnaires on the shelf."""

    queryset = Template.objects.none()
    serializer_class = TemplateSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.QUESTIONNAIRES_VIEW,
        "retrieve": Permission.QUESTIONNAIRES_VIEW,
        "create": _DESIGN,
    }

    def get_queryset(self) -> QuerySet[Template]:
        """Own ones and the portal's."""
        return queries.templates(self.actor)

    @extend_schema(request=TemplateInput, responses={201: VersionContentSerializer})
    def create(self, request: Request) -> Response:
        """Begin a questionnaire; 422 names every flaw of its content."""
        data = read(TemplateInput, request)
        content = rules.read_content(data.pop("content"))
        version = actions.create_template(by=self.actor, content=content, **data)
        return Response(VersionContentSerializer(version).data, status=201)


class VersionViewSet(mixins.RetrieveModelMixin, PortalViewSet):
    """Versions with their content; a draft may be edited, a published one never."""

    queryset = TemplateVersion.objects.none()
    serializer_class = VersionContentSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "retrieve": Permission.QUESTIONNAIRES_VIEW,
        "draft": _DESIGN,
        "content": _DESIGN,
        "publish": _DESIGN,
    }

    def get_object(self) -> TemplateVersion:
        """One version the actor may read."""
        return queries.version(self.actor, self.kwargs["pk"])

    @extend_schema(request=DraftInput, responses={201: VersionContentSerializer})
    @action(detail=True, methods=["post"])
    def draft(self, request: Request, pk: str) -> Response:
        """Begin a new version from this one."""
        version = self.get_object()
        row = actions.draft_version(version, by=self.actor, **read(DraftInput, request))
        return Response(VersionContentSerializer(row).data, status=201)

    @extend_schema(request=ContentInput, responses=VersionContentSerializer)
    @action(detail=True, methods=["post"])
    def content(self, request: Request, pk: str) -> Response:
        """Replace the content of a draft; 409 when somebody edited in between."""
        version = self.get_object()
        data = read(ContentInput, request)
        row = actions.edit_draft(
            version,
            by=self.actor,
            content=rules.read_content(data["content"]),
            revision=data["revision"],
        )
        return Response(VersionContentSerializer(row).data)

    @extend_schema(request=PublishInput, responses=VersionContentSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Make a draft final."""
        version = self.get_object()
        data = read(PublishInput, request)
        row = actions.publish_version(version, by=self.actor, **data)
        return Response(VersionContentSerializer(row).data)
