"""Downloads: nothing runs in a spreadsheet, and what went out comes back the same."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import IO, cast

import openpyxl
import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import FileResponse, StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock, tables_out
from apps.core.tables_out import (
    TooManyRows,
    csv_response,
    text_of,
    without_formula,
    xlsx_response,
)
from tests.core.tables_reading import read

HEADER = ["id", "name"]
MANILA = timezone(timedelta(hours=8))


@pytest.fixture(autouse=True, scope="module")
def no_request() -> Iterator[None]:
    """A closed response ends a request, and with it connections of other tests."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def body(response: StreamingHttpResponse | FileResponse) -> bytes:
    content = b"".join(cast("Iterator[bytes]", response.streaming_content))
    response.close()
    return content


def workbook_rows(response: FileResponse) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(body(response)))
    sheet = book.active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_csv_response() -> None:
    response = csv_response("roster", HEADER, [[1, "Zoë"], [2, 'a,"b"']])

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="roster.csv"'
    assert body(response).decode() == '\ufeffid,name\r\n1,Zoë\r\n2,"a,""b"""\r\n'


def test_csv_response_streams_in_batches() -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[object]]:
        for number in range(1_200):
            taken.append(number)
            yield [number, "x"]

    parts = cast(
        "Iterator[bytes]", csv_response("roster", HEADER, rows()).streaming_content
    )
    next(parts)
    assert taken == []
    next(parts)
    assert len(taken) == 500
    assert len(list(parts)) == 2
    assert len(taken) == 1_200


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("Ana", "Ana"),
        (True, "true"),
        (False, "false"),
        (-5, "-5"),
        (1.5, "1.5"),
        (-1e-7, "-0.0000001"),
        (Decimal("-22.50"), "-22.50"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 6, 15), "2026-06-15"),
        (datetime(2026, 6, 15, 8, 0, tzinfo=MANILA), "2026-06-15T00:00:00+00:00"),
        (datetime(2026, 6, 15, 8, 0), "2026-06-15T08:00:00"),  # noqa: DTZ001
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-5", "'-5"),
        ("@SUM", "'@SUM"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_text_of_cell(cell: object, text: str) -> None:
    assert text_of(cell) == text


@given(st.text(max_size=20))
def test_no_text_starts_a_formula(text: str) -> None:
    assert without_formula(text)[:1] not in set("=+-@\t\r")


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20),
        min_size=1,
        max_size=5,
    )
)
def test_csv_that_comes_back_is_the_same(names: list[str]) -> None:
    rows = [[number, name] for number, name in enumerate(names, start=1)]
    content = body(csv_response("roster", HEADER, rows))

    # An apostrophe the person typed before a sign is the one thing that is lost.
    expected = [
        (str(number), name)
        for number, name in enumerate(names, start=1)
        if not name.startswith(("'=", "'+", "'-", "'@"))
    ]
    assert [cells for cells in read(content).cells if cells in expected] == expected


def test_xlsx_response() -> None:
    rows = [
        [1, "=1+1", None, True],
        [Decimal("22.50"), "https://example.com", date(2026, 6, 15), False],
        [-5, "@x", date(1900, 1, 1), datetime(2026, 6, 15, 8, tzinfo=MANILA)],
    ]
    response = xlsx_response("roster", ["id", "text", "day", "more"], rows)

    assert response["Content-Disposition"] == 'attachment; filename="roster.xlsx"'
    assert response["Content-Type"] == tables_out._XLSX
    assert workbook_rows(response) == [
        ("id", "text", "day", "more"),
        (1, "=1+1", None, True),
        (22.5, "https://example.com", datetime(2026, 6, 15), False),  # noqa: DTZ001
        (-5, "@x", "1900-01-01", "2026-06-15T00:00:00+00:00"),
    ]


def test_xlsx_response_holds_no_formula_and_no_link() -> None:
    response = xlsx_response("r", ["=A1"], [["=1+1"], ["http://example.com"]])
    book = openpyxl.load_workbook(io.BytesIO(body(response)))
    sheet = book.active
    assert sheet is not None

    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.hyperlink for cell in cells] == [None, None, None]
    assert {cell.data_type for cell in cells} == {"s"}  # text; a formula is "f"


def test_xlsx_that_comes_back_is_the_same() -> None:
    rows = [[1, "=1+1", date(2026, 6, 15)], [2, "'=x", date(1899, 1, 1)]]
    content = body(xlsx_response("r", ["id", "text", "day"], rows))

    assert read(content).cells == [
        ("1", "=1+1", "2026-06-15"),
        ("2", "=x", "1899-01-01"),
    ]


def test_xlsx_response_is_dated_by_the_clock() -> None:
    instant = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
    with clock.held(instant):
        response = xlsx_response("r", HEADER, [[1, "Ana"]])

    book = openpyxl.load_workbook(io.BytesIO(body(response)))
    assert book.properties.created == instant.replace(tzinfo=None)


def test_xlsx_response_cuts_text_no_cell_can_hold() -> None:
    response = xlsx_response("r", HEADER, [[1, "x" * 40_000]])

    assert workbook_rows(response)[1] == (1, "x" * 32_767)


def test_xlsx_response_with_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_out, "_MOST_ROWS", 2)

    assert len(workbook_rows(xlsx_response("r", HEADER, [[1, "a"]] * 2))) == 3
    with pytest.raises(TooManyRows) as caught:
        xlsx_response("r", HEADER, [[1, "a"]] * 3)
    assert caught.value.message == (
        "An XLSX file holds 2 rows at most. Download the CSV."
    )


def test_xlsx_response_closes_its_file() -> None:
    response = xlsx_response("r", HEADER, [[1, "a"]])
    content = cast("IO[bytes]", response.file_to_stream)
    response.close()

    assert content.closed


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("roster.csv", 'attachment; filename="roster.csv"'),
        ("../../etc/x", 'attachment; filename="etc x.csv"'),
        ('a"b\r\nSet-Cookie: x', 'attachment; filename="a b Set-Cookie x.csv"'),
        ("Zoë", "attachment; filename*=utf-8''Zo%C3%AB.csv"),
        ("", 'attachment; filename="table.csv"'),
        (" . ", 'attachment; filename="table.csv"'),
        ("x" * 300, f'attachment; filename="{"x" * 150}.csv"'),
    ],
)
def test_download_name_is_safe(name: str, disposition: str) -> None:
    assert csv_response(name, HEADER, [])["Content-Disposition"] == disposition
