"""History of the gate, and overrides."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.core.models import Record
from apps.engagements.models import Engagement
from apps.engagements.scoping import EngagementScopedQuerySet
from apps.gate.enums import Verdict
from apps.tenancy.models import User


class GateDecision(Record):
    """The verdict from an instant on, until the next row; written on change only."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)
    decided_at = models.DateTimeField()
    as_of = models.DateField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    conditions = models.JSONField()
    conditions_sha256 = models.CharField(max_length=64)

    objects = EngagementScopedQuerySet["GateDecision"].as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        indexes = [
            models.Index(
                "engagement", F("decided_at").desc(), name="gate_decision_latest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} as of {self.as_of}"


class GateOverride(Record):
    """Somebody answers for PHI flowing although a condition is not met."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)
    reason = models.CharField(max_length=500)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    expires_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = EngagementScopedQuerySet["GateOverride"].as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="gate_override_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"override until {self.expires_on}"
