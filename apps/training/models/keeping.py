"""What keeps training records, and what was destroyed when nothing did."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.workforce.models import Agent


class TrainingHold(Record):
    """Training records are kept, whatever their retention says, until released.

    Of one agent, or without ``agent`` of the whole organization. A hold on a single
    file is of the evidence room and keeps the records that rest on it as well.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    release_reason = models.CharField(max_length=500, blank=True)

    objects = OrganizationScopedQuerySet["TrainingHold"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "agent"],
                condition=Q(released_at=None),
                nulls_distinct=False,
                name="training_hold_running",
            ),
            models.CheckConstraint(
                name="training_hold_release_says_why",
                condition=Q(released_at=None, release_reason="")
                | (Q(released_at__isnull=False) & ~Q(release_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"hold on training of {self.agent or self.organization}"


class Destruction(Record):
    """Records and files that were destroyed together, and why that was allowed.

    ``items`` name each by its id and what is needed to recognise it later (course
    code, days, hash of a file), never the person.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    destroyed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    destroyed_on = models.DateField()
    reason = models.CharField(max_length=500)
    record_count = models.PositiveIntegerField()
    import_count = models.PositiveIntegerField()
    file_count = models.PositiveIntegerField()
    items = models.JSONField(default=dict)

    objects = OrganizationScopedQuerySet["Destruction"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"destruction of {self.destroyed_on}"
