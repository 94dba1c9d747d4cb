"""What is seen of a file: zip names, PDF structure; hostile files end quickly."""

from __future__ import annotations

import io
import time
import zipfile
import zlib

import pytest

from apps.evidence import importer, rules
from apps.evidence.enums import FileKind
from apps.evidence.rules import FileRefused
from tests.shared_data import shared


def look(data: bytes) -> rules.Contents:
    return importer.look_into(io.BytesIO(data), size=len(data))


def test_zip_members_and_mimetype() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/x-test")
        archive.writestr("a/b.xml", "<a/>")
    seen = look(buffer.getvalue())
    assert seen.members == frozenset({"mimetype", "a/b.xml"})
    assert seen.mimetype == b"application/x-test"


def test_zip_damaged() -> None:
    with pytest.raises(FileRefused, match="damaged"):
        look(b"PK\x03\x04 and nothing else")


def test_zip_with_too_many_parts() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(importer.MAX_MEMBERS + 1):
            archive.writestr(str(number), "")
    with pytest.raises(FileRefused, match="too many parts"):
        look(buffer.getvalue())


def test_pdf_structure_leaves_stream_bodies_out() -> None:
    data = b"%PDF-1.4 <<>> stream\n/JavaScript\nendstream trailer"
    assert b"/JavaScript" not in importer.pdf_structure(data)
    assert importer.pdf_structure(data).endswith(b" trailer")


def test_pdf_structure_inflates_object_streams() -> None:
    body = zlib.compress(b"<< /S /JavaScript >>")
    data = b"%PDF-1.5 << /Type /ObjStm >> stream\r\n" + body + b"\nendstream"
    assert b"/JavaScript" in importer.pdf_structure(data)


def test_pdf_structure_of_an_open_stream_is_all_of_it() -> None:
    data = b"%PDF-1.4 stream /JavaScript"
    assert importer.pdf_structure(data) == data


def test_pdf_structure_tolerates_a_broken_object_stream() -> None:
    data = b"<< /Type /ObjStm >> stream\nnot zlib endstream end"
    assert importer.pdf_structure(data).endswith(b" end")


def test_pdf_structure_is_linear() -> None:
    started = time.perf_counter()
    importer.pdf_structure(b"%PDF-1.4 " + b"stream\n" * 1_000_000)
    rules.check_passive_pdf(b"/OpenAction<<" * 200_000)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "name",
    [
        "corkami_javascript.pdf",
        "corkami_js-annots.pdf",
        "corkami_launch.pdf",
        "corkami_attachedNames.pdf",
        "pdfjs_attachment.pdf",
        "pdfminer_aes-256-r6.pdf",
        "qpdf_enc-R3,V2,U=view,O=view.pdf",
        "polydet_lfs_pointer_named.pdf",
        "corkami_1016garbage.pdf",
        "pillow_decompression_bomb.gif",
        "poi_password_protected_tika.xlsx",
        "svg_script_onload.svg",
        "svg_xlink_billion_laughs.svg",
    ],
)
def test_hostile_sample_is_refused(name: str) -> None:
    data = shared("data", "upload_safety", name).read_bytes()
    with pytest.raises(FileRefused):
        rules.check_accepted(look(data), accept=FileKind.DOCUMENT, name=name)
