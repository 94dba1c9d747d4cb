"""Legal holds, who of the organization may take the bytes, and their end."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict
from apps.evidence import queries, trail
from apps.evidence.actions.recording import about, check_own
from apps.evidence.models import LegalHold, StoredFile
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def place_hold(file: StoredFile, *, by: Actor, reason: str) -> LegalHold:
    """Keep a file, whatever its retention says, until the hold is released.

    Records ``hold.placed``. NotAllowed unless a manager of the owner; Conflict while
    another hold runs.
    """
    row = _locked(file, by=by)
    if LegalHold.objects.filter(file=row, released_at=None).exists():
        raise Conflict("A hold on this file is running. Release it before a new one.")
    hold = LegalHold.objects.create(
        organization_id=row.organization_id, file=row, reason=reason, placed_by=by.user
    )
    record(
        trail.HOLD_PLACED,
        by=by,
        about=about(row),
        facts={"sha256": row.sha256},
        personal={"name": row.name, "reason": reason},
        documents=[row.sha256],
    )
    return hold


@transaction.atomic
def release_hold(file: StoredFile, *, by: Actor) -> LegalHold:
    """End the hold on a file. Records ``hold.released``. NotAllowed, Conflict."""
    row = _locked(file, by=by)
    hold = LegalHold.objects.filter(file=row, released_at=None).first()
    if hold is None:
        raise Conflict("No hold on this file is running.")
    hold.released_at, hold.released_by = clock.now(), by.user
    hold.save(update_fields=["released_at", "released_by"])
    record(
        trail.HOLD_RELEASED,
        by=by,
        about=about(row),
        facts={"sha256": row.sha256},
        personal={"name": row.name},
    )
    return hold


@transaction.atomic
def restrict(file: StoredFile, *, by: Actor, is_restricted: bool) -> StoredFile:
    """Keep the bytes to managers of the owner, or give them back to its people.

    What the owner shares with a client by its own act stays shared. Records
    ``file.restricted``; nothing when it is so already. NotAllowed.
    """
    row = _locked(file, by=by)
    if row.is_restricted == is_restricted:
        return row
    row.is_restricted = is_restricted
    row.save(update_fields=["is_restricted"])
    record(
        trail.FILE_RESTRICTED,
        by=by,
        about=about(row),
        facts={"is_restricted": is_restricted},
        personal={"name": row.name},
        changed={"is_restricted": (not is_restricted, is_restricted)},
    )
    return row


@transaction.atomic
def destroy(file: StoredFile, *, by: Actor, reason: str) -> StoredFile:
    """Destroy the bytes of a file whose retention has ended, and their key; row, hash
    and history stay.

    The bytes go once that is certain; what a stop leaves behind goes with the nightly
    sweep. Records ``file.destroyed``. NotAllowed unless a manager of the owner;
    Conflict while a hold runs, retention lasts, or when destroyed already.
    """
    row = _locked(file, by=by)
    kept = queries.keeping(row)
    if kept.reason:
        raise Conflict(kept.reason)
    row.destroyed_at, row.destroyed_by = clock.now(), by.user
    row.destruction_reason, row.wrapped_key, row.key_name = reason, None, ""
    row.save(
        update_fields=[
            "destroyed_at",
            "destroyed_by",
            "destruction_reason",
            "wrapped_key",
            "key_name",
        ]
    )
    record(
        trail.FILE_DESTROYED,
        by=by,
        about=about(row),
        facts={"sha256": row.sha256, "kept_through": kept.until},
        personal={"name": row.name, "reason": reason},
        documents=[row.sha256],
    )
    transaction.on_commit(lambda: default_storage.delete(row.storage_key))
    return row


def _locked(file: StoredFile, *, by: Actor) -> StoredFile:
    by.require(Permission.ASSURANCE_EDIT)
    check_own(file, by=by)
    row = StoredFile.objects.locked(file.pk)
    if row.destroyed_at is not None:
        raise Conflict("The bytes of this file were destroyed; its record stays as is.")
    return row
