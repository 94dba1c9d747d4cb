"""Writing bytes sealed, and bringing what lies there under the key of now."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.evidence import queries, trail, vault
from apps.evidence.models import StoredFile
from apps.evidence.vault import Lock
from apps.tenancy.actor import SystemActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

FOLDER = "evidence"
# Keys are rows; bytes are files.
KEYS_BATCH = 500
BYTES_BATCH = 20


def write_sealed(content: BinaryIO, lock: Lock, *, size: int) -> str:
    """Write under a random name; check what the storage says it holds; the name."""
    key = f"{FOLDER}/{clock.now():%Y-%m}/{secrets.token_hex(16)}"
    expected = vault.sealed_size(size)
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as spool:
        for chunk in lock.sealed(content):
            spool.write(chunk)
        spool.seek(0)
        written: str = default_storage.save(key, File(cast("IO[bytes]", spool)))
    if default_storage.size(written) != expected:
        default_storage.delete(written)
        raise OSError(f"The storage kept fewer than {expected} bytes.")
    return written


@dataclass(frozen=True, slots=True)
class Sealing:
    """How many files were sealed that lay open, and how many keys wrapped anew."""

    sealed: int
    rewrapped: int


def seal_files(organization: Organization, *, by: SystemActor) -> Sealing:
    """Seal what lies open and wrap every key by the portal's key of now.

    Batch by batch, each a transaction of its own: stopped anywhere, every file can be
    read, and a second run goes on. Wrapping anew touches no bytes. Records
    ``files.sealed`` for each batch that changed something. Raises NotAllowed, and
    SealBroken for a key nobody has.
    """
    by.require(Permission.EVIDENCE_ADD)
    rows = StoredFile.objects.filter(
        organization=organization, destroyed_at=None
    ).order_by("pk")
    old = rows.exclude(wrapped_key=None).exclude(key_name=vault.key_name())
    rewrapped = sealed = 0
    while count := _changed(old[:KEYS_BATCH], _rewrap, organization, by):
        rewrapped += count
    lying_open = rows.filter(wrapped_key=None)
    while count := _changed(lying_open[:BYTES_BATCH], _seal, organization, by):
        sealed += count
    return Sealing(sealed, rewrapped)


@transaction.atomic
def _changed(
    batch: QuerySet[StoredFile],
    change: Callable[[StoredFile], None],
    organization: Organization,
    by: SystemActor,
) -> int:
    rows = list(batch.select_for_update(of=("self",)))
    if not rows:
        return 0
    for row in rows:
        change(row)
    StoredFile.objects.bulk_update(rows, ["wrapped_key", "key_name", "storage_key"])
    record(
        trail.FILES_SEALED,
        by=by,
        about=Subject(
            obj=organization,
            organization_id=organization.pk,
            visible_to=frozenset({organization.pk}),
        ),
        facts={"count": len(rows), "key_name": vault.key_name()},
    )
    return len(rows)


def _rewrap(row: StoredFile) -> None:
    lock = queries.lock_of(row)
    if lock is not None:
        seal = lock.seal()
        row.wrapped_key, row.key_name = seal.wrapped_key, seal.key_name


def _seal(row: StoredFile) -> None:
    """Write the bytes anew, sealed; those that lie open go once that is certain."""
    lock, open_key = Lock.fresh(row.pk, row.organization_id), row.storage_key
    with queries.content(row) as content:
        row.storage_key = write_sealed(content, lock, size=row.size)
    seal = lock.seal()
    row.wrapped_key, row.key_name = seal.wrapped_key, seal.key_name
    transaction.on_commit(lambda: default_storage.delete(open_key))
