"""Telling people: inbox, outgoing mail, and the mail's way out.

A mail leaves at least once: it is marked as sent after the mail server took it, so a
worker killed in between sends it again, with the same Message-ID by which receiving
servers and clients drop the second copy. Messages are no events of the trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPResponseException
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.template import Context, Engine
from django.urls import reverse

from apps.core import clock, ids
from apps.core.errors import NotFound
from apps.notifications import rules
from apps.notifications.models import Notification, OutgoingMail
from apps.notifications.registry import SUBJECT_MAX, Message
from apps.tenancy.actor import Actor
from apps.tenancy.models import Membership

log = structlog.get_logger(__name__)

OUTBOX_BATCH = 500
# Mails one job hands out: few jobs for many mails, and little left to repeat.
CHUNK = 100
# How long the sweep leaves a mail to the worker it was handed to.
CLAIM = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Draft:
    """One message to one person. ``membership`` comes with user and organization.

    ``reason`` says why this person gets it; empty, their role does. At least one of
    ``in_inbox`` and ``by_mail`` holds.
    """

    membership: Membership
    context: dict[str, str | int]
    path: str
    key: str
    reason: str = ""
    in_inbox: bool = True
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class PlainLetter:
    """A mail to somebody who may have no account."""

    to: str
    subject: str
    template: str
    context: dict[str, str | int]


def notify(
    message: Message,
    *,
    memberships: Iterable[Membership],
    context: dict[str, str | int],
    path: str,
    key: str,
) -> list[Notification]:
    """Tell the same to several people; see ``notify_each``."""
    return notify_each(
        message, drafts=[Draft(row, context, path, key) for row in memberships]
    )


@transaction.atomic
def notify_each(message: Message, *, drafts: Iterable[Draft]) -> list[Notification]:
    """Put messages into inboxes and mails on their way; return what is new.

    Each person gets a message once per ``key``, however often a job is retried; a
    membership that has ended gets nothing. ``context`` holds no PHI and no names of
    agents; ``path`` is the page to act on. Three queries whatever the number.
    Raises ValueError for a path outside the portal.
    """
    rows: dict[str, Notification] = {}
    mailed: set[str] = set()
    for draft in drafts:
        rules.check_path(draft.path)
        if _is_live(draft.membership):
            row = _notification(message, draft)
            rows.setdefault(row.key, row)
            mailed |= {row.key} if draft.by_mail else set()
    fresh = _inserted(list(rows.values()))
    _mail(message, [row for row in fresh if row.key in mailed])
    return fresh


def _notification(message: Message, draft: Draft) -> Notification:
    return Notification(
        recipient=draft.membership.user,
        organization=draft.membership.organization,
        kind=message.kind,
        context=draft.context,
        path=draft.path,
        reason=draft.reason or rules.role_reason(draft.membership),
        is_in_inbox=draft.in_inbox,
        key=rules.unique_key(draft.key, draft.membership.user_id),
    )


def _is_live(membership: Membership) -> bool:
    today = clock.today(membership.user.time_zone)
    ended = membership.valid_until is not None and membership.valid_until < today
    return membership.user.is_active and not ended


def _inserted(rows: list[Notification]) -> list[Notification]:
    """Insert what is not there yet and tell which rows that were."""
    if not rows:
        return []
    # In the order of the unique column, so that two workers never wait for each
    # other in a circle.
    rows.sort(key=lambda row: row.key)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    wanted = [row.pk for row in rows]
    kept = set(Notification.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    return [row for row in rows if row.pk in kept]


def _mail(message: Message, notifications: list[Notification]) -> None:
    """One mail for each new notification."""
    _hand_out(
        [_draft(_letter(message, row), notification=row) for row in notifications]
    )


def _letter(message: Message, row: Notification) -> PlainLetter:
    return PlainLetter(
        to=row.recipient.email,
        subject=message.subject_for(row.context),
        template=message.template,
        context={
            **row.context,
            "recipient": str(row.recipient),
            "organization": str(row.organization),
            "url": settings.BASE_URL + row.path,
            "reason": row.reason,
            "why_url": settings.BASE_URL + reverse(message.why, args=[row.pk]),
        },
    )


def send_plain_mail(
    *, to: str, subject: str, template: str, context: dict[str, str | int]
) -> OutgoingMail:
    """Send a mail to somebody who may have no account yet (an invitation)."""
    [mail] = send_plain_mails([PlainLetter(to, subject, template, context)])
    return mail


def send_plain_mails(letters: Iterable[PlainLetter]) -> list[OutgoingMail]:
    """Send mails to people who may have no account. One query.

    The caller's transaction carries them: rolled back, nothing leaves. Such a mail
    may hold a secret link, so its text is dropped once it has left.
    """
    mails = [_draft(letter) for letter in letters]
    _hand_out(mails)
    return mails


def _draft(
    letter: PlainLetter, *, notification: Notification | None = None
) -> OutgoingMail:
    pk = ids.uuid7()
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    # Plain text: nothing is escaped.
    text = Engine.get_default().get_template(letter.template)
    return OutgoingMail(
        pk=pk,
        notification=notification,
        to=letter.to,
        subject=" ".join(letter.subject.split())[:SUBJECT_MAX],
        body=text.render(Context(letter.context, autoescape=False)).strip() + "\n",
        message_id=f"<{pk}@{host}>",
        not_before=clock.now() + rules.FIRST_TRY_WITHIN,
    )


def _hand_out(mails: list[OutgoingMail]) -> None:
    """Keep the mails and wake a worker after commit; the sweep catches the rest."""
    OutgoingMail.objects.bulk_create(mails)
    if mails:
        wanted = [mail.pk for mail in mails]
        transaction.on_commit(lambda: wake(wanted), robust=True)


def wake(mail_ids: Sequence[UUID]) -> None:
    """Ask workers to hand out these mails, a hundred a job."""
    for first in range(0, len(mail_ids), CHUNK):
        chunk = [str(pk) for pk in mail_ids[first : first + CHUNK]]
        current_app.send_task("notifications.send_mails", args=[chunk])


@transaction.atomic
def send_mail(mail_id: UUID) -> bool:
    """Hand one mail to the mail server; False if it was not ours to send.

    Claims the row for the length of the hand-over, so two workers never send it at
    once. A failure is kept without addresses and tried again later, with growing
    pauses, twelve times. To what is no address, as rosters hold some, nothing can be
    handed over: it is given up at once, and no other mail waits for it.
    """
    mail = (
        OutgoingMail.objects.select_for_update(skip_locked=True)
        .filter(pk=mail_id, sent_at=None, attempts__lt=rules.MAX_ATTEMPTS)
        .first()
    )
    if mail is None:
        return False
    mail.attempts += 1
    try:
        validate_email(mail.to)
        _deliver(mail)
    except ValidationError:
        mail.attempts, mail.last_error = rules.MAX_ATTEMPTS, rules.NO_ADDRESS
        log.warning("mail_not_sent", mail=str(mail.pk), error=rules.NO_ADDRESS)
    except (SMTPException, OSError) as error:
        mail.last_error = _without_addresses(error)
        mail.not_before = clock.now() + rules.pause_after(mail.attempts)
        log.warning("mail_not_sent", mail=str(mail.pk), error=mail.last_error)
    else:
        mail.sent_at = clock.now()
        mail.last_error = ""
        if mail.notification_id is None:
            mail.body = ""
    mail.save(update_fields=["attempts", "sent_at", "last_error", "not_before", "body"])
    return mail.sent_at is not None


def _deliver(mail: OutgoingMail) -> None:
    EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.to],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    ).send()


def _without_addresses(error: Exception) -> str:
    """Kind of failure and the server's code; its text may quote addresses."""
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__


@transaction.atomic
def claim_overdue_mails() -> list[UUID]:
    """Mails whose time has come, oldest first, left to the caller for five minutes."""
    now = clock.now()
    due = Q(not_before=None) | Q(not_before__lte=now)
    claimed = list(
        OutgoingMail.objects.select_for_update(skip_locked=True)
        .filter(due, sent_at=None, attempts__lt=rules.MAX_ATTEMPTS)
        .order_by("created_at")
        .values_list("pk", flat=True)[:OUTBOX_BATCH]
    )
    OutgoingMail.objects.filter(pk__in=claimed).update(not_before=now + CLAIM)
    return claimed


@transaction.atomic
def mark_read(notification: Notification, *, by: Actor) -> Notification:
    """Note that the person has read it; the first time counts.

    Raises NotFound for a message to somebody else. A person's own reading is no
    event of the trail.
    """
    row = Notification.objects.locked(notification.pk)
    if row.recipient_id != by.user_id or row.organization_id != by.organization_id:
        raise NotFound
    if row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at"])
    return row


@transaction.atomic
def mark_all_read(*, by: Actor, until: datetime) -> int:
    """Note that the person has read all that came until the instant; how many."""
    return Notification.objects.filter(
        recipient=by.user_id,
        organization=by.organization_id,
        read_at=None,
        created_at__lte=until,
    ).update(read_at=clock.now())
