"""What a table looks like from outside: one description and its rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableInfo:
    """What was found, in words a preview can show.

    ``kind`` is csv, tsv, psv, xlsx, ods or xls. ``header_row`` is the 1-based row of
    the file where the header starts; ``row_count`` counts the rows that iteration
    yields. ``other_sheets`` marks hidden ones with " (hidden)". ``date_system`` is
    "1900" or "1904" for XLSX, otherwise None. ``notes`` are whole sentences.
    """

    kind: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    other_sheets: tuple[str, ...]
    header: tuple[str, ...]
    header_row: int
    row_count: int
    date_system: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of data, as long as the header.

    ``number`` is the 1-based row a person sees in a spreadsheet, or the physical
    line where the record starts in a text file. ``cells`` are text in canonical
    form and keep outer white space; an absent cell is "".
    """

    number: int
    cells: tuple[str, ...]
