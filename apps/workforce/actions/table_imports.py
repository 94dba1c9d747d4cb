"""Steps every table import shares: open, count, keep what was found, refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.db import connection, transaction

from apps.core import clock
from apps.core.errors import Conflict
from apps.core.models import Record, TableImport
from apps.core.tables import Row, TableFile, UnreadableTable, open_table
from apps.evidence import queries as evidence
from apps.evidence.models import StoredFile

PROGRESS_EVERY = 5_000
Fits = Callable[[tuple[str, ...]], bool]
J = TypeVar("J", bound=TableImport)


class FileImport(Protocol):
    """What the reader needs to know of an import."""

    file: Any
    file_name: str
    mapping: Any


@contextmanager
def opened(job: FileImport, *, fits: Fits) -> Iterator[TableFile]:
    """Open the file of an import: the chosen sheet, or the first that ``fits``.

    Raises UnreadableTable, or Gone for a file in quarantine.
    """
    stored: StoredFile = job.file
    with evidence.local_path(stored) as path:
        sheet = job.mapping.get("sheet") or _fitting_sheet(path, job.file_name, fits)
        with open_table(path, name=job.file_name, sheet=sheet) as table:
            yield table


def _fitting_sheet(path: Path, name: str, fits: Fits) -> str | None:
    """The first visible sheet whose header fits; None where there is no choice."""
    with open_table(path, name=name) as table:
        if fits(table.info.header):
            return table.info.sheet
        others = table.info.other_sheets
    for sheet in others:
        if sheet.endswith(" (hidden)"):
            continue
        try:
            with open_table(path, name=name, sheet=sheet) as table:
                if fits(table.info.header):
                    return sheet
        except UnreadableTable:
            continue
    return None


@contextmanager
def alone(job: Record) -> Iterator[bool]:
    """Whether no other process works on the import, or whatever row, now.

    The database holds the lock for this connection and lets go when the process
    dies, so an import whose worker was killed can be taken up by the next.
    """
    key = job.pk.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_mine: bool = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def counted(job: TableImport, rows: TableFile) -> Iterator[Row]:
    """Yield the rows and note now and then, visibly to others, how many passed."""
    if not job.understood:
        job.understood = {"row_count": rows.info.row_count}
        job.save(update_fields=["understood"])
    for number, row in enumerate(rows, start=1):
        yield row
        if number % PROGRESS_EVERY == 0:
            _note_rows(job, number)
    _note_rows(job, rows.info.row_count)


def _note_rows(job: TableImport, number: int) -> None:
    job.rows_done = number
    job.save(update_fields=["rows_done"])


def previewed(
    job: J,
    *,
    understood: dict[str, Any],
    account: dict[str, Any],
    problems: list[dict[str, Any]],
) -> J:
    """Keep what was understood and what would happen; the import waits for a person."""
    job.understood, job.account, job.problems = understood, account, problems
    job.previewed_at = clock.now()
    job.rows_done = 0
    job.save(
        update_fields=[
            "understood",
            "account",
            "problems",
            "previewed_at",
            "rows_done",
            "mapping",
        ]
    )
    return job


def check_waiting(job: TableImport) -> None:
    """Raise Conflict unless the import is in preview."""
    if job.state != "preview":
        raise Conflict(
            f"This import is {_STATES[job.state]}. Reload the page to see where it "
            "stands."
        )


def remap(
    job: TableImport,
    *,
    columns: dict[str, int | None],
    date_order: str,
    sheet: str,
) -> None:
    """Keep how the file is to be read from now on; it waits to be read again. Raises
    Conflict past preview."""
    check_waiting(job)
    job.mapping = job.mapping | {
        "columns": columns,
        "date_order": date_order,
        "sheet": sheet,
    }
    job.previewed_at = None
    job.save(update_fields=["mapping", "previewed_at"])


def check_answered(job: TableImport) -> None:
    """Raise Conflict while the preview still asks something."""
    asked = job.understood.get("questions", {})
    if asked:
        raise Conflict(" ".join(asked.values()))


def pinned(job: TableImport) -> dict[str, Any]:
    """How the preview read the file: the commit reads it in the same way, whatever
    is remembered or recognised by then."""
    columns = {
        match["field"]: match["index"] for match in job.understood.get("columns", [])
    }
    stated: dict[str, int | None] = job.mapping.get("columns") or {}
    order = job.understood.get("date_order", "")
    return {**job.mapping, "columns": stated | columns, "date_order": order}


_STATES = {
    "reading": "still being read",
    "committing": "being committed",
    "done": "done already",
    "refused": "refused",
}


@transaction.atomic
def refuse(job: J, sentence: str) -> J:
    """Close the import with the sentence that says why nothing of it was taken."""
    job.refusal = sentence
    job.refused_at = clock.now()
    job.save(update_fields=["refusal", "refused_at"])
    return job


def finished(
    job: J, *, account: dict[str, Any], problems: list[dict[str, Any]], rows: int
) -> J:
    """Close the import with its account; called inside the committing transaction."""
    job.account, job.problems, job.rows_done = account, problems, rows
    job.committed_at = clock.now()
    job.save(update_fields=["account", "problems", "rows_done", "committed_at"])
    return job
