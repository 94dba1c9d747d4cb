"""The file between child and parent: one line a row, split without a parser.

Cells never hold control characters other than tab and line feed, so two of those
characters are free to separate cells and to stand for a line feed inside a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from apps.core.tables.contents import Row
from apps.core.tables.errors import SPLIT, UnreadableTable, refusal

SEPARATOR = "\x1f"
LINE_FEED = "\x1e"
_BATCH = 4096


def encode(number: int, cells: Sequence[str]) -> str:
    """Return the line for row ``number``; carriage returns become line feeds."""
    text = SEPARATOR.join(cells)
    if "\n" in text or "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text.replace("\n", LINE_FEED)
    return f"{number}{SEPARATOR}{text}\n"


def decode(line: str) -> Row:
    """Return the row that :func:`encode` wrote as ``line``."""
    if LINE_FEED in line:
        line = line[:-1].replace(LINE_FEED, "\n") + "\n"
    parts = line[:-1].split(SEPARATOR)
    return Row(int(parts[0]), tuple(parts[1:]))


def read_spool(path: Path) -> Iterator[Row]:
    """Yield the rows of a spool in order, one line in memory at a time."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        yield from map(decode, lines)


def too_many_rows(limit: int) -> UnreadableTable:
    """Build the refusal of a table longer than ``limit`` rows."""
    return refusal(
        "too_many_rows",
        f"The table has more than {limit:,} rows.",
        SPLIT,
    )


class SpoolWriter:
    """Writes rows in batches and refuses to write more than ``max_rows``."""

    def __init__(self, path: Path, *, max_rows: int) -> None:
        self.count = 0
        self._max_rows = max_rows
        self._batch: list[str] = []
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._flush()
        finally:
            self._file.close()

    def add(self, number: int, cells: Sequence[str]) -> None:
        """Append one row. Raises UnreadableTable when there are too many."""
        self._batch.append(encode(number, cells))
        if len(self._batch) == _BATCH:
            self._flush()

    def _flush(self) -> None:
        self.count += len(self._batch)
        if self.count > self._max_rows:
            raise too_many_rows(self._max_rows)
        self._file.write("".join(self._batch))
        self._batch.clear()
