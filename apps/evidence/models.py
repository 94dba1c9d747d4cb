"""Files as proof."""

from __future__ import annotations

from django.db import models

from apps.core.models import Record
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class StoredFile(Record):
    """Bytes an organization handed in: never overwritten, known by their SHA-256.

    ``storage_key`` is a random name; what the person called the file is only here.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    storage_key = models.CharField(max_length=100, unique=True)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    quarantined_reason = models.CharField(max_length=200, blank=True)

    objects = OrganizationScopedQuerySet["StoredFile"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "sha256"], name="stored_file_content"
            ),
            models.CheckConstraint(
                name="stored_file_hash",
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
