"""Medium by topic: which policy in force says something, and where none does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from apps.assurance.enums import Medium, Topic

# What conversations leave behind is handled wherever people are spoken with.
_LEFT_BEHIND = (Medium.SCREENSHOTS, Medium.TRANSCRIPTS, Medium.EXPORTS)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one policy version in force names."""

    title: str
    media: frozenset[str]
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One medium and topic: titles of the policies, and whether one is missing."""

    topic: Topic
    titles: tuple[str, ...]
    is_gap: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    """One medium; ``is_used`` says that work goes on there."""

    medium: Medium
    is_used: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All media by all topics."""

    rows: tuple[GridRow, ...]

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Heads of the columns."""
        return tuple(Topic)

    @property
    def gaps(self) -> int:
        """Cells of media in use that no policy in force covers."""
        return sum(cell.is_gap for row in self.rows for cell in row.cells)


def media_needed(channels: Collection[str], *, is_remote: bool) -> frozenset[Medium]:
    """Media that must be covered where these channels are in use. Our own default:
    what conversations leave behind is always among them."""
    found = {Medium(word) for word in channels if word in Medium.values}
    if found:
        found.update(_LEFT_BEHIND)
    if is_remote:
        found.add(Medium.REMOTE_WORK)
    return frozenset(found)


def grid(statements: Iterable[Statement], *, used: Collection[str]) -> Grid:
    """The grid; a gap is an empty cell of a medium in ``used``."""
    said = tuple(statements)
    return Grid(tuple(_row(medium, said, medium in used) for medium in Medium))


def _row(medium: Medium, said: tuple[Statement, ...], is_used: bool) -> GridRow:  # noqa: FBT001
    cells = []
    for topic in Topic:
        titles = tuple(
            one.title for one in said if medium in one.media and topic in one.topics
        )
        cells.append(Cell(topic, titles, is_gap=is_used and not titles))
    return GridRow(medium, is_used, tuple(cells))
