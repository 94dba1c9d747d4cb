"""Messages."""

from __future__ import annotations

from typing import Any

from apps.core import ids
from apps.notifications.models import Notification, OutgoingMail
from apps.tenancy.actor import Actor


def make_notification(actor: Actor, **overrides: Any) -> Notification:
    """An unread message to the actor."""
    values = {
        "kind": "test.happened",
        "context": {},
        "path": "/deadlines/",
        "key": f"test:{ids.uuid7()}",
    }
    return Notification.objects.create(
        recipient=actor.user, organization=actor.organization, **values | overrides
    )


def make_outgoing_mail(**overrides: Any) -> OutgoingMail:
    """A mail that has not left."""
    values = {
        "to": "somebody@example.org",
        "subject": "Subject",
        "body": "Body\n",
        "message_id": f"<{ids.uuid7()}@portal.example>",
    }
    return OutgoingMail.objects.create(**values | overrides)
