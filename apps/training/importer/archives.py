"""The files of an upload: several, or those inside a ZIP."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Protocol, cast

from apps.core.errors import Invalid

MAX_FILES = 100
MAX_UNPACKED = 100 * 1024 * 1024
SPOOL_BYTES = 1024 * 1024
_ZIP_MARK = b"PK\x03\x04"
_SPLIT = "Hand them in in several parts."
# Word and Excel files are archives as well.
_OFFICE = ("[Content_Types].xml", "mimetype")
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db")


class Upload(Protocol):
    """A file as a form gives it."""

    @property
    def name(self) -> str | None:
        """What the person calls it."""

    @property
    def file(self) -> IO[bytes]:
        """Its bytes."""


class UnreadableFile(Exception):
    """One file of an archive cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Handed:
    """One file that was handed in, not opened yet."""

    name: str
    source: IO[bytes] | zipfile.ZipFile
    member: zipfile.ZipInfo | None = None

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Its bytes. Raises UnreadableFile for what an archive cannot give."""
        if not isinstance(self.source, zipfile.ZipFile) or self.member is None:
            yield cast("BinaryIO", self.source)
            return
        if self.member.flag_bits & 1:
            raise UnreadableFile("It is protected by a password. Pack it without one.")
        try:
            with self.source.open(self.member) as content:
                yield cast("BinaryIO", content)
        except (zipfile.BadZipFile, NotImplementedError, EOFError):
            text = "It is damaged inside the archive. Pack it again."
            raise UnreadableFile(text) from None


def handed_in(uploads: Iterable[Upload]) -> list[Handed]:
    """Return every file, those of a ZIP by their names without folders.

    Folders and what operating systems leave in archives are no files. Raises Invalid
    for none or too many, for a ZIP that unpacks beyond the limit or is damaged.
    """
    found: list[Handed] = []
    for upload in uploads:
        archive = _archive(upload)
        if archive is None:
            found.append(Handed(upload.name or "file", upload.file))
        else:
            found += _members(archive)
        if len(found) > MAX_FILES:
            raise Invalid(f"These are more than {MAX_FILES} files. {_SPLIT}")
    if not found:
        raise Invalid("There is no file in this. Choose files, or a ZIP of them.")
    return found


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One upload taken out of what :func:`packed` made."""

    name: str
    file: IO[bytes]


def packed(uploads: Iterable[Upload], out: IO[bytes]) -> int:
    """Write uploads as they are into one archive, in order; return its size. Raises
    Invalid beyond the limit."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, upload in enumerate(uploads):
            upload.file.seek(0)
            name = f"{number:03}/{upload.name or 'file'}"
            with archive.open(name, "w", force_zip64=True) as member:
                shutil.copyfileobj(upload.file, member)
            if out.tell() > MAX_UNPACKED:
                raise _too_large("These files are")
    return out.tell()


@contextmanager
def unpacked(content: IO[bytes]) -> Iterator[list[Unpacked]]:
    """The uploads again; small ones in memory, larger ones in temporary files."""
    with zipfile.ZipFile(content) as archive, ExitStack() as stack:
        found = []
        for member in archive.infolist():
            spool = stack.enter_context(
                tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)
            )
            with archive.open(member) as source:
                shutil.copyfileobj(source, spool)
            name = member.filename.split("/", 1)[1]
            found.append(Unpacked(name, cast("IO[bytes]", spool)))
        yield found


def _archive(upload: Upload) -> zipfile.ZipFile | None:
    upload.file.seek(0)
    is_zip = upload.file.read(len(_ZIP_MARK)) == _ZIP_MARK
    upload.file.seek(0)
    if not is_zip:
        return None
    try:
        archive = zipfile.ZipFile(upload.file)
    except (zipfile.BadZipFile, ValueError):
        raise Invalid(f"The archive {upload.name} is damaged. Pack it again.") from None
    if any(name in _OFFICE for name in archive.namelist()):
        upload.file.seek(0)
        return None
    return archive


def _members(archive: zipfile.ZipFile) -> list[Handed]:
    members = [
        each
        for each in archive.infolist()
        if not each.is_dir()
        and not any(part in _LITTER for part in PurePosixPath(each.filename).parts)
    ]
    # The declared sizes bind: nothing beyond them is unpacked.
    if sum(each.file_size for each in members) > MAX_UNPACKED:
        raise _too_large("The archive unpacks to")
    return [
        Handed(PurePosixPath(each.filename).name or "file", archive, each)
        for each in members
    ]


def _too_large(what: str) -> Invalid:
    megabytes = MAX_UNPACKED // (1024 * 1024)
    return Invalid(f"{what} more than {megabytes} MB. {_SPLIT}")
