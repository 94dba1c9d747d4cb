"""What a ZIP holds, looked at before anything trusts it.

Each member is unpacked once without keeping it: a directory that lies about sizes or
sums does not get past that, and the limits of the process hold for the rest.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.core.tables.errors import UnreadableTable, refusal
from apps.core.tables.limits import MEGABYTE, Limits

_CHUNK = 64 * 1024
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_OVERLAP = 16  # longer than any mark, which may lie across two chunks
_ERROR_MARKS = (b't="e"', b"t='e'")
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_OTHER_OFFICE = (
    ("word/", "a Word document"),
    ("ppt/", "a presentation"),
    ("xl/workbook.bin", "a binary workbook (XLSB)"),
)
_SMALLER = "Save the sheet as CSV and upload that file."


@dataclass(frozen=True)
class Inspected:
    """What the look into a ZIP found.

    ``kind`` is xlsx or ods; ``with_errors`` names the members that hold error cells.
    """

    kind: str
    with_errors: frozenset[str]


@contextmanager
def _readable() -> Iterator[None]:
    """Turn every way a ZIP can be broken into one refusal."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        ValueError,
    ):
        raise corrupt() from None


def corrupt() -> UnreadableTable:
    """Build the refusal of a workbook that cannot be opened."""
    return refusal(
        "corrupt_workbook",
        "The workbook is damaged.",
        "Open it in a spreadsheet program, save it again and upload that file.",
    )


def encrypted() -> UnreadableTable:
    """Build the refusal of a workbook that needs a password."""
    return refusal(
        "encrypted_workbook",
        "The workbook is protected by a password.",
        "Remove the password and upload it again.",
    )


def inspect(path: Path, limits: Limits) -> Inspected:
    """Look at every member of the ZIP at ``path``.

    Raises UnreadableTable for a ZIP that is no workbook, unpacks beyond the limits,
    is encrypted or damaged, and for XML that declares a type or an entity.
    """
    with _readable(), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > limits.max_entries:
            raise _bomb(f"The workbook holds more than {limits.max_entries:,} files.")
        if any(member.flag_bits & 1 for member in members):
            raise encrypted()
        _check_size(sum(member.file_size for member in members), path, limits)
        found = {member.filename for member in members if _scan(archive, member)}
        return Inspected(_kind(archive), frozenset(found))


def _check_size(unpacked: int, path: Path, limits: Limits) -> None:
    if unpacked > limits.max_unpacked:
        megabytes = limits.max_unpacked // MEGABYTE
        raise _bomb(f"The workbook unpacks to more than {megabytes:,} MB.")
    packed = max(1, path.stat().st_size)
    if unpacked > MEGABYTE and unpacked > packed * limits.max_ratio:
        raise _bomb("The workbook unpacks to far more than its own size.")


def _bomb(fact: str) -> UnreadableTable:
    return refusal("zip_bomb", fact, _SMALLER)


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Unpack one member without keeping it; tell whether it holds error cells."""
    has_errors = False
    tail = b""
    is_markup = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(member) as content:
        while chunk := content.read(_CHUNK):
            if not is_markup:
                continue
            # NUL bytes out: the same words in UTF-16 are found as well.
            window = tail + chunk.replace(b"\x00", b"")
            if _DECLARATION.search(window):
                raise refusal(
                    "unsafe_xml",
                    "The workbook declares XML entities, which no table needs.",
                    _SMALLER,
                )
            has_errors = has_errors or any(mark in window for mark in _ERROR_MARKS)
            tail = window[-_OVERLAP:]
    return has_errors


def _kind(archive: zipfile.ZipFile) -> str:
    names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names and archive.read("mimetype").startswith(_ODS_TYPE):
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise encrypted()
        return "ods"
    for start, kind in _OTHER_OFFICE:
        if any(name.startswith(start) for name in names):
            raise refusal("not_a_table", f"The file is {kind}.")
    raise refusal("not_a_table", "The file is a ZIP archive without a workbook.")


def read_member(path: Path, name: str) -> bytes:
    """Return one member of an inspected ZIP. Raises UnreadableTable if absent."""
    with _readable(), zipfile.ZipFile(path) as archive:
        return archive.read(name)
