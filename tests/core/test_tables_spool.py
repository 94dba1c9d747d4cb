"""Rows between the two processes, and the problems that travel with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.tables import ProblemLog, Row, RowProblem, UnreadableTable
from apps.core.tables.problems import visible
from apps.core.tables.spool import SpoolWriter, decode, encode, read_spool

CELLS = st.lists(
    st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\t\n")),
    min_size=1,
)


@given(st.integers(min_value=1, max_value=10**7), CELLS)
def test_row_survives_the_spool(number: int, cells: list[str]) -> None:
    line = encode(number, cells)

    assert line.count("\n") == 1
    assert decode(line) == Row(number, tuple(cells))


def test_carriage_returns_become_line_feeds() -> None:
    assert decode(encode(1, ["a\r\nb", "c\rd"])).cells == ("a\nb", "c\nd")


def test_spool_file_keeps_odd_line_ends_within_cells(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    with SpoolWriter(path, max_rows=10) as spool:
        spool.add(2, ["a\u2028b", "c\u0085d\n"])

    assert list(read_spool(path)) == [Row(2, ("a\u2028b", "c\u0085d\n"))]
    assert spool.count == 1


def test_spool_writes_nothing_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "rows"

    with pytest.raises(UnreadableTable):
        _write(path, rows=1, most=1)
    assert path.read_bytes() == b""
    with pytest.raises(TypeError):
        _write(path, rows=1, most=1, last=None)
    assert path.read_bytes() == b""


def _write(path: Path, *, rows: int, most: int, last: str | None = "z") -> None:
    with SpoolWriter(path, max_rows=most) as spool:
        for number in range(rows):
            spool.add(number, ["a"])
        spool.add(rows, [last])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, Zoë 人", "plain, Zoë 人"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\ufeffName", "\\ufeffName"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u2028b", "a\\u2028b"),
    ],
)
def test_invisible_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("x" * 120, "x" * 120), ("x" * 121, "x" * 119 + "…"), ("\x00" * 200, None)],
)
def test_long_values_are_cut(value: str, shown: str | None) -> None:
    problem = RowProblem(1, "a", value, "less", "too_long")

    assert len(problem.value) == 120
    assert shown is None or problem.value == shown


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (
            RowProblem(1_234, "Day", "x", "a date", "not_a_date"),
            'Row 1,234, column "Day": "x" is not a date; expected a date.',
        ),
        (
            RowProblem(2, "Day", "", "a date", "missing"),
            'Row 2, column "Day": the cell cannot be accepted; expected a date.',
        ),
        (
            RowProblem(2, "", "", "a site", "missing"),
            "Row 2: the row cannot be accepted; expected a site.",
        ),
    ],
)
def test_problem_message(problem: RowProblem, message: str) -> None:
    assert problem.message == message


def test_log_stops_growing_and_keeps_counting() -> None:
    problems = [RowProblem(row, "", "", "x", "x") for row in range(5)]
    log = ProblemLog(ceiling=3)
    log.extend(problems)

    assert log.kept == problems[:3]
    assert log.total == 5
    assert log.notes == ["Only the first 3 of 5 problems are shown."]


def test_log_below_its_ceiling_has_no_note() -> None:
    log = ProblemLog(ceiling=1)
    log.add(RowProblem(1, "", "", "x", "x"))

    assert log.notes == []
