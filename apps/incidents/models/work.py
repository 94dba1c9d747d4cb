"""The work on a case: timeline, tasks, files, and whom to reach now."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.core import clock
from apps.core.models import Record
from apps.evidence.models import StoredFile
from apps.incidents.enums import Audience, EntryKind, TaskKind
from apps.incidents.models.cases import Incident
from apps.incidents.scoping import CaseScopedQuerySet
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class TimelineEntry(Record):
    """Something that happened or was done. ``organization`` is the writing side; who
    else reads it follows from ``audience``."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="entries"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(
        max_length=10, choices=EntryKind.choices, default=EntryKind.AUTOMATIC
    )
    audience = models.CharField(
        max_length=10, choices=Audience.choices, default=Audience.SHARED
    )
    text = models.CharField(max_length=2000)
    written_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CaseScopedQuerySet["TimelineEntry"].as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"entry of {self.at:%Y-%m-%d}"


class CaseTask(Record):
    """Something to do about a case, by one side, seen by both."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="tasks"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=TaskKind.choices)
    title = models.CharField(max_length=200)
    owner = models.CharField(max_length=120)
    due_on = models.DateField()
    opened_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=500, blank=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verification = models.CharField(max_length=500, blank=True)

    objects = CaseScopedQuerySet["CaseTask"].as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="case_task_done_by_somebody",
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="case_task_verified_after_done",
                condition=Q(verified_at=None, verified_by=None)
                | (
                    Q(verified_at__isnull=False, done_at__isnull=False)
                    & ~Q(verified_by=F("done_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def waits_for_verification(self) -> bool:
        """Whether a corrective action is done and nobody else looked yet."""
        is_corrective = self.kind == TaskKind.CORRECTIVE
        return is_corrective and self.done_at is not None and self.verified_at is None


class IncidentReview(Record):
    """What one side learned from a case. The latest of a side holds; no row ever
    changes (trigger)."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="reviews"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    audience = models.CharField(
        max_length=10, choices=Audience.choices, default=Audience.OWN_SIDE
    )
    held_on = models.DateField()
    what_happened = models.CharField(max_length=2000)
    causes = models.CharField(max_length=2000)
    lessons = models.CharField(max_length=2000)
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CaseScopedQuerySet["IncidentReview"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"review of {self.held_on}"


class Attachment(Record):
    """A file of one side that belongs to a case."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="attachments"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)
    audience = models.CharField(
        max_length=10, choices=Audience.choices, default=Audience.OWN_SIDE
    )
    added_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CaseScopedQuerySet["Attachment"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title


class EscalationContact(Record):
    """Whom an organization wants called about an incident, and when they answer.

    ``days`` are 0 (Monday) to 6; hours are of the contact's own zone and may run over
    midnight.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="escalation_contacts"
    )
    name = models.CharField(max_length=120)
    reached_by = models.CharField(max_length=200)
    zone = models.CharField(max_length=64)
    days = ArrayField(models.PositiveSmallIntegerField())
    from_time = models.TimeField()
    until_time = models.TimeField()
    order = models.PositiveSmallIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)

    objects = OrganizationScopedQuerySet["EscalationContact"].as_manager()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name
