"""Workbooks made to harm: each is a refusal, never an error and never a row."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from pathlib import Path

import pytest

from apps.core.tables import Limits, UnreadableTable, ooxml, open_table
from apps.core.tables.limits import MEGABYTE
from tests.core.tables_reading import (
    Read,
    changed,
    ods,
    ods_cell,
    ole,
    read,
    read_or_code,
    refused,
    xlsx,
    zipped,
)

BOOK = xlsx(("S", [["id", "name"], [1, "Ana"]]))
SHEET = "xl/worksheets/sheet1.xml"
with zipfile.ZipFile(io.BytesIO(BOOK)) as _archive:
    BOOK_SHEET = _archive.read(SHEET)
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ccc">]><worksheet/>'


def test_entity_refused() -> None:
    error = refused(changed(BOOK, {SHEET: ENTITY}))

    assert error.code == "unsafe_xml"
    assert error.message == (
        "The workbook declares XML entities, which no table needs. Save the sheet as "
        "CSV and upload that file."
    )


@pytest.mark.parametrize(
    "part",
    [
        ENTITY.decode().encode("utf-16"),
        b"<!--" + b"x" * (64 * 1024 - 9) + b"-->" + ENTITY[21:],
        ENTITY.replace(b"<!DOCTYPE a [", b"").replace(b"]>", b""),
    ],
    ids=["utf-16", "across chunks", "entity alone"],
)
@pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.XML", "_rels/.rels"])
def test_entity_refused_in_any_part_and_disguise(part: bytes, name: str) -> None:
    assert refused(changed(BOOK, {name: part})).code == "unsafe_xml"


def test_text_that_speaks_of_entities_is_read() -> None:
    content = xlsx(("S", [["id", "name"], [1, "<!DOCTYPE html> <!ENTITY x>"]]))

    assert read(content).cells == [("1", "<!DOCTYPE html> <!ENTITY x>")]


def test_ratio_beyond_the_limit() -> None:
    error = refused(changed(BOOK, {"xl/media/zeros.bin": bytes(5 * MEGABYTE)}))

    assert error.code == "zip_bomb"
    assert error.message == (
        "The workbook unpacks to far more than its own size. Save the sheet as CSV and "
        "upload that file."
    )


def test_size_beyond_the_limit() -> None:
    limits = Limits(max_unpacked=3 * MEGABYTE)
    content = changed(BOOK, {"xl/media/noise.bin": os.urandom(4 * MEGABYTE)})
    error = refused(content, limits=limits)

    assert error.code == "zip_bomb"
    assert error.message.startswith("The workbook unpacks to more than 3 MB.")


def test_entries_beyond_the_limit() -> None:
    content = changed(BOOK, {f"xl/media/{number}": b"" for number in range(1_000)})

    assert refused(content).code == "zip_bomb"


def test_sizes_that_lie() -> None:
    content = bytearray(changed(BOOK, {"a.bin": b"x" * 50_000}))
    # Both headers declare a size of one byte.
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = (
            content.find(b"a.bin") if mark == b"PK\x03\x04" else content.rfind(b"a.bin")
        )
        start = content.rfind(mark, 0, at)
        content[start + place : start + place + 4] = (1).to_bytes(4, "little")

    assert refused(bytes(content)).code == "corrupt_workbook"


def test_encrypted_entry() -> None:
    content = bytearray(BOOK)
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1

    assert refused(bytes(content)).code == "encrypted_workbook"


def test_packing_nobody_knows() -> None:
    content = bytearray(BOOK)
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.find(mark)
        content[at + place : at + place + 2] = (77).to_bytes(2, "little")

    assert refused(bytes(content)).code == "corrupt_workbook"


@pytest.mark.parametrize("kept", [10, 100, 2_000, len(BOOK) - 30])
def test_truncated(kept: int) -> None:
    assert refused(BOOK[:kept]).code == "corrupt_workbook"


@pytest.mark.parametrize("place", range(60, len(BOOK) - 60, 211))
def test_one_byte_flipped_is_read_or_refused(place: int) -> None:
    content = bytearray(BOOK)
    content[place] ^= 0xFF

    outcome = read_or_code(bytes(content))

    assert isinstance(outcome, Read) or outcome in {
        "corrupt_workbook",
        "encrypted_workbook",
        "not_a_table",
    }


@pytest.mark.parametrize(
    ("members", "fact"),
    [
        ({"a.txt": b"a"}, "The file is a ZIP archive without a workbook."),
        ({}, "The file is a ZIP archive without a workbook."),
        ({"word/document.xml": b"<a/>"}, "The file is a Word document."),
        ({"ppt/presentation.xml": b"<a/>"}, "The file is a presentation."),
        ({"xl/workbook.bin": b"a"}, "The file is a binary workbook (XLSB)."),
        (
            {"mimetype": b"application/vnd.oasis.opendocument.text"},
            "The file is a ZIP archive without a workbook.",
        ),
    ],
)
def test_zip_that_is_no_workbook(members: dict[str, bytes], fact: str) -> None:
    error = refused(zipped(members))

    assert error.code == "not_a_table"
    assert error.message == f"{fact} Upload a CSV, XLSX or ODS file."


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/workbook.xml", "corrupt_workbook"),
        ("xl/_rels/workbook.xml.rels", "corrupt_workbook"),
        (SHEET, "empty_file"),
    ],
)
def test_part_that_is_not_xml(part: str, code: str) -> None:
    assert refused(changed(BOOK, {part: b"<a><b></a>"})).code == code


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_part_with_words_after_its_end(part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        content = archive.read(part)
    errors = b'<row r="9"><c r="A9" t="e"><v>#N/A</v></c></row></sheetData>'
    sheet = BOOK_SHEET.replace(b"</sheetData>", errors)
    outcome = read_or_code(changed(BOOK, {part: content + b"x", SHEET: sheet}))

    assert outcome == "corrupt_workbook"


def test_sheet_that_workbook_and_relations_do_not_place() -> None:
    content = zipped(
        {"xl/workbook.xml": b"<a/>", "xl/_rels/workbook.xml.rels": b"<a/>"}
    )

    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        assert ooxml.error_cells(Path(file.name), "S", within={"x"}) == {}


def test_relations_absent() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    del members["xl/_rels/workbook.xml.rels"]

    assert refused(zipped(members)).code == "corrupt_workbook"


def test_ods_with_password() -> None:
    rows = f"<table:table-row>{ods_cell('id')}</table:table-row>"
    content = ods(rows, manifest="<manifest:encryption-data/>")

    assert refused(content).code == "encrypted_workbook"


def test_ods_without_manifest() -> None:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"

    assert refused(zipped({"mimetype": kind})).code == "corrupt_workbook"


@pytest.mark.parametrize(
    ("stream", "content", "code"),
    [
        ("EncryptedPackage", b"", "encrypted_workbook"),
        ("WordDocument", b"", "not_a_table"),
        ("Workbook", b"\xff" * 100, "corrupt_workbook"),
    ],
)
def test_ole_that_is_no_readable_workbook(
    stream: str, content: bytes, code: str
) -> None:
    assert refused(ole(stream, content)).code == code


def test_far_away_cell_does_not_take_the_memory(tmp_path: Path) -> None:
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        b'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    path = tmp_path / "far.xlsx"
    path.write_bytes(changed(BOOK, {SHEET: sheet}))
    with pytest.raises(UnreadableTable) as caught:
        open_table(path, name="far.xlsx")

    assert caught.value.code == "memory"


def test_ods_repetition_does_not_take_the_memory(tmp_path: Path) -> None:
    cell = ods_cell("x" * 100, 'table:number-columns-repeated="16384"')
    path = tmp_path / "repeated.ods"
    path.write_bytes(
        ods(
            f'<table:table-row table:number-rows-repeated="1048576">{cell}'
            "</table:table-row>"
        )
    )
    with pytest.raises(UnreadableTable) as caught:
        open_table(path, name="repeated.ods")

    assert caught.value.code in {"memory", "timeout", "corrupt_workbook"}
