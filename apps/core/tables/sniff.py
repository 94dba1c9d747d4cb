"""What the bytes are, whatever the name says: text, ZIP, OLE, or no table at all."""

from __future__ import annotations

import re
from enum import StrEnum

from apps.core.tables.errors import refusal


class Container(StrEnum):
    """The three outer shapes a table can come in."""

    TEXT = "text"
    ZIP = "zip"
    OLE = "ole"


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
)
# Readers find the mark of a PDF anywhere in the first kilobyte.
_PDF_WITHIN = 1024

_HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|table|meta|style)\b", re.I)
_XML = re.compile(r"\s*<(?:[?!]|[A-Za-z][\w:.-]*[\s/>])")
_JSON = re.compile(r"\s*[\[{]\s*[\[{}\]\"]")


def container(data: bytes) -> Container:
    """Return the shape of ``data``. Raises UnreadableTable for foreign formats."""
    if data.startswith(_ZIP):
        return Container.ZIP
    if data.startswith(_OLE):
        return Container.OLE
    for mark, kind in _FOREIGN:
        if data.startswith(mark):
            raise refusal("not_a_table", f"The file is {kind}.")
    if b"%PDF-" in data[:_PDF_WITHIN]:
        raise refusal("not_a_table", "The file is a PDF document.")
    return Container.TEXT


def refuse_markup(text: str) -> None:
    """Raise UnreadableTable when decoded text is HTML, XML or JSON."""
    if _HTML.match(text):
        raise refusal(
            "html",
            "The file is a web page, whatever its name says.",
            "Open it in a spreadsheet program and save it as XLSX or CSV.",
        )
    if _XML.match(text):
        raise refusal("not_a_table", "The file is an XML document.")
    if _JSON.match(text):
        raise refusal("not_a_table", "The file is a JSON document.")
