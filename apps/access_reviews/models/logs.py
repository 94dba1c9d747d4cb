"""Audits of samples of access logs: what was found, never what stood in them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.access_reviews.models.systems import System
from apps.access_reviews.rules import GAP_HOURS
from apps.core.models import TableImport
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class LogAudit(TableImport):
    """A sample of a system's access log, held until it is read and then deleted.

    What stays is its hash and size, the names of its columns, counts and row
    numbers. ``held`` names the bytes in the storage, "" once they are gone.
    ``weekdays`` count from Monday, 0. ``file`` is the report; ``recorded_at`` when it
    became evidence of an activity.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="log_audits"
    )
    uploaded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    held = models.CharField(max_length=100, blank=True)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    zone = models.CharField(max_length=64)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    opens = models.TimeField()
    closes = models.TimeField()
    gap_hours = models.PositiveSmallIntegerField(default=GAP_HOURS)
    findings: models.JSONField[Any] = models.JSONField(default=dict)
    file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OrganizationScopedQuerySet["LogAudit"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="log_audit_recorded_has_report",
                condition=Q(recorded_at=None) | Q(file__isnull=False),
            ),
            models.CheckConstraint(
                name="log_audit_ended_holds_nothing",
                condition=Q(committed_at=None, refused_at=None) | Q(held=""),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="log_audit_list"),
        ]

    def __str__(self) -> str:
        return f"access-log audit of {self.system}"
