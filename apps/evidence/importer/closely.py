"""The closer look: what a ZIP unpacks to, how large an image is, what a PDF does.

Nothing is rendered and no image is decoded. ZIP members are inflated without being
kept, counting bytes, for declared sizes lie. A PDF is opened in a limited child
process only. Limits are our own defaults.
"""

from __future__ import annotations

import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from apps.evidence.enums import MediaType, Trait
from apps.evidence.importer import pdf
from apps.evidence.rules import FileRefused

MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
RATIO_FROM = 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_IMAGE_TEXT = 1024 * 1024
_CHUNK = 64 * 1024
_OVERLAP = 64
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_LINK_ONLY = re.compile(rb"/relationships/hyperlink[\"']", re.IGNORECASE)
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_EMBEDDED = ("/embeddings/", "/activex/", "/oleobject")
_OFFICE = {MediaType.DOCX, MediaType.XLSX, MediaType.ODS}
_PACKED_TEXT = {b"zTXt", b"iTXt", b"iCCP"}


@dataclass(frozen=True, slots=True)
class Look:
    """What makes the file risky, and how many pages it has where that was counted."""

    traits: frozenset[Trait] = frozenset()
    page_count: int | None = None


def look_closely(content: BinaryIO, media_type: MediaType, *, opens_pdf: bool) -> Look:
    """Look at a file whose kind is known. Raises FileRefused for bombs, damaged files
    and files that need a password.

    ``opens_pdf`` asks for the child process; without it a PDF is not opened.
    """
    content.seek(0)
    if media_type in _OFFICE:
        return Look(traits=_office(content))
    if media_type is MediaType.PNG:
        _check_png(content)
    elif media_type is MediaType.JPEG:
        _check_jpeg(content)
    elif media_type is MediaType.PDF and opens_pdf:
        return _pdf(content)
    return Look()


# -- PDF --------------------------------------------------------------------------


def _pdf(content: BinaryIO) -> Look:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        with path.open("wb") as target:
            shutil.copyfileobj(content, target, _CHUNK)
        seen = pdf.inspect(path)
    if seen.needs_password:
        raise FileRefused(
            "The PDF opens with a password only, so nobody could check later what it "
            "says. Save it without a password and upload it again.",
            code="pdf_encrypted",
        )
    if not seen.page_count:
        raise FileRefused(
            "The PDF has no page that can be opened. Print it to a new PDF and upload "
            "that.",
            code="pdf_damaged",
        )
    return Look(frozenset(Trait(word) for word in seen.traits), seen.page_count)


# -- Office files --------------------------------------------------------------------


def _office(content: BinaryIO) -> frozenset[Trait]:
    size = content.seek(0, 2)
    content.seek(0)
    found: set[Trait] = set()
    try:
        with zipfile.ZipFile(content) as archive:
            unpacked = 0
            for member in archive.infolist():
                if member.flag_bits & 1:
                    raise FileRefused(
                        "The file is protected by a password. Remove the password and "
                        "upload it again."
                    )
                found |= _by_name(member.filename)
                for window in _windows(archive, member):
                    unpacked += window.fresh
                    _check_unpacked(unpacked, size)
                    found |= _by_content(member.filename, window.data)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise FileRefused(
            "The file is damaged and cannot be opened. Export it again."
        ) from error
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Window:
    """Some inflated bytes with the end of those before; ``fresh`` are new."""

    data: bytes
    fresh: int


def _windows(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[_Window]:
    tail = b""
    with archive.open(member) as opened:
        while chunk := opened.read(_CHUNK):
            # NUL bytes out: the same words in UTF-16 are found as well.
            data = tail + chunk.replace(b"\0", b"")
            yield _Window(data, len(chunk))
            tail = data[-_OVERLAP:]


def _check_unpacked(unpacked: int, size: int) -> None:
    is_steep = unpacked > RATIO_FROM and unpacked > size * MAX_RATIO
    if unpacked > MAX_UNPACKED or is_steep:
        raise FileRefused(
            "The file unpacks to far more than its own size. Save it as CSV or PDF and "
            "upload that.",
            code="file_bomb",
        )


def _by_name(name: str) -> set[Trait]:
    lower = f"/{name.lower()}"
    found = set()
    if any(mark in lower for mark in _EMBEDDED):
        found.add(Trait.EMBEDDED)
    if "/externallinks/" in lower:
        found.add(Trait.LINKED)
    return found


def _by_content(name: str, data: bytes) -> set[Trait]:
    lower = name.lower()
    if lower.endswith((".xml", ".rels", ".vml")) and _DECLARATION.search(data):
        raise FileRefused(
            "The file declares XML entities, which no document needs. Save it again "
            "and upload that.",
            code="unsafe_xml",
        )
    if lower.endswith(".rels"):
        for relation in _RELATION.findall(data):
            if _EXTERNAL.search(relation) and not _LINK_ONLY.search(relation):
                return {Trait.LINKED}
    return set()


# -- Images ----------------------------------------------------------------------------


def _check_png(content: BinaryIO) -> None:
    """Size from the header, packed texts inflated up to a limit, never the pixels."""
    content.seek(8)
    while len(head := content.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        if kind == b"IHDR":
            width, height = struct.unpack(">II", content.read(8))
            _check_pixels(width, height)
            content.seek(length - 8 + 4, 1)
        elif kind in _PACKED_TEXT:
            _check_packed(content.read(length))
            content.seek(4, 1)
        elif kind == b"IEND":
            return
        else:
            content.seek(length + 4, 1)


def _check_packed(data: bytes) -> None:
    """Refuse a text of a PNG that inflates to more than a megabyte."""
    for start in (at for at, byte in enumerate(data[:512]) if byte == 0x78):
        try:
            inflated = zlib.decompressobj().decompress(data[start:], MAX_IMAGE_TEXT + 1)
        except zlib.error:
            continue
        if len(inflated) > MAX_IMAGE_TEXT:
            raise FileRefused(
                "The image carries a text that unpacks to far more than its own size. "
                "Save it again without its remarks.",
                code="file_bomb",
            )


def _check_jpeg(content: BinaryIO) -> None:
    """Size from the frame header."""
    content.seek(2)
    while marker := _marker(content):
        length = int.from_bytes(content.read(2), "big")
        is_frame = 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}
        if is_frame:
            frame = content.read(5)
            if len(frame) == 5:
                _, height, width = struct.unpack(">BHH", frame)
                _check_pixels(width, height)
            return
        content.seek(max(0, length - 2), 1)


def _marker(content: IO[bytes]) -> int:
    """The next marker's second byte; 0 at the end or where none stands."""
    byte = content.read(1)
    if byte != b"\xff":
        return 0
    while byte == b"\xff":
        byte = content.read(1)
    return byte[0] if byte else 0


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise FileRefused(
            f"The image has {width:,} x {height:,} pixels; at most "
            f"{MAX_PIXELS // 1_000_000} million are taken. Make it smaller.",
            code="file_bomb",
        )
