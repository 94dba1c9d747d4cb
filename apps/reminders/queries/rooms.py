"""Rooms one by one: what cannot be read in one keeps nothing of the others back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

import structlog
from django.db import transaction

from apps.access_reviews import queries as access_reviews
from apps.agreements import queries as agreements
from apps.assurance import queries as assurance
from apps.core.types import DueItem
from apps.drift import queries as drift
from apps.evidence import queries as evidence
from apps.incidents import queries as incidents
from apps.notifications.rules import check_path
from apps.questionnaires import queries as questionnaires
from apps.reminders.models import SentReminder
from apps.reminders.rules import room_label
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.training import queries as training
from apps.workforce import queries as workforce

log = structlog.get_logger(__name__)


Provider = Callable[..., list[DueItem]]

# Who yields duties, and what one must hold to read them.
_providers: list[tuple[Permission, Provider]] = [
    (Permission.AGREEMENTS_VIEW, agreements.due_items),
    (Permission.TRAINING_VIEW, training.due_items),
    (Permission.WORKFORCE_VIEW, workforce.due_items),
    (Permission.DRIFT_VIEW, drift.due_items),
    (Permission.ACCESS_VIEW, access_reviews.due_items),
    (Permission.ASSURANCE_VIEW, assurance.due_items),
    (Permission.EVIDENCE_VIEW, evidence.due_items),
    (Permission.QUESTIONNAIRES_VIEW, questionnaires.due_items),
    (Permission.INCIDENTS_VIEW, incidents.due_items),
]


def provide(permission: Permission, provider: Provider) -> None:
    """Add a room that this one may not import; called once, when the portal loads."""
    if (permission, provider) not in _providers:
        _providers.append((permission, provider))


def providers(actor: AnyActor) -> list[tuple[str, Provider]]:
    """Who yields the duties the actor may read, by name of the room. No query."""
    return [
        (provider.__module__.removeprefix("apps.").split(".")[0], provider)
        for permission, provider in _providers
        if actor.can(permission)
    ]


def permissions_to_read() -> set[Permission]:
    """What a job must hold to read everything that is due."""
    return {permission for permission, _ in _providers}


@dataclass(slots=True)
class Readings:
    """Duties by the room that yielded them, and the rooms that could not be read."""

    duties: dict[str, list[DueItem]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    @property
    def items(self) -> list[DueItem]:
        """The duties of all rooms that could be read, earliest first."""
        found = chain.from_iterable(self.duties.values())
        return sorted(found, key=lambda item: (item.due, item.title, item.key))

    @property
    def unread(self) -> list[str]:
        """The rooms that could not be read, in words."""
        return sorted(room_label(room) for room in self.failed)

    @contextmanager
    def apart(self, room: str) -> Iterator[None]:
        """Undo, log as an error and note whatever fails for the room."""
        try:
            with transaction.atomic():
                yield
        except Exception:
            log.exception("reminders.room_failed", room=room)
            self.failed.add(room)


def read_rooms(actor: AnyActor, *, first: date, last: date) -> Readings:
    """Duties due within inclusive days that the actor may read, room by room.

    An actor gets those of the own organization, a job those of all. A room that
    fails, or yields a duty that cannot be sent, is noted in ``failed`` and yields
    nothing this time. The queries of the rooms, each within a savepoint.
    """
    found = Readings()
    for room, provider in providers(actor):
        with found.apart(room):
            items = provider(actor, first=first, last=last)
            for item in items:
                _check(item)
            found.duties.setdefault(room, []).extend(items)
    return found


def _check(item: DueItem) -> None:
    """Refuse what a message or the ledger cannot take; a bug of the room."""
    check_path(item.path)
    if len(item.key) > SentReminder.ITEM_MAX:
        raise ValueError(f"{item.key!r} is too long a key for the ledger.")
