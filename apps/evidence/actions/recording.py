"""In whose streams events about files are read, and who decides about a file."""

from __future__ import annotations

from uuid import UUID

from apps.audit.actions import Subject
from apps.core.errors import NotAllowed
from apps.evidence.models import Attachment, StoredFile
from apps.tenancy.actor import Actor, AnyActor


def about(row: StoredFile | Attachment, *, reader: UUID | None = None) -> Subject:
    """An event is read in the stream of the owner, and of the organization of a
    reader who took the bytes."""
    owner = row.organization_id
    return Subject(
        obj=row, organization_id=owner, visible_to=frozenset({owner, reader or owner})
    )


def check_own(row: StoredFile | Attachment, *, by: AnyActor) -> None:
    """Refuse people of other organizations; a job acts for all."""
    if isinstance(by, Actor) and by.organization_id != row.organization_id:
        raise NotAllowed("Only the organization that owns a file decides about it.")
