"""Calendar arithmetic that must hold on every day, in every zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.core.dates import add_months, is_overdue, local_date
from apps.training import queries
from apps.training.enums import Timing
from apps.training.rules import (
    Demands,
    Duty,
    Pass,
    counts_on,
    is_met,
    is_valid_on,
    last_day_to_meet,
    valid_until,
)
from tests.conftest import Cast
from tests.factories.training import make_certification, make_course, make_requirement
from tests.factories.workforce import make_agent, make_assignment

DAYS = st.dates(date(1999, 1, 1), date(2101, 1, 1))
MONTHS = st.integers(1, 120)
ONE_DAY = timedelta(days=1)
ZONES = st.sampled_from(
    (
        "Pacific/Kiritimati",
        "Pacific/Apia",
        "Pacific/Pago_Pago",
        "Asia/Manila",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Europe/London",
        "America/New_York",
        "America/Sao_Paulo",
        "America/St_Johns",
    )
)


# -- Months and leap years ----------------------------------------------------
@given(DAYS, MONTHS)
def test_anniversary_keeps_the_day_or_takes_the_last_of_the_month(
    day: date, months: int
) -> None:
    last = valid_until(day, months)
    assert last is not None
    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months
    assert last.day == min(day.day, monthrange(last.year, last.month)[1])


@given(st.integers(0, 24).map(lambda n: date(2000 + 4 * n, 2, 29)), MONTHS)
def test_leap_day_counts_to_the_end_of_february(day: date, months: int) -> None:
    last = valid_until(day, 12 * months)
    assert last is not None
    is_leap = monthrange(last.year, 2)[1] == 29
    assert (last.month, last.day) == (2, 29 if is_leap else 28)


@given(DAYS)
def test_a_year_is_never_365_days_across_a_leap_day(day: date) -> None:
    last = valid_until(day, 12)
    assert last is not None
    days = (last - day).days
    after_february = day.year if day <= date(day.year, 2, 28) else day.year + 1
    crosses = monthrange(after_february, 2)[1] == 29 and (day.month, day.day) != (
        2,
        29,
    )
    assert days == (366 if crosses else 365)


@given(DAYS, MONTHS, DAYS)
def test_windows_follow_each_other_without_gap_or_overlap(
    day: date, months: int, starts_on: date
) -> None:
    def end(of: date) -> date:
        found = valid_until(of, months, window_starts_on=starts_on)
        assert found is not None
        return found

    last = end(day)
    assert day <= last
    assert end(last) == last
    assert end(last + ONE_DAY) > last
    following = last + ONE_DAY
    assert following.day in {
        starts_on.day,
        monthrange(following.year, following.month)[1],
    }
    assert add_months(following, -months) <= day + timedelta(days=3)


@given(DAYS, MONTHS, st.integers(0, 365), DAYS)
def test_grace_adds_days_and_never_takes_one(
    day: date, months: int, grace: int, other: date
) -> None:
    until = valid_until(day, months)
    assert until is not None
    passed = Pass(day, until, grace_days=grace)
    strict = counts_on(other, passed, Demands(), in_grace=False)
    lenient = counts_on(other, passed, Demands(), in_grace=True)
    assert strict <= lenient
    assert lenient is (day <= other <= until + timedelta(days=grace))


@given(DAYS, MONTHS, MONTHS, DAYS)
def test_repeating_sooner_only_shortens(
    day: date, months: int, renew: int, other: date
) -> None:
    passed = Pass(day, valid_until(day, months))
    shorter = counts_on(other, passed, Demands(renew_months=renew), in_grace=True)
    assert shorter <= counts_on(other, passed, Demands(), in_grace=True)
    assert shorter is is_valid_on(
        other,
        completed_on=day,
        valid_until=valid_until(day, min(months, renew)),
    )


@given(DAYS, DAYS, st.integers(1, 365), DAYS)
def test_days_to_meet_are_all_of_them_and_no_more(
    assigned_on: date, required_from: date, days: int, day: date
) -> None:
    duty = Duty(assigned_on, required_from, Timing.WITHIN_DAYS, days)
    last = last_day_to_meet(duty)
    assert last is not None
    assert (last - max(assigned_on, required_from)).days == days
    assert is_met(duty, day=day, passed=()) is (day <= last)


# -- Zones --------------------------------------------------------------------
@given(DAYS, ZONES)
def test_due_today_is_not_overdue_at_twenty_one_past_three(
    due: date, zone: str
) -> None:
    early = datetime.combine(due, time(3, 21), ZoneInfo(zone))
    with clock.held(early):
        today = clock.today(zone)
    assert not is_overdue(due, today=today)
    assert is_valid_on(today, completed_on=due - ONE_DAY, valid_until=due)


@given(DAYS, ZONES, st.integers(0, 86_399))
def test_a_certification_ends_with_its_local_day_and_no_other(
    due: date, zone: str, second: int
) -> None:
    start = datetime.combine(due, time(), ZoneInfo(zone))
    instant = datetime.fromtimestamp(start.timestamp() + second, ZoneInfo("UTC"))
    local = local_date(instant, zone)
    assert is_overdue(due, today=local) is (local > due)
    assert local in {due, due + ONE_DAY}


@pytest.mark.parametrize(
    ("hour", "day", "is_cleared"),
    [
        (3, date(2026, 6, 30), True),
        (23, date(2026, 6, 30), True),
        (0, date(2026, 7, 1), False),
    ],
)
def test_last_day_counts_whole_where_the_client_is(
    cast: Cast, client_for, *, hour: int, day: date, is_cleared: bool
) -> None:
    """03:21 in Manila is the evening before in UTC."""
    cast.clinic.time_zone = cast.vendor.time_zone = "Asia/Manila"
    cast.clinic.save(update_fields=["time_zone"])
    cast.vendor.save(update_fields=["time_zone"])
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course)
    agent = make_assignment(cast.engagement).agent
    make_certification(agent, course, completed_on=date(2025, 6, 30))
    with clock.held(datetime.combine(day, time(hour, 21), ZoneInfo("Asia/Manila"))):
        today = clock.today("Asia/Manila")
        found = queries.clearance([cast.engagement.pk], as_of=today)
        page = client_for(cast.manager).get(f"/training/agents/{agent.pk}/")
    assert found[cast.engagement.pk].cleared == int(is_cleared)
    assert ("overdue" in page.text.lower()) is not is_cleared


def test_reminder_of_a_last_day_names_that_day(cast: Cast) -> None:
    course = make_course(cast.vendor)
    make_certification(make_agent(cast.vendor), course, completed_on=date(2024, 2, 29))
    [item] = queries.due_items(
        cast.manager, first=date(2025, 2, 28), last=date(2025, 2, 28)
    )
    assert item.due == date(2025, 2, 28)
