"""Messages of the product: inbox and outgoing mail."""

from __future__ import annotations

from django.db import models

from apps.core.models import LockingQuerySet, Record
from apps.notifications import rules
from apps.tenancy.models import Organization, User


class Notification(Record):
    """A message to one person; text is rendered from kind and context when read."""

    recipient = models.ForeignKey(User, on_delete=models.PROTECT)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    kind = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    # Why this person: what made the message, and the role by which they got it.
    reason = models.CharField(max_length=500, blank=True, default="")
    is_in_inbox = models.BooleanField(default=True)
    # Same message twice (a retried job) is refused by the database.
    key = models.CharField(max_length=200, unique=True)
    read_at = models.DateTimeField(null=True)

    objects = LockingQuerySet["Notification"].as_manager()

    class Meta:
        indexes = [
            models.Index(
                "recipient",
                "organization",
                models.F("created_at").desc(),
                name="notification_inbox",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"


class OutgoingMail(Record):
    """A mail and whether it left; ``message_id`` stays the same on every retry."""

    notification = models.OneToOneField(
        Notification, null=True, on_delete=models.PROTECT, related_name="mail"
    )
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    not_before = models.DateTimeField(null=True)

    objects = LockingQuerySet["OutgoingMail"].as_manager()

    class Meta:
        indexes = [
            models.Index(
                "created_at",
                name="outgoing_mail_unsent",
                condition=models.Q(sent_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"

    @property
    def state_words(self) -> str:
        """What became of it, in words."""
        if self.sent_at is not None:
            return "Handed to the mail server"
        if self.last_error == rules.NO_ADDRESS:
            return f"Given up: {self.last_error}"
        if self.attempts >= rules.MAX_ATTEMPTS:
            return f"Given up after {self.attempts} tries: {self.last_error}"
        if self.attempts:
            return f"Failed {self.attempts} times, tried again: {self.last_error}"
        return "Waiting to leave"
