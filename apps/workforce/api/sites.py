"""Sites over HTTP, and what is attested of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.errors import NotFound
from apps.evidence import queries as evidence
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.workforce import actions, queries
from apps.workforce.api.common import REFUSED, read, unknown
from apps.workforce.enums import Control
from apps.workforce.models import Site


class SiteSerializer(serializers.ModelSerializer[Site]):
    """A place agents work from."""

    class Meta:
        model = Site
        fields = ["id", "code", "name", "country", "is_remote", "created_at"]
        read_only_fields = fields


class ControlLineSerializer(serializers.Serializer[Any]):
    """One control today: in_place, not_in_place, expired or not_attested."""

    control = serializers.CharField()
    standing = serializers.CharField()
    attested_on = serializers.DateField(
        source="attestation.attested_on", default=None, allow_null=True
    )
    counts_until = serializers.DateField(allow_null=True)


class AttestInput(serializers.Serializer[Any]):
    """What was checked: control to whether it is in place."""

    controls = serializers.DictField(child=serializers.BooleanField())
    attested_on = serializers.DateField()
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")
    file = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="A stored file."
    )

    def validate_controls(self, value: dict[str, bool]) -> dict[Control, bool]:
        """Controls we know only."""
        stray = sorted(set(value) - set(Control.values))
        if stray:
            known = ", ".join(Control.values)
            raise serializers.ValidationError(f"{stray[0]} is none of {known}.")
        return {Control(name): is_so for name, is_so in value.items()}


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
        "controls": Permission.WORKFORCE_VIEW,
        "attest": Permission.WORKFORCE_EDIT,
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

    @extend_schema(responses={200: ControlLineSerializer(many=True)})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def controls(self, request: Request, pk: Any = None) -> Response:
        """What is known of its controls today."""
        return Response(self._controls(queries.site(self.actor, pk)))

    @extend_schema(
        request=AttestInput,
        responses={201: ControlLineSerializer(many=True)} | REFUSED,
    )
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def attest(self, request: Request, pk: Any = None) -> Response:
        """Say which controls are in place on a day."""
        site = queries.site(self.actor, pk)
        given = read(AttestInput, request)
        wanted = given.pop("file")
        try:
            file = evidence.stored_file(self.actor, wanted) if wanted else None
        except NotFound as error:
            raise unknown("file", "No file of yours.") from error
        stated = given.pop("controls")
        actions.attest_controls(site, by=self.actor, stated=stated, file=file, **given)
        return Response(self._controls(site), status=status.HTTP_201_CREATED)

    def _controls(self, site: Site) -> Any:
        today = clock.today(self.actor.organization.time_zone)
        [line] = queries.site_lines([site], on=today)
        return ControlLineSerializer(line.controls, many=True).data
