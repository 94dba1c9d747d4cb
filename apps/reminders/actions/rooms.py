"""Rooms one by one: what cannot be read in one keeps nothing of the others back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import structlog
from django.db import transaction

from apps.core.types import DueItem
from apps.notifications.rules import check_path
from apps.reminders import queries
from apps.reminders.models import SentReminder
from apps.tenancy.actor import SystemActor

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Readings:
    """Duties by the room that yielded them, and the rooms that could not be read."""

    duties: dict[str, list[DueItem]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    @contextmanager
    def apart(self, room: str) -> Iterator[None]:
        """Undo, log as an error and note whatever fails for the room."""
        try:
            with transaction.atomic():
                yield
        except Exception:
            log.exception("reminders.room_failed", room=room)
            self.failed.add(room)


def read_rooms(by: SystemActor, *, first: date, last: date) -> Readings:
    """Duties of every room that can be read, due within inclusive days.

    A room that fails, or yields a duty that cannot be sent, is noted in
    ``failed`` and yields nothing this time. The queries of the rooms, each within a
    savepoint.
    """
    found = Readings()
    for room, provider in queries.providers(by):
        with found.apart(room):
            items = provider(by, first=first, last=last)
            for item in items:
                _check(item)
            found.duties.setdefault(room, []).extend(items)
    return found


def _check(item: DueItem) -> None:
    """Refuse what a message or the ledger cannot take; a bug of the room."""
    check_path(item.path)
    if len(item.key) > SentReminder.ITEM_MAX:
        raise ValueError(f"{item.key!r} is too long a key for the ledger.")
