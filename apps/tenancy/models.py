"""Organizations, users and memberships."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.core import ids
from apps.core.models import LockingQuerySet, Record
from apps.tenancy.enums import OrganizationKind, Role


class Organization(Record):
    """A legal party: covered entity, vendor, audit firm."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganizationKind.choices)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2 code")
    time_zone = models.CharField(max_length=64, default="UTC")
    audit_contact = models.EmailField(blank=True)
    # Who registered a vendor may edit it until one of its own people joins.
    registered_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = LockingQuerySet["Organization"].as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="organization_country_code",
                condition=Q(country__regex=r"^[A-Z]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail; addresses are kept in lower case."""

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create a person; without a password the account cannot sign in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(force_insert=True)
        return user


class User(AbstractBaseUser):
    """A person who signs in by e-mail. Agents of a provider are not users."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    full_name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints = [
            # With the unique column: one account however the address is typed.
            models.CheckConstraint(
                name="user_email_lower_case", condition=Q(email=Lower("email"))
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email


class MembershipQuerySet(LockingQuerySet["Membership"]):
    """Memberships on a day."""

    def live(self, today: Any) -> MembershipQuerySet:
        """Those of active people that have not ended before ``today``."""
        return self.filter(user__is_active=True).filter(
            Q(valid_until=None) | Q(valid_until__gte=today)
        )


class Membership(Record):
    """One person's role in one organization; ``valid_until`` is inclusive."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    valid_until = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], name="membership_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()}"
