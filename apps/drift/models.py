"""Findings of drift."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.drift.enums import Dimension, Resolution
from apps.engagements.models import Engagement
from apps.engagements.scoping import EngagementScopedQuerySet
from apps.tenancy.models import User


class DriftFinding(Record):
    """An observed fact outside the agreed scope.

    One row per (engagement, dimension, value) while open. ``observed`` and
    ``agreed`` are the sentences shown; ``evidence`` holds counts and ids.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)
    dimension = models.CharField(max_length=20, choices=Dimension.choices)
    value = models.CharField(max_length=200)
    observed = models.CharField(max_length=300)
    agreed = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    # AgreementVersion compared with; no foreign key for a missing agreement.
    agreement_version_id = models.UUIDField(null=True)
    detected_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    acceptance_requested_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acceptance_reason = models.CharField(max_length=500, blank=True)
    acceptance_until = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=14, choices=Resolution.choices, blank=True)

    objects = EngagementScopedQuerySet["DriftFinding"].as_manager()

    class Meta:
        ordering = ["-detected_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "dimension", "value"],
                name="drift_finding_open",
                condition=Q(resolved_at=None),
            ),
            models.CheckConstraint(
                name="drift_finding_resolved_with_reason",
                condition=Q(resolved_at=None, resolution="")
                | (Q(resolved_at__isnull=False) & ~Q(resolution="")),
            ),
            models.CheckConstraint(
                name="drift_finding_accepted_by_another",
                condition=Q(accepted_by=None)
                | ~Q(accepted_by=models.F("acceptance_requested_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_dimension_display()}: {self.value}"
