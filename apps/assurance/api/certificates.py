"""API of certificates and their letters."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.assurance import actions, queries
from apps.assurance.api.base import EDIT, VIEW, ShareInput, valid
from apps.assurance.enums import CertificateState, LetterKind, Standard
from apps.assurance.models import Certificate, Letter
from apps.assurance.rules import CertificateTerms, letter_days
from apps.core import clock
from apps.evidence import queries as evidence
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class LetterSerializer(serializers.ModelSerializer[Letter]):
    """A bridge or gap letter."""

    class Meta:
        model = Letter
        fields = ["id", "kind", "issued_by", "first_on", "last_on", "file"]
        read_only_fields = fields


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """A certificate; ``state`` is where it stands today in UTC, ``following_on`` the
    first day of the next of its standard."""

    letters = LetterSerializer(many=True, read_only=True)
    following_on = serializers.DateField(read_only=True, allow_null=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Certificate
        fields = [
            "id",
            "organization",
            "standard",
            "number",
            "certifying_body",
            "scope_text",
            "sites",
            "first_on",
            "last_on",
            "exceptions",
            "file",
            "withdrawn_on",
            "withdrawal_reason",
            "letters",
            "following_on",
            "state",
        ]
        read_only_fields = fields

    @extend_schema(responses=serializers.ChoiceField(choices=CertificateState.choices))
    def get_state(self, row: Certificate) -> str:
        """Computed, never stored."""
        [line] = queries.certificate_lines([row], as_of=clock.today("UTC"))
        return line.state.value


class CertificateInput(serializers.Serializer[Any]):
    """What the paper says; ``file`` is the id of a stored file of your own."""

    standard = serializers.ChoiceField(choices=Standard.choices)
    number = serializers.CharField(max_length=100, required=False, default="")
    certifying_body = serializers.CharField(max_length=200)
    scope_text = serializers.CharField(max_length=2000)
    sites = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=200, default=list
    )
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    exceptions = serializers.CharField(max_length=2000, required=False, default="")
    file = serializers.UUIDField()


class LetterInput(serializers.Serializer[Any]):
    """A letter after the period; ``file`` is the id of a stored file of your own."""

    kind = serializers.ChoiceField(choices=LetterKind.choices)
    issued_by = serializers.CharField(max_length=200)
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    file = serializers.UUIDField()


class WithdrawInput(serializers.Serializer[Any]):
    """The first day it no longer holds, and why."""

    withdrawn_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class CertificateViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Certificates of the own organization and those shared with it."""

    queryset = Certificate.objects.none()
    serializer_class = CertificateSerializer
    filterset_fields = ("organization", "standard")
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": EDIT,
        "share": EDIT,
        "letters": EDIT,
        "withdraw": EDIT,
    }

    def get_queryset(self) -> QuerySet[Certificate]:
        """What the actor may see."""
        return queries.certificates(self.actor)

    @extend_schema(request=CertificateInput, responses=CertificateSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put one on record."""
        data = valid(CertificateInput(data=request.data))
        file = evidence.stored_file(self.actor, data.pop("file"))
        data["standard"] = Standard(data["standard"])
        data["sites"] = tuple(data["sites"])
        row = actions.record_certificate(
            by=self.actor, terms=CertificateTerms(**data), file=file
        )
        found = queries.certificate(self.actor, row.pk)
        return Response(
            CertificateSerializer(found).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(request=ShareInput, responses=CertificateSerializer)
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: str | None = None) -> Response:
        """Show it to a client you serve."""
        row = queries.certificate(self.actor, self.kwargs["pk"])
        data = valid(ShareInput(data=request.data))
        actions.share(row, by=self.actor, client_id=data["client"])
        return Response(CertificateSerializer(row).data)

    @extend_schema(request=LetterInput, responses=CertificateSerializer)
    @action(detail=True, methods=["post"])
    def letters(self, request: Request, pk: str | None = None) -> Response:
        """Add a bridge or gap letter."""
        row = queries.certificate(self.actor, self.kwargs["pk"])
        data = valid(LetterInput(data=request.data))
        actions.add_letter(
            row,
            by=self.actor,
            kind=LetterKind(data["kind"]),
            issued_by=data["issued_by"],
            days=letter_days(data["first_on"], data["last_on"]),
            file=evidence.stored_file(self.actor, data["file"]),
        )
        found = queries.certificate(self.actor, row.pk)
        return Response(
            CertificateSerializer(found).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(request=WithdrawInput, responses=CertificateSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str | None = None) -> Response:
        """Say that it no longer holds."""
        row = queries.certificate(self.actor, self.kwargs["pk"])
        data = valid(WithdrawInput(data=request.data))
        actions.withdraw_certificate(row, by=self.actor, **data)
        found = queries.certificate(self.actor, row.pk)
        return Response(CertificateSerializer(found).data)
