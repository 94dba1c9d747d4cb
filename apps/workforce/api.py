"""Sites, agents, assignments and roster imports over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy.api.errors import ErrorSerializer
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.workforce import actions, queries
from apps.workforce.models import Agent, Assignment, RosterImport, Site

REFUSED = {
    403: OpenApiResponse(ErrorSerializer, "The role does not allow it."),
    409: OpenApiResponse(ErrorSerializer, "It contradicts a fact already recorded."),
    422: OpenApiResponse(ErrorSerializer, "A value cannot be accepted."),
}


def read(
    serializer: type[serializers.Serializer[Any]], request: Request
) -> dict[str, Any]:
    """The request's values, or 400 with messages by field."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class SiteSerializer(serializers.ModelSerializer[Site]):
    """A place agents work from."""

    class Meta:
        model = Site
        fields = ["id", "code", "name", "country", "is_remote", "created_at"]
        read_only_fields = fields


class SiteInput(serializers.Serializer[Any]):
    """A new site."""

    code = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=200)
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166-1 alpha-2")
    is_remote = serializers.BooleanField(default=False)


class SiteViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Sites of the caller's organization."""

    queryset = Site.objects.none()
    serializer_class = SiteSerializer
    permissions = {
        "list": Permission.WORKFORCE_VIEW,
        "retrieve": Permission.WORKFORCE_VIEW,
        "create": Permission.WORKFORCE_EDIT,
    }

    def get_queryset(self) -> QuerySet[Site]:
        """The organization's own."""
        return queries.sites(self.actor)

    @extend_schema(request=SiteInput, responses={201: SiteSerializer} | REFUSED)
    def create(self, request: Request) -> Response:
        """Add a site."""
        site = actions.create_site(
            by=self.actor,
            organization=self.actor.organization,
            **read(SiteInput, request),
        )
        return Response(SiteSerializer(site).data, status=status.HTTP_201_CREATED)


class AgentSerializer(serializers.ModelSerializer[Agent]):
    """A person of the provider."""

    class Meta:
        model = Agent
        fields = [
            "id",
            "external_id",
            "full_name",
            "email",
            "languages",
            "joined_on",
            "left_on",
            "created_at",
        ]
        read_only_fields = fields


class AgentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Agents of the caller's organization; rosters change them."""

    queryset = Agent.objects.none()
    serializer_class = AgentSerializer
    filterset_fields = ["external_id"]
    permissions = {
        "list": Permission.WORKFORCE_VIEW,
        "retrieve": Permission.WORKFORCE_VIEW,
    }

    def get_queryset(self) -> QuerySet[Agent]:
        """The organization's own."""
        return queries.agents(self.actor)


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """An agent on an engagement; ``ended_on`` is the last day."""

    site = serializers.SlugRelatedField[Site](slug_field="code", read_only=True)

    class Meta:
        model = Assignment
        fields = [
            "id",
            "agent",
            "engagement",
            "role",
            "channels",
            "site",
            "effective_on",
            "ended_on",
            "created_at",
        ]
        read_only_fields = fields


class AssignmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Assignments of the caller's own agents; rosters change them."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    filterset_fields = ["agent", "engagement"]
    permissions = {
        "list": Permission.WORKFORCE_VIEW,
        "retrieve": Permission.WORKFORCE_VIEW,
    }

    def get_queryset(self) -> QuerySet[Assignment]:
        """The organization's own."""
        return queries.assignments(self.actor)


class RosterImportSerializer(serializers.ModelSerializer[RosterImport]):
    """A roster on its way in: ``account`` counts rows once it is read."""

    state = serializers.CharField(read_only=True)

    class Meta:
        model = RosterImport
        fields = [
            "id",
            "file_name",
            "is_complete",
            "state",
            "understood",
            "account",
            "refusal",
            "rows_done",
            "created_at",
        ]
        read_only_fields = fields


class RosterUpload(serializers.Serializer[Any]):
    """A roster file."""

    file = serializers.FileField()
    is_complete = serializers.BooleanField(default=False)
    as_of = serializers.DateField(required=False, allow_null=True, default=None)


class RosterImportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Roster imports of the caller's organization."""

    queryset = RosterImport.objects.none()
    serializer_class = RosterImportSerializer
    permissions = {
        "list": Permission.WORKFORCE_IMPORT,
        "retrieve": Permission.WORKFORCE_IMPORT,
        "create": Permission.WORKFORCE_IMPORT,
        "confirm": Permission.WORKFORCE_IMPORT,
        "problems": Permission.WORKFORCE_IMPORT,
    }

    def get_queryset(self) -> QuerySet[RosterImport]:
        """The organization's own."""
        return queries.roster_imports(self.actor)

    @extend_schema(
        request={"multipart/form-data": RosterUpload},
        responses={201: RosterImportSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """Upload a roster; reading follows, then it waits for ``confirm``."""
        given = read(RosterUpload, request)
        upload = given.pop("file")
        stored = evidence.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=upload,
            accept=FileKind.TABLE,
        )
        job = actions.upload_roster(
            by=self.actor,
            organization=self.actor.organization,
            file=stored,
            file_name=upload.name,
            **given,
        )
        shown = RosterImportSerializer(job).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={200: RosterImportSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Write what the preview says; the commit follows."""
        job = actions.confirm_roster(self.get_object(), by=self.actor)
        return Response(RosterImportSerializer(job).data)

    @extend_schema(
        responses={200: serializers.ListSerializer(child=serializers.JSONField())}
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def problems(self, request: Request, pk: Any = None) -> Response:
        """The refused rows: row, column, value, expected."""
        return Response(queries.roster_import(self.actor, self.kwargs["pk"]).problems)


ROUTES = [
    ("sites", SiteViewSet),
    ("agents", AgentViewSet),
    ("assignments", AssignmentViewSet),
    ("roster-imports", RosterImportViewSet),
]
