"""API of members and invitations."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import actions, queries
from apps.accounts.models import Invitation
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.tenancy.models import Membership
from apps.tenancy.queries import members


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A member of the caller's organization."""

    email = serializers.EmailField(source="user.email", read_only=True)
    full_name = serializers.CharField(source="user.full_name", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "email", "full_name", "role", "valid_until", "created_at"]
        read_only_fields = fields


class MemberViewSet(mixins.ListModelMixin, PortalViewSet):
    """Members of the caller's organization today."""

    queryset = Membership.objects.none()
    serializer_class = MemberSerializer
    http_method_names = ["get", "head", "options"]
    permissions = {"list": Permission.MEMBERS_VIEW}

    def get_queryset(self) -> QuerySet[Membership]:
        return members(self.actor)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation; its token is in the mail and nowhere else."""

    class Meta:
        model = Invitation
        fields = [
            "id",
            "organization",
            "email",
            "full_name",
            "role",
            "expires_at",
            "accepted_at",
            "withdrawn_at",
            "created_at",
        ]
        read_only_fields = [
            "id",
            "organization",
            "expires_at",
            "accepted_at",
            "withdrawn_at",
            "created_at",
        ]


class InvitationViewSet(mixins.ListModelMixin, PortalViewSet):
    """Invitations to the caller's organization and those it sent."""

    queryset = Invitation.objects.none()
    serializer_class = InvitationSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.MEMBERS_VIEW,
        "create": Permission.MEMBERS_EDIT,
    }

    def get_queryset(self) -> QuerySet[Invitation]:
        return queries.invitations(self.actor)

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Invite to the caller's own organization."""
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        invitation = actions.invite(
            by=self.actor,
            organization=self.actor.organization,
            invitee=actions.Invitee(**wanted.validated_data),
        )
        return Response(
            self.get_serializer(invitation).data, status=status.HTTP_201_CREATED
        )


ROUTES = [("members", MemberViewSet), ("invitations", InvitationViewSet)]
