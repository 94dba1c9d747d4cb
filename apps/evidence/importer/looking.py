"""Looks at the bytes of a file without trusting them: start, zip names, PDF parts."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from apps.evidence.rules import SAMPLE_BYTES, Contents, FileRefused

MAX_MEMBERS = 1_000
MAX_MIMETYPE_BYTES = 100
# An object stream holds dictionaries; legitimate ones are far smaller.
MAX_OBJECT_STREAM_BYTES = 4 * 1024 * 1024
MAX_OBJECT_STREAMS_BYTES = 64 * 1024 * 1024
_DICTIONARY_BEFORE_STREAM = 500


def look_into(content: BinaryIO, *, size: int) -> Contents:
    """Return what the rules need to know. Raises FileRefused for a broken zip.

    ``size`` was counted while the bytes came in. Memory: the file once for a PDF or
    an OLE file, the start of it otherwise.
    """
    content.seek(0)
    head = content.read(SAMPLE_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return _zip(content, size=size, head=head)
    if head.startswith(b"%PDF-"):
        return Contents(size, head, structure=pdf_structure(_all(content)))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Contents(size, head, structure=_all(content))
    return Contents(size, head)


def _all(content: BinaryIO) -> bytes:
    content.seek(0)
    return content.read()


def _zip(content: BinaryIO, *, size: int, head: bytes) -> Contents:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            names = archive.namelist()
            mimetype = b""
            if "mimetype" in names:
                with archive.open("mimetype") as entry:
                    mimetype = entry.read(MAX_MIMETYPE_BYTES)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, zlib.error) as error:
        raise FileRefused(
            "The file is damaged and cannot be opened. Export it again."
        ) from error
    if len(names) > MAX_MEMBERS:
        raise FileRefused(
            "The file holds too many parts. Save it as a plain table and upload that."
        )
    return Contents(size, head, members=frozenset(names), mimetype=mimetype.strip())


def pdf_structure(data: bytes) -> bytes:
    """The PDF without the bodies of its streams, object streams inflated.

    Bodies are compressed pixels and text: names found in them would be accidents.
    One pass over the bytes; what is never closed counts as structure.
    """
    return b"\n".join(_parts(data))


def _parts(data: bytes) -> Iterator[bytes]:
    position, budget = 0, MAX_OBJECT_STREAMS_BYTES
    while True:
        start = data.find(b"stream", position)
        end = data.find(b"endstream", start) if start >= 0 else -1
        if end < 0:
            yield data[position:]
            return
        outside = data[position:start]
        yield outside
        if b"/ObjStm" in outside[-_DICTIONARY_BEFORE_STREAM:] and budget > 0:
            inflated = _inflated(data[start + len(b"stream") : end])
            budget -= len(inflated)
            yield inflated
        position = end + len(b"endstream")


def _inflated(body: bytes) -> bytes:
    start = body[2:] if body.startswith(b"\r\n") else body[1:]
    try:
        return zlib.decompressobj().decompress(start, MAX_OBJECT_STREAM_BYTES)
    except zlib.error:
        return b""
