"""One opened table before its header is known: where rows come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Record = tuple[int, list[str]]
"""The number a person sees for the row, and its cells as text."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Facts about the file and its records, title rows and blank rows included.

    ``is_clean`` promises that no cell needs cleaning, which saves a look at each.
    """

    kind: str
    records: Iterator[Record]
    is_clean: bool
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    date_system: str | None = None
    notes: tuple[str, ...] = ()
