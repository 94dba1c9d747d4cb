"""The renderer: what it makes, and that nothing outside gets in."""

from __future__ import annotations

import gc
import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from django.conf import settings

from apps.core import pdf

CREATED = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
CANARY = "canary-7f3a-never-in-a-document"


@pytest.fixture
def template(tmp_path: Path, settings: object) -> Iterator[object]:
    """Return a function that renders a body within the print layout."""
    folder = tmp_path / "templates"
    folder.mkdir()
    engine = dict(settings.TEMPLATES[0])  # type: ignore[attr-defined]
    engine["DIRS"] = [folder, *engine["DIRS"]]
    settings.TEMPLATES = [engine]  # type: ignore[attr-defined]

    def render(body: str, **arguments: object) -> bytes:
        path = folder / "body.html"
        path.write_text(
            '{% extends "layouts/print.html" %}'
            "{% block content %}" + body + "{% endblock content %}"
        )
        values = {"title": "A title", "created": CREATED, **arguments}
        context = values.pop("context", {})
        return pdf.render_pdf("body.html", context, **values)  # type: ignore[arg-type]

    return render


def _reader(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def test_metadata_comes_from_the_arguments(template):
    read = _reader(template("<p>Text</p>", author="Lakeside Clinic", language="en-GB"))
    assert read.metadata.title == "A title"
    assert read.metadata.author == "Lakeside Clinic"
    assert read.metadata.creator == "Compliance Portal"
    assert read.metadata.creation_date == CREATED
    assert read.metadata.modification_date == CREATED
    assert read.trailer["/Root"]["/Lang"] == "en-GB"


def test_document_is_tagged_and_archival(template):
    read = _reader(template("<p>Text</p>"))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in read.trailer["/Root"]
    described = read.trailer["/Root"]["/Metadata"].get_object().get_data()
    assert b'pdfaid:part="3"' in described
    assert b'pdfaid:conformance="A"' in described


def test_fonts_are_embedded_as_subsets(template):
    read = _reader(template("<p>Text, <b>bold</b>, Łódź</p>"))
    fonts = read.pages[0]["/Resources"]["/Font"].values()
    names = {str(font.get_object()["/BaseFont"]) for font in fonts}
    assert any("Inter" in name for name in names)
    for font in fonts:
        below = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in below["/FontDescriptor"].get_object()


def test_same_arguments_give_the_same_bytes(template):
    body = "<h2>Head</h2><p>Text, <b>bold</b>, Łódź</p>"
    assert template(body) == template(body)


def test_other_content_gives_another_identifier(template):
    first, second = (
        _reader(template("<p>{{ word }}</p>", context={"word": word}))
        for word in ("one", "two")
    )
    assert first.trailer["/ID"][0] != second.trailer["/ID"][0]


def test_text_of_people_is_escaped(template):
    content = template("<p>{{ name }}</p>", context={"name": "<b>Ann</b> & {{ 7 }}"})
    assert "<b>Ann</b> & {{ 7 }}" in _reader(content).pages[0].extract_text()


def test_pages_are_numbered(template):
    content = template("<p>a</p><div class='page-break'></div><p>b</p>")
    texts = [page.extract_text() for page in _reader(content).pages]
    assert len(texts) == 2
    assert "1 of 2" in texts[0]
    assert "2 of 2" in texts[1]


def test_attached_file_comes_out_as_it_went_in(template):
    data = pdf.Attached("data.json", "What it was made from", b'{"v":1}')
    read = _reader(template("<p>Text</p>", attached=[data]))
    assert read.attachments == {"data.json": [b'{"v":1}']}
    specs = [spec.get_object() for spec in read.trailer["/Root"]["/AF"]]
    assert {spec["/AFRelationship"] for spec in specs} == {"/Source"}


def test_more_sheets_follow_the_print_sheet(template):
    assert pdf.print_css(["css/attestation.css"]).startswith("@font-face")
    with pytest.raises(pdf.NotRendered, match=r"css/none\.css"):
        pdf.print_css(["css/none.css"])


def test_collector_and_environment_are_left_as_they_were(template):
    before = os.environ.get(pdf.FONT_STAMP)
    template("<p>Text</p>")
    assert gc.isenabled()
    assert os.environ.get(pdf.FONT_STAMP) == before


@pytest.mark.parametrize(
    "body",
    [
        '<img src="http://127.0.0.1:{port}/a.png">',
        '<img src="file://{canary}">',
        '<img src="a.png">',
        '<img src="//127.0.0.1:{port}/a.png">',
        '<img src="data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E">',
        '<link rel="stylesheet" href="http://127.0.0.1:{port}/a.css">',
        '<link rel="attachment" href="file://{canary}">',
        '<a rel="attachment" href="file://{canary}">a</a>',
        '<a rel="attachment" href="http://127.0.0.1:{port}/a">a</a>',
        '<style>@import url("http://127.0.0.1:{port}/a.css");</style>',
        '<style>@import "file://{canary}";</style>',
        (
            "<style>@font-face{{font-family:q;src:url(http://127.0.0.1:{port}/q.woff)}}</style>"
            '<p style="font-family:q">q</p>'
        ),
        '<p style="background:url(http://127.0.0.1:{port}/a.png)">a</p>',
        '<p style="border-image:url(http://127.0.0.1:{port}/a.png)">a</p>',
        '<ul style="list-style:url(http://127.0.0.1:{port}/a.png)"><li>a</li></ul>',
        '<p style="content:url(http://127.0.0.1:{port}/a.png)">a</p>',
        '<object data="file://{canary}"></object>',
        '<embed src="http://127.0.0.1:{port}/a.svg">',
        '<base href="file:///"><img src="{canary}">',
        (
            '<svg width="9" height="9"><image href="http://127.0.0.1:{port}/a.png" '
            'width="9" height="9"/></svg>'
        ),
        (
            '<svg width="9" height="9"><image href="file://{canary}" width="9" '
            'height="9"/></svg>'
        ),
        '<svg width="9" height="9"><use href="http://127.0.0.1:{port}/a.svg#a"/></svg>',
    ],
)
def test_nothing_outside_is_fetched(template, tmp_path, body):
    """Refused outright, or drawn without it; never a connection, never the file."""
    canary = tmp_path / "canary.txt"
    canary.write_text(CANARY)
    with _listener() as (port, seen):
        try:
            content = template(body.format(port=port, canary=canary))
        except pdf.NotRendered as error:
            assert "never fetched" in error.message  # noqa: PT017 - either is right
            content = b""
    assert seen == []
    assert CANARY.encode() not in _everything(content)


class _listener:  # noqa: N801 - reads as a word
    """A port of this machine that notes who connects."""

    def __enter__(self) -> tuple[int, list[object]]:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.seen: list[object] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._accept)
        self.thread.start()
        return self.socket.getsockname()[1], self.seen

    def _accept(self) -> None:
        while not self.stop.is_set():
            try:
                connection, address = self.socket.accept()
            except TimeoutError:
                continue
            self.seen.append(address)
            connection.close()

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        self.thread.join()
        self.socket.close()


def _everything(content: bytes) -> bytes:
    """Every stream of a document, unpacked."""
    if not content:
        return b""
    read = _reader(content)
    found = [content]
    for number in range(1, len(read.xref.get(0, {})) + 1):
        value = read.get_object(number)
        if isinstance(value, pypdf.generic.StreamObject):
            found.append(value.get_data())
    return b"".join(found)


def test_importing_the_module_does_not_load_the_engine():
    code = "import apps.core.pdf, sys; sys.exit('weasyprint' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, check=False
    )
    assert done.returncode == 0
