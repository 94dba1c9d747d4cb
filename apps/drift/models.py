"""Findings of drift."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.models import Record
from apps.drift import rules
from apps.drift.enums import Dimension, FindingState, Resolution
from apps.drift.rules import Acceptance, Standing
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
    # Acceptances that ran out before the present one, as ``accepted_at`` and
    # ``until``, so that a past day reads as it was.
    earlier_acceptances = models.JSONField(default=list)
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

    @property
    def standing(self) -> Standing:
        """The dated facts the rules judge."""
        acceptances = [
            Acceptance(
                datetime.fromisoformat(one["accepted_at"]),
                date.fromisoformat(one["until"]),
            )
            for one in self.earlier_acceptances
        ]
        if self.accepted_at and self.acceptance_until:
            acceptances.append(Acceptance(self.accepted_at, self.acceptance_until))
        return Standing(
            detected_at=self.detected_at,
            resolved_at=self.resolved_at,
            acknowledged_at=self.acknowledged_at,
            is_requested=bool(self.acceptance_requested_by_id and not self.accepted_at),
            acceptances=tuple(acceptances),
        )

    def state_on(self, day: date) -> FindingState:
        """Where the finding stands at the end of a day in the client's zone."""
        return rules.state(
            self.standing, day=day, zone=self.engagement.client.time_zone
        )

    @property
    def state(self) -> FindingState:
        """Where the finding stands today."""
        return self.state_on(clock.today(self.engagement.client.time_zone))
