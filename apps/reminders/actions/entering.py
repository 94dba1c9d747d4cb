"""The one way into the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from apps.core import clock, ids
from apps.core.copying import copy_rows
from apps.reminders.models import SentReminder


class Entry(NamedTuple):
    """A line of the ledger by column; rows of the model cost twice the time."""

    organization_id: UUID
    kind: str
    item: str
    title: str
    due: date
    offset: int
    slot: date
    channel: str
    supersedes: list[int]
    is_default_policy: bool
    is_escalation: bool = False
    recipient_id: UUID | None = None
    role: str = ""
    notification_id: UUID | None = None
    mail_id: UUID | None = None


_COPY = "COPY {} ({}) FROM STDIN".format(
    SentReminder._meta.db_table,
    ", ".join(f'"{name}"' for name in ("id", "created_at", *Entry._fields)),
)


def enter(entries: Iterable[Entry]) -> None:
    """Copy lines into the ledger.

    A line that is there already fails the whole pass, messages included: nobody is
    reminded twice of the same, and the next pass reads the ledger anew.
    """
    now = clock.now()
    copy_rows(_COPY, ((ids.uuid7(), now, *entry) for entry in entries))
