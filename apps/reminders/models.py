"""Policies, how reminders are delivered, and the ledger of what was sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.notifications.models import Notification, OutgoingMail
from apps.reminders import rules
from apps.reminders.enums import Cadence, ReminderChannel, Weekday, kind_label
from apps.reminders.rules import Delivery, Failure, Policy
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership, Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class ReminderPolicy(Record):
    """When and whom an organization reminds of one kind of duty.

    ``offsets`` are days relative to the due day: -30 is thirty days before, 0 the
    day itself, 7 a week overdue.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    offsets = ArrayField(models.SmallIntegerField())
    recipients = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    channels = ArrayField(
        models.CharField(max_length=6, choices=ReminderChannel.choices)
    )
    escalate_after = models.PositiveSmallIntegerField(null=True)
    escalate_to = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), default=list
    )
    tells_agents = models.BooleanField(default=False)

    objects = OrganizationScopedQuerySet["ReminderPolicy"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind"], name="reminder_policy_kind"
            ),
            models.CheckConstraint(
                name="reminder_policy_escalation_whole",
                condition=Q(escalate_after=None, escalate_to=[])
                | (Q(escalate_after__gte=1) & ~Q(escalate_to=[])),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} reminders of {self.organization}"

    @property
    def terms(self) -> Policy:
        """The policy as the rules read it."""
        return Policy(
            offsets=tuple(self.offsets),
            recipients=frozenset(map(Role, self.recipients)),
            channels=frozenset(map(ReminderChannel, self.channels)),
            escalate_after=self.escalate_after,
            escalate_to=frozenset(map(Role, self.escalate_to)),
            tells_agents=self.tells_agents,
        )


class ReminderDelivery(Record):
    """How the reminders of an organization reach its people; see ``rules.Delivery``.

    ``zone`` empty is the organization's own.
    """

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT)
    zone = models.CharField(max_length=64, blank=True)
    cadence = models.CharField(max_length=9, choices=Cadence.choices)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    send_at = models.TimeField()
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    allows_preferences = models.BooleanField()

    objects = OrganizationScopedQuerySet["ReminderDelivery"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reminder_delivery_quiet_has_both_ends",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Delivery of reminders of {self.organization}"

    def terms(self, own_zone: str) -> Delivery:
        """The delivery as the rules read it; ``own_zone`` is the organization's."""
        return Delivery(
            zone=self.zone or own_zone,
            cadence=Cadence(self.cadence),
            weekday=Weekday(self.weekday),
            send_at=self.send_at,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            allows_preferences=self.allows_preferences,
        )


class ReminderPreference(Record):
    """What a member chose, counted only while the organization lets them choose.

    ``cadence`` empty is the organization's.
    """

    membership = models.OneToOneField(Membership, on_delete=models.PROTECT)
    cadence = models.CharField(max_length=9, choices=Cadence.choices, blank=True)
    wants_email = models.BooleanField(default=True)

    class PreferenceQuerySet(OrganizationScopedQuerySet["ReminderPreference"]):
        """Preferences belong to the organization of the membership."""

        organization_field = "membership__organization"

    objects = PreferenceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Preference of {self.membership}"


class SentReminder(Record):
    """The ledger: unique per (item, due day, offset, recipient, channel).

    ``slot`` is the local day it was sent for; ``supersedes`` the offsets it took the
    place of. ``role`` is the one by which the recipient got it. A reminder to an
    agent, who has no account, has neither recipient nor notification, but ``mail``.
    """

    TITLE_MAX, ITEM_MAX = 300, 120

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    item = models.CharField(max_length=ITEM_MAX)
    title = models.CharField(max_length=TITLE_MAX)
    due = models.DateField()
    offset = models.SmallIntegerField()
    slot = models.DateField()
    recipient = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    is_escalation = models.BooleanField(default=False)
    is_default_policy = models.BooleanField(default=True)
    channel = models.CharField(max_length=6, choices=ReminderChannel.choices)
    notification = models.ForeignKey(Notification, null=True, on_delete=models.PROTECT)
    mail = models.ForeignKey(OutgoingMail, null=True, on_delete=models.PROTECT)
    supersedes = ArrayField(models.SmallIntegerField(), default=list)

    objects = OrganizationScopedQuerySet["SentReminder"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "due", "offset", "recipient", "channel"],
                name="sent_reminder_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="sent_reminder_by_one_message",
                condition=Q(
                    recipient__isnull=False, notification__isnull=False, mail=None
                )
                | Q(recipient=None, notification=None, mail__isnull=False),
            ),
        ]
        indexes = [
            models.Index("organization", "kind", "id", name="sent_reminder_page"),
            models.Index("organization", "due", name="sent_reminder_due"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.offset:+d} to {self.recipient or 'an agent'}"

    @property
    def kind_words(self) -> str:
        """The kind of duty in words."""
        return kind_label(self.kind)

    @property
    def day(self) -> date:
        """The day the policy set for it."""
        return self.due + timedelta(days=self.offset)

    @property
    def day_words(self) -> str:
        """When it was meant for."""
        return rules.offset_words(self.offset)

    @property
    def delivery_words(self) -> str:
        """What became of it: of its mail, or whether it was read."""
        if self.notification is None:
            return str(self.mail.state_words) if self.mail else ""
        if self.channel == ReminderChannel.EMAIL:
            return str(self.notification.mail.state_words)
        return "Read" if self.notification.read_at else "Not read yet"

    @property
    def superseded_words(self) -> str:
        """What it took the place of, "" for nothing."""
        return ", ".join(rules.offset_words(each) for each in self.supersedes)


class LastPass(models.Model):
    """One row: when reminders were last looked at, by whom, and what came of it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ran_at = models.DateTimeField()
    holder = models.CharField(max_length=200)
    sent = models.PositiveIntegerField()
    # By room, the first and the latest pass in a row that could not read it.
    failures = models.JSONField(default=dict, db_default={})

    objects = models.Manager["LastPass"]()

    class Meta:
        constraints = [
            models.CheckConstraint(name="reminder_last_pass_one", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"{self.sent} sent at {self.ran_at}"

    @property
    def failed(self) -> dict[str, Failure]:
        """Rooms that could not be read of late, now or before."""
        return {
            room: Failure(*map(datetime.fromisoformat, of_room))
            for room, of_room in self.failures.items()
        }

    @property
    def failing(self) -> list[tuple[str, datetime]]:
        """Rooms the pass could not read, each with since when."""
        return sorted(
            (rules.room_label(room), each.since)
            for room, each in self.failed.items()
            if each.until == self.ran_at
        )
