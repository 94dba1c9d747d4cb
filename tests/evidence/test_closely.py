"""The closer look: bombs, images, PDFs opened in a child process."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import pytest

from apps.evidence import importer
from apps.evidence.enums import MediaType, Trait
from apps.evidence.importer import Look
from apps.evidence.rules import FileRefused


def look(data: bytes, media_type: MediaType) -> Look:
    return importer.look_closely(io.BytesIO(data), media_type, opens_pdf=True)


def workbook(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_bomb_is_refused_quickly() -> None:
    bomb = workbook(**{"xl/sharedStrings.xml": b"a" * 200_000_000})
    started = time.perf_counter()
    with pytest.raises(FileRefused) as refused:
        look(bomb, MediaType.XLSX)
    assert refused.value.code == "file_bomb"
    assert time.perf_counter() - started < 2


def test_steep_member_is_refused() -> None:
    with pytest.raises(FileRefused, match="unpacks"):
        look(workbook(**{"xl/a.xml": b"a" * 5_000_000}), MediaType.XLSX)


@pytest.mark.parametrize(
    "xml", [b"<!DOCTYPE a>", b"<!ENTITY a 'b'>", "<!ENTITY a".encode("utf-16-le")]
)
def test_entities_are_refused(xml: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        look(workbook(**{"xl/styles.xml": xml}), MediaType.XLSX)
    assert refused.value.code == "unsafe_xml"


HYPERLINK = (
    b'<Relationship Type="http://x/relationships/hyperlink" TargetMode="External"/>'
)
TEMPLATE = (
    b'<Relationship Type="http://x/relationships/attachedTemplate" '
    b'Target="http://x" TargetMode="External"/>'
)


@pytest.mark.parametrize(
    ("name", "content", "traits"),
    [
        ("word/_rels/a.rels", HYPERLINK, set()),
        ("word/_rels/a.rels", TEMPLATE, {Trait.LINKED}),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", {Trait.LINKED}),
        ("word/embeddings/oleObject1.bin", b"x", {Trait.EMBEDDED}),
        ("xl/worksheets/sheet1.xml", b"<sheet/>", set()),
    ],
)
def test_office_traits(name: str, content: bytes, traits: set[Trait]) -> None:
    assert look(workbook(**{name: content}), MediaType.DOCX).traits == traits


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + b"\0\0\0\0" for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


def test_image_of_ordinary_size() -> None:
    text = b"Comment\0\0" + zlib.compress(b"short")
    assert look(png(6000, 6000, (b"zTXt", text)), MediaType.PNG) == Look()


@pytest.mark.parametrize(
    "image",
    [
        png(65_000, 65_000),
        png(10, 10, (b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 5_000_000))),
    ],
)
def test_image_bomb_is_refused(image: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        look(image, MediaType.PNG)
    assert refused.value.code == "file_bomb"


def jpeg(width: int, height: int) -> bytes:
    app = b"\xff\xe0\x00\x04ab"
    frame = b"\xff\xc0\x00\x0b" + struct.pack(">BHH", 8, height, width)
    return b"\xff\xd8" + app + frame + b"\x01\x01\x11\0"


def test_jpeg_size() -> None:
    assert look(jpeg(4000, 3000), MediaType.JPEG) == Look()
    assert look(b"\xff\xd8\xff", MediaType.JPEG) == Look()
    with pytest.raises(FileRefused):
        look(jpeg(60_000, 60_000), MediaType.JPEG)


def pdf(catalog: bytes = b"", *objects: bytes) -> bytes:
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        *objects,
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % at for at in offsets)
    count = len(parts) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(out))
    )


@pytest.mark.parametrize(
    ("document", "traits"),
    [
        (pdf(), set()),
        (pdf(b"/OpenAction 4 0 R", b"<< /S /GoTo /D [3 0 R /Fit] >>"), set()),
        (
            pdf(b"/OpenAction 4 0 R", b"<< /S /JavaScript /JS (app.alert(1)) >>"),
            {Trait.SCRIPT, Trait.OPENS},
        ),
        (
            pdf(b"/AA << /WC 4 0 R >>", b"<< /S /Launch /F (x.exe) >>"),
            {Trait.LAUNCH},
        ),
        (pdf(b"/Names << /EmbeddedFiles << >> >>"), {Trait.EMBEDDED}),
        (pdf(b"/AcroForm << /XFA (x) >>"), {Trait.SCRIPT}),
    ],
)
def test_pdf_traits(document: bytes, traits: set[Trait]) -> None:
    assert look(document, MediaType.PDF) == Look(frozenset(traits), 1)


def test_pdf_that_turns_in_circles() -> None:
    circle = pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R 3 0 R]")
    assert Trait.CIRCULAR in look(circle, MediaType.PDF).traits


@pytest.mark.parametrize("data", [b"%PDF-1.4", pdf()[:120], b"%PDF-1.7\n%%EOF"])
def test_damaged_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        look(data, MediaType.PDF)
    assert refused.value.code == "pdf_damaged"
