"""Campaigns, their lines, and revocations over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.api.common import REFUSED, ReasonInput, read
from apps.access_reviews.enums import Decision, Flag, ItemStanding
from apps.access_reviews.models import (
    Campaign,
    CampaignItem,
)
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission

DECISIONS = [each for each in Decision.choices if each[0]]


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    """A review over a frozen population."""

    state = serializers.CharField(read_only=True)

    class Meta:
        model = Campaign
        fields = [
            "id",
            "name",
            "state",
            "opened_at",
            "due_on",
            "population_sha256",
            "population_count",
            "addenda",
            "sources",
            "closed_at",
            "decisions_sha256",
            "signed_off_at",
            "created_at",
        ]
        read_only_fields = fields


class CampaignInput(serializers.Serializer[Any]):
    """A review to open; ``reviewer`` is the address of a member who reviews every
    line, else the reviewer rules say."""

    name = serializers.CharField(max_length=200)
    systems = serializers.ListField(child=serializers.UUIDField(), min_length=1)
    due_on = serializers.DateField()
    reviewer = serializers.EmailField(default="", allow_blank=True)
    recurrence_months = serializers.IntegerField(
        default=None, allow_null=True, min_value=1, max_value=36
    )


class SelectionInput(serializers.Serializer[Any]):
    """Lines of a review; what is left out narrows nothing. A team is the agents of an
    engagement, of a site, or of both."""

    standing = serializers.ChoiceField(choices=ItemStanding.choices, default="")
    flag = serializers.ChoiceField(choices=Flag.choices, default="")
    system = serializers.UUIDField(default=None, allow_null=True)
    engagement = serializers.UUIDField(default=None, allow_null=True)
    site = serializers.UUIDField(default=None, allow_null=True)
    numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1), default=list, max_length=10_000
    )


class BulkInput(SelectionInput):
    """One decision, with one reason, for all lines selected."""

    decision = serializers.ChoiceField(choices=DECISIONS)
    reason = serializers.CharField(max_length=500)
    change_to = serializers.CharField(max_length=200, default="", allow_blank=True)


class BulkAnswer(serializers.Serializer[Any]):
    """What became of the lines."""

    decided = serializers.IntegerField()
    seconded = serializers.IntegerField()
    own = serializers.IntegerField(help_text="About the caller: left for others.")
    left = serializers.IntegerField(help_text="Decided already, or by the caller.")


class DelegateInput(SelectionInput):
    """Lines that still need something, for the member with this address."""

    to = serializers.EmailField()


class DelegateAnswer(serializers.Serializer[Any]):
    """How many lines moved."""

    moved = serializers.IntegerField()


def selection(given: dict[str, Any]) -> queries.Selection:
    """Take the lines out of what was given."""
    names = ("standing", "flag", "system", "engagement", "site")
    chosen = {name: given.pop(name) for name in names}
    return queries.Selection(numbers=tuple(given.pop("numbers")), **chosen)


class CampaignViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Reviews of the caller's organization."""

    queryset = Campaign.objects.none()
    serializer_class = CampaignSerializer
    permissions = {
        "list": Permission.ACCESS_REVIEW,
        "retrieve": Permission.ACCESS_REVIEW,
        "create": Permission.ACCESS_SIGN_OFF,
        "decide": Permission.ACCESS_REVIEW,
        "delegate": Permission.ACCESS_SIGN_OFF,
        "close": Permission.ACCESS_SIGN_OFF,
        "sign_off": Permission.ACCESS_SIGN_OFF,
        "cancel": Permission.ACCESS_SIGN_OFF,
    }

    def get_queryset(self) -> QuerySet[Campaign]:
        """The organization's own; a team lead's with lines of their own."""
        return queries.campaigns(self.actor)

    @extend_schema(request=CampaignInput, responses={201: CampaignSerializer} | REFUSED)
    def create(self, request: Request) -> Response:
        """Freeze who has access to the systems, and open the review of it."""
        given = read(CampaignInput, request)
        organization, email = self.actor.organization, given.pop("reviewer")
        systems = [queries.system(self.actor, pk) for pk in given.pop("systems")]
        reviewer = queries.reviewer_named(organization, email) if email else None
        terms = actions.CampaignTerms(systems=systems, reviewer=reviewer, **given)
        campaign = actions.open_campaign(by=self.actor, terms=terms)
        shown = CampaignSerializer(campaign).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(request=BulkInput, responses={200: BulkAnswer} | REFUSED)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: Any = None) -> Response:
        """Decide all selected lines that wait for a decision of the caller."""
        campaign = self.get_object()
        given = read(BulkInput, request)
        chosen = selection(given)
        answer = rules.Answer(Decision(given.pop("decision")), **given)
        outcome = actions.decide_many(
            campaign, by=self.actor, selection=chosen, answer=answer
        )
        return Response(BulkAnswer(outcome).data)

    @extend_schema(request=DelegateInput, responses={200: DelegateAnswer} | REFUSED)
    @action(detail=True, methods=["post"])
    def delegate(self, request: Request, pk: Any = None) -> Response:
        """Give lines to another reviewer; those about that person stay."""
        campaign = self.get_object()
        given = read(DelegateInput, request)
        moved = actions.delegate_items(
            campaign,
            by=self.actor,
            selection=selection(given),
            to=queries.reviewer_named(self.actor.organization, given["to"]),
        )
        return Response({"moved": moved})

    @extend_schema(request=None, responses={200: CampaignSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: Any = None) -> Response:
        """Close a review whose every line is decided."""
        campaign = actions.close_campaign(self.get_object(), by=self.actor)
        return Response(CampaignSerializer(campaign).data)

    @extend_schema(request=None, responses={200: CampaignSerializer} | REFUSED)
    @action(detail=True, methods=["post"], url_path="sign-off")
    def sign_off(self, request: Request, pk: Any = None) -> Response:
        """Sign a review another person closed."""
        campaign = actions.sign_off_campaign(self.get_object(), by=self.actor)
        return Response(CampaignSerializer(campaign).data)

    @extend_schema(request=ReasonInput, responses={200: CampaignSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None) -> Response:
        """End an open review without a result."""
        campaign = self.get_object()
        given = read(ReasonInput, request)
        campaign = actions.cancel_campaign(campaign, by=self.actor, **given)
        return Response(CampaignSerializer(campaign).data)


class ItemSerializer(serializers.ModelSerializer[CampaignItem]):
    """One line of a review."""

    class Meta:
        model = CampaignItem
        fields = [
            "id",
            "campaign",
            "number",
            "addendum",
            "facts",
            "flags",
            "unknown",
            "reviewer",
            "decision",
            "reason",
            "change_to",
            "decided_by",
            "decided_at",
            "second_by",
            "second_at",
            "turn",
            "created_at",
        ]
        read_only_fields = fields


class DecisionInput(serializers.Serializer[Any]):
    """A decision; ``turn`` is the one the caller saw."""

    decision = serializers.ChoiceField(choices=DECISIONS)
    reason = serializers.CharField(max_length=500, default="", allow_blank=True)
    change_to = serializers.CharField(max_length=200, default="", allow_blank=True)
    turn = serializers.IntegerField(min_value=0)


class ItemViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Lines the caller may review."""

    queryset = CampaignItem.objects.none()
    serializer_class = ItemSerializer
    filterset_fields = ("campaign", "system", "reviewer", "decision")
    permissions = {
        "list": Permission.ACCESS_REVIEW,
        "retrieve": Permission.ACCESS_REVIEW,
        "decide": Permission.ACCESS_REVIEW,
    }

    def get_queryset(self) -> QuerySet[CampaignItem]:
        """Those of the organization; a team lead's own."""
        return queries.reviewable(self.actor)

    @extend_schema(request=DecisionInput, responses={200: ItemSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: Any = None) -> Response:
        """Decide a line; 409 when somebody decided since ``turn``."""
        item = self.get_object()
        given = read(DecisionInput, request)
        turn = given.pop("turn")
        answer = rules.Answer(Decision(given.pop("decision")), **given)
        item = actions.decide_item(item, by=self.actor, answer=answer, turn=turn)
        return Response(ItemSerializer(item).data)
