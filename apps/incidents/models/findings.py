"""What a side thinks of the event: factors, findings, what it could cost."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.core.models import Record
from apps.incidents.enums import Outcome, PenaltyTier
from apps.incidents.models.cases import Incident
from apps.incidents.scoping import CaseScopedQuerySet, SideScopedQuerySet
from apps.tenancy.models import Organization, User


class Assessment(Record):
    """The four factors weighed by one side. ``factors`` maps a factor to its ``risk``
    and ``reason``. Seen by that side alone. Source: 45 CFR 164.402(2)."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="assessments"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    factors = models.JSONField()
    is_low_probability = models.BooleanField()
    reason = models.CharField(max_length=1000)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True
    )
    confirmed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    objects = SideScopedQuerySet["Assessment"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="assessment_second_person",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="assessment_confirmed_by_somebody",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"assessment of {self.created_at:%Y-%m-%d}"


class Determination(Record):
    """A side's finding about the event: proposed by a named person, in effect once a
    second one confirms it. The latest confirmed one of a side holds."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="determinations"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=15, choices=Outcome.choices)
    exception = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=1000)
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT)
    proposed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    objects = CaseScopedQuerySet["Determination"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="determination_second_person",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="determination_exception_named",
                condition=~Q(outcome=Outcome.EXCEPTION) | ~Q(exception=""),
            ),
            models.CheckConstraint(
                name="determination_confirmed_by_somebody",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())


class PenaltyEstimate(Record):
    """What penalties could come to by one table, with the inputs. Seen by the side
    that made it. An estimate, never a fact of the case."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="estimates"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    assessed_on = models.DateField()
    tier = models.CharField(max_length=30, choices=PenaltyTier.choices)
    inputs = models.JSONField()
    result = models.JSONField()
    table = models.CharField(max_length=40)
    table_version = models.CharField(max_length=20)
    made_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SideScopedQuerySet["PenaltyEstimate"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"estimate by {self.table}"
