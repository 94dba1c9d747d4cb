"""How a training file is read: the open file, its columns, its rows staged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from apps.core import clock
from apps.core.tables import DateOrder, ProblemLog, TableFile
from apps.training import importer, queries
from apps.training.actions import staging
from apps.training.models import TrainingImport
from apps.workforce.actions import table_imports
from apps.workforce.rules import (
    Account,
    Cells,
    ColumnMatch,
    Confidence,
    date_order,
    fingerprint,
    recognise,
    understood,
    with_choices,
)


@dataclass(frozen=True, slots=True)
class FileReading:
    """How a person says a file is to be read.

    ``columns`` maps a field of ``importer.FIELDS`` to a column (from 0) or None;
    ``date_order`` and ``sheet`` are "" where nothing is said.
    """

    columns: Mapping[str, int | None] = field(default_factory=dict)
    date_order: str = ""
    sheet: str = ""

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "columns": dict(self.columns),
            "date_order": self.date_order,
            "sheet": self.sheet,
        }


@dataclass
class OpenFile:
    """An open file, how it is read, and what was found in it."""

    table: TableFile
    columns: list[ColumnMatch]
    order: DateOrder
    has_course: bool
    reading: importer.Reading = field(default_factory=importer.Reading)
    log: ProblemLog = field(
        default_factory=lambda: ProblemLog(TrainingImport.MAX_PROBLEMS)
    )

    @property
    def questions(self) -> dict[str, str]:
        asked = importer.questions(self.columns, self.order, has_course=self.has_course)
        layout = importer.layout_of(self.table.info.header)
        if asked and layout and layout.advice:
            return {"layout": f"{layout.name}: {layout.advice}"}
        return asked


@contextmanager
def opened(job: TrainingImport) -> Iterator[OpenFile]:
    has_course = job.course_id is not None

    def fits(header: tuple[str, ...]) -> bool:
        columns = recognise(header, importer.FIELDS)
        asked = importer.questions(columns, DateOrder.ISO, has_course=has_course)
        return not asked

    with table_imports.opened(job, fits=fits) as table:
        columns = _columns(job, table.info.header)
        dates = [
            match.index for match in columns if match.field in importer.DATE_FIELDS
        ]
        order = DateOrder(job.mapping.get("date_order") or date_order(table, dates))
        file = OpenFile(
            table=table, columns=columns, order=order, has_course=has_course
        )
        file.log.extend(table.problems)
        yield file


def _columns(job: TrainingImport, header: tuple[str, ...]) -> list[ColumnMatch]:
    """Recognised columns, those of a known report, then what was confirmed before,
    then what a person chose."""
    columns = recognise(header, importer.FIELDS)
    if layout := importer.layout_of(header):
        own = importer.columns_of(layout, header)
        columns = with_choices(header, columns, own, confidence=Confidence.EXACT)
    remembered = queries.remembered_mapping(job.organization, fingerprint(header))
    columns = with_choices(
        header, columns, remembered, confidence=Confidence.REMEMBERED
    )
    chosen = job.mapping.get("columns") or {}
    return with_choices(header, columns, chosen, confidence=Confidence.CHOSEN)


def staged(job: TrainingImport, file: OpenFile) -> int:
    """Stage the rows; return how many repeat another row of the file."""
    cells = Cells(
        file.columns,
        order=file.order,
        serials=file.table.info.date_system,
        today=clock.today(job.organization.time_zone),
    )
    directory = queries.directory(job.organization, course=job.course)
    if job.course is not None:
        is_one = importer.names_one_course(file.table, cells)
        directory = replace(directory, is_one_course=is_one)
    rows = importer.stage(
        table_imports.counted(job, file.table),
        cells=cells,
        directory=directory,
        reading=file.reading,
        problems=file.log,
    )
    repeated = staging.load(rows)
    understood.add_unread(file.reading.account, file.table.problems)
    return repeated


def preview(job: TrainingImport, file: OpenFile) -> TrainingImport:
    asked = file.questions
    if not asked:
        repeated = staged(job, file)
        settle(file, staging.compare(repeated=repeated))
        staging.drop()
    description = understood.describe(
        file.table.info,
        fields=importer.FIELDS,
        columns=file.columns,
        order=file.order,
        first_rows=understood.first_rows(file.table),
    )
    layout = importer.layout_of(file.table.info.header)
    description |= {
        "layout": layout.name if layout else "",
        "questions": asked,
        "unknown_courses": {
            name: {"rows": rows, "first": first.isoformat() if first else ""}
            for name, (rows, first) in file.reading.unknown_courses.items()
        },
        "not_completed": dict(file.reading.not_completed.most_common(20)),
    }
    return table_imports.previewed(
        job,
        understood=description,
        account=account_of(file),
        problems=understood.stored(file.log),
    )


def settle(file: OpenFile, found: staging.Comparison) -> None:
    settle_account(file.reading.account, found)


def settle_account(account: Account, found: staging.Comparison) -> None:
    account.imported, account.updated = found.new, found.differing
    for reason, count in (
        ("already recorded", found.same),
        ("corrected on record", found.corrected),
        ("repeated in the file", found.repeated),
    ):
        if count:
            account.unchanged_because[reason] += count


def account_of(file: OpenFile) -> dict[str, Any]:
    account = file.reading.account
    account.extra = {
        "expiry_differs": file.reading.expiry_differs,
        "problems_total": file.log.total,
    }
    return account.as_json()
