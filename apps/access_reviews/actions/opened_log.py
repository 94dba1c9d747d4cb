"""A held sample of a log as a table: its columns, and its rows as events."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.files.storage import default_storage

from apps.access_reviews import rules
from apps.access_reviews.importer import logs
from apps.access_reviews.importer.opening import converted, is_json
from apps.access_reviews.models import LogAudit
from apps.core import clock
from apps.core.tables import DateOrder, TableFile, open_table
from apps.workforce.actions import table_imports
from apps.workforce.rules import (
    Cells,
    ColumnMatch,
    Confidence,
    date_order,
    recognise,
    with_choices,
)


@dataclass(frozen=True)
class OpenLog:
    """A log as a table; ``header_rows`` 1 where the file has no header of its own."""

    job: LogAudit
    table: TableFile
    source: str
    header_rows: int

    def columns(self) -> list[ColumnMatch]:
        """Columns as recognised, after what a person chose."""
        header = self.table.info.header
        columns = recognise(header, logs.FIELDS)
        chosen = self.job.mapping.get("columns")
        if not chosen:
            return columns
        return with_choices(header, columns, chosen, confidence=Confidence.CHOSEN)

    def order(self) -> DateOrder:
        """How bare days are read: as chosen, or as found in the column of times."""
        if chosen := self.job.mapping.get("date_order"):
            return DateOrder(chosen)
        when = [each.index for each in self.columns() if each.field == "when"]
        return date_order(self.table, when) if when else DateOrder.ISO

    def description(self) -> dict[str, object]:
        """Names of columns and their number; never a cell."""
        info = self.table.info
        return {
            "layout": self.source,
            "header": list(info.header),
            "row_count": info.row_count,
            "date_order": self.order().value,
            "columns": [
                {"field": each.field, "index": each.index, "header": each.header}
                for each in self.columns()
            ],
        }

    def events(self) -> Iterator[rules.LogEvent]:
        """Every row without its content."""
        order = self.order()
        cells = Cells(
            self.columns(),
            order=order,
            serials=self.table.info.date_system,
            today=clock.today(self.job.zone),
        )
        return logs.events(
            table_imports.counted(self.job, self.table),
            cells,
            order=order,
            zone=ZoneInfo(self.job.zone),
            header_rows=self.header_rows,
        )


@contextmanager
def opened_log(job: LogAudit) -> Iterator[OpenLog]:
    """The held sample as a table, read in a limited child process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"log{Path(job.file_name).suffix}"
        with default_storage.open(job.held) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        if not is_json(path):
            with open_table(path, name=job.file_name) as table:
                yield OpenLog(job, table, table.info.kind, header_rows=0)
            return
        made = converted(path, Path(folder), is_log=True)
        with open_table(made.path, name=job.file_name) as table:
            yield OpenLog(job, table, made.source, header_rows=1)
