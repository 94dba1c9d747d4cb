"""Reads of stored files: an organization sees its own."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet, Sum

from apps.core.errors import Gone, NotFound
from apps.evidence import vault
from apps.evidence.models import StoredFile
from apps.evidence.vault import Lock, Seal, SealBroken
from apps.tenancy.actor import AnyActor, SystemActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

CHUNK_BYTES = 64 * 1024


def stored_files(actor: AnyActor) -> QuerySet[StoredFile]:
    """Files of the actor's organization, newest first. One query."""
    actor.require(Permission.EVIDENCE_VIEW)
    return (
        StoredFile.objects.visible_to(actor)
        .select_related("uploaded_by", "organization")
        .order_by("-created_at", "-pk")
    )


def stored_file(actor: AnyActor, pk: UUID) -> StoredFile:
    """A file of the actor's organization; NotFound for any other. One query."""
    try:
        return stored_files(actor).get(pk=pk)
    except StoredFile.DoesNotExist as error:
        raise NotFound from error


def stored_file_for_job(pk: UUID) -> StoredFile:
    """A file by id for a task, which decided nothing yet; NotFound if absent."""
    try:
        return StoredFile.objects.select_related("organization").get(pk=pk)
    except StoredFile.DoesNotExist as error:
        raise NotFound from error


def owners(job: SystemActor) -> QuerySet[Organization]:
    """Organizations that ever stored a file, by name, for jobs. One query."""
    job.require(Permission.EVIDENCE_ADD)
    files = StoredFile.objects.filter(organization=OuterRef("pk"))
    return Organization.objects.filter(Exists(files)).order_by("name", "id")


def used_bytes(organization: Organization) -> int:
    """Bytes of all files an organization keeps. One query."""
    rows = StoredFile.objects.filter(organization=organization, destroyed_at=None)
    return rows.aggregate(total=Sum("size"))["total"] or 0


def check_servable(stored: StoredFile) -> None:
    """Raise Gone for a quarantined file and for one whose bytes were destroyed."""
    if stored.destroyed_at:
        raise Gone(
            f"The bytes of {stored.name} were destroyed on "
            f"{stored.destroyed_at:%-d %B %Y}: {stored.destruction_reason} Their "
            "SHA-256 stays on record."
        )
    if stored.quarantined_reason:
        raise Gone(
            f"{stored.name} is in quarantine: {stored.quarantined_reason}. Ask the "
            "person who uploaded it for a clean copy."
        )


def lock_of(stored: StoredFile) -> Lock | None:
    """The key of a file's bytes; None where they lie open. Raises SealBroken."""
    if stored.wrapped_key is None:
        return None
    seal = Seal(bytes(stored.wrapped_key), stored.key_name)
    return Lock.of(stored.pk, stored.organization_id, seal)


def content(stored: StoredFile) -> BinaryIO:
    """The bytes in the clear, for the room itself: quarantine is not asked.

    The caller closes it. Raises SealBroken for bytes that are not those stored.
    """
    lock = lock_of(stored)
    size = stored.size if lock is None else vault.sealed_size(stored.size)
    if default_storage.size(stored.storage_key) != size:
        raise SealBroken(f"The bytes of file {stored.pk} are not those stored.")
    source = cast("BinaryIO", default_storage.open(stored.storage_key, "rb"))
    return source if lock is None else vault.unsealed(source, lock, size=stored.size)


@contextmanager
def opened(stored: StoredFile) -> Iterator[BinaryIO]:
    """The bytes, open for reading. Raises Gone when in quarantine or destroyed.

    The caller has fetched the row through its own scoped query.
    """
    check_servable(stored)
    with content(stored) as handle:
        yield handle


@contextmanager
def local_path(stored: StoredFile) -> Iterator[Path]:
    """A path to a copy of the bytes for the length of the block, verified by hash.

    A copy even where the storage is a folder: what a parser gets must not be the
    original. Raises Gone as ``opened`` does, OSError when the bytes changed.
    """
    with tempfile.TemporaryDirectory() as folder, opened(stored) as source:
        path = Path(folder) / f"file{Path(stored.name).suffix}"
        with path.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK_BYTES)
        with path.open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").hexdigest() != stored.sha256:
                raise OSError(f"The bytes of file {stored.pk} are not those stored.")
        yield path
