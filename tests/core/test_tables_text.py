"""Delimited text: encodings, delimiters, quotes, and what is no text at all."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.tables import Limits
from tests.core.tables_reading import Read, read, read_or_code, refused

PLAIN = "id,name\n1,Zoë\n2,Ana\n"


def test_table_plain_csv() -> None:
    table = read(PLAIN)

    assert table.cells == [("1", "Zoë"), ("2", "Ana")]
    assert table.numbers == [2, 3]
    assert table.problems == []
    assert table.info.kind == "csv"
    assert table.info.encoding == "utf-8"
    assert table.info.delimiter == ","
    assert table.info.header == ("id", "name")
    assert table.info.header_row == 1
    assert table.info.row_count == 2
    assert table.info.notes == ()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + PLAIN.encode(), "utf-8"),
        (PLAIN.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("utf-32"), "utf-32-le"),
        (b"\x00\x00\xfe\xff" + PLAIN.encode("utf-32-be"), "utf-32-be"),
    ],
)
def test_encoding_recognised(content: bytes, encoding: str) -> None:
    table = read(content)

    assert table.info.encoding == encoding
    assert table.info.header == ("id", "name")
    assert table.cells == [("1", "Zoë"), ("2", "Ana")]
    assert table.info.notes == ()


@pytest.mark.parametrize(
    ("content", "encoding", "cell"),
    [
        (b"id,name\n1,Zo\xeb \x93x\x94\n", "windows-1252", "Zoë “x”"),
        (b"id,name\n1,Zo\xeb\x81\n", "latin-1", "Zoë"),
    ],
)
def test_encoding_guessed_is_noted(content: bytes, encoding: str, cell: str) -> None:
    table = read(content)

    assert table.info.encoding == encoding
    assert table.cells == [("1", cell)]
    assert table.info.notes == (
        (
            f"The file is not UTF-8 and was read as {encoding.title()}; check accented "
            "letters in the preview."
        ),
    )


def test_byte_order_mark_before_quoted_header() -> None:
    assert read(b'\xef\xbb\xbf"email",n\nx,1\n').info.header == ("email", "n")


def test_byte_order_mark_twice() -> None:
    assert read(b"\xef\xbb\xbf" * 2 + b"email,n\nx,1\n").info.header == ("email", "n")


@pytest.mark.parametrize(
    ("content", "kind", "delimiter"),
    [
        ("a,b\n1,2\n", "csv", ","),
        ("a;b\n1,5;2,5\n1,5;2,5\n", "csv", ";"),
        ("Name, first;Day\nCruz, Ana;1\nReyes, Jo;2\n", "csv", ";"),
        ("a\tb\n1\t2\n", "tsv", "\t"),
        ("a|b\n1|2\n", "psv", "|"),
        ("Report of 3 May, all teams\na;b;c\n1;2;3\n4;5;6\n", "csv", ";"),
        ('a,b\n"x;y;z","1|2|3"\n', "csv", ","),
        ("sep=;\na;b\n1;2\n", "csv", ";"),
        ("SEP=|\r\na|b\r\n1|2\r\n", "psv", "|"),
        ("email\nana@example.com\njo@example.com\n", "csv", None),
    ],
)
def test_delimiter_found(content: str, kind: str, delimiter: str | None) -> None:
    info = read(content).info

    assert (info.kind, info.delimiter) == (kind, delimiter)


def test_separator_line_counts_as_row() -> None:
    table = read("sep=;\na;b\n1;2\n")

    assert table.info.header_row == 2
    assert table.numbers == [3]


def test_delimiter_in_sample_cut_within_a_row() -> None:
    row = "x" * 50 + ";" + "y" * 50 + "\n"
    table = read("a;b\n" + row * 2_000)

    assert table.info.row_count == 2_000
    assert table.problems == []


def test_delimiter_in_one_line_longer_than_the_sample() -> None:
    names = ",".join(f"column {number}" for number in range(150))
    filler = "x" * 70_000
    error = refused(f"{names},{filler}\n1,2\n")

    assert error.code == "cell_too_long"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(line_end: str) -> None:
    table = read(f'a,b{line_end}1,"x{line_end}y"{line_end}2,z{line_end}')

    assert table.cells == [("1", "x\ny"), ("2", "z")]
    assert table.numbers == [2, 4]


def test_quotes_delimiters_and_newlines_within_cells() -> None:
    table = read('a,b\n1,"ha, ""ha"" \nha"\n2,5" disk\n')

    assert table.cells == [("1", 'ha, "ha" \nha'), ("2", '5" disk')]


def test_space_before_quote() -> None:
    assert read('a, b\n1, "Cruz, Ana"\n').cells == [("1", "Cruz, Ana")]


def test_outer_space_of_cells_stays() -> None:
    assert read("a,b\n  1 , x \n").cells == [("  1 ", " x ")]


def test_stray_quote_skips_the_row_and_says_so() -> None:
    table = read('a,b\n1,"x"y\n2,z\n')

    assert table.cells == [("2", "z")]
    (problem,) = table.problems
    assert (problem.row, problem.column, problem.code) == (2, "", "stray_quote")
    assert problem.message == (
        "Row 2: the row has text after a closing quote and was not read; expected the "
        "next cell or the end of the row after a closing quote."
    )


def test_unclosed_quote_refused() -> None:
    error = refused('a,b\n1,"x\n2,y\n')

    assert error.code == "unclosed_quote"
    assert error.message == (
        "The quote that opens in row 2 is never closed. Close it, or export the file "
        "again."
    )


def test_cell_at_the_limit_is_read_and_one_longer_refused() -> None:
    limits = Limits(max_cell=10)

    assert read(f"a,b\n1,{'x' * 10}\n", limits=limits).info.row_count == 1
    error = refused(f"a,b\n1,{'x' * 11}\n", limits=limits)
    assert error.code == "cell_too_long"
    assert error.message == (
        "A cell in row 2 has more than 10 characters. Shorten it, and check that every "
        "quote is closed."
    )


def test_rows_at_the_limit_are_read_and_one_more_refused() -> None:
    limits = Limits(max_rows=2)

    assert read("a,b\n1,2\n3,4\n", limits=limits).info.row_count == 2
    assert refused("a,b\n1,2\n3,4\n5,6\n", limits=limits).code == "too_many_rows"


def test_rows_over_the_limit_by_many_batches() -> None:
    limits = Limits(max_rows=5_000)

    error = refused("a,b\n" + "1,2\n" * 9_000, limits=limits)
    assert error.message == (
        "The table has more than 5,000 rows. Split it into several files and upload "
        "them one after another."
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\n \t\r\n", "empty_file"),
        (b",,\n,,\n", "empty_file"),
        (b"a,b\n", "no_rows"),
        (b"a,b\n,\n \n", "no_rows"),
        (b"a,b\n1,\x002\n", "not_a_table"),
        (bytes(range(256)) * 4, "not_a_table"),
        (b"\x01\x02\x03\x04abc\x05\x06", "not_a_table"),
        (b"\xff\xfea", "not_a_table"),
        (b"%PDF-1.7\n1 0 obj", "not_a_table"),
        (b"x" * 900 + b"%PDF-1.4", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (b"\xff\xd8\xff\xe0", "not_a_table"),
        (b"{\\rtf1 a,b}", "not_a_table"),
        (b'{"a": [1, 2]}', "not_a_table"),
        (b'[\n {"a": 1}]', "not_a_table"),
        (b"<?xml version='1.0'?><Workbook/>", "not_a_table"),
        (b"<svg xmlns='x'/>", "not_a_table"),
        (b"\n<!DOCTYPE html><table>", "html"),
        (b"<HTML><body>", "html"),
        ("<table><tr>".encode("utf-16"), "html"),
    ],
)
def test_content_that_is_no_table(content: bytes, code: str) -> None:
    error = refused(content)

    assert error.code == code
    assert error.message.count(". ") == 1  # one sentence of fact, one of remedy
    assert error.message.endswith(".")


def test_control_characters_removed_and_reported() -> None:
    table = read("id,name\n1,A\x07na\n2,J\x1fo\x85\n3,ok\n4,5,\x08\n")

    assert table.cells == [("1", "Ana"), ("2", "Jo"), ("3", "ok"), ("4", "5")]
    assert [(p.row, p.column, p.value, p.code) for p in table.problems] == [
        (2, "name", "A\\x07na", "control_character"),
        (3, "name", "J\\x1fo\\x85", "control_character"),
        (5, "", "\\x08", "control_character"),
    ]


def test_control_characters_in_header_vanish() -> None:
    assert read("i\x07d,name\n1,2\n").info.header == ("id", "name")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM", "\tx"])
def test_guard_of_our_exports_taken_away(text: str) -> None:
    assert read(f"id,name\n1,'{text}\n").cells == [("1", text)]


def test_apostrophe_of_a_name_stays() -> None:
    assert read("id,name\n1,'t Hooft\n").cells == [("1", "'t Hooft")]


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from('\n,;"|\t '),
    max_size=12,
)


@given(st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=20))
def test_written_csv_is_read_back(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["one", "two", "six"], *rows])

    expected = [tuple(_plain(cell) for cell in row) for row in rows]
    filled = [row for row in expected if any(cell.strip() for cell in row)]
    if not filled:
        assert refused(text.getvalue()).code == "no_rows"
        return
    table = read(text.getvalue())
    if table.info.delimiter == "," and table.info.header == ("one", "two", "six"):
        assert table.cells == filled


def _plain(cell: str) -> str:
    guards = ("'=", "'+", "'-", "'@", "'\t")
    return cell[1:] if cell.startswith(guards) else cell


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    outcome = read_or_code(content)

    if isinstance(outcome, Read):
        width = len(outcome.info.header)
        assert width
        assert {len(cells) for cells in outcome.cells} == {width}
        assert outcome.info.row_count == len(outcome.rows)
