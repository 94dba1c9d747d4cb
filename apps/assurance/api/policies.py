"""API of policies, their versions, and the grid of what they cover."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.assurance import actions, queries
from apps.assurance.actions import PolicyTerms
from apps.assurance.api.base import EDIT, VIEW, ShareInput, valid
from apps.assurance.enums import Medium, Topic
from apps.assurance.models import Policy, PolicyVersion
from apps.core import clock
from apps.evidence import queries as evidence
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class PolicyVersionSerializer(serializers.ModelSerializer[PolicyVersion]):
    """What a policy says from a day on; ``superseded_on`` is exclusive."""

    class Meta:
        model = PolicyVersion
        fields = [
            "id",
            "number",
            "effective_on",
            "superseded_on",
            "media",
            "topics",
            "review_on",
            "file",
        ]
        read_only_fields = fields


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """A policy with its versions, latest first."""

    versions = PolicyVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Policy
        fields = ["id", "organization", "title", "versions"]
        read_only_fields = fields


class VersionInput(serializers.Serializer[Any]):
    """What a version says of itself; ``file`` is the id of a stored file of yours."""

    effective_on = serializers.DateField()
    media = serializers.ListField(child=serializers.ChoiceField(Medium.choices))
    topics = serializers.ListField(child=serializers.ChoiceField(Topic.choices))
    review_on = serializers.DateField(required=False, default=None)
    file = serializers.UUIDField()


class PolicyInput(VersionInput):
    """A new policy with its first version."""

    title = serializers.CharField(max_length=200)


class EndInput(serializers.Serializer[Any]):
    """The last day, inclusive."""

    last_on = serializers.DateField()


class CellSerializer(serializers.Serializer[Any]):
    """One medium and topic: policies in force that name both."""

    topic = serializers.ChoiceField(choices=Topic.choices)
    titles = serializers.ListField(child=serializers.CharField())
    is_gap = serializers.BooleanField()


class GridRowSerializer(serializers.Serializer[Any]):
    """One channel or medium; ``is_used`` says that work goes on there."""

    medium = serializers.ChoiceField(choices=Medium.choices)
    is_used = serializers.BooleanField()
    cells = CellSerializer(many=True)


class GridSerializer(serializers.Serializer[Any]):
    """All media by all topics; a gap is an empty cell of a medium in use."""

    gaps = serializers.IntegerField()
    rows = GridRowSerializer(many=True)


class PolicyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Policies of the own organization and those shared with it."""

    queryset = Policy.objects.none()
    serializer_class = PolicySerializer
    filterset_fields = ("organization",)
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": VIEW,
        "retrieve": VIEW,
        "coverage": VIEW,
        "create": EDIT,
        "versions": EDIT,
        "end": EDIT,
        "share": EDIT,
    }

    def get_queryset(self) -> QuerySet[Policy]:
        """What the actor may see."""
        return queries.policies(self.actor)

    @extend_schema(request=PolicyInput, responses=PolicySerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add a policy with its first version."""
        data = valid(PolicyInput(data=request.data))
        return self._adopt(data.pop("title"), data)

    @extend_schema(request=VersionInput, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def versions(self, request: Request, pk: str | None = None) -> Response:
        """Add a version; the one before ends the day before it begins."""
        row = queries.policy(self.actor, self.kwargs["pk"])
        return self._adopt(row, valid(VersionInput(data=request.data)))

    def _adopt(self, policy: Policy | str, data: dict[str, Any]) -> Response:
        version = actions.adopt_policy(
            by=self.actor,
            policy=policy,
            terms=PolicyTerms(
                effective_on=data["effective_on"],
                media=tuple(Medium(word) for word in data["media"]),
                topics=tuple(Topic(word) for word in data["topics"]),
                review_on=data["review_on"],
            ),
            file=evidence.stored_file(self.actor, data["file"]),
        )
        found = queries.policy(self.actor, version.policy_id)
        return Response(PolicySerializer(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EndInput, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str | None = None) -> Response:
        """Say which day is its last."""
        row = queries.policy(self.actor, self.kwargs["pk"])
        actions.end_policy(row, by=self.actor, **valid(EndInput(data=request.data)))
        return Response(PolicySerializer(queries.policy(self.actor, row.pk)).data)

    @extend_schema(request=ShareInput, responses=PolicySerializer)
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: str | None = None) -> Response:
        """Show it to a client you serve."""
        row = queries.policy(self.actor, self.kwargs["pk"])
        data = valid(ShareInput(data=request.data))
        actions.share(row, by=self.actor, client_id=data["client"])
        return Response(PolicySerializer(row).data)

    @extend_schema(responses=GridSerializer)
    @action(detail=False, methods=["get"])
    def coverage(self, request: Request) -> Response:
        """Channels and media by topic of your own policies, today in your zone."""
        today = clock.today(self.actor.organization.time_zone)
        grid = queries.coverage_of(self.actor, as_of=today)
        return Response(GridSerializer(grid).data)
