"""Reads of invitations and memberships."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts import rules
from apps.accounts.models import Invitation
from apps.core import clock
from apps.core.errors import NotFound
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership, Organization, User
from apps.tenancy.queries import live_memberships_of, members


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """Invitations to the actor's organization and those it sent to others.

    Newest first. One query. The token is nowhere.
    """
    actor.require(Permission.MEMBERS_VIEW)
    mine = Q(organization=actor.organization_id)
    sent = Q(invited_by_organization=actor.organization_id)
    return (
        Invitation.objects.filter(mine | sent)
        .select_related("organization", "invited_by")
        .order_by("-created_at", "-pk")
    )


def open_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Those whose link still works. One query."""
    return invitations(actor).filter(
        accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now()
    )


def invitation(actor: Actor, pk: UUID) -> Invitation:
    """One of them; NotFound for any other. One query."""
    try:
        return invitations(actor).get(pk=pk)
    except Invitation.DoesNotExist as error:
        raise NotFound from error


def invitation_for(token: str) -> Invitation:
    """The invitation a link leads to, still usable. One query.

    Raises NotFound for an unknown token, InvitationGone for a used, withdrawn or
    old one.
    """
    found = (
        Invitation.objects.filter(token_sha256=rules.token_sha256(token))
        .select_related("organization", "invited_by")
        .first()
    )
    if found is None:
        raise NotFound
    rules.check_usable(
        accepted_at=found.accepted_at,
        withdrawn_at=found.withdrawn_at,
        expires=found.expires_at,
        now=clock.now(),
        organization=found.organization.name,
    )
    return found


def account_of(email: str) -> User | None:
    """The account with the address, if there is one. One query."""
    return User.objects.filter(email=email.lower()).first()


def membership(actor: Actor, pk: UUID) -> Membership:
    """A live member of the actor's organization; NotFound otherwise. One query."""
    try:
        return members(actor).get(pk=pk)
    except Membership.DoesNotExist as error:
        raise NotFound from error


def invitable(actor: Actor, pk: UUID) -> Organization:
    """An organization the actor may invite somebody to; NotFound for any other.

    The own one, or one it registered that has no member yet. At most two queries.
    """
    if pk == actor.organization_id:
        return actor.organization
    found = Organization.objects.filter(
        pk=pk, registered_by=actor.organization_id
    ).first()
    if found is None or live_memberships_of(found).exists():
        raise NotFound
    return found


def roles_to_offer(actor: Actor, organization: Organization) -> list[Role]:
    """Roles the actor may offer there: to others only the first manager's."""
    roles = rules.roles_of(organization.kind)
    if organization.pk == actor.organization_id:
        return roles
    return [role for role in roles if rules.may_manage_members(role)]
