"""Workbooks: sheets, canonical text of cells, both date systems, XLS and ODS."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from apps.core.tables import DateOrder, Limits, parse_date
from apps.core.tables.workbook import Value, text_of
from tests.core.tables_reading import (
    changed,
    ods,
    ods_cell,
    read,
    refused,
    xls,
    xlsx,
)

ROWS: list[list[object]] = [["id", "name"], [1, "Ana"], [2, "Jo"]]


def test_workbook_plain() -> None:
    table = read(xlsx(("Agents", ROWS)))

    assert table.cells == [("1", "Ana"), ("2", "Jo")]
    assert table.numbers == [2, 3]
    assert table.info.kind == "xlsx"
    assert table.info.encoding is None
    assert table.info.delimiter is None
    assert table.info.sheet == "Agents"
    assert table.info.other_sheets == ()
    assert table.info.header == ("id", "name")
    assert table.info.date_system == "1900"
    assert table.info.notes == ()


def test_workbook_by_openpyxl() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "day", "is_cleared"])
    sheet.append([7, dt.date(2026, 3, 31), True])
    content = io.BytesIO()
    book.save(content)

    assert read(content.getvalue()).cells == [("7", "2026-03-31", "true")]


def test_table_away_from_the_corner_keeps_row_numbers() -> None:
    rows: list[list[object]] = [[], [], [None, None, "a", "b"], [], [None, None, 1, 2]]
    table = read(xlsx(("S", rows)))

    assert table.info.header == ("a", "b")
    assert table.info.header_row == 3
    assert table.numbers == [5]
    assert table.cells == [("1", "2")]


@pytest.mark.parametrize("is_1904", [False, True])
@pytest.mark.parametrize("day", [dt.date(1904, 1, 2), dt.date(2026, 3, 31)])
def test_date_cells_in_both_date_systems(day: dt.date, *, is_1904: bool) -> None:
    table = read(xlsx(("S", [["id", "day"], [1, day]]), is_1904=is_1904))

    assert table.cells == [("1", day.isoformat())]
    assert table.info.date_system == ("1904" if is_1904 else "1900")


def test_bare_serial_with_the_date_system_of_the_file() -> None:
    table = read(xlsx(("S", [["id", "day"], [1, 44_650]]), is_1904=True))

    assert table.info.date_system == "1904"
    day = parse_date(table.cells[0][1], order=DateOrder.ISO, serials="1904")
    assert day == dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Ana ", "  Ana "),
        (True, "true"),
        (False, "false"),
        (42, "42"),
        (42.0, "42"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (85.39999999999999, "85.4"),
        (1e16, "10000000000000000"),
        (1e-7, "0.0000001"),
        (2.0**53, "9007199254740992"),
        (dt.date(2026, 3, 31), "2026-03-31"),
        (dt.datetime(2026, 3, 31), "2026-03-31"),  # noqa: DTZ001 - cells have no zone
        (dt.datetime(2026, 3, 31, 9, 30), "2026-03-31T09:30:00"),  # noqa: DTZ001
        (
            dt.datetime(2026, 3, 31, 23, 59, 59, 999_999),  # noqa: DTZ001
            "2026-04-01",
        ),
        (dt.time(9, 30), "09:30:00"),
        (dt.timedelta(hours=26, minutes=30), "26:30:00"),
        (-dt.timedelta(minutes=1), "-0:01:00"),
    ],
)
def test_text_of_cell(value: Value, text: str) -> None:
    assert text_of(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_text_of_number_has_fifteen_digits_and_no_exponent(value: float) -> None:
    text = text_of(value)

    assert set(text) <= set("-0123456789.")
    assert Decimal(text) == pytest.approx(Decimal(value), rel=Decimal("1e-14"))


def test_formula_gives_its_value_and_error_its_text() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 1, ["name", "score"])
        sheet.write(1, 1, "Ana")
        sheet.write_formula(1, 2, "=40+2", None, 42)
        sheet.write(2, 1, "Jo")
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
        sheet.write(3, 1, "Kim")
        sheet.write_formula(3, 2, "=NA()", None, "#N/A")

    assert read(content.getvalue()).cells == [
        ("Ana", "42"),
        ("Jo", "#DIV/0!"),
        ("Kim", "#N/A"),
    ]


def test_error_cells_in_every_spelling() -> None:
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        b'spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>score</t></is></c></row>'
        b"<row r='2'><c r='A2'><v>1</v></c><c r='B2' t='e'><v>#N/A</v></c></row>"
        b'<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="e"/></row>'
        b'<row r="4"><c r="A4"><v>3</v></c><c r="B4"><v>4</v></c></row>'
        b'<row r="5"><c r="A5"><v>5</v></c><c t="e"><v>#N/A</v></c></row>'
        b'<row r="6"><c r="A6"><v>6</v></c><c r="ZZ6" t="e"></c></row>'
        b"</sheetData></worksheet>"
    )
    content = changed(xlsx(("S", ROWS)), {"xl/worksheets/sheet1.xml": sheet})

    assert [cells[:2] for cells in read(content).cells] == [
        ("1", "#N/A"),
        ("2", ""),
        ("3", "4"),
        ("5", ""),  # its place is not written down
        ("6", ""),
    ]


def test_control_characters_in_cells_are_reported() -> None:
    table = read(xlsx(("S", [["id", "name"], [1, "A\x07na"], [2, "a\r\nb"]])))

    assert table.cells == [("1", "Ana"), ("2", "a\nb")]
    assert [(p.row, p.column, p.code) for p in table.problems] == [
        (2, "name", "control_character")
    ]


SHEETS = (
    ("Cover", []),
    ("Secret", [["id", "name"], [9, "Sam"]]),
    ("Agents", ROWS),
    ("Old", [["id", "name"], [3, "Kim"]]),
)


def test_first_visible_sheet_with_data_is_read() -> None:
    info = read(xlsx(*SHEETS, hidden=frozenset({"Secret"}))).info

    assert info.sheet == "Agents"
    assert info.other_sheets == ("Cover", "Secret (hidden)", "Old")
    assert info.notes == ('Only the sheet "Agents" was read; the workbook has others.',)


@pytest.mark.parametrize(("sheet", "name"), [("Old", "Kim"), ("Secret", "Sam")])
def test_wanted_sheet_is_read_even_if_hidden(sheet: str, name: str) -> None:
    content = xlsx(*SHEETS, hidden=frozenset({"Secret"}))

    assert read(content, sheet=sheet).cells[0][1] == name


def test_wanted_sheet_absent() -> None:
    error = refused(xlsx(*SHEETS), sheet="Roster")

    assert error.code == "no_such_sheet"
    assert error.message == (
        'The workbook has no sheet "Roster". Choose one of: Cover, Secret, Agents, Old.'
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (xlsx(("S", [])), "empty_file"),
        (xlsx(("S", []), ("H", ROWS), hidden=frozenset({"H"})), "empty_file"),
        (xlsx(("S", [["id", "name"]])), "no_rows"),
    ],
    ids=["empty", "only hidden", "only header"],
)
def test_workbook_without_rows(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_wanted_sheet_empty() -> None:
    assert refused(xlsx(*SHEETS), sheet="Cover").code == "empty_file"


def test_cell_too_long_in_workbook() -> None:
    limits = Limits(max_cell=10)
    short = [["id", "name"], [1, "x" * 9], [2, "y" * 10]]
    long: list[list[object]] = [["id", "name"], [1, "x" * 11]]

    assert read(xlsx(("S", short)), limits=limits).info.row_count == 2
    assert refused(xlsx(("S", long)), limits=limits).code == "cell_too_long"


def test_ods() -> None:
    row = "<table:table-row>{}</table:table-row>"
    content = ods(
        row.format(ods_cell("name") + ods_cell("day") + ods_cell("score"))
        + row.format(
            ods_cell("Ana") + '<table:table-cell office:value-type="date" '
            'office:date-value="2026-03-31"><text:p>31.3.26</text:p></table:table-cell>'
            '<table:table-cell office:value-type="float" office:value="42">'
            "<text:p>42,0</text:p></table:table-cell>"
        )
    )
    table = read(content)

    assert table.info.kind == "ods"
    assert table.info.sheet == "Agents"
    assert table.info.date_system is None
    assert table.info.header == ("name", "day", "score")
    assert table.cells == [("Ana", "2026-03-31", "42")]


def test_xls() -> None:
    table = read(xls([["id", "name"], [1.0, "Zo\xeb"], [2.5, "Jo"]]))

    assert table.info.kind == "xls"
    assert table.info.sheet == "Agents"
    assert table.info.header == ("id", "name")
    assert table.cells == [("1", "Zoë"), ("2.5", "Jo")]


@pytest.mark.parametrize("password", [bytes(4), b"\x01\x00" + bytes(52)])
def test_xls_with_password(password: bytes) -> None:
    content = xls([["id", "name"], [1.0, "Ana"]], password=password)

    assert refused(content).code == "encrypted_workbook"
