"""How the tests read a table: in this process, and builders of hostile files."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from apps.core.tables import Limits, Row, RowProblem, TableInfo, UnreadableTable
from apps.core.tables.child import open_source
from apps.core.tables.problems import ProblemLog
from apps.core.tables.spool import read_spool
from apps.core.tables.writing import write_table


@dataclass(frozen=True)
class Read:
    """What one reading gave."""

    info: TableInfo
    rows: list[Row]
    problems: list[RowProblem]

    @property
    def cells(self) -> list[tuple[str, ...]]:
        return [row.cells for row in self.rows]

    @property
    def numbers(self) -> list[int]:
        return [row.number for row in self.rows]


def read(
    content: bytes | str, *, limits: Limits | None = None, sheet: str | None = None
) -> Read:
    """Read ``content`` as the child does, but here, where branches are measured."""
    limits = limits or Limits()
    data = content.encode() if isinstance(content, str) else content
    with tempfile.TemporaryDirectory() as folder:
        path, spool = Path(folder) / "upload", Path(folder) / "rows"
        path.write_bytes(data)
        log = ProblemLog()
        source = open_source(path, sheet=sheet, limits=limits, log=log)
        info = write_table(source, spool, limits=limits, log=log)
        return Read(info, list(read_spool(spool)), log.kept)


def refused(
    content: bytes | str, *, limits: Limits | None = None, sheet: str | None = None
) -> UnreadableTable:
    """Return the refusal of ``content``."""
    with pytest.raises(UnreadableTable) as caught:
        read(content, limits=limits, sheet=sheet)
    return caught.value


def read_or_code(content: bytes) -> Read | str:
    """Return what was read, or the code of the refusal; other errors pass."""
    try:
        return read(content)
    except UnreadableTable as error:
        return error.code


def xlsx(
    *sheets: tuple[str, list[list[object]]],
    hidden: frozenset[str] = frozenset(),
    is_1904: bool = False,
) -> bytes:
    """Build a workbook of named sheets."""
    content = io.BytesIO()
    options = {
        "date_1904": is_1904,
        "default_date_format": "yyyy-mm-dd",
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        # The same bytes on every run: some tests are made from them.
        book.set_properties({"created": datetime(2026, 6, 15, tzinfo=UTC)})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell)
            if name in hidden:
                sheet.hide()
    return content.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """Build a ZIP of ``members``."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def changed(workbook: bytes, members: dict[str, bytes]) -> bytes:
    """Return ``workbook`` with some members replaced or added."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    return zipped(old | members)


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Agents">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def ods(rows: str, *, manifest: str = "<manifest/>") -> bytes:
    """Build an ODS file around the XML of its ``rows``."""
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": _ODS.format(rows=rows).encode(),
        }
    )


def ods_cell(text: str, attributes: str = "") -> str:
    """Return the XML of one text cell."""
    return (
        f'<table:table-cell office:value-type="string" {attributes}>'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def ole(stream: str, content: bytes) -> bytes:
    """Build an OLE container with one stream, as XLS files are."""
    content = content.ljust(4096, b"\x00")  # shorter streams live elsewhere
    sectors = -(-len(content) // _SECTOR)
    content = content.ljust(sectors * _SECTOR, b"\x00")
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, _END, 0, _END, 0),
    )
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    chain = [_FAT, _END, *range(3, sectors + 2), _END]
    fat = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    directory = _entry("Root Entry", 5, child=1, start=_END, size=0)
    directory += _entry(stream, 2, child=_FREE, start=2, size=len(content))
    return header + fat + directory.ljust(_SECTOR, b"\x00") + content


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sI8s8sIQ",
        *(text, len(text) + 2, kind, 1, _FREE, _FREE, child),
        *(b"", 0, b"", b"", start, size),
    )


def xls(rows: list[list[str | float]], *, password: bytes = b"") -> bytes:
    """Build a minimal XLS (BIFF8) file; ``password`` is the record that locks it."""
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    if password:
        start += _record(0x2F, password)
    name = b"Agents"
    pointer_length = 4 + 6 + 2 + len(name)
    offset = len(start) + pointer_length + 4
    pointer = struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name
    end = _record(0x0A, b"")
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 6))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            body += _cell(number, column, cell)
    return ole("Workbook", start + _record(0x85, pointer) + end + body + end)


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        text = value.encode("latin-1")
        return _record(0x204, place + struct.pack("<HB", len(text), 0) + text)
    return _record(0x203, place + struct.pack("<d", value))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
