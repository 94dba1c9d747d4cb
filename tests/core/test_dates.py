"""Months, periods, last permitted days: cases from the calendar and properties."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.dates import (
    Period,
    add_months,
    add_years,
    business_days_after,
    days_between,
    due_after_days,
    is_overdue,
    kept_through,
    local_date,
)

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
NEAR = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 2, 15))
PERIODS = st.builds(
    lambda first, length: Period(
        first, None if length is None else first + timedelta(length)
    ),
    NEAR,
    st.none() | st.integers(min_value=0, max_value=40),
)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 5, 31), 1, date(2026, 6, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 6, 15), -18, date(2024, 12, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2028, 2, 28), 12, date(2029, 2, 28)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
        (date(1, 2, 1), -1, date(1, 1, 1)),
    ],
)
def test_add_months(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("day", "months"), [(date(9999, 12, 1), 1), (date(1, 1, 31), -1)]
)
def test_add_months_beyond_the_calendar(day: date, months: int) -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        add_months(day, months)


@given(DAYS, st.integers(min_value=-1_000, max_value=1_000))
def test_add_months_moves_exactly_that_many_months(day: date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    last = calendar.monthrange(later.year, later.month)[1]
    assert later.day == day.day or later.day == last


@given(DAYS, DAYS, st.integers(min_value=-1_000, max_value=1_000))
def test_add_months_keeps_the_order_of_days(one: date, two: date, months: int) -> None:
    first, last = sorted((one, two))

    assert add_months(first, months) <= add_months(last, months)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2023, 3, 1), 1, date(2024, 3, 1)),  # 366 days: never 365 by rote
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2026, 6, 15), -6, date(2020, 6, 15)),
    ],
)
def test_add_years(day: date, years: int, later: date) -> None:
    assert add_years(day, years) == later


@pytest.mark.parametrize(
    ("day", "through"),
    [
        (date(2024, 2, 29), date(2030, 3, 1)),  # retention.leap_rule
        (date(2024, 2, 28), date(2030, 2, 28)),
        (date(2024, 3, 1), date(2030, 3, 1)),
        (date(2026, 2, 28), date(2032, 2, 28)),
        (date(2026, 3, 1), date(2032, 3, 1)),
    ],
)
def test_kept_through(day: date, through: date) -> None:
    assert kept_through(day, 6) == through


# 60 calendar days, 45 CFR 164.404(b), the day of discovery being day 0.
@pytest.mark.parametrize(
    ("discovered", "due"),
    [
        (date(2026, 3, 2), date(2026, 5, 1)),
        (date(2028, 1, 1), date(2028, 3, 1)),  # across 29 February
        (date(2028, 2, 29), date(2028, 4, 29)),
        (date(2026, 8, 26), date(2026, 10, 25)),  # a Sunday; nothing moves
        (date(2023, 2, 5), date(2023, 4, 6)),
        (date(2026, 4, 10), date(2026, 6, 9)),
    ],
)
def test_due_after_sixty_days(discovered: date, due: date) -> None:
    assert due_after_days(discovered, 60) == due
    assert not is_overdue(due, today=due)
    assert is_overdue(due, today=due + timedelta(1))


def test_due_after_no_days_is_the_day_itself() -> None:
    assert due_after_days(date(2026, 6, 15), 0) == date(2026, 6, 15)


def test_due_after_negative_days() -> None:
    with pytest.raises(ValueError, match="never a negative number"):
        due_after_days(date(2026, 6, 15), -1)


@pytest.mark.parametrize("days", [101, 104, 106])
def test_days_between_counts_discovery_as_day_zero(days: int) -> None:
    discovered = date(2013, 10, 22)

    assert days_between(discovered, discovered + timedelta(days)) == days


@given(DAYS, DAYS)
def test_days_between_is_signed(first: date, last: date) -> None:
    assert days_between(first, last) == -days_between(last, first)
    assert first + timedelta(days_between(first, last)) == last


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 6, 15), 0, date(2026, 6, 15)),
        (date(2026, 6, 15), 1, date(2026, 6, 16)),
        (date(2026, 6, 15), 5, date(2026, 6, 22)),
        (date(2026, 6, 19), 1, date(2026, 6, 22)),
        (date(2026, 6, 20), 1, date(2026, 6, 22)),  # from a Saturday
        (date(2026, 6, 21), 0, date(2026, 6, 21)),  # a Sunday stays
        (date(2026, 6, 15), 15, date(2026, 7, 6)),
    ],
)
def test_business_days_after(day: date, count: int, later: date) -> None:
    assert business_days_after(day, count) == later


def test_business_days_after_leaves_out_holidays() -> None:
    holidays = {date(2026, 6, 16), date(2026, 6, 20)}

    later = business_days_after(date(2026, 6, 15), 1, holidays=holidays)
    assert later == date(2026, 6, 17)


def test_business_days_after_backwards() -> None:
    with pytest.raises(ValueError, match="forwards only"):
        business_days_after(date(2026, 6, 15), -1)


@given(NEAR, st.integers(min_value=1, max_value=30), st.frozensets(NEAR, max_size=5))
def test_business_days_between_are_as_many(
    day: date, count: int, holidays: frozenset[date]
) -> None:
    later = business_days_after(day, count, holidays=holidays)
    passed = [day + timedelta(step + 1) for step in range(days_between(day, later))]

    business = [each for each in passed if each.weekday() < 5 and each not in holidays]
    assert len(business) == count
    assert business[-1] == later


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2026, 6, 15)),
        ("Asia/Manila", date(2026, 6, 16)),
        ("America/New_York", date(2026, 6, 15)),
    ],
)
def test_local_date(zone: str, day: date) -> None:
    instant = datetime(2026, 6, 15, 20, 0, tzinfo=UTC)

    assert local_date(instant, zone) == day
    assert local_date(instant.astimezone(timezone(timedelta(hours=9))), zone) == day


def test_local_date_of_naive_instant() -> None:
    with pytest.raises(ValueError, match="must be aware"):
        local_date(datetime(2026, 6, 15), "UTC")  # noqa: DTZ001 - the point


def test_period_of_one_day() -> None:
    period = Period(date(2026, 6, 15), date(2026, 6, 15))

    assert period.days == 1
    assert period.contains(date(2026, 6, 15))
    assert not period.contains(date(2026, 6, 14))
    assert not period.contains(date(2026, 6, 16))


def test_period_open() -> None:
    period = Period(date(2026, 6, 15))

    assert period.days is None
    assert period.contains(date.max)
    assert not period.contains(date(2026, 6, 14))


def test_period_that_ends_before_it_begins() -> None:
    with pytest.raises(ValueError, match="does not end before it begins"):
        Period(date(2026, 6, 15), date(2026, 6, 14))


def test_periods_that_touch_do_not_overlap() -> None:
    first = Period(date(2026, 1, 1), date(2026, 1, 31))
    second = Period(date(2026, 2, 1))

    assert not first.overlaps(second)
    assert first.overlaps(Period(date(2026, 1, 31)))
    assert first.intersection(second) is None


def _days(period: Period) -> set[date]:
    """Every day of ``period`` up to an end no example reaches."""
    last = period.last or date(2026, 12, 31)
    return {
        period.first + timedelta(step)
        for step in range(days_between(period.first, last) + 1)
    }


@given(PERIODS, PERIODS, NEAR)
def test_periods_agree_with_sets_of_days(one: Period, two: Period, day: date) -> None:
    common = _days(one) & _days(two)
    shared = one.intersection(two)

    assert one.contains(day) == (day in _days(one))
    assert one.overlaps(two) == two.overlaps(one) == bool(common)
    assert one.within(two) == (_days(one) <= _days(two))
    assert (set() if shared is None else _days(shared)) == common
    assert shared == two.intersection(one)
    assert one.days is None or one.days == len(_days(one))
