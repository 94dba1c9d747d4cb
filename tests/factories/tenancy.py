"""Organizations, people and actors."""

from __future__ import annotations

from typing import Any

from apps.core import ids
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from apps.tenancy.models import Membership, Organization, User


def make_organization(**overrides: Any) -> Organization:
    """A vendor unless told otherwise."""
    values = {
        "name": f"Organization {ids.uuid7().hex[-8:]}",
        "kind": OrganizationKind.VENDOR,
        "country": "US",
        "time_zone": "UTC",
    }
    return Organization.objects.create(**values | overrides)


def make_membership(
    organization: Organization, role: Role, *, name: str = "", **overrides: Any
) -> Membership:
    """A member with an account of their own; the password is not set."""
    name = name or f"Person {ids.uuid7().hex[-8:]}"
    user = User.objects.create_user(
        f"{name.lower().replace(' ', '.')}.{ids.uuid7().hex[-6:]}@example.org",
        full_name=name,
    )
    return Membership.objects.create(
        user=user, organization=organization, role=role, **overrides
    )


def make_actor(organization: Organization, role: Role, *, name: str = "") -> Actor:
    """A person acting for the organization."""
    return Actor.of(make_membership(organization, role, name=name))
