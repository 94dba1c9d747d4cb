"""Invitations."""

from __future__ import annotations

from django.db import models

from apps.core.models import Record
from apps.tenancy.enums import Role
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class Invitation(Record):
    """An offer of a membership; only the SHA-256 of the link's token is kept."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    email = models.EmailField()
    full_name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Role.choices)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    invited_by_organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = OrganizationScopedQuerySet["Invitation"].as_manager()

    def __str__(self) -> str:
        return f"invitation of {self.email} to {self.organization}"
