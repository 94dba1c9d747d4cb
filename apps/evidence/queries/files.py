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
from django.db.models import QuerySet

from apps.core.errors import Gone, NotFound
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission

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


def check_servable(stored: StoredFile) -> None:
    """Raise Gone for a file in quarantine, and for one that was destroyed."""
    if stored.destroyed_at is not None:
        raise Gone(
            f"{stored.name} was destroyed on {stored.destroyed_at:%-d %B %Y}, after "
            "its retention. Its hash stays on record."
        )
    if stored.quarantined_reason:
        raise Gone(
            f"{stored.name} is in quarantine: {stored.quarantined_reason}. Ask the "
            "person who uploaded it for a clean copy."
        )


@contextmanager
def opened(stored: StoredFile) -> Iterator[BinaryIO]:
    """The bytes, open for reading. Raises Gone when in quarantine.

    The caller has fetched the row through its own scoped query.
    """
    check_servable(stored)
    with default_storage.open(stored.storage_key, "rb") as handle:
        yield cast("BinaryIO", handle)


@contextmanager
def local_path(stored: StoredFile) -> Iterator[Path]:
    """A path to a copy of the bytes for the length of the block, verified by hash.

    A copy even where the storage is a folder: what a parser gets must not be the
    original. Raises Gone when in quarantine, OSError when the bytes changed.
    """
    with tempfile.TemporaryDirectory() as folder, opened(stored) as source:
        path = Path(folder) / f"file{Path(stored.name).suffix}"
        with path.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK_BYTES)
        with path.open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").hexdigest() != stored.sha256:
                raise OSError(f"The bytes of file {stored.pk} are not those stored.")
        yield path
