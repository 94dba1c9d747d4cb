"""Duties, policies and lines of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.core import ids
from apps.core.types import DueItem
from apps.reminders.enums import DutyKind, ReminderChannel
from apps.reminders.models import ReminderPolicy, SentReminder
from apps.tenancy.actor import Actor
from apps.tenancy.models import Organization


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
    """Only on the day itself."""
    values = {"kind": DutyKind.AGREEMENT_EXPIRES, "offsets": [0]}
    return ReminderPolicy.objects.create(
        organization=organization, **values | overrides
    )


def make_sent(
    actor: Actor, item: DueItem, offset: int, **overrides: Any
) -> SentReminder:
    """A reminder of the item that reached the actor's inbox."""
    values = {"channel": ReminderChannel.INBOX}
    return SentReminder.objects.create(
        organization_id=item.organization_id,
        item=item.key,
        due=item.due,
        offset=offset,
        recipient=actor.user,
        **values | overrides,
    )
