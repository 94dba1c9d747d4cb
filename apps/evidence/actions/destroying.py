"""Destroying the bytes of a file that nothing keeps any more."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.evidence import queries, rules, trail
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def destroy_file(file: StoredFile, *, by: Actor, reason: str) -> StoredFile:
    """Remove the bytes of a file for good; the row stays and tells what they were.

    Records ``file.destroyed``; the bytes go after the commit. NotAllowed unless a
    manager of the owner, Conflict while retention, a hold or a use keeps it.
    """
    by.require(Permission.ASSURANCE_EDIT)
    if by.organization_id != file.organization_id:
        raise NotAllowed("Only the organization that owns a file decides about it.")
    row = StoredFile.objects.select_related("organization").locked(file.pk)
    kept = queries.keeping(row)
    today = clock.today(row.organization.time_zone)
    if row.destroyed_at is not None:
        raise Conflict("The file was destroyed before.")
    if kept.hold is not None or not rules.is_past(kept.until, today=today):
        raise Conflict("Its retention, or a legal hold, keeps the file.")
    if queries.uses(row):
        raise Conflict("The file is used. Detach it first.")
    row.destroyed_at = clock.now()
    row.save(update_fields=["destroyed_at"])
    record(
        trail.FILE_DESTROYED,
        by=by,
        about=Subject(
            obj=row,
            organization_id=row.organization_id,
            visible_to=frozenset({row.organization_id}),
        ),
        facts={"sha256": row.sha256, "size": row.size},
        personal={"name": row.name, "reason": reason},
        documents=[row.sha256],
    )
    key = row.storage_key
    transaction.on_commit(lambda: default_storage.delete(key))
    return row
