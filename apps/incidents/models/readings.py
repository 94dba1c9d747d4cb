"""How an organization reads what the regulation leaves open."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.core.models import Record
from apps.incidents import rules
from apps.incidents.enums import (
    BusinessDayReading,
    CountReading,
    DayEndReading,
    DelayReading,
    OpenRequestReading,
    ZoneReading,
)
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class ReadingSet(Record):
    """All readings of an organization as set once. The latest holds for what is
    computed from then on; no row ever changes (trigger)."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="incident_readings"
    )
    zone = models.CharField(max_length=12, choices=ZoneReading.choices)
    day_end = models.CharField(max_length=12, choices=DayEndReading.choices)
    delay = models.CharField(max_length=12, choices=DelayReading.choices)
    open_request = models.CharField(max_length=12, choices=OpenRequestReading.choices)
    counts = models.CharField(max_length=12, choices=CountReading.choices)
    business_days = models.CharField(max_length=12, choices=BusinessDayReading.choices)
    holidays = ArrayField(models.DateField(), default=list, blank=True)
    reason = models.CharField(max_length=500)
    set_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OrganizationScopedQuerySet["ReadingSet"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"readings of {self.created_at:%Y-%m-%d}"

    @property
    def readings(self) -> rules.Readings:
        """The row as the rules take it."""
        return rules.Readings(
            zone=ZoneReading(self.zone),
            day_end=DayEndReading(self.day_end),
            delay=DelayReading(self.delay),
            open_request=OpenRequestReading(self.open_request),
            counts=CountReading(self.counts),
            business_days=BusinessDayReading(self.business_days),
            holidays=frozenset(self.holidays),
        )
