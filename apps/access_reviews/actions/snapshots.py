"""Exports of systems: uploaded, read, shown, confirmed, committed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from django.core.files.base import File
from django.db import transaction

from apps.access_reviews import queries, trail
from apps.access_reviews.actions import applying, catalogues
from apps.access_reviews.actions.opened import Opened, columns_of, preview_of
from apps.access_reviews.actions.systems import own_subject, require_own
from apps.access_reviews.enums import SnapshotKind
from apps.access_reviews.importer.fields import FIELDS_BY_KIND, kind_of
from apps.access_reviews.importer.opening import converted, is_json
from apps.access_reviews.models import SnapshotImport, System
from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Gone, Invalid
from apps.core.tables import UnreadableTable, open_table
from apps.evidence import queries as evidence
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.actor import system as job_actor
from apps.tenancy.enums import Permission
from apps.workforce.actions import table_imports
from apps.workforce.rules import recognise

IMPORTER = job_actor("access_reviews.import", {Permission.ACCESS_IMPORT})


@dataclass(frozen=True, slots=True)
class SnapshotStatement:
    """What the person states of an export: who made it, when, whether it is whole.

    ``exported_at`` None: now. ``expected_rows`` is the number the system showed.
    """

    exported_by: str = ""
    exported_at: datetime | None = None
    is_complete: bool = False
    expected_rows: int | None = None


@transaction.atomic
def upload_snapshot(
    system: System,
    *,
    by: AnyActor,
    file: StoredFile,
    statement: SnapshotStatement,
    file_name: str = "",
) -> SnapshotImport:
    """Start the import of a stored export; event ``snapshot.uploaded``.

    Reading follows in a job. Raises Invalid for an export from the future.
    """
    by.require(Permission.ACCESS_IMPORT)
    require_own(by, system.organization)
    now = clock.now()
    exported_at = statement.exported_at or now
    if exported_at > now:
        text = "The export cannot have been made in the future."
        raise Invalid(text, fields={"exported_at": [text]})
    job = SnapshotImport(
        organization=system.organization,
        system=system,
        file=file,
        file_name=file_name or file.name,
        uploaded_by_id=by.user_id,
        exported_by=statement.exported_by.strip(),
        exported_at=exported_at,
        expected_rows=statement.expected_rows,
        is_complete=statement.is_complete,
    )
    job.save(force_insert=True)
    record(
        trail.SNAPSHOT_UPLOADED,
        by=by,
        about=own_subject(job, job.organization_id),
        facts={"is_complete": job.is_complete, "exported_at": job.exported_at},
        personal={
            "file_name": job.file_name,
            "system": system.name,
            "exported_by": job.exported_by,
        },
        documents=[file.sha256],
    )
    return job


def push_snapshot(
    system: System,
    *,
    by: Actor,
    upload: File[bytes],
    statement: SnapshotStatement,
) -> SnapshotImport:
    """Keep an uploaded export as evidence and start its import."""
    name = Path(upload.name or "export").name
    file = store_file(
        by=by,
        organization=by.organization,
        name=name,
        content=cast("BinaryIO", upload),
        accept=FileKind.TABLE,
    )
    return upload_snapshot(
        system, by=by, file=file, statement=statement, file_name=name
    )


def read_snapshot(job: SnapshotImport, *, by: AnyActor = IMPORTER) -> SnapshotImport:
    """Read the export and keep the preview: what was understood, what would happen.

    Does nothing to an import that was read before. A file that cannot be read, is
    not whole or is older than what is recorded closes the import with the sentence
    that says why; event ``snapshot.refused``.
    """
    by.require(Permission.ACCESS_IMPORT)
    if job.state != "reading":
        return job
    try:
        with opened(job) as file:
            _check_order(job)
            return preview_of(job, file)
    except (UnreadableTable, Gone) as error:
        return _refused(job, error.message, by=by)


@transaction.atomic
def remap_snapshot(
    job: SnapshotImport,
    *,
    by: AnyActor,
    columns: dict[str, int | None],
    date_order: str = "",
    sheet: str = "",
) -> SnapshotImport:
    """Correct which column is which and read again. Raises Conflict past preview."""
    by.require(Permission.ACCESS_IMPORT)
    job = _held(job, by)
    table_imports.remap(job, columns=columns, date_order=date_order, sheet=sheet)
    record(
        trail.SNAPSHOT_REMAPPED,
        by=by,
        about=own_subject(job, job.organization_id),
        personal={"file_name": job.file_name},
    )
    return job


@transaction.atomic
def confirm_snapshot(job: SnapshotImport, *, by: AnyActor) -> SnapshotImport:
    """Say yes to the preview; event ``snapshot.confirmed``. The commit is a job."""
    by.require(Permission.ACCESS_IMPORT)
    job = _held(job, by)
    table_imports.check_waiting(job)
    table_imports.check_answered(job)
    job.confirmed_at = clock.now()
    job.save(update_fields=["confirmed_at"])
    record(
        trail.SNAPSHOT_CONFIRMED,
        by=by,
        about=own_subject(job, job.organization_id),
        personal={"file_name": job.file_name},
        documents=[job.file.sha256],
    )
    return job


def commit_snapshot(job: SnapshotImport, *, by: AnyActor = IMPORTER) -> SnapshotImport:
    """Write a confirmed snapshot: all of it in one transaction, or nothing.

    Reads the file again, then: locks the system (two snapshots never interleave, and
    no population is frozen meanwhile), compares, writes accounts, roles and grants,
    matches accounts with agents, verifies or reopens revocations; event
    ``snapshot.imported``. A job that runs twice writes once.
    """
    by.require(Permission.ACCESS_IMPORT)
    if job.state != "committing":
        return job
    try:
        with opened(job) as file:
            return _commit(job, file, by=by)
    except (UnreadableTable, Gone) as error:
        return _refused(job, error.message, by=by)


@transaction.atomic
def _commit(job: SnapshotImport, file: Opened, *, by: AnyActor) -> SnapshotImport:
    System.objects.locked(job.system_id)
    held = SnapshotImport.objects.locked(job.pk)
    if held.state != "committing":
        return held
    _check_order(job)
    if file.kind is SnapshotKind.ACCOUNTS:
        applying.commit_accounts(job, file, by=by)
    else:
        catalogues.commit_catalogue(job, file)
    account = job.account
    record(
        trail.SNAPSHOT_IMPORTED,
        by=by,
        about=own_subject(job, job.organization_id),
        facts={
            "read": account["read"],
            "kept": account["kept"],
            "refused": account["refused_total"],
            "absent": account.get("gone", 0),
            "is_complete": job.proves_absence,
            "exported_at": job.exported_at,
        },
        personal={"file_name": job.file_name, "system": job.system.name},
        documents=[job.file.sha256],
    )
    return job


def _check_order(job: SnapshotImport) -> None:
    """A snapshot never goes back in time."""
    newest = queries.newest_before(job.system, job)
    if newest is not None and job.exported_at < newest.exported_at:
        raise UnreadableTable(
            f"A newer export of {job.system}, of "
            f"{newest.exported_at:%-d %B %Y %H:%M} UTC, was taken in already. Upload "
            "one made after it.",
            code="older_snapshot",
        )


@contextmanager
def opened(job: SnapshotImport) -> Iterator[Opened]:
    """The export as a table, whatever it came as, with what its header says.

    Raises UnreadableTable; a number of rows unlike the expected one is one too.
    """
    with tempfile.TemporaryDirectory() as folder, _table(job, Path(folder)) as file:
        count = file.table.info.row_count
        if file.stated_rows is not None and count != file.stated_rows:
            raise _short(count, file.stated_rows)
        if job.expected_rows is not None and count != job.expected_rows:
            raise _short(count, job.expected_rows)
        yield file


@contextmanager
def _table(job: SnapshotImport, folder: Path) -> Iterator[Opened]:
    with evidence.local_path(job.file) as path:
        if is_json(path):
            made = converted(path, folder)
            with open_table(made.path, name=job.file_name) as table:
                columns = columns_of(job, table, SnapshotKind.ACCOUNTS)
                yield Opened(
                    table,
                    SnapshotKind.ACCOUNTS,
                    columns,
                    layout=made.source,
                    notes=made.notes,
                    stated_rows=made.rows,
                )
            return
    with table_imports.opened(job, fits=_fits) as table:
        kind = kind_of(table.info.header)
        yield Opened(table, kind, columns_of(job, table, kind))


def _fits(header: tuple[str, ...]) -> bool:
    found = {
        match.field for match in recognise(header, FIELDS_BY_KIND[kind_of(header)])
    }
    return bool(found & {"key", "login", "email", "holder", "role", "first"})


def _short(count: int, expected: int) -> UnreadableTable:
    return UnreadableTable(
        f"The file holds {count:,} rows where {expected:,} are expected. Nothing was "
        "taken in. Export it again, or correct the number.",
        code="partial_export",
    )


@transaction.atomic
def _refused(job: SnapshotImport, sentence: str, *, by: AnyActor) -> SnapshotImport:
    table_imports.refuse(job, sentence)
    record(
        trail.SNAPSHOT_REFUSED,
        by=by,
        about=own_subject(job, job.organization_id),
        personal={"file_name": job.file_name, "reason": sentence},
        documents=[job.file.sha256],
    )
    return job


def _held(job: SnapshotImport, by: AnyActor) -> SnapshotImport:
    require_own(by, job.organization)
    held = SnapshotImport.objects.locked(job.pk)
    held.organization, held.file, held.system = job.organization, job.file, job.system
    return held
