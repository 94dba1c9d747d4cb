"""What the workbook reader does not tell of an XLSX: date system and error cells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from apps.core.tables.archive import corrupt, read_member

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
# A formula has at most 8,192 characters, and stands before the value.
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)(?<!/)>(.{0,20000}?)</(?:\w+:)?c>""",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_CONTENT = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})<")

ErrorCells = dict[int, dict[int, str]]
"""Row (from 1) to column (from 0) to the text shown, such as #N/A."""


def _elements(path: Path, part: str) -> list[Element]:
    try:
        return list(fromstring(read_member(path, part)).iter())
    except (ParseError, DefusedXmlException, ValueError):
        raise corrupt() from None


def _is(element: Element, name: str) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name


def date_system(path: Path) -> str:
    """Return "1904" when workbook.xml says so, else "1900"."""
    for element in _elements(path, _WORKBOOK):
        if _is(element, "workbookPr") and element.get("date1904") in {"1", "true"}:
            return "1904"
    return "1900"


def error_cells(path: Path, sheet: str, *, within: Collection[str]) -> ErrorCells:
    """Return the cells of ``sheet`` that hold an error, by row and column.

    The workbook reader shows them empty, and an empty score is not "#N/A". ``within``
    names the members worth looking at.
    """
    if not within:
        return {}
    part = _part(path, sheet)
    content = read_member(path, part) if part in within else b""
    errors: ErrorCells = {}
    for attributes, inner in _ERROR_CELL.findall(content):
        reference, text = _REFERENCE.search(attributes), _CONTENT.search(inner)
        if reference and text:
            row = errors.setdefault(int(reference[2]), {})
            row[_column(reference[1])] = text[1].decode("ascii", "replace")
    return errors


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _part(path: Path, sheet: str) -> str:
    """Return the path of the member that holds ``sheet``, or "" if it is not told."""
    keys = {
        value
        for element in _elements(path, _WORKBOOK)
        if _is(element, "sheet") and element.get("name") == sheet
        for name, value in element.items()
        if name.endswith("}id")
    }
    for element in _elements(path, _RELATIONS):
        if _is(element, "Relationship") and element.get("Id") in keys:
            target = posixpath.join("/xl", element.get("Target", ""))
            return posixpath.normpath(target).lstrip("/")
    return ""
