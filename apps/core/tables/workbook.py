"""Workbooks: the sheet to read, and its cells as canonical text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from apps.core.tables import archive, ooxml
from apps.core.tables.errors import UnreadableTable, refusal
from apps.core.tables.limits import Limits
from apps.core.tables.source import Record, Source
from apps.core.tables.text import cell_too_long

Value = float | str | bool | dt.date | dt.time | dt.timedelta

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
# An XLS begins with BOF, perhaps WRITEPROTECT, and FILEPASS if it is encrypted; the
# workbook reader does not tell that from damage.
_LOCKED = re.compile(
    rb"\x09\x08(?:\x08\x00.{8}|\x10\x00.{16})(?:\x86\x00\x00\x00)?\x2f\x00..[\x00\x01]\x00",
    re.DOTALL,
)
_EXACT = 2**53  # whole numbers beyond it are not exact in a workbook


def open_zip(path: Path, *, sheet: str | None, limits: Limits) -> Source:
    """Return the records of an XLSX or ODS file after looking into the ZIP."""
    found = archive.inspect(path, limits)
    if found.kind != "xlsx":
        return _open(path, kind=found.kind, sheet=sheet, limits=limits)
    return _open(
        path,
        kind="xlsx",
        sheet=sheet,
        limits=limits,
        date_system=ooxml.date_system(path),
        with_errors=found.with_errors,
    )


def open_ole(path: Path, data: bytes, *, sheet: str | None, limits: Limits) -> Source:
    """Return the records of an XLS file; other OLE files are refused."""
    if _ENCRYPTED in data or _LOCKED.search(data):
        raise archive.encrypted()
    if not any(name in data for name in _STREAMS):
        raise refusal("not_a_table", "The file is an Office document without a sheet.")
    return _open(path, kind="xls", sheet=sheet, limits=limits)


def _open(
    path: Path,
    *,
    kind: str,
    sheet: str | None,
    limits: Limits,
    date_system: str | None = None,
    with_errors: Collection[str] = (),
) -> Source:
    try:
        with path.open("rb") as content:  # a path would be judged by its ending
            workbook = CalamineWorkbook.from_filelike(content)
        chosen, others = _choose(workbook, sheet)
    except CalamineError:
        raise archive.corrupt() from None
    errors = ooxml.error_cells(path, chosen.name, within=with_errors)
    return Source(
        kind=kind,
        records=_records(chosen, errors, limits),
        is_clean=False,
        sheet=chosen.name,
        other_sheets=others,
        date_system=date_system,
        notes=_other_sheets_note(chosen.name, others),
    )


def _other_sheets_note(name: str, others: Sequence[str]) -> tuple[str, ...]:
    if not others:
        return ()
    return (f'Only the sheet "{name}" was read; the workbook has others.',)


def _choose(
    workbook: CalamineWorkbook, wanted: str | None
) -> tuple[CalamineSheet, tuple[str, ...]]:
    """Return ``wanted``, or else the first visible sheet with data, and the others."""
    sheets = [
        found
        for found in workbook.sheets_metadata
        if found.typ == SheetTypeEnum.WorkSheet
    ]
    if wanted is not None:
        chosen = _named(workbook, sheets, wanted)
    else:
        chosen = _first_with_data(workbook, sheets)
    others = tuple(_label(found) for found in sheets if found.name != chosen.name)
    return chosen, others


def _named(
    workbook: CalamineWorkbook, sheets: Sequence[SheetMetadata], wanted: str
) -> CalamineSheet:
    if all(found.name != wanted for found in sheets):
        raise refusal(
            "no_such_sheet",
            f'The workbook has no sheet "{wanted}".',
            f"Choose one of: {', '.join(found.name for found in sheets)}.",
        )
    return workbook.get_sheet_by_name(wanted)


def _first_with_data(
    workbook: CalamineWorkbook, sheets: Sequence[SheetMetadata]
) -> CalamineSheet:
    for found in sheets:
        if found.visible == SheetVisibleEnum.Visible:
            sheet = workbook.get_sheet_by_name(found.name)
            if sheet.start is not None:
                return sheet
    raise empty_workbook()


def empty_workbook() -> UnreadableTable:
    """Build the refusal of a workbook whose visible sheets are all empty."""
    return refusal(
        "empty_file",
        "No visible sheet of the workbook holds anything.",
        "Upload a file with rows, or unhide the sheet.",
    )


def _label(sheet: SheetMetadata) -> str:
    is_visible = sheet.visible == SheetVisibleEnum.Visible
    return sheet.name if is_visible else f"{sheet.name} (hidden)"


def _records(
    sheet: CalamineSheet, errors: ooxml.ErrorCells, limits: Limits
) -> Iterator[Record]:
    first_column = sheet.start[1] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [
            value if type(value) is str else text_of(value)  # most cells are text
            for value in values
        ]
        for column, text in errors.get(number, {}).items():
            if first_column <= column < first_column + len(cells):
                cells[column - first_column] = text
        if sum(map(len, cells)) > limits.max_cell:
            _check_lengths(number, cells, limits)
        yield number, cells


def _check_lengths(number: int, cells: Sequence[str], limits: Limits) -> None:
    if any(len(cell) > limits.max_cell for cell in cells):
        raise cell_too_long(number, limits)


def text_of(value: Value) -> str:
    """Return the canonical text of one cell.

    42.0 is "42", a date "2026-03-31", a date with a time of day
    "2026-03-31T09:30:00", a duration "26:30:00", a truth "true" or "false".
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, dt.timedelta):
        return _duration(value)
    if isinstance(value, dt.datetime):
        return _moment(value)
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds")
    return value.isoformat()


def _number(value: float) -> str:
    if value == int(value) and abs(value) <= _EXACT:
        return str(int(value))
    # A spreadsheet shows 15 digits; more are noise of binary arithmetic.
    return format(Decimal(f"{value:.15g}"), "f")


def _moment(value: dt.datetime) -> str:
    # Times are fractions of a day in a workbook, seldom exact to the microsecond.
    rounded = (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    if rounded.time() == dt.time():
        return rounded.date().isoformat()
    return rounded.isoformat()


def _duration(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, seconds = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02}:{seconds:02}"
