"""Storing files, recording who took one, and sweeping up orphans."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.evidence import importer, queries, rules, trail
from apps.evidence.enums import FileKind, MediaType
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor, AnyActor, SystemActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

FOLDER = "evidence"
ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Received:
    """Bytes that came in: a spooled copy, their length and their SHA-256."""

    spool: BinaryIO
    size: int
    sha256: str


@transaction.atomic
def store_file(
    *,
    by: AnyActor,
    organization: Organization,
    name: str,
    content: BinaryIO,
    accept: FileKind,
) -> StoredFile:
    """Keep the bytes of a file as proof and return its row.

    Steps: count and hash while the bytes come in; ask the rules; bytes to the
    storage under a random key; row; event ``file.stored``. The bytes are there
    before the row can commit; bytes of a transaction that fails later are removed
    by the nightly sweep. The same bytes of the same organization again give the
    row that exists and record nothing. Raises NotAllowed, FileRefused.
    """
    by.require(Permission.EVIDENCE_ADD)
    if isinstance(by, Actor) and by.organization_id != organization.pk:
        raise NotAllowed("Files are stored for your own organization only.")
    with _received(content) as received:
        contents = importer.look_into(received.spool, size=received.size)
        media_type = rules.check_accepted(contents, accept=accept, name=name)
        known = StoredFile.objects.filter(
            organization=organization, sha256=received.sha256
        ).first()
        if known is not None:
            rules.check_clean(known.quarantined_reason)
            return known
        return _keep(received, by, organization, name, media_type)


@contextmanager
def _received(content: BinaryIO) -> Iterator[_Received]:
    """Copy to a spool while counting; stops one byte past the limit."""
    limit = settings.UPLOAD_MAX_BYTES
    digest, size = hashlib.sha256(), 0
    if content.seekable():
        content.seek(0)
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as spool:
        while chunk := content.read(queries.CHUNK_BYTES):
            size += len(chunk)
            if size > limit:
                break
            digest.update(chunk)
            spool.write(chunk)
        rules.check_size(size, limit=limit)
        yield _Received(cast("BinaryIO", spool), size, digest.hexdigest())


def _keep(
    received: _Received,
    by: AnyActor,
    organization: Organization,
    name: str,
    media_type: MediaType,
) -> StoredFile:
    """Bytes, then row, then event; a twin written meanwhile wins."""
    key = _write(received)
    stored, is_new = StoredFile.objects.get_or_create(
        organization=organization,
        sha256=received.sha256,
        defaults={
            "size": received.size,
            "name": rules.clean_name(name, media_type=media_type),
            "media_type": media_type.value,
            "storage_key": key,
            "uploaded_by_id": by.user_id,
        },
    )
    if not is_new:
        default_storage.delete(key)
        return stored
    record(
        trail.FILE_STORED,
        by=by,
        about=_subject(stored, visible_to={stored.organization_id}),
        facts={
            "sha256": stored.sha256,
            "size": stored.size,
            "media_type": stored.media_type,
        },
        personal={"name": stored.name},
        documents=[stored.sha256],
    )
    return stored


def _write(received: _Received) -> str:
    """Write under a random key and check what the storage says it holds."""
    key = f"{FOLDER}/{clock.now():%Y-%m}/{secrets.token_hex(16)}"
    received.spool.seek(0)
    written: str = default_storage.save(key, File(cast("IO[bytes]", received.spool)))
    if default_storage.size(written) != received.size:
        default_storage.delete(written)
        raise OSError(f"The storage kept fewer than {received.size} bytes.")
    return written


def _subject(stored: StoredFile, *, visible_to: set[UUID]) -> Subject:
    return Subject(
        obj=stored,
        organization_id=stored.organization_id,
        visible_to=frozenset(visible_to),
    )


@transaction.atomic
def note_download(stored: StoredFile, *, by: AnyActor) -> None:
    """Record that the actor took the bytes: event ``file.downloaded``.

    The owner of the file reads it in its stream; so does the reader's
    organization when that is another one. Raises Gone when in quarantine.
    """
    queries.check_servable(stored)
    readers = {stored.organization_id, by.organization_id or stored.organization_id}
    record(
        trail.FILE_DOWNLOADED,
        by=by,
        about=_subject(stored, visible_to=readers),
        facts={"sha256": stored.sha256},
        personal={"name": stored.name},
        documents=[stored.sha256],
    )


def sweep_orphans(*, by: SystemActor) -> int:
    """Delete bytes older than a day that no row names; return how many.

    They are left by a transaction that failed after the bytes were written. Bytes
    younger than that may belong to one still open. No event: they never were
    evidence.
    """
    by.require(Permission.EVIDENCE_ADD)
    before = clock.now() - ORPHAN_AGE
    removed = 0
    for folder in _months():
        keys = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        named = StoredFile.objects.filter(storage_key__in=keys)
        orphans = set(keys) - set(named.values_list("storage_key", flat=True))
        for key in orphans:
            if default_storage.get_modified_time(key) < before:
                default_storage.delete(key)
                removed += 1
    return removed


def _months() -> list[str]:
    try:
        return [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[0]]
    except FileNotFoundError:
        return []
