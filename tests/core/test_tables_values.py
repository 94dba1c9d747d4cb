"""Cells to dates, scores and yes/no: what is accepted, and that nothing is guessed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.tables import (
    AmbiguousDate,
    BadValue,
    ContradictoryDates,
    DateOrder,
    RowProblem,
    check_plausible,
    infer_date_order,
    parse_bool,
    parse_date,
    parse_score,
)

ISO, DAY, MONTH, UNKNOWN = (
    DateOrder.ISO,
    DateOrder.DAY_FIRST,
    DateOrder.MONTH_FIRST,
    DateOrder.UNKNOWN,
)
MARCH_31 = dt.date(2026, 3, 31)
DAYS = st.dates(min_value=dt.date(1904, 1, 2), max_value=dt.date(2100, 12, 31))


@pytest.mark.parametrize("order", list(DateOrder))
@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31",
        "2026/3/31",
        "2026.03.31",
        " 2026-03-31 ",
        "20260331",
        "31.03.2026",
        "31.3.2026",
        "31-Mar-2026",
        "31 mar 2026",
        "31 March 2026",
        "31 Mar. 2026",
        "Mar 31, 2026",
        "March 31 2026",
        "2026-03-31T23:59:59Z",
        "2026-03-31 23:59:59.123456+08:00",
        "2026-03-31 23:59 UTC",
        "31 March 2026, 11:59 PM",
        "2026-03-31T09:30:00-0500",
    ],
)
def test_date_that_every_order_reads_alike(text: str, order: DateOrder) -> None:
    assert parse_date(text, order=order) == MARCH_31


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/2026", DAY, dt.date(2026, 4, 3)),
        ("03/04/2026", MONTH, dt.date(2026, 3, 4)),
        ("03.04.2026", MONTH, dt.date(2026, 4, 3)),
        ("3-4-2026 9:05 AM", MONTH, dt.date(2026, 3, 4)),
        ("31/03/2026", UNKNOWN, MARCH_31),
        ("03/31/2026", UNKNOWN, MARCH_31),
        ("04/04/2026", UNKNOWN, dt.date(2026, 4, 4)),
        ("02/29/2024", MONTH, dt.date(2024, 2, 29)),
    ],
)
def test_date_by_order(text: str, order: DateOrder, day: dt.date) -> None:
    assert parse_date(text, order=order) == day


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("03/04/2026", UNKNOWN, "ambiguous_date"),
        ("03/04/2026", ISO, "ambiguous_date"),
        ("31/03/2026", MONTH, "not_a_date"),
        ("03/31/2026", DAY, "not_a_date"),
        ("31/31/2026", UNKNOWN, "not_a_date"),
        ("29/02/2026", DAY, "not_a_date"),
        ("2026-02-30", ISO, "not_a_date"),
        ("2026-03/31", ISO, "not_a_date"),
        ("31/03/26", DAY, "two_digit_year"),
        ("31-Mar-26", DAY, "two_digit_year"),
        ("Mar 31, '26", DAY, "two_digit_year"),
        ("31 Foo 2026", DAY, "not_a_date"),
        ("March 2026", ISO, "not_a_date"),
        ("46112", ISO, "not_a_date"),
        ("", ISO, "not_a_date"),
        ("N/A", ISO, "not_a_date"),
        ("٢٠٢٦-٠٣-٣١", ISO, "not_a_date"),
        ("0000-01-01", ISO, "not_a_date"),
    ],
)
def test_date_refused(text: str, order: DateOrder, code: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_date(text, order=order)

    assert caught.value.code == code


def test_ambiguous_date_has_its_own_class_and_words() -> None:
    with pytest.raises(AmbiguousDate) as caught:
        parse_date("03/04/2026", order=UNKNOWN)

    assert caught.value.message == (
        '"03/04/2026" can be read as two different dates; expected to be told whether '
        "the day or the month comes first."
    )


@pytest.mark.parametrize(
    ("text", "system", "day"),
    [
        ("1", "1900", dt.date(1900, 1, 1)),
        ("59", "1900", dt.date(1900, 2, 28)),
        ("61", "1900", dt.date(1900, 3, 1)),
        ("46112", "1900", MARCH_31),
        ("46112.75", "1900", MARCH_31),
        ("0", "1904", dt.date(1904, 1, 1)),
        ("44650", "1904", MARCH_31),
    ],
)
def test_serial_of_each_system(
    text: str, system: Literal["1900", "1904"], day: dt.date
) -> None:
    assert parse_date(text, order=ISO, serials=system) == day


@pytest.mark.parametrize(
    ("text", "system"),
    [("0", "1900"), ("60", "1900"), ("2958466", "1900"), ("2957004", "1904")],
)
def test_serial_that_is_no_day(text: str, system: Literal["1900", "1904"]) -> None:
    with pytest.raises(BadValue):
        parse_date(text, order=ISO, serials=system)


@given(DAYS)
def test_the_two_systems_lie_1462_days_apart(day: dt.date) -> None:
    old = (day - dt.date(1904, 1, 1)).days

    assert parse_date(str(old), order=ISO, serials="1904") == day
    assert parse_date(str(old + 1462), order=ISO, serials="1900") == day


@given(DAYS)
def test_written_dates_are_read_back(day: dt.date) -> None:
    assert parse_date(day.isoformat(), order=UNKNOWN) == day
    assert parse_date(f"{day:%d/%m/%Y}", order=DAY) == day
    assert parse_date(f"{day:%m/%d/%Y}", order=MONTH) == day
    assert parse_date(f"{day:%d-%b-%Y}", order=UNKNOWN) == day
    assert parse_date(f"{day:%B %d, %Y}", order=UNKNOWN) == day


@given(DAYS)
def test_unknown_order_never_guesses(day: dt.date) -> None:
    text = f"{day:%d/%m/%Y}"
    if day.day <= 12 and day.day != day.month:
        with pytest.raises(AmbiguousDate):
            parse_date(text, order=UNKNOWN)
    else:
        assert parse_date(text, order=UNKNOWN) == day


@given(st.text(max_size=30), st.sampled_from(DateOrder))
def test_any_text_is_a_date_or_a_bad_value(text: str, order: DateOrder) -> None:
    try:
        day = parse_date(text, order=order, serials="1900")
    except BadValue:
        return
    assert isinstance(day, dt.date)


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        ([], ISO),
        (["2026-01-02", "", "x", "03.04.2026"], ISO),
        (["03/04/2026", "05/06/2026"], UNKNOWN),
        (["03/04/2026", "13/04/2026"], DAY),
        (["03/04/2026", "04/13/2026 10:00"], MONTH),
        (["04/04/2026", "31/31/2026"], UNKNOWN),
    ],
)
def test_order_of_a_column(samples: list[str], order: DateOrder) -> None:
    assert infer_date_order(samples) is order


def test_order_contradicted() -> None:
    with pytest.raises(ContradictoryDates) as caught:
        infer_date_order(["13/04/2026", "04/13/2026"])

    assert caught.value.message == (
        '"04/13/2026" contradicts the order of day and month in other rows; expected '
        'one order in the whole column, as in "13/04/2026".'
    )


@given(
    st.lists(DAYS, min_size=1),
    st.sampled_from([("%d/%m/%Y", DAY), ("%m/%d/%Y", MONTH)]),
)
def test_inferred_order_is_never_the_wrong_one(
    days: list[dt.date], written: tuple[str, DateOrder]
) -> None:
    form, order = written

    assert infer_date_order([day.strftime(form) for day in days]) in {order, UNKNOWN}


TODAY = dt.date(2026, 6, 15)


@pytest.mark.parametrize("day", [dt.date(1996, 1, 1), MARCH_31, TODAY])
def test_plausible_date_includes_both_bounds(day: dt.date) -> None:
    assert check_plausible(day, not_after=TODAY) == day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(1995, 12, 31), "a date on or after 1996-01-01"),
        (dt.date(2026, 6, 16), "a date on or before 2026-06-15"),
    ],
)
def test_implausible_date_names_the_bound(day: dt.date, expected: str) -> None:
    with pytest.raises(BadValue) as caught:
        check_plausible(day, not_after=TODAY)

    assert (caught.value.code, caught.value.expected) == ("implausible_date", expected)


@pytest.mark.parametrize(
    ("text", "score"),
    [("80", "80"), ("80%", "80"), (" 80 % ", "80"), ("0.850", "0.850"), ("007", "7")],
)
def test_score_as_written(text: str, score: str) -> None:
    assert parse_score(text) == Decimal(score)


def test_score_with_decimal_comma_only_when_told() -> None:
    assert parse_score("80,5", decimal_comma=True) == Decimal("80.5")
    assert parse_score("80", decimal_comma=True) == Decimal(80)
    for text, comma in (("80,5", False), ("80.5", True)):
        with pytest.raises(BadValue):
            parse_score(text, decimal_comma=comma)


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1e2", "passed", "1.", ".5", "1 2", "٣"]
)
def test_score_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_score(text)

    assert caught.value.code == "not_a_score"


@given(st.decimals(min_value=0, max_value=10**6, places=3))
def test_written_scores_are_read_back(score: Decimal) -> None:
    assert parse_score(f"{score:f}") == score


@pytest.mark.parametrize(
    ("texts", "value"),
    [(["true", "YES", " y ", "1"], True), (["False", "no", "N", "0"], False)],
)
def test_bool_words(texts: list[str], *, value: bool) -> None:
    assert [parse_bool(text) for text in texts] == [value] * len(texts)


@pytest.mark.parametrize("text", ["", "maybe", "2", "ja"])
def test_bool_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_bool(text)

    assert caught.value.code == "not_a_bool"


def test_bad_value_becomes_a_numbered_problem() -> None:
    with pytest.raises(BadValue) as caught:
        parse_bool("maybe")

    problem = caught.value.at(7, "Cleared")
    assert problem == RowProblem(7, "Cleared", "maybe", "yes or no", "not_a_bool")
    assert problem.message == (
        'Row 7, column "Cleared": "maybe" is neither yes nor no; expected yes or no.'
    )
