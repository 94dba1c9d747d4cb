"""Duties, policies and lines of the ledger."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from apps.core import ids
from apps.core.types import DueItem
from apps.reminders.enums import Cadence, DutyKind, ReminderChannel, Weekday
from apps.reminders.models import (
    ReminderDelivery,
    ReminderPolicy,
    ReminderPreference,
    SentReminder,
)
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership, Organization
from tests.factories.notifications import make_notification


def make_due_item(organization: Organization, **overrides: Any) -> DueItem:
    """A BAA that ends on 22 June 2026, a week after the held clock."""
    values: dict[str, Any] = {
        "key": f"agreement:{ids.uuid7()}:expires",
        "kind": DutyKind.AGREEMENT_EXPIRES,
        "organization_id": organization.pk,
        "due": date(2026, 6, 22),
        "title": "The BAA “Chat” ends",
        "path": "/agreements/1/",
    }
    return DueItem(**values | overrides)


def make_policy(organization: Organization, **overrides: Any) -> ReminderPolicy:
    """Only on the day itself, managers, by both channels."""
    values = {
        "kind": DutyKind.AGREEMENT_EXPIRES,
        "offsets": [0],
        "recipients": [Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER],
        "channels": list(ReminderChannel),
    }
    return ReminderPolicy.objects.create(
        organization=organization, **values | overrides
    )


def make_delivery(organization: Organization, **overrides: Any) -> ReminderDelivery:
    """At any hour of the day, each reminder for itself."""
    values = {
        "cadence": Cadence.IMMEDIATE,
        "weekday": Weekday.MONDAY,
        "send_at": time(0),
        "allows_preferences": True,
    }
    return ReminderDelivery.objects.create(
        organization=organization, **values | overrides
    )


def make_preference(actor: Actor, **overrides: Any) -> ReminderPreference:
    """No e-mail."""
    membership = Membership.objects.get(
        user=actor.user, organization=actor.organization
    )
    values = {"wants_email": False}
    return ReminderPreference.objects.create(
        membership=membership, **values | overrides
    )


def make_sent(
    actor: Actor, item: DueItem, offset: int, **overrides: Any
) -> SentReminder:
    """A reminder of the item that reached the actor's inbox."""
    notification = overrides.pop("notification", None) or make_notification(actor)
    values = {"channel": ReminderChannel.INBOX, "role": actor.role}
    return SentReminder.objects.create(
        organization_id=item.organization_id,
        kind=item.kind,
        item=item.key,
        title=item.title,
        due=item.due,
        offset=offset,
        slot=item.due + timedelta(days=offset),
        recipient=actor.user,
        notification=notification,
        **values | overrides,
    )
