"""Where a table starts, how its columns are called, and rows that do not fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.tables import Limits
from apps.core.tables.header import unique_names
from tests.core.tables_reading import read, refused


@pytest.mark.parametrize(
    ("content", "row", "header"),
    [
        ("Name,Day,Score\nAna,2026-01-02,9\n", 1, ("Name", "Day", "Score")),
        ("Training report\n\nName,Day\nAna,2026-01-02\n", 3, ("Name", "Day")),
        ("Training report,,\nName,Day,Score\nAna,2026-01-02,9\n", 2, None),
        ("Printed on:,2026-01-02\nName,Day\nAna,2026-01-02\n", 2, ("Name", "Day")),
        ("Course:,Privacy\nSite:,Manila\n\na,b,c\n1,2,3\n", 4, ("a", "b", "c")),
        ("# made by us, today\nName,Day\nAna,1\n", 2, ("Name", "Day")),
        ("2026-01-02,10:00\nName,Day,Score\nAna,1,2\nJo,2,3\n", 2, None),
        ("Team,Manila\n\nName,Day,Score\nAna,1,2\nJo,2,3\n", 3, None),
        ("Year,2000,2001\nTimber,1,2\nSteel,3,4\n", 1, ("Year", "2000", "2001")),
        ("1,2\n3,4\n", 1, ("1", "2")),
        ("Name,Site,Team\n\nAna,Manila,Blue\n", 1, ("Name", "Site", "Team")),
        ("Notes:\nshort\nlong\n", 1, ("Notes:",)),
        ("Agent:,Site:\nAna:,Manila\nJo:,Cebu\n", 1, ("Agent:", "Site:")),
        (",Name,Day\n1,Ana,2\n2,Jo,3\n", 1, ("Column 1", "Name", "Day")),
    ],
)
def test_header_found(content: str, row: int, header: tuple[str, ...] | None) -> None:
    info = read(content).info

    assert info.header_row == row
    assert info.header == (header or ("Name", "Day", "Score"))


def test_header_note_when_rows_above_were_left_out() -> None:
    assert read("Report\nName,Day\nAna,1\n").info.notes == (
        "Rows above row 2 were taken for a title.",
    )


def test_header_note_absent_when_only_blank_rows_are_above() -> None:
    info = read("\n\nName,Day\nAna,1\n").info

    assert info.header_row == 3
    assert info.notes == ()


def test_names_made_unique_and_noted() -> None:
    info = read("Name,name,,Name (2)\n1,2,3,4\n").info

    assert info.header == ("Name", "name (2)", "Column 3", "Name (2) (2)")
    assert info.notes == (
        'Column 2 repeats "name"; it is called "name (2)".',
        'Column 3 has no name and is called "Column 3".',
        'Column 4 repeats "Name (2)"; it is called "Name (2) (2)".',
    )


def test_names_fold_white_space() -> None:
    assert read('"Completed\n on ",b\n1,2\n').info.header == ("Completed on", "b")


@given(st.lists(st.sampled_from(["a", "A", "a (2)", "", "Column 2", " a "])))
def test_names_are_unique_without_regard_to_case(cells: list[str]) -> None:
    names, _ = unique_names(cells)

    assert len({name.casefold() for name in names}) == len(cells)
    assert all(names)


def test_short_rows_are_filled() -> None:
    table = read("a,b,c\n1\n2,3\n4,5,6\n")

    assert table.cells == [("1", "", ""), ("2", "3", ""), ("4", "5", "6")]
    assert table.problems == []


def test_trailing_empty_columns_dropped() -> None:
    table = read("a,b,,\n1,2,,\n3,4,,\n")

    assert table.info.header == ("a", "b")
    assert table.cells == [("1", "2"), ("3", "4")]
    assert table.problems == []


def test_cells_beyond_header_are_a_problem_of_the_row() -> None:
    table = read("a,b\n1,2\n3,4, ,5\n6,7\n")

    assert table.cells == [("1", "2"), ("3", "4"), ("6", "7")]
    (problem,) = table.problems
    assert problem.code == "beyond_header"
    assert problem.message == (
        'Row 3: "5" stands beyond the last named column; expected at most 2 cells.'
    )


def test_cells_beyond_single_column() -> None:
    table = read("a\n1\n2\n3\n4\n5\n6\n7,8\n")

    assert table.problems[0].expected == "at most 1 cell"


def test_blank_rows_left_out_and_numbers_kept() -> None:
    table = read("a,b\n1,2\n\n , \n,\n,3\nTotal,4\n")

    assert table.cells == [("1", "2"), ("", "3"), ("Total", "4")]
    assert table.numbers == [2, 6, 7]


def test_problems_stop_at_a_thousand() -> None:
    table = read("a,b\n" + "1,2,3\n" * 1_200 + "1,2\n" * 9_000)

    assert len(table.problems) == 1_000
    assert table.info.notes == ("Only the first 1,000 of 1,200 problems are shown.",)


def test_columns_at_the_limit_are_read_and_one_more_refused() -> None:
    limits = Limits(max_columns=2)

    assert read("a,b\n1,2\n", limits=limits).info.header == ("a", "b")
    assert refused("a,b,c\n1,2,3\n", limits=limits).code == "too_many_columns"
