"""Tables out: CSV and XLSX that a spreadsheet shows and never executes."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.tables.cleaning import RISKY_STARTS

_BOM = "\ufeff"
_BATCH = 500
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]+')
_LONGEST_NAME = 150  # file systems take 255 bytes, and letters may need more than one
_MOST_ROWS = 1_048_575  # of one Excel sheet, below the header
_LONGEST_TEXT = 32_767  # characters of one Excel cell
_FIRST_DAY = date(1900, 3, 1)  # before it Excel miscounts days


class TooManyRows(Invalid):
    """An XLSX sheet cannot hold the table."""

    default_code = "too_many_rows"


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Stream ``rows`` below ``header`` as the download ``name``.csv.

    UTF-8 with a byte order mark, so that Excel reads letters right. Text that a
    spreadsheet would run as a formula gets an apostrophe in front; numbers stay.
    """
    return StreamingHttpResponse(
        _csv_parts(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": _disposition(name, ".csv")},
    )


def _csv_parts(
    header: Sequence[str], rows: Iterable[Sequence[object]]
) -> Iterator[bytes]:
    yield (_BOM + _csv_text([header])).encode()
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield _csv_text(batch).encode()


def _csv_text(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([text_of(cell) for cell in row] for row in rows)
    return text.getvalue()


def text_of(cell: object) -> str:
    """Return ``cell`` as text for CSV, without a formula.

    Dates are ISO, instants ISO in UTC, truths true or false, None is empty; numbers
    have a full stop and no exponent.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, int):
        return str(int(cell))
    if isinstance(cell, datetime):
        return _instant(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else without_formula(str(cell))


def _instant(moment: datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="seconds")


def without_formula(text: str) -> str:
    """Return ``text`` with an apostrophe in front if it would start a formula.

    Reading the file back takes the apostrophe away again.
    """
    return f"'{text}" if text.startswith(tuple(RISKY_STARTS)) else text


def xlsx_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> FileResponse:
    """Return ``rows`` below ``header`` as the download ``name``.xlsx.

    Rows go through a temporary file, never all through memory. Text is written as
    text, so nothing becomes a formula or a link; dates are real dates, instants ISO
    text in UTC because Excel knows no time zones. Raises TooManyRows.
    """
    with ExitStack() as on_failure:
        content = on_failure.enter_context(tempfile.TemporaryFile())
        with xlsxwriter.Workbook(
            content, {"constant_memory": True, "strings_to_urls": False}
        ) as book:
            book.set_properties({"created": clock.now()})
            _fill(book, header, rows)
        content.seek(0)
        response = FileResponse(content, content_type=_XLSX)
        on_failure.pop_all()  # the response closes the file
    response["Content-Disposition"] = _disposition(name, ".xlsx")
    return response


def _fill(
    book: xlsxwriter.Workbook,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(rows, start=1):
        if number > _MOST_ROWS:
            raise TooManyRows(
                f"An XLSX file holds {_MOST_ROWS:,} rows at most. Download the CSV."
            )
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, day)


def _write(
    sheet: Worksheet, row: int, column: int, cell: object, day_format: Format
) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, (int, float, Decimal)):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, datetime):
        sheet.write_string(row, column, _instant(cell))
    elif isinstance(cell, date) and cell >= _FIRST_DAY:
        sheet.write_datetime(row, column, cell, day_format)
    elif isinstance(cell, date):
        sheet.write_string(row, column, cell.isoformat())
    else:
        sheet.write_string(row, column, str(cell)[:_LONGEST_TEXT])


def _disposition(name: str, ending: str) -> str:
    plain = " ".join(_UNSAFE_IN_NAME.sub(" ", name).split()).removesuffix(ending)
    plain = plain.strip(" .")[:_LONGEST_NAME] or "table"
    header = content_disposition_header(as_attachment=True, filename=f"{plain}{ending}")
    assert header is not None  # noqa: S101 - an attachment always has the header
    return header
