"""What bytes are, and which may come in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.evidence import rules
from apps.evidence.enums import FileKind, MediaType
from apps.evidence.rules import Contents, FileRefused

LIMIT = 25 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def seen(head: bytes, **more: object) -> Contents:
    return Contents(len(head), head, **more)  # type: ignore[arg-type]


def zipped(*members: str, mimetype: bytes = b"") -> Contents:
    return seen(b"PK\x03\x04rest", members=frozenset(members), mimetype=mimetype)


def ole(stream: str) -> Contents:
    return seen(OLE, structure=f"{stream}\0".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (seen(b"%PDF-1.7\n"), MediaType.PDF),
        (seen(b"\x89PNG\r\n\x1a\nrest"), MediaType.PNG),
        (seen(b"\xff\xd8\xff\xe0rest"), MediaType.JPEG),
        (zipped("word/document.xml"), MediaType.DOCX),
        (zipped("xl/workbook.xml"), MediaType.XLSX),
        (zipped("xl/workbook.bin"), MediaType.XLSX),
        (
            zipped(
                "mimetype", mimetype=b"application/vnd.oasis.opendocument.spreadsheet"
            ),
            MediaType.ODS,
        ),
        (ole("Workbook"), MediaType.XLS),
        (ole("Book"), MediaType.XLS),
        (seen(b"id,name\n1,Ana\n"), MediaType.TEXT),
        (seen(b'{"verb": "passed"}'), MediaType.TEXT),
        (seen("id;имя\n1;Анна\n".encode("utf-16")), MediaType.TEXT),
        (seen("id,name\n1,Ana\n".encode("utf-16-le")), MediaType.TEXT),
        (seen("\ufeffid,name\n".encode()), MediaType.TEXT),
    ],
)
def test_media_type_by_content(contents: Contents, expected: MediaType) -> None:
    assert rules.media_type_of(contents) is expected


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (seen(b"MZ\x90\0"), "program"),
        (seen(b"\x7fELF\x02"), "program"),
        (seen(b"#!/bin/sh\n"), "program"),
        (seen(b"\xca\xfe\xba\xbe"), "program"),
        (seen(b"<html><body>"), "web page"),
        (seen(b"  <!DOCTYPE html>"), "web page"),
        (seen(b"\xef\xbb\xbf<svg onload=alert(1)>"), "web page"),
        (seen(b"<?xml version='1.0'?><svg/>"), "web page"),
        (seen("<script>".encode("utf-16")), "web page"),
        (seen(b"GIF89a\x01\x00\x01"), "no known kind"),
        (seen(b"\x1f\x8b\x08\x00"), "no known kind"),
        (zipped("readme.txt"), "archive"),
        (zipped("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (ole("EncryptedPackage"), "password"),
        (ole("WordDocument"), "old Office format"),
    ],
)
def test_media_type_refused(contents: Contents, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        rules.media_type_of(contents)


@pytest.mark.parametrize(
    ("contents", "accept", "name", "expected"),
    [
        (seen(b"%PDF-1.7"), FileKind.DOCUMENT, "baa.PDF", MediaType.PDF),
        (seen(b"%PDF-1.7"), FileKind.DOCUMENT, "baa", MediaType.PDF),
        (seen(b"%PDF-1.7"), FileKind.PDF_MADE, "a.pdf", MediaType.PDF),
        (seen(b"a,b\n"), FileKind.TABLE, "export.xls", MediaType.TEXT),
        (seen(b"\xff\xd8\xff"), FileKind.DOCUMENT, "scan.jpeg", MediaType.JPEG),
    ],
)
def test_accepted(
    contents: Contents, accept: FileKind, name: str, expected: MediaType
) -> None:
    assert rules.check_accepted(contents, accept=accept, name=name) is expected


@pytest.mark.parametrize(
    ("contents", "accept", "name", "code"),
    [
        (seen(b"a,b\n"), FileKind.DOCUMENT, "a.csv", "file_kind"),
        (seen(b"%PDF-1.7"), FileKind.TABLE, "a.pdf", "file_kind"),
        (seen(b"\x89PNG\r\n\x1a\n"), FileKind.PDF_MADE, "a.png", "file_kind"),
        (seen(b"%PDF-1.7"), FileKind.DOCUMENT, "a.pdf.exe", "file_extension"),
        (seen(b"a,b\n"), FileKind.TABLE, "a.hta", "file_extension"),
        (seen(b"%PDF-1.7"), FileKind.DOCUMENT, "a.png", "file_extension"),
    ],
)
def test_not_accepted(
    contents: Contents, accept: FileKind, name: str, code: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        rules.check_accepted(contents, accept=accept, name=name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("structure", "code"),
    [
        (b"<< /S /JavaScript /JS (app.alert(1)) >>", "pdf_active"),
        (b"<< /S /J#61vaScript >>", "pdf_active"),
        (b"<< /JS 5 0 R >>", "pdf_active"),
        (b"<< /S /Launch /F (cmd.exe) >>", "pdf_active"),
        (b"<< /Names << /EmbeddedFiles 3 0 R >> >>", "pdf_active"),
        (b"<< /Type /EmbeddedFile >>", "pdf_active"),
        (b"<< /Subtype /RichMedia >>", "pdf_active"),
        (b"/OpenAction << /Type /Action /S /URI /URI (http://x) >>", "pdf_active"),
        (b"trailer << /Encrypt 9 0 R >>", "pdf_encrypted"),
    ],
)
def test_passive_pdf_refused(structure: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        rules.check_passive_pdf(structure)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "structure",
    [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>",
        b"/OpenAction [3 0 R /FitH 700]",
        b"<< /EncryptMetadata true /JSomething 1 /JS1 2 0 R >>",
    ],
)
def test_passive_pdf_accepted(structure: bytes) -> None:
    rules.check_passive_pdf(structure)


def test_our_own_pdf_may_carry_its_attachment() -> None:
    contents = seen(b"%PDF-1.7", structure=b"/EmbeddedFiles 3 0 R")
    found = rules.check_accepted(contents, accept=FileKind.PDF_MADE, name="a.pdf")
    assert found is MediaType.PDF


@pytest.mark.parametrize(
    ("size", "code"), [(0, "file_empty"), (LIMIT + 1, "file_too_large")]
)
def test_size_refused(size: int, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        rules.check_size(size, limit=LIMIT)
    assert refused.value.code == code


@pytest.mark.parametrize("size", [1, LIMIT])
def test_size_accepted(size: int) -> None:
    rules.check_size(size, limit=LIMIT)


def test_quarantined_bytes_are_refused_again() -> None:
    with pytest.raises(FileRefused, match="quarantine: Malware"):
        rules.check_clean("Malware")
    rules.check_clean("")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\me\BAA 2026.pdf", "BAA 2026.pdf"),
        ("Vereinbarung für Ärzte.pdf", "Vereinbarung für Ärzte.pdf"),
        ("合意書.pdf", "合意書.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("a\0b\r\nc.pdf", "ab c.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("contract. .", "contract.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_clean_name(name: str, expected: str) -> None:
    assert rules.clean_name(name, media_type=MediaType.PDF) == expected


@given(st.text())
@example("0\r\x1b\r0")
@example("e\u200d\u0301.pdf")
@example("a" * (rules.NAME_MAX - 5) + " b.pdf")
def test_clean_name_of_any_text(name: str) -> None:
    cleaned = rules.clean_name(name, media_type=MediaType.PDF)
    assert 1 <= len(cleaned) <= rules.NAME_MAX
    assert not set("/\\") & set(cleaned)
    assert all(unicodedata.category(ch)[0] != "C" for ch in cleaned)
    assert rules.clean_name(cleaned, media_type=MediaType.PDF) == cleaned
