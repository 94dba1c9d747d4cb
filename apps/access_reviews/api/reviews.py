"""Campaigns, their lines, and revocations over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.api.common import REFUSED, read
from apps.access_reviews.enums import Decision
from apps.access_reviews.models import (
    Campaign,
    CampaignItem,
    Revocation,
)
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


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


class CampaignViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Reviews of the caller's organization."""

    queryset = Campaign.objects.none()
    serializer_class = CampaignSerializer
    permissions = {
        "list": Permission.ACCESS_REVIEW,
        "retrieve": Permission.ACCESS_REVIEW,
        "close": Permission.ACCESS_SIGN_OFF,
        "sign_off": Permission.ACCESS_SIGN_OFF,
    }

    def get_queryset(self) -> QuerySet[Campaign]:
        """The organization's own; a team lead's with lines of their own."""
        return queries.campaigns(self.actor)

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

    decision = serializers.ChoiceField(
        choices=[each for each in Decision.choices if each[0]]
    )
    reason = serializers.CharField(max_length=500, default="", allow_blank=True)
    change_to = serializers.CharField(max_length=200, default="", allow_blank=True)
    turn = serializers.IntegerField(min_value=0)


class ItemViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Lines the caller may review."""

    queryset = CampaignItem.objects.none()
    serializer_class = ItemSerializer
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


class RevocationSerializer(serializers.ModelSerializer[Revocation]):
    """Access that is to end."""

    state = serializers.SerializerMethodField()

    class Meta:
        model = Revocation
        fields = [
            "id",
            "system",
            "account",
            "grant",
            "cause",
            "state",
            "asked_at",
            "hours",
            "due_at",
            "done_at",
            "note",
            "verified_at",
            "reopened_at",
            "reopened_count",
            "withdrawn_at",
            "created_at",
        ]
        read_only_fields = fields

    def get_state(self, row: Revocation) -> str:
        """Computed from the instants."""
        return queries.state_now(row).value


class DoneInput(serializers.Serializer[Any]):
    """How access was taken away."""

    note = serializers.CharField(max_length=500)


class RevocationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Revocations of the caller's organization."""

    queryset = Revocation.objects.none()
    serializer_class = RevocationSerializer
    permissions = {
        "list": Permission.ACCESS_VIEW,
        "retrieve": Permission.ACCESS_VIEW,
        "confirm": Permission.ACCESS_SIGN_OFF,
    }

    def get_queryset(self) -> QuerySet[Revocation]:
        """The organization's own."""
        return queries.revocations(self.actor)

    @extend_schema(request=DoneInput, responses={200: RevocationSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Say that access was taken away."""
        found = self.get_object()
        given = read(DoneInput, request)
        row = actions.confirm_revocation(found, by=self.actor, proof=None, **given)
        return Response(RevocationSerializer(row).data)
