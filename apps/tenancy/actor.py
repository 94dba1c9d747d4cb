"""Who is asking: a person in one organization, or a named job."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from apps.core.errors import NotAllowed
from apps.tenancy.enums import ROLE_PERMISSIONS, Permission, Role
from apps.tenancy.models import Membership, Organization, User


@dataclass(frozen=True)
class Actor:
    """A person acting for one organization during one request or command."""

    user: User
    organization: Organization
    role: Role
    request_id: UUID | None = None
    address: str = ""
    via: str = "session"
    kind: str = field(default="user", init=False)

    @classmethod
    def of(cls, membership: Membership, **context: object) -> Actor:
        """Return the actor a membership makes; ``context`` are the other fields."""
        return cls(
            user=membership.user,
            organization=membership.organization,
            role=Role(membership.role),
            **context,  # type: ignore[arg-type]
        )

    @property
    def user_id(self) -> UUID:
        """The person."""
        return self.user.pk

    @property
    def organization_id(self) -> UUID:
        """The organization the person acts for."""
        return self.organization.pk

    @property
    def role_label(self) -> str:
        """The role in words."""
        return str(self.role.label)

    @property
    def name(self) -> str:
        """How the trail and mails name this actor."""
        return str(self.user)

    def can(self, permission: Permission) -> bool:
        """Return whether the role holds the permission."""
        return permission in ROLE_PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raise NotAllowed, naming the role, unless the permission is held."""
        if not self.can(permission):
            raise NotAllowed(
                f"Your role ({self.role_label}) does not allow this. Ask a manager "
                f"of {self.organization} to do it or to change your role."
            )


@dataclass(frozen=True)
class SystemActor:
    """A job of the portal with named permissions; it serves every organization."""

    name: str
    permissions: frozenset[Permission]
    user_id: None = field(default=None, init=False)
    organization_id: None = field(default=None, init=False)
    request_id: UUID | None = None
    address: str = ""
    via: str = "job"
    kind: str = field(default="system", init=False)

    def can(self, permission: Permission) -> bool:
        """Return whether the job was given the permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise NotAllowed unless the job was given the permission."""
        if not self.can(permission):
            raise NotAllowed(f"The job {self.name} was not given {permission}.")


AnyActor = Actor | SystemActor


def system(name: str, permissions: Iterable[Permission] = ()) -> SystemActor:
    """Return the actor of a job."""
    return SystemActor(name=name, permissions=frozenset(permissions))
