"""Numbered problems: what is wrong in which row and column, in one sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_VALUE = 120

# Categories nobody can see: controls, formats, surrogates, line and paragraph ends.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

PHRASES = {
    "not_a_date": "is not a date",
    "ambiguous_date": "can be read as two different dates",
    "contradictory_dates": "contradicts the order of day and month in other rows",
    "two_digit_year": "has a year of two digits",
    "implausible_date": "is a date outside the plausible range",
    "not_a_score": "is not a score",
    "not_a_bool": "is neither yes nor no",
    "beyond_header": "stands beyond the last named column",
    "control_character": "holds characters that cannot be shown",
    "unknown_agent": "is no agent of the roster",
    "unknown_course": "is no known course",
    "completed_before_start": "lies before the start",
    "unknown_site": "is no known site",
    "unknown_engagement": "is no engagement of yours",
    "stray_quote": "has text after a closing quote and was not read",
}
"""What each code says of the value; a code of an importer may bring its own."""


def visible(text: str) -> str:
    """Return ``text`` with every invisible character written as an escape.

    A line feed becomes ``\\n``, a zero-width space ``\\u200b``; ordinary spaces and
    letters of all scripts stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _INVISIBLE:
        return character
    return character.encode("unicode_escape").decode("ascii")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One cell, or one row when ``column`` is "", that cannot be taken as it is.

    ``row`` is the number of :class:`Row`. ``value`` is stored visible and cut to 120
    characters. ``expected`` completes "expected …". ``code`` is stable.
    """

    row: int
    column: str
    value: str
    expected: str
    code: str

    def __post_init__(self) -> None:
        # Cut before and after: escapes lengthen, and the input may be huge.
        shown = visible(self.value[: LONGEST_VALUE + 1])
        if len(shown) > LONGEST_VALUE:
            shown = shown[: LONGEST_VALUE - 1] + "…"
        object.__setattr__(self, "value", shown)

    @property
    def message(self) -> str:
        """The sentence to show: where, the value, what is wrong, what was expected."""
        where = f"Row {self.row:,}"
        if self.column:
            where += f', column "{self.column}"'
        if self.value:
            what = f'"{self.value}"'
        else:
            what = "the cell" if self.column else "the row"
        phrase = PHRASES.get(self.code, "cannot be accepted")
        return f"{where}: {what} {phrase}; expected {self.expected}."


class ProblemLog:
    """Collects problems of one file and stops growing at ``ceiling``.

    A file that is wrong in every row needs the first thousand, not a million.
    """

    def __init__(self, ceiling: int = 1_000) -> None:
        self.ceiling = ceiling
        self.total = 0
        self.kept: list[RowProblem] = []

    def add(self, problem: RowProblem) -> None:
        """Keep ``problem`` while there is room; count it in any case."""
        self.total += 1
        if len(self.kept) < self.ceiling:
            self.kept.append(problem)

    def extend(self, problems: Iterable[RowProblem]) -> None:
        """Add each of ``problems`` in order."""
        for problem in problems:
            self.add(problem)

    @property
    def notes(self) -> list[str]:
        """A sentence on what was counted but not kept, or nothing."""
        if self.total <= self.ceiling:
            return []
        return [
            f"Only the first {self.ceiling:,} of {self.total:,} problems are shown."
        ]
