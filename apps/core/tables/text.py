"""Delimited text: encoding, delimiter and records, by the standard csv reader."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from apps.core.tables.cleaning import needs_cleaning
from apps.core.tables.errors import UnreadableTable, refusal
from apps.core.tables.limits import Limits
from apps.core.tables.problems import ProblemLog, RowProblem
from apps.core.tables.sniff import refuse_markup
from apps.core.tables.source import Record, Source

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_FEW = 4  # controls a short file may hold by accident; beyond it 2% are too many
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_KINDS = {",": "csv", ";": "csv", "\t": "tsv", "|": "psv"}
_SEPARATOR_LINE = re.compile(r"sep=([,;|\t])\r?\n", re.I)

_GUESSED = (
    "The file is not UTF-8 and was read as {encoding}; check accented letters in the "
    "preview."
)


@dataclass(frozen=True)
class Dialect:
    """How cells are parted; ``skips_space`` allows a space before a quote."""

    delimiter: str | None
    skips_space: bool
    skipped_lines: int = 0


def open_text(data: bytes, *, limits: Limits, log: ProblemLog) -> Source:
    """Return the records of delimited text; problems of single rows go to ``log``."""
    text, encoding, is_guessed = decode(data)
    refuse_markup(text[:_SAMPLE])
    if not text or text.isspace():
        raise refusal("empty_file", "The file is empty.", "Upload a file with rows.")
    dialect = find_dialect(text[:_SAMPLE], is_whole=len(text) <= _SAMPLE)
    return Source(
        kind=_KINDS[dialect.delimiter or ","],
        records=_records(text, dialect, limits=limits, log=log),
        is_clean=not needs_cleaning(text),
        encoding=encoding,
        delimiter=dialect.delimiter,
        notes=(_GUESSED.format(encoding=encoding.title()),) if is_guessed else (),
    )


def decode(data: bytes) -> tuple[str, str, bool]:
    """Return text, the name of its encoding, and whether that is a guess.

    A byte order mark decides; then NUL bytes at every other place mean UTF-16; then
    UTF-8 if it fits, else Windows-1252, else Latin-1, where every byte has a letter.
    Raises UnreadableTable for bytes that are no text.
    """
    encoding, is_guessed = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise _not_text() from None
    text = text.lstrip("\ufeff")
    controls = len(_CONTROL.findall(text[:_SAMPLE]))
    is_binary = controls > _FEW and controls * 50 > len(text[:_SAMPLE])
    if is_binary or "\x00" in text:
        raise _not_text()
    return text, encoding, is_guessed


def _not_text() -> UnreadableTable:
    return refusal("not_a_table", "The file holds bytes that are not text.")


def _encoding(data: bytes) -> tuple[str, bool]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name, False
    head = data[:4096]
    half = len(head) // 2
    nul_first, nul_second = head[0::2].count(0), head[1::2].count(0)
    if half and nul_second * 2 > half and not nul_first:
        return "utf-16-le", False
    if half and nul_first * 2 > half and not nul_second:
        return "utf-16-be", False
    for name, is_guessed in (("utf-8", False), ("windows-1252", True)):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name, is_guessed
    return "latin-1", True


def find_dialect(sample: str, *, is_whole: bool) -> Dialect:
    """Return the delimiter that parts the most rows of ``sample`` alike.

    The share of rows with the most frequent width decides, then the width, then how
    seldom a space follows. No delimiter at all is a table of one column. A first line
    such as ``sep=;``, which Excel writes and obeys, is obeyed. ``is_whole`` says that
    the last line is not cut.
    """
    if found := _SEPARATOR_LINE.match(sample):
        rest = sample[found.end() :]
        return Dialect(found[1], _skips_space(rest, found[1]), skipped_lines=1)
    csv.field_size_limit(_SAMPLE)  # with the wrong delimiter cells are long
    best: tuple[float, int, int] = (0.0, 0, 0)
    delimiter = None
    for candidate in _KINDS:
        score = _agreement(sample, candidate, is_whole=is_whole)
        if score > best:
            best, delimiter = score, candidate
    return Dialect(delimiter, _skips_space(sample, delimiter or ","))


def _skips_space(sample: str, delimiter: str) -> bool:
    return re.search(rf'{re.escape(delimiter)} +"', sample) is not None


def _agreement(
    sample: str, delimiter: str, *, is_whole: bool
) -> tuple[float, int, int]:
    lines = io.StringIO(sample, newline="")
    rows = list(csv.reader(lines, delimiter=delimiter))
    if not is_whole and len(rows) > 1:
        rows.pop()
    widths = Counter(len(row) for row in rows if any(map(str.strip, row)))
    parted = [(count, width) for width, count in widths.items() if width > 1]
    if not parted:
        return (0.0, 0, 0)
    count, width = max(parted)
    return (count / widths.total(), width, -sample.count(f"{delimiter} "))


def _records(
    text: str, dialect: Dialect, *, limits: Limits, log: ProblemLog
) -> Iterator[Record]:
    lines = io.StringIO(text, newline="")
    for _ in range(dialect.skipped_lines):
        lines.readline()
    csv.field_size_limit(limits.max_cell)
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter or ",",
        skipinitialspace=dialect.skips_space,
        strict=True,
    )
    before = dialect.skipped_lines + 1
    while True:
        start = reader.line_num + before
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            log.add(_broken_row(start, str(error), limits))
            continue
        yield start, cells


def _broken_row(row: int, error: str, limits: Limits) -> RowProblem:
    """Return the problem of one record, or raise when the file cannot go on."""
    if "field limit" in error:
        raise cell_too_long(row, limits)
    if "end of data" in error:
        raise refusal(
            "unclosed_quote",
            f"The quote that opens in row {row:,} is never closed.",
            "Close it, or export the file again.",
        )
    expected = "the next cell or the end of the row after a closing quote"
    return RowProblem(row, "", "", expected, "stray_quote")


def cell_too_long(row: int, limits: Limits) -> UnreadableTable:
    """Build the refusal of a cell longer than ``limits`` allow."""
    return refusal(
        "cell_too_long",
        f"A cell in row {row:,} has more than {limits.max_cell:,} characters.",
        "Shorten it, and check that every quote is closed.",
    )
