"""Agents and assignments over HTTP: read, and stated one by one."""

from __future__ import annotations

from datetime import date
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
from apps.workforce import actions, queries
from apps.workforce.api.common import REFUSED, read, unknown
from apps.workforce.enums import AgentRole
from apps.workforce.models import Agent, Assignment, Site
from apps.workforce.rules import RosterRow


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
            "team",
            "joined_on",
            "left_on",
            "created_at",
        ]
        read_only_fields = fields


class AgentInput(serializers.Serializer[Any]):
    """An agent as a system of HR knows the person. What is left out stays as it is;
    ``left_on`` null says that the person works."""

    external_id = serializers.CharField(max_length=64)
    full_name = serializers.CharField(max_length=200, required=False)
    email = serializers.EmailField(required=False)
    languages = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False
    )
    team = serializers.CharField(max_length=100, required=False)
    joined_on = serializers.DateField(required=False)
    left_on = serializers.DateField(required=False, allow_null=True)

    def row(self) -> RosterRow:
        """The same as a row of a roster."""
        given = dict(self.validated_data)
        languages = given.pop("languages", None)
        return RosterRow(
            number=1,
            says_left="left_on" in given,
            languages=None if languages is None else tuple(languages),
            **given,
        )


class AgentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Agents of the caller's organization; rosters and pushes change them."""

    queryset = Agent.objects.none()
    serializer_class = AgentSerializer
    filterset_fields = ["external_id"]
    permissions = {
        "list": Permission.WORKFORCE_VIEW,
        "retrieve": Permission.WORKFORCE_VIEW,
        "create": Permission.WORKFORCE_IMPORT,
    }

    def get_queryset(self) -> QuerySet[Agent]:
        """The organization's own."""
        return queries.agents(self.actor)

    @extend_schema(
        request=AgentInput,
        responses={200: AgentSerializer, 201: AgentSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """State one agent by external id: 201 new, 200 known. Whoever left and is
        stated without a last day is back; the earlier period is kept."""
        given = AgentInput(data=request.data)
        given.is_valid(raise_exception=True)
        row = given.row()
        plan = actions.push_rows(self.actor.organization, by=self.actor, rows=[row])
        agent = self.get_queryset().get(external_id=row.external_id)
        is_new = plan.account.imported == 1
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(AgentSerializer(agent).data, status=code)


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


class AssignmentInput(serializers.Serializer[Any]):
    """An agent, by external id, on an engagement. Agent, engagement and first day
    name an assignment; stating it again changes the rest."""

    agent = serializers.CharField(max_length=64)
    engagement = serializers.UUIDField()
    role = serializers.ChoiceField(choices=AgentRole.choices, required=False)
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=Channel.choices), required=False
    )
    site = serializers.CharField(max_length=60, required=False, help_text="its code")
    effective_on = serializers.DateField()
    ended_on = serializers.DateField(required=False, allow_null=True, default=None)


class EndInput(serializers.Serializer[Any]):
    """The last day of an assignment."""

    ended_on = serializers.DateField()


class AssignmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Assignments of the caller's own agents; rosters and pushes change them."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    filterset_fields = ["agent", "engagement"]
    permissions = {
        "list": Permission.WORKFORCE_VIEW,
        "retrieve": Permission.WORKFORCE_VIEW,
        "create": Permission.WORKFORCE_IMPORT,
        "end": Permission.WORKFORCE_IMPORT,
    }

    def get_queryset(self) -> QuerySet[Assignment]:
        """The organization's own."""
        return queries.assignments(self.actor)

    @extend_schema(
        request=AssignmentInput,
        responses={200: AssignmentSerializer, 201: AssignmentSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """State one assignment of a known agent: 201 new, 200 known."""
        given = read(AssignmentInput, request)
        channels = given.get("channels")
        site = _site(self.actor, given["site"]) if "site" in given else None
        row = RosterRow(
            number=1,
            external_id=_agent(self.actor, given["agent"]).external_id,
            engagement_id=_engagement(self.actor, given["engagement"]).pk,
            role=given.get("role"),
            channels=None if channels is None else tuple(sorted(set(channels))),
            site_id=site.pk if site else None,
            effective_on=given["effective_on"],
            ended_on=given["ended_on"],
            says_left=False,
        )
        return self._pushed(row, given["effective_on"])

    @extend_schema(request=EndInput, responses={200: AssignmentSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any = None) -> Response:
        """Give it its last day."""
        assignment = self.get_object()
        row = RosterRow(
            number=1,
            external_id=assignment.agent.external_id,
            engagement_id=assignment.engagement_id,
            effective_on=assignment.effective_on,
            ended_on=read(EndInput, request)["ended_on"],
            says_left=False,
        )
        return self._pushed(row, assignment.effective_on)

    def _pushed(self, row: RosterRow, effective_on: date) -> Response:
        plan = actions.push_rows(self.actor.organization, by=self.actor, rows=[row])
        found = self.get_queryset().get(
            agent__external_id=row.external_id,
            engagement=row.engagement_id,
            effective_on=effective_on,
        )
        is_new = plan.account.imported == 1
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(AssignmentSerializer(found).data, status=code)


def _agent(actor: Actor, external_id: str) -> Agent:
    found = queries.agents(actor).filter(external_id=external_id).first()
    if found is None:
        raise unknown("agent", "No agent of yours. State the agent first.")
    return found


def _site(actor: Actor, code: str) -> Site:
    found = queries.sites(actor).filter(code__iexact=code).first()
    if found is None:
        raise unknown("site", "No site of yours. Add the site first.")
    return found


def _engagement(actor: Actor, pk: Any) -> Engagement:
    try:
        found = engagements.engagement(actor, pk)
    except NotFound as error:
        raise unknown("engagement", "No engagement of yours.") from error
    if found.provider_id != actor.organization_id:
        raise unknown("engagement", "Your organization does not provide it.")
    return found
