"""Reads of messages: a person sees their own, of the organization they act for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.urls import reverse

from apps.core.errors import NotFound
from apps.notifications import registry
from apps.notifications.models import Notification, OutgoingMail
from apps.notifications.rules import InboxMark
from apps.tenancy.actor import Actor

PAGE = 50
NO_MAIL = "No e-mail"


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One message in words. ``path`` is where it leads, "" for nowhere."""

    pk: UUID
    line: str
    path: str
    created_at: datetime
    is_read: bool
    reason: str
    why: str

    @property
    def mark(self) -> str:
        """Text that asks for the lines after this one."""
        return str(InboxMark(self.is_read, self.created_at, self.pk))


def notifications(actor: Actor) -> QuerySet[Notification]:
    """Messages in this person's inbox of the organization they act for. One query."""
    return _to(actor).filter(is_in_inbox=True)


def _to(actor: Actor) -> QuerySet[Notification]:
    return Notification.objects.filter(
        recipient=actor.user_id, organization=actor.organization_id
    ).order_by("-created_at", "-pk")


def notification(actor: Actor, pk: UUID) -> Notification:
    """One message to this person; NotFound for anybody else's.

    Those that went by e-mail only are found too. One query.
    """
    try:
        return _to(actor).get(pk=pk)
    except Notification.DoesNotExist as error:
        raise NotFound from error


def unread_count(actor: Actor) -> int:
    """How many messages wait. One query."""
    return notifications(actor).filter(read_at=None).count()


def inbox(actor: Actor, *, after: InboxMark | None = None) -> list[InboxLine]:
    """At most 51 lines after the mark (one more than a page tells of a next).

    Unread before read, newest first. One query.
    """
    is_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    rows = (
        notifications(actor)
        .annotate(is_read=is_read)
        .order_by("is_read", "-created_at", "-pk")
    )
    if after is not None:
        rows = rows.filter(_later_than(after))
    return [
        InboxLine(
            pk=row.pk,
            line=registry.line_of(row.kind, row.context),
            path=row.path,
            created_at=row.created_at,
            is_read=row.read_at is not None,
            reason=row.reason,
            why=reverse(registry.why_of(row.kind), args=[row.pk]),
        )
        for row in rows[: PAGE + 1]
    ]


def _later_than(mark: InboxMark) -> Q:
    older = Q(created_at__lt=mark.created_at) | Q(
        created_at=mark.created_at, pk__lt=mark.pk
    )
    return Q(is_read__gt=mark.is_read) | (Q(is_read=mark.is_read) & older)


def mail_words(row: Notification) -> str:
    """What became of the mail of a message. One query."""
    mail = OutgoingMail.objects.filter(notification=row).first()
    return mail.state_words if mail else NO_MAIL
