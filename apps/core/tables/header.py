"""Where the table starts: title rows above the header, and names of its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.tables.cleaning import clean
from apps.core.tables.errors import refusal
from apps.core.tables.source import Record

LOOK_AHEAD = 60
"""How many records are read before the header is chosen; a default of ours."""

_FOLLOWERS = 10
_VALUE = re.compile(
    r"[-+(]?[$€£]?\d[\d.,'\s]*%?\)?"  # numbers and amounts
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*"  # dates and times
    r"|\S+@\S+\.\S+",  # addresses
    re.DOTALL,
)


@dataclass(frozen=True)
class Header:
    """The chosen row, unique names, and sentences on what was done to them."""

    index: int
    row: int
    names: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Shape:
    """What the choice needs to know about one record."""

    extent: int  # cells up to the last filled one
    filled: int
    is_labels: bool  # no cell is a number, a date or an address
    is_title: bool  # "Printed on:" and at most one value, or a "# comment"


def _shape(cells: Sequence[str]) -> _Shape:
    filled = [cell.strip() for cell in cells if cell.strip()]
    extent = max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return _Shape(
        extent=extent,
        filled=len(filled),
        is_labels=not any(map(_VALUE.fullmatch, filled)),
        is_title=_is_title(filled),
    )


def _is_title(filled: Sequence[str]) -> bool:
    if not filled:
        return False
    is_setting = len(filled) <= 2 and filled[0].endswith(":")
    return is_setting or filled[0].startswith("# ")


def find_header(sample: Sequence[Record], *, max_columns: int) -> Header:
    """Choose the header among the first records and name its columns.

    The header is the first row that fills more than half of the usual width; a
    "label: value" row is a title, and so is a row that a blank row parts from a wider
    row of words. Without any such row the first filled row is the header. Raises
    UnreadableTable when nothing is filled or there are too many columns.
    """
    shapes = [_shape(cells) for _, cells in sample]
    index = _choose(shapes)
    row, cells = sample[index]
    width = shapes[index].extent
    if width > max_columns:
        raise refusal(
            "too_many_columns",
            f"The table has more than {max_columns:,} columns.",
            "Remove the columns that are not needed.",
        )
    names, notes = unique_names(cells[:width])
    if any(shape.filled for shape in shapes[:index]):
        notes.insert(0, f"Rows above row {row:,} were taken for a title.")
    return Header(index, row, tuple(names), tuple(notes))


def _choose(shapes: Sequence[_Shape]) -> int:
    filled = [at for at, shape in enumerate(shapes) if shape.filled]
    if not filled:
        raise refusal("empty_file", "The file is empty.", "Upload a file with rows.")
    width = _usual_width([shapes[at].extent for at in filled])
    able = [
        at
        for at in filled
        if shapes[at].filled * 2 > width and not (shapes[at].is_title and width > 1)
    ]
    if not able:
        return filled[0]
    first = able[0]
    for later in able[1:_FOLLOWERS]:
        if shapes[later].is_labels and _introduces(shapes, first, later):
            return later
    return first


def _introduces(shapes: Sequence[_Shape], first: int, later: int) -> bool:
    """Tell whether ``first`` only introduces the header in ``later``."""
    is_wider = shapes[later].filled > shapes[first].filled
    is_parted = not any(shape.filled for shape in shapes[first + 1 : later])
    has_gap = later > first + 1 and is_parted
    return is_wider and (has_gap or not shapes[first].is_labels)


def _usual_width(extents: Sequence[int]) -> int:
    """Return the largest width that at least two rows and a fifth of all reach."""
    needed = max(2, len(extents) // 5)
    if len(extents) < needed:
        return max(extents)
    return sorted(extents, reverse=True)[needed - 1]


def unique_names(cells: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return one distinct name a column, and a sentence for each that was made up.

    White space is folded; an empty name becomes "Column 3", a second "Name" becomes
    "Name (2)". Names differ without regard to case.
    """
    names: list[str] = []
    notes: list[str] = []
    taken: Counter[str] = Counter()
    for position, cell in enumerate(cells, start=1):
        plain = " ".join(clean(cell).split())
        name = plain or f"Column {position}"
        copy = 1
        while taken[name.casefold()]:
            copy += 1
            name = f"{plain or f'Column {position}'} ({copy})"
        taken[name.casefold()] += 1
        names.append(name)
        if not plain:
            notes.append(f'Column {position} has no name and is called "{name}".')
        elif name != plain:
            notes.append(f'Column {position} repeats "{plain}"; it is called "{name}".')
    return names, notes
