"""Keys, paths, retries and page marks of messages. All figures are our own defaults."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID


class HasRole(Protocol):
    """What is asked of a membership."""

    organization: Any

    def get_role_display(self) -> str:
        """The role in words."""
        ...


KEY_MAX = 150
MAX_ATTEMPTS = 12
NO_ADDRESS = "not an e-mail address"
FIRST_TRY_WITHIN = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)


def unique_key(key: str, user_id: UUID) -> str:
    """What the database keeps unique: the message and the person, in 200 characters."""
    if len(key) > KEY_MAX:
        key = f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
    return f"{key}:{user_id}"


def role_reason(membership: HasRole) -> str:
    """Why somebody got a message that goes to everybody with their role."""
    return f"your role: {membership.get_role_display()} of {membership.organization}"


def check_path(path: str) -> None:
    """Refuse what is not a page of the portal; a bug, never a person's mistake."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise ValueError(f"{path!r} is no path of the portal.")


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts, at least one.

    Two minutes, doubled each time, at most six hours.
    """
    return min(timedelta(minutes=2 ** min(attempts, 20)), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class InboxMark:
    """Where a page of the inbox ended: unread before read, newest first."""

    is_read: bool
    created_at: datetime
    pk: UUID

    def __str__(self) -> str:
        at = self.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return f"{int(self.is_read)}~{at}~{self.pk}"

    @classmethod
    def parse(cls, text: str) -> InboxMark | None:
        """The mark written as ``text``; None for anything else (the first page)."""
        try:
            read, at, pk = text.split("~")
            created_at = datetime.fromisoformat(at)
            mark = cls(bool(int(read)), created_at, UUID(pk))
        except ValueError:
            return None
        return mark if created_at.tzinfo else None
