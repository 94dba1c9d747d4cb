"""Cells of a row by field: text, days, and the order of day and month in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Literal

from apps.core.tables import (
    BadValue,
    DateOrder,
    Row,
    RowProblem,
    check_plausible,
    infer_date_order,
    parse_date,
)
from apps.core.tables.values import ContradictoryDates
from apps.workforce.rules.columns import ColumnMatch
from apps.workforce.rules.refusals import RowRefused
from apps.workforce.rules.words import BLANK_STARTS, BLANK_WORDS

Serials = Literal["1900", "1904"] | None

# A planned first or last day may lie ahead; further than this is a typing error.
PLANNING_DAYS = 731


def date_order(rows: Iterable[Row], indexes: Sequence[int]) -> DateOrder:
    """Return how bare dates of these columns are to be read, judged together.

    UNKNOWN when nothing forces an order or when two cells force different ones: a
    person is asked either way.
    """
    try:
        return infer_date_order(
            chain.from_iterable((row.cells[index] for index in indexes) for row in rows)
        )
    except ContradictoryDates:
        return DateOrder.UNKNOWN


class Cells:
    """Reads cells by field name; remembers dates it has read, which repeat a lot."""

    MAX_REMEMBERED = 20_000

    def __init__(
        self,
        columns: Iterable[ColumnMatch],
        *,
        order: DateOrder,
        serials: str | None,
        today: date,
    ) -> None:
        matches = list(columns)
        self.index: Mapping[str, int] = {each.field: each.index for each in matches}
        self.header: Mapping[str, str] = {each.field: each.header for each in matches}
        self.today = today
        self._order = order
        self._serials: Serials = (
            "1904" if serials == "1904" else ("1900" if serials == "1900" else None)
        )
        self._dates: dict[str, date] = {}

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field."""
        return field in self.index

    def text(self, row: Row, field: str) -> str:
        """Return the cell without outer space; a word for "nothing" is ""."""
        index = self.index.get(field)
        if index is None:
            return ""
        value = row.cells[index].strip()
        # Most cells are told from those words by their first letter.
        if value[:1] not in BLANK_STARTS:
            return value
        return "" if value.casefold() in BLANK_WORDS else value

    def short(self, row: Row, field: str, longest: int) -> str:
        """Return the text; RowRefused when longer than ``longest`` characters."""
        value = self.text(row, field)
        if not value:
            return ""
        value = " ".join(value.split())
        if len(value) > longest:
            raise self.refuse(
                row, field, "too long", f"at most {longest} characters", "too_long"
            )
        return value

    def day(self, row: Row, field: str, *, not_after: date) -> date | None:
        """Return the day, or None for an empty cell; RowRefused for anything else."""
        value = self.text(row, field)
        if not value:
            return None
        try:
            day = self._dates.get(value)
            if day is None:
                day = parse_date(value, order=self._order, serials=self._serials)
                if len(self._dates) < self.MAX_REMEMBERED:
                    self._dates[value] = day
            return check_plausible(day, not_after=not_after)
        except BadValue as error:
            raise RowRefused.of_value(
                error, row=row.number, column=self.header[field]
            ) from error

    def planned_day(self, row: Row, field: str) -> date | None:
        """Return a day that may lie up to two years ahead."""
        limit = self.today + timedelta(days=PLANNING_DAYS)
        return self.day(row, field, not_after=limit)

    def refuse(
        self, row: Row, field: str, reason: str, expected: str, code: str
    ) -> RowRefused:
        """Return the refusal of a cell, with its value, for the caller to raise."""
        from_file = row.cells[self.index[field]] if field in self.index else ""
        column = self.header.get(field, "")
        problem = RowProblem(row.number, column, from_file.strip(), expected, code)
        return RowRefused(reason, problem)
