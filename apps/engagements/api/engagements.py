"""Vendors and engagements over HTTP."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.engagements import actions, queries
from apps.engagements.api.common import (
    REFUSED,
    CounterpartSerializer,
    created,
    read,
    texts,
    unknown,
    words,
)
from apps.engagements.enums import (
    Channel,
    DisclosurePolicy,
    LegalAgency,
    PhiCategory,
    Service,
    Tier,
)
from apps.engagements.models import DeclaredScope, Engagement
from apps.engagements.rules import ScopeTerms
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization


class VendorInput(serializers.Serializer[Any]):
    """A vendor to put on the list."""

    name = serializers.CharField(max_length=200)
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166-1 alpha-2")
    time_zone = serializers.CharField(max_length=64, default="UTC")
    audit_contact = serializers.EmailField(required=False, default="")


class VendorViewSet(mixins.ListModelMixin, PortalViewSet):
    """Vendors on the list of the caller's organization."""

    queryset = Organization.objects.none()
    serializer_class = CounterpartSerializer
    permissions = {
        "list": Permission.ENGAGEMENTS_VIEW,
        "create": Permission.ENGAGEMENTS_EDIT,
    }

    def get_queryset(self) -> QuerySet[Organization]:
        """Those it may engage."""
        return queries.vendor_parties(self.actor)

    @extend_schema(
        request=VendorInput, responses={201: CounterpartSerializer} | REFUSED
    )
    def create(self, request: Request) -> Response:
        """Register a vendor; one the portal knows by name and country is reused."""
        given = read(VendorInput, request)
        vendor = actions.register_vendor(by=self.actor, **given)
        return created(CounterpartSerializer(vendor))


class EngagementSerializer(serializers.ModelSerializer[Engagement]):
    """An engagement and its two parties."""

    client = CounterpartSerializer()
    provider = CounterpartSerializer()
    legal_agency_reason = serializers.SerializerMethodField(
        help_text="The client's own; empty for anybody else"
    )

    class Meta:
        model = Engagement
        fields = [
            "id",
            "name",
            "client",
            "provider",
            "tier",
            "started_on",
            "ended_on",
            "end_reason",
            "legal_agency",
            "legal_agency_reason",
            "disclosure_policy",
            "approves_subcontracts",
            "created_at",
        ]
        read_only_fields = fields

    def get_legal_agency_reason(self, engagement: Engagement) -> str:
        """For the client alone."""
        actor = self.context["request"]._request.actor
        return queries.legal_agency_reason(actor, engagement)


class EngagementInput(serializers.Serializer[Any]):
    """A new engagement; the client is the caller's organization."""

    provider = serializers.UUIDField(help_text="Id of a vendor of your list")
    name = serializers.CharField(max_length=200)
    tier = serializers.ChoiceField(choices=Tier.choices, default=Tier.IMPORTANT)
    started_on = serializers.DateField()
    legal_agency = serializers.ChoiceField(
        choices=LegalAgency.choices, default=LegalAgency.UNDECIDED
    )
    legal_agency_reason = serializers.CharField(
        max_length=500, allow_blank=True, default=""
    )
    disclosure_policy = serializers.ChoiceField(
        choices=DisclosurePolicy.choices, default=DisclosurePolicy.NAMED
    )
    approves_subcontracts = serializers.BooleanField(default=True)


class ScopeSerializer(serializers.ModelSerializer[DeclaredScope]):
    """A declaration and the days it holds."""

    class Meta:
        model = DeclaredScope
        fields = [
            "id",
            "engagement",
            "effective_on",
            "superseded_on",
            "services",
            "channels",
            "phi_categories",
            "countries",
            "sites",
            "systems",
            "head_count_ceiling",
            "remote_work",
            "hours",
        ]
        read_only_fields = fields


class DeclarationInput(serializers.Serializer[Any]):
    """A new declaration."""

    effective_on = serializers.DateField()
    services = words(Service)
    channels = words(Channel)
    phi_categories = words(PhiCategory)
    countries = texts(2)
    sites = texts(60)
    systems = texts(100)
    head_count_ceiling = serializers.IntegerField(
        min_value=1, max_value=1_000_000, allow_null=True, default=None
    )
    remote_work = serializers.BooleanField(default=False)
    hours = serializers.CharField(max_length=200, allow_blank=True, default="")


class EngagementEndInput(serializers.Serializer[Any]):
    """A last day, inclusive, and why."""

    ended_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class EngagementFilter(django_filters.FilterSet):
    """What the list is narrowed by."""

    class Meta:
        model = Engagement
        fields = ["client", "provider", "tier"]


class EngagementViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Engagements of the caller's organization, or granted to the caller."""

    queryset = Engagement.objects.none()
    serializer_class = EngagementSerializer
    filterset_class = EngagementFilter
    permissions = {
        "list": Permission.ENGAGEMENTS_VIEW,
        "retrieve": Permission.ENGAGEMENTS_VIEW,
        "create": Permission.ENGAGEMENTS_EDIT,
        "declare_scope": Permission.ENGAGEMENTS_EDIT,
        "end": Permission.ENGAGEMENTS_EDIT,
    }

    def get_queryset(self) -> QuerySet[Engagement]:
        """Scoped."""
        return queries.engagements(self.actor)

    @extend_schema(
        request=EngagementInput, responses={201: EngagementSerializer} | REFUSED
    )
    def create(self, request: Request) -> Response:
        """Create an engagement with a vendor of the list."""
        given = read(EngagementInput, request)
        try:
            provider = queries.vendor(self.actor, given.pop("provider"))
        except NotFound as error:
            raise unknown("provider", "No vendor of your list.") from error
        engagement = actions.create_engagement(
            by=self.actor, client=self.actor.organization, provider=provider, **given
        )
        return created(self.get_serializer(engagement))

    @extend_schema(request=DeclarationInput, responses={201: ScopeSerializer} | REFUSED)
    @action(detail=True, methods=["post"], url_path="declare-scope")
    def declare_scope(self, request: Request, pk: Any = None) -> Response:
        """Declare what the engagement is used for, from a day on."""
        engagement = queries.engagement(self.actor, pk)
        given = read(DeclarationInput, request)
        effective_on = given.pop("effective_on")
        scope = actions.declare_scope(
            engagement,
            by=self.actor,
            terms=ScopeTerms(**given),
            effective_on=effective_on,
        )
        return created(ScopeSerializer(scope))

    @extend_schema(
        request=EngagementEndInput, responses={200: EngagementSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any = None) -> Response:
        """Give the engagement its last day."""
        engagement = queries.engagement(self.actor, pk)
        given = read(EngagementEndInput, request)
        ended = actions.end_engagement(engagement, by=self.actor, **given)
        return Response(self.get_serializer(ended).data)
