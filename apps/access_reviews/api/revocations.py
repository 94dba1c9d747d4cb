"""Revocations over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access_reviews import actions, queries
from apps.access_reviews.api.common import REFUSED, ReasonInput, read
from apps.access_reviews.models import Revocation
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


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
            "starts_at",
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
    proof = serializers.FileField(default=None, allow_null=True)


class RevocationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Revocations of the caller's organization."""

    queryset = Revocation.objects.none()
    serializer_class = RevocationSerializer
    filterset_fields = ("system", "cause")
    permissions = {
        "list": Permission.ACCESS_VIEW,
        "retrieve": Permission.ACCESS_VIEW,
        "confirm": Permission.ACCESS_REVIEW,
        "withdraw": Permission.ACCESS_SIGN_OFF,
    }

    def get_queryset(self) -> QuerySet[Revocation]:
        """The organization's own."""
        return queries.revocations(self.actor)

    @extend_schema(
        request={"application/json": DoneInput, "multipart/form-data": DoneInput},
        responses={200: RevocationSerializer} | REFUSED,
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Say that access was taken away."""
        found = self.get_object()
        given = read(DoneInput, request)
        row = actions.confirm_revocation(
            found,
            by=self.actor,
            note=given["note"],
            proof=actions.stored_proof(given["proof"], by=self.actor),
        )
        return Response(RevocationSerializer(row).data)

    @extend_schema(request=ReasonInput, responses={200: RevocationSerializer} | REFUSED)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any = None) -> Response:
        """Let access stay after all."""
        found = self.get_object()
        given = read(ReasonInput, request)
        row = actions.withdraw_revocation(found, by=self.actor, **given)
        return Response(RevocationSerializer(row).data)
