"""Reminder policies and the ledger of what was sent."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.core.models import Record
from apps.notifications.models import Notification
from apps.reminders.enums import ReminderChannel
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class ReminderPolicy(Record):
    """When an organization is reminded of one kind of duty.

    ``offsets`` are days relative to the due day: -30 is thirty days before, 0 the
    day itself, 7 a week overdue.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    offsets = ArrayField(models.SmallIntegerField())

    objects = OrganizationScopedQuerySet["ReminderPolicy"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind"], name="reminder_policy_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} reminders of {self.organization}"


class SentReminder(Record):
    """The ledger: unique per (item, due day, offset, recipient, channel).

    A row without ``notification`` was superseded by a more urgent one of the same
    pass (``superseded_by_offset``).
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    item = models.CharField(max_length=120)
    due = models.DateField()
    offset = models.SmallIntegerField()
    recipient = models.ForeignKey(User, on_delete=models.PROTECT)
    channel = models.CharField(max_length=6, choices=ReminderChannel.choices)
    notification = models.ForeignKey(Notification, null=True, on_delete=models.PROTECT)
    superseded_by_offset = models.SmallIntegerField(null=True)

    objects = OrganizationScopedQuerySet["SentReminder"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "due", "offset", "recipient", "channel"],
                name="sent_reminder_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.offset:+d} to {self.recipient}"
