"""Reads of organizations and memberships."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.core import clock
from apps.core.errors import NotFound
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership, Organization, User


def live_memberships(user: User) -> QuerySet[Membership]:
    """Memberships a person may act under today, oldest first. One query."""
    today = clock.today(user.time_zone)
    return (
        Membership.objects.live(today)
        .filter(user=user)
        .select_related("user", "organization")
    )


def actor_for_email(email: str, organization: Organization, *, via: str) -> Actor:
    """The actor a command line names; NotFound if the person is no member."""
    membership = (
        live_memberships_of(organization).filter(user__email=email.lower()).first()
    )
    if membership is None:
        raise NotFound(f"{email} is no member of {organization}.")
    return Actor.of(membership, via=via)


def live_memberships_of(organization: Organization) -> QuerySet[Membership]:
    """Members of an organization today, by name. One query."""
    today = clock.today(organization.time_zone)
    return (
        Membership.objects.live(today)
        .filter(organization=organization)
        .select_related("user", "organization")
        .order_by("user__full_name", "user_id")
    )


def members_with_roles(
    organization_ids: set[UUID], roles: set[Role]
) -> QuerySet[Membership]:
    """Live members holding one of the roles, for messages. One query."""
    return (
        Membership.objects.live(clock.today("UTC"))
        .filter(organization__in=organization_ids, role__in=roles)
        .select_related("user", "organization")
        .order_by("organization_id", "user_id")
    )


def members(actor: Actor) -> QuerySet[Membership]:
    """Members of the actor's own organization. One query."""
    actor.require(Permission.MEMBERS_VIEW)
    return live_memberships_of(actor.organization)


def organization_named(name: str) -> Organization:
    """Organization by exact name, for commands; NotFound if absent or ambiguous."""
    found = list(Organization.objects.filter(name__iexact=name.strip())[:2])
    if len(found) != 1:
        raise NotFound(f"There is no single organization named {name!r}.")
    return found[0]


def organizations_with_ids(organization_ids: set[UUID]) -> QuerySet[Organization]:
    """Organizations by id, for jobs only. One query."""
    return Organization.objects.filter(pk__in=organization_ids)


def own_membership(actor: Actor) -> Membership:
    """The membership a person acts under. One query."""
    return Membership.objects.get(user=actor.user, organization=actor.organization)


def organization(actor: AnyActor, pk: UUID) -> Organization:
    """The actor's own organization by id; NotFound for any other."""
    if actor.organization_id is not None and actor.organization_id != pk:
        raise NotFound
    try:
        return Organization.objects.get(pk=pk)
    except Organization.DoesNotExist as error:
        raise NotFound from error
