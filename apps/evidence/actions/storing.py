"""Storing files, recording who took one, and sweeping up orphans."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from apps.audit.actions import record
from apps.core import clock, ids
from apps.core.errors import NotAllowed
from apps.evidence import importer, queries, rules, trail
from apps.evidence.actions.recording import about
from apps.evidence.actions.sealing import FOLDER, write_sealed
from apps.evidence.enums import FileKind, MediaType, ScanState, Trait
from apps.evidence.importer import Look
from apps.evidence.models import StoredFile
from apps.evidence.rules import Contents, FileRefused
from apps.evidence.vault import Lock
from apps.tenancy.actor import Actor, AnyActor, SystemActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

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

    Steps: count and hash while the bytes come in; look and ask the rules; ask the
    scanner; bytes, sealed, to the storage under a random name; row; event
    ``file.stored``, and ``file.quarantined`` for what is kept from everybody. The
    bytes are there before the row can commit; bytes of a transaction that fails later
    are removed by the nightly sweep. The same bytes of the same organization again
    give the row that exists and record nothing. Uploads at the same moment may pass
    the organization's limit by their own size. Raises NotAllowed, FileRefused. What
    a closer look finds in bytes that are there already counts from then on.
    """
    by.require(Permission.EVIDENCE_ADD)
    if isinstance(by, Actor) and by.organization_id != organization.pk:
        raise NotAllowed("Files are stored for your own organization only.")
    with _received(content) as received:
        contents = importer.look_into(received.spool, size=received.size)
        media_type = rules.check_accepted(contents, accept=accept, name=name)
        look = _look(received, contents, media_type, accept)
        known = StoredFile.objects.filter(
            organization=organization, sha256=received.sha256, destroyed_at=None
        ).first()
        if known is not None:
            rules.check_clean(known.quarantined_reason)
            return _looked_again(known, look, by)
        if accept is not FileKind.PDF_MADE:
            rules.check_quota(
                queries.used_bytes(organization),
                received.size,
                limit=settings.ORGANIZATION_MAX_BYTES,
            )
        scan = _scan(received, accept)
        judged = _Judged(
            rules.clean_name(name, media_type=media_type), media_type, look, scan
        )
        return _keep(received, by, organization, judged)


def _looked_again(known: StoredFile, look: Look, by: AnyActor) -> StoredFile:
    """Add what this look found to bytes that came in where less is looked at, and
    keep them from everybody if that calls for it."""
    traits = {Trait(word) for word in known.traits} | look.traits
    if traits == set(known.traits) or known.scan_state == ScanState.OURS:
        return known
    known = StoredFile.objects.locked(known.pk)
    known.traits, known.page_count = sorted(traits), look.page_count
    known.quarantined_reason = rules.quarantine_reason(
        ScanState(known.scan_state), traits
    )
    known.save(update_fields=["traits", "page_count", "quarantined_reason"])
    _record_quarantined(known, by)
    return known


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was found out about a file: its name from now on, kind, risks, scan."""

    name: str
    media_type: MediaType
    look: Look
    scan: ScanState

    @property
    def quarantined_reason(self) -> str:
        return rules.quarantine_reason(self.scan, self.look.traits)


def _look(
    received: _Received, contents: Contents, media_type: MediaType, accept: FileKind
) -> Look:
    """The closer look. Tables get theirs in the child process that reads them, and
    what the portal made needs none."""
    if accept in {FileKind.TABLE, FileKind.PDF_MADE}:
        return Look()
    opens_pdf = accept is FileKind.EVIDENCE
    look = importer.look_closely(received.spool, media_type, opens_pdf=opens_pdf)
    if media_type is MediaType.PDF and opens_pdf:
        return replace(look, traits=look.traits | rules.pdf_traits(contents))
    return look


def _scan(received: _Received, accept: FileKind) -> ScanState:
    if accept is FileKind.PDF_MADE:
        return ScanState.OURS
    state = importer.scanner().scan(received.spool)
    if accept is FileKind.TABLE:
        rules.check_table(state)
    return state


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
    received: _Received, by: AnyActor, organization: Organization, judged: _Judged
) -> StoredFile:
    """Bytes, then row, then events; a twin written meanwhile wins."""
    lock = Lock.fresh(ids.uuid7(), organization.pk)
    key, seal = write_sealed(received.spool, lock, size=received.size), lock.seal()
    is_answered = judged.scan in {ScanState.CLEAN, ScanState.INFECTED}
    stored, is_new = StoredFile.objects.get_or_create(
        organization=organization,
        sha256=received.sha256,
        destroyed_at=None,
        defaults={
            "id": lock.file_id,
            "size": received.size,
            "name": judged.name,
            "media_type": judged.media_type.value,
            "storage_key": key,
            "wrapped_key": seal.wrapped_key,
            "key_name": seal.key_name,
            "uploaded_by_id": by.user_id,
            "quarantined_reason": judged.quarantined_reason,
            "scan_state": judged.scan,
            "scanner": importer.scanner().name if is_answered else "",
            "scanned_at": clock.now() if is_answered else None,
            "traits": sorted(judged.look.traits),
            "page_count": judged.look.page_count,
        },
    )
    if not is_new:
        default_storage.delete(key)
        return stored
    _record_stored(stored, by)
    return stored


def _record_stored(stored: StoredFile, by: AnyActor) -> None:
    record(
        trail.FILE_STORED,
        by=by,
        about=about(stored),
        facts={
            "sha256": stored.sha256,
            "size": stored.size,
            "media_type": stored.media_type,
        },
        personal={"name": stored.name},
        documents=[stored.sha256],
    )
    _record_quarantined(stored, by)


def _record_quarantined(stored: StoredFile, by: AnyActor) -> None:
    if stored.quarantined_reason:
        record(
            trail.FILE_QUARANTINED,
            by=by,
            about=about(stored),
            facts={"sha256": stored.sha256, "reason": stored.quarantined_reason},
            personal={"name": stored.name},
        )


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one file of several: kept, or refused with a reason."""

    name: str
    file: StoredFile | None = None
    refusal: str = ""

    @property
    def verdict(self) -> str:
        """One word: accepted, quarantined or refused."""
        if self.file is None:
            return "refused"
        return "quarantined" if self.file.quarantined_reason else "accepted"

    @property
    def reason(self) -> str:
        """Why it is not simply accepted, or what was found in it."""
        if self.file is None:
            return self.refusal
        return self.file.quarantined_reason or self.file.traits_in_words


def store_files(
    uploads: Iterable[tuple[str, BinaryIO]], *, by: AnyActor, organization: Organization
) -> list[Handed]:
    """Keep several files as evidence, each for itself: what is refused stops none of
    the others. Names and bytes in, what became of each out. Raises NotAllowed."""
    found = []
    for name, content in uploads:
        try:
            file = store_file(
                by=by,
                organization=organization,
                name=name,
                content=content,
                accept=FileKind.EVIDENCE,
            )
        except FileRefused as refused:
            found.append(Handed(name, refusal=refused.message))
        else:
            found.append(Handed(name, file=file))
    return found


@transaction.atomic
def note_download(stored: StoredFile, *, by: AnyActor) -> None:
    """Record that the actor took the bytes: event ``file.downloaded``.

    The owner of the file reads it in its stream; so does the reader's
    organization when that is another one. Raises Gone when in quarantine or
    destroyed, NotAllowed for a restricted one.
    """
    check_takeable(stored, by=by)
    record(
        trail.FILE_DOWNLOADED,
        by=by,
        about=about(stored, reader=by.organization_id),
        facts={"sha256": stored.sha256},
        personal={"name": stored.name},
        documents=[stored.sha256],
    )


def check_takeable(stored: StoredFile, *, by: AnyActor) -> None:
    """Refuse bytes nobody may take, Gone, and restricted ones to those who are no
    managers of the organization that owns them, NotAllowed."""
    queries.check_servable(stored)
    is_own = isinstance(by, Actor) and by.organization_id == stored.organization_id
    if stored.is_restricted and is_own and not by.can(Permission.ASSURANCE_EDIT):
        raise NotAllowed(
            "This file is for managers of your organization. Ask one of them for it."
        )


def sweep_orphans(*, by: SystemActor) -> int:
    """Delete bytes older than a day that no row names; return how many.

    They are left by a transaction that failed after the bytes were written, or by a
    stop between a destruction and its last step. Bytes younger than that may belong
    to one still open. No event: what they were is on record or never was evidence.
    """
    by.require(Permission.EVIDENCE_ADD)
    before = clock.now() - ORPHAN_AGE
    removed = 0
    for folder in _months():
        keys = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        named = StoredFile.objects.filter(storage_key__in=keys, destroyed_at=None)
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
