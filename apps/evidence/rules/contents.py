"""What a file is by its bytes, whether it may come in, and what it is called.

The limits are our own defaults; no law names them (OWASP ASVS 5.0, chapter V5, asks
for an allowlist by content, an agreeing extension and a size limit).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from apps.core.errors import Invalid
from apps.evidence.enums import FileKind, MediaType, Trait

NAME_MAX = 200
SAMPLE_BYTES = 64 * 1024

ACCEPTED: dict[FileKind, frozenset[MediaType]] = {
    FileKind.TABLE: frozenset(
        {MediaType.TEXT, MediaType.XLSX, MediaType.XLS, MediaType.ODS}
    ),
    FileKind.DOCUMENT: frozenset(
        {MediaType.PDF, MediaType.DOCX, MediaType.PNG, MediaType.JPEG}
    ),
    FileKind.EVIDENCE: frozenset(MediaType),
    FileKind.PDF_MADE: frozenset({MediaType.PDF}),
}
EXTENSIONS: dict[MediaType, tuple[str, ...]] = {
    MediaType.PDF: ("pdf",),
    MediaType.PNG: ("png",),
    MediaType.JPEG: ("jpg", "jpeg"),
    MediaType.DOCX: ("docx",),
    MediaType.XLSX: ("xlsx",),
    MediaType.XLS: ("xls",),
    MediaType.ODS: ("ods",),
    MediaType.TEXT: ("csv", "tsv", "txt", "json", "jsonl"),
}
# Evidence is opened in a child process and kept in quarantine if it acts by itself.
_OPENED_OR_OURS = frozenset({FileKind.EVIDENCE, FileKind.PDF_MADE})
# Learning systems export text named .xls and the like: any of these names may hold
# any table.
TABLE_EXTENSIONS = frozenset(
    extension
    for media_type in ACCEPTED[FileKind.TABLE]
    for extension in EXTENSIONS[media_type]
)

_PROGRAMS = (
    b"MZ",  # Windows
    b"\x7fELF",
    b"\xfe\xed\xfa",  # Mach-O
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # Java class, Mach-O fat
    b"#!",
)
_MARKUP = re.compile(
    rb"\s*<(!doctype|html|head|body|svg|script|iframe|\?xml|!--|[a-z]+:)", re.IGNORECASE
)
_ZIP_MARKS = (
    ("word/document.xml", MediaType.DOCX),
    ("xl/workbook.xml", MediaType.XLSX),
    ("xl/workbook.bin", MediaType.XLSX),
)
_MACROS = "The file holds macros. Save it without macros and upload it again."
_ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
# 0x19 is left out: spreadsheets leave it in place of an apostrophe.
_NOT_TEXT = re.compile(rb"[\x01-\x08\x0e-\x18\x1c-\x1f]")

# Names of PDF dictionary keys that make a document act or carry another file.
_PDF_ACTIVE = (
    (re.compile(rb"/(JavaScript|JS)(?![\w.+-])"), "a script"),
    (re.compile(rb"/Launch(?![\w.+-])"), "a command that starts a program"),
    (re.compile(rb"/EmbeddedFiles?(?![\w.+-])"), "another file inside it"),
    (re.compile(rb"/RichMedia(?![\w.+-])"), "embedded media"),
    (
        re.compile(rb"/OpenAction\s*<<[^>]{0,200}?/S\s*/(?!GoTo(?![\w.+-]))"),
        "an action that runs when it is opened",
    ),
)
_PDF_TRAITS = (Trait.SCRIPT, Trait.LAUNCH, Trait.EMBEDDED, Trait.MEDIA, Trait.OPENS)
_PDF_SIGNED = re.compile(
    rb"/ByteRange\s*\[\s*\d{1,12}\s+\d{1,12}\s+(\d{1,12})\s+(\d{1,12})\s*\]"
)
_PDF_ENCRYPTED = re.compile(rb"/Encrypt(?![\w.+-])")
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


class FileRefused(Invalid):
    """The file may not come in; nothing of it was kept."""

    default_code = "file_refused"


@dataclass(frozen=True, slots=True)
class Contents:
    """What was seen of a file.

    ``head`` are its first bytes; ``members`` the names inside a zip, with the
    content of its ``mimetype`` entry; ``structure`` the parts of a PDF outside
    image and page streams, or the directory of an OLE file.
    """

    size: int
    head: bytes
    members: frozenset[str] = frozenset()
    mimetype: bytes = b""
    structure: bytes = b""


def check_size(size: int, *, limit: int) -> None:
    """Refuse an empty file and one of more than ``limit`` bytes."""
    if size == 0:
        raise FileRefused(
            "The file is empty. Check the export and upload it again.",
            code="file_empty",
        )
    if size > limit:
        raise FileRefused(
            f"The file is larger than {limit // (1024 * 1024)} MB. "
            "Split it or make it smaller.",
            code="file_too_large",
        )


def check_quota(used: int, size: int, *, limit: int) -> None:
    """Refuse a file that would take its organization over ``limit`` bytes; 0 is no
    limit. Our own default."""
    if limit and used + size > limit:
        raise FileRefused(
            f"Your organization keeps {_gigabytes(used)} of the {_gigabytes(limit)} it "
            "may keep, and this file does not fit. Destroy files whose retention has "
            "ended, or ask the operator of the portal for more.",
            code="quota_reached",
        )


def _gigabytes(size: int) -> str:
    return f"{size / 1024**3:.2f} GB"


def media_type_of(contents: Contents) -> MediaType:
    """Say what the bytes are. Raises FileRefused for what no page takes."""
    head = contents.head
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(contents)
    if head.startswith(_OLE):
        return _ole_type(contents)
    if head.startswith(_PROGRAMS):
        raise FileRefused("The file is a program or a script. Upload the data itself.")
    return _text_type(head)


def check_clean(quarantined_reason: str) -> None:
    """Refuse bytes that are already known and in quarantine."""
    if quarantined_reason:
        raise FileRefused(
            f"This very file is in quarantine: {quarantined_reason}. Upload a clean "
            "copy.",
            code="file_quarantined",
        )


def _zip_type(contents: Contents) -> MediaType:
    if any(name.endswith("vbaProject.bin") for name in contents.members):
        raise FileRefused(_MACROS)
    for name, media_type in _ZIP_MARKS:
        if name in contents.members:
            return media_type
    if contents.mimetype == _ODS_MIMETYPE:
        return MediaType.ODS
    raise FileRefused("The file is an archive. Unpack it and upload what is inside.")


def _ole_type(contents: Contents) -> MediaType:
    if "EncryptedPackage".encode("utf-16-le") in contents.structure:
        raise FileRefused(
            "The file is protected by a password. Remove the password and upload "
            "it again."
        )
    if "_VBA_PROJECT".encode("utf-16-le") in contents.structure:
        raise FileRefused(_MACROS)
    for stream in ("Workbook", "Book"):
        if f"{stream}\0".encode("utf-16-le") in contents.structure:
            return MediaType.XLS
    raise FileRefused("The file is in an old Office format. Save it as PDF or XLSX.")


def _text_type(head: bytes) -> MediaType:
    start = head
    for mark in _UTF_MARKS:
        start = start.removeprefix(mark)
    if _MARKUP.match(start.replace(b"\0", b"")):
        raise FileRefused(
            "The file is a web page, a drawing or XML. Upload a PDF or a table instead."
        )
    is_utf16 = head.startswith(_UTF_MARKS[:2]) or _looks_utf16(head)
    if _NOT_TEXT.search(head) and not is_utf16:
        raise FileRefused(
            "The file is of no known kind. Upload a PDF, DOCX, PNG, JPEG, CSV, XLSX "
            "or ODS file."
        )
    return MediaType.TEXT


def _looks_utf16(head: bytes) -> bool:
    """Text of mostly Latin letters: every other byte is zero."""
    for letters, zeros in ((head[::2], head[1::2]), (head[1::2], head[::2])):
        if zeros.count(0) > len(zeros) * 0.4 and not _NOT_TEXT.search(letters):
            return bool(zeros)
    return False


def check_accepted(contents: Contents, *, accept: FileKind, name: str) -> MediaType:
    """Decide whether the file may come in where ``accept`` is asked for.

    Returns its media type. Raises FileRefused for another kind, an extension that
    says otherwise, and, except for evidence, PDFs that are encrypted or active (our
    own default).
    """
    media_type = media_type_of(contents)
    if media_type not in ACCEPTED[accept]:
        raise FileRefused(
            f"The content of the file is of the kind {media_type.label}. Upload a "
            f"{accept.label}.",
            code="file_kind",
        )
    _check_extension(media_type, accept=accept, name=name)
    if media_type is MediaType.PDF and accept not in _OPENED_OR_OURS:
        check_passive_pdf(contents.structure)
    return media_type


def _check_extension(media_type: MediaType, *, accept: FileKind, name: str) -> None:
    extension = _extension(name)
    allowed: Collection[str] = EXTENSIONS[media_type]
    if accept is FileKind.TABLE:
        allowed = TABLE_EXTENSIONS
    if extension and extension not in allowed:
        raise FileRefused(
            f"The name ends in .{extension}, but the content is of the kind "
            f"{media_type.label}. Rename the file or upload the right one.",
            code="file_extension",
        )


def check_passive_pdf(structure: bytes) -> None:
    """Refuse a PDF that is encrypted or acts by itself. Our own default.

    A first line only: names are looked for in the raw structure, escapes resolved.
    The portal never opens an uploaded PDF on the server beyond this.
    """
    plain = _PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), structure)
    if _PDF_ENCRYPTED.search(plain):
        raise FileRefused(
            "The PDF is encrypted, so nobody could check later what it says. Save it "
            "without a password and upload it again.",
            code="pdf_encrypted",
        )
    for pattern, what in _PDF_ACTIVE:
        if pattern.search(plain):
            raise FileRefused(
                f"The PDF contains {what}. Print it to a new PDF and upload that.",
                code="pdf_active",
            )


def pdf_traits(contents: Contents) -> frozenset[Trait]:
    """What stands out in the raw structure of a PDF, beside what the child process
    finds: names of what acts, and a signature that does not reach the end."""
    structure = contents.structure
    plain = _PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), structure)
    found = {
        trait
        for (pattern, _), trait in zip(_PDF_ACTIVE, _PDF_TRAITS, strict=True)
        if pattern.search(plain)
    }
    ends = [int(one[1]) + int(one[2]) for one in _PDF_SIGNED.finditer(plain)]
    if any(end < contents.size for end in ends):
        found.add(Trait.EXTENDED)
    return frozenset(found)


def clean_name(name: str, *, media_type: MediaType) -> str:
    """What the file is called from now on; letters of every script stay.

    Drops folders, control, format and private characters (so no text direction
    tricks), leading and trailing dots; at most 200 characters with the extension
    kept; a name without extension gets the one of its content.
    """
    last = re.sub(r"\s", " ", re.split(r"[/\\]", name)[-1])
    # What is dropped may have stood between blanks, or between a letter and its accent.
    kept = "".join(ch for ch in last if unicodedata.category(ch)[0] != "C")
    shown = re.sub(r" +", " ", unicodedata.normalize("NFC", kept)).strip(" .") or "file"
    extension = _extension(shown)
    if extension not in {e for group in EXTENSIONS.values() for e in group}:
        extension = EXTENSIONS[media_type][0]
        stem = shown
    else:
        stem = shown[: -len(extension) - 1]
    stem = stem[: NAME_MAX - len(extension) - 1].rstrip(" .") or "file"
    return f"{stem}.{extension}"


def _extension(name: str) -> str:
    """The letters after the last dot, lower case; "" when there are none."""
    found = re.search(r"\.([A-Za-z0-9]{1,10})\s*$", name.rstrip(". "))
    return found[1].lower() if found else ""
