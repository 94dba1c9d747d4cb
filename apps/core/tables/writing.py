"""Records of a source to the spool: header found, rows fitted, problems numbered."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from apps.core.tables.cleaning import clean, has_control, needs_cleaning
from apps.core.tables.contents import TableInfo
from apps.core.tables.errors import refusal
from apps.core.tables.header import LOOK_AHEAD, Header, find_header
from apps.core.tables.limits import Limits
from apps.core.tables.problems import ProblemLog, RowProblem
from apps.core.tables.source import Record, Source
from apps.core.tables.spool import SpoolWriter


def write_table(
    source: Source, spool: Path, *, limits: Limits, log: ProblemLog
) -> TableInfo:
    """Write every row below the header to ``spool`` and describe the table.

    Blank rows are left out, short rows filled with empty cells, long rows cut with a
    problem. Raises UnreadableTable without any row, or beyond the limits.
    """
    sample = list(itertools.islice(source.records, LOOK_AHEAD))
    header = find_header(sample, max_columns=limits.max_columns)
    records: Iterator[Record] = itertools.chain(
        sample[header.index + 1 :], source.records
    )
    rows = _Rows(header, log)
    if not source.is_clean:
        records = rows.cleaned(records)
    with SpoolWriter(spool, max_rows=limits.max_rows) as writer:
        for number, cells in rows.fitted(records):
            writer.add(number, cells)
    if not writer.count:
        raise refusal(
            "no_rows",
            "The table has a header but no rows.",
            "Upload a file with at least one row below the header.",
        )
    return _info(source, header, writer.count, log)


def _info(source: Source, header: Header, count: int, log: ProblemLog) -> TableInfo:
    return TableInfo(
        kind=source.kind,
        encoding=source.encoding,
        delimiter=source.delimiter,
        sheet=source.sheet,
        other_sheets=source.other_sheets,
        header=header.names,
        header_row=header.row,
        row_count=count,
        date_system=source.date_system,
        notes=(*source.notes, *header.notes, *log.notes),
    )


class _Rows:
    """Makes records as long as the header and free of control characters."""

    def __init__(self, header: Header, log: ProblemLog) -> None:
        self.names = header.names
        self.log = log

    def cleaned(self, records: Iterator[Record]) -> Iterator[Record]:
        """Yield ``records`` without controls; each cell that had some is a problem."""
        for number, cells in records:
            if needs_cleaning("".join(cells)):
                for at, cell in enumerate(cells):
                    if has_control(cell):
                        self._report_control(number, at, cell)
                cells = [clean(cell) for cell in cells]
            yield number, cells

    def _report_control(self, number: int, at: int, cell: str) -> None:
        column = self.names[at] if at < len(self.names) else ""
        expected = "text without control characters"
        self.log.add(RowProblem(number, column, cell, expected, "control_character"))

    def fitted(self, records: Iterator[Record]) -> Iterator[Record]:
        """Yield ``records`` with one cell a column, leaving blank ones out."""
        width = len(self.names)
        for number, cells in records:
            # The first cell is seldom empty, so looking for blank rows costs little.
            if not (cells and cells[0].strip()) and not any(map(str.strip, cells)):
                continue
            if len(cells) != width:
                cells = self._fit(number, cells)
            yield number, cells

    def _fit(self, number: int, cells: list[str]) -> list[str]:
        width = len(self.names)
        beyond = next((cell for cell in cells[width:] if cell.strip()), None)
        if beyond is not None:
            expected = f"at most {width:,} cell{'s' if width > 1 else ''}"
            self.log.add(RowProblem(number, "", beyond, expected, "beyond_header"))
        return cells[:width] + [""] * (width - len(cells))
