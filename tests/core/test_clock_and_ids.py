"""The clock can be held; ids are ordered by time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from apps.core import clock, ids


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        (datetime(2026, 6, 15, 16, tzinfo=UTC), "Asia/Manila", date(2026, 6, 16)),
        (datetime(2026, 6, 15, 15, 59, tzinfo=UTC), "Asia/Manila", date(2026, 6, 15)),
        (datetime(2026, 1, 1, 5, tzinfo=UTC), "America/Chicago", date(2025, 12, 31)),
        (datetime(2026, 1, 1, 6, tzinfo=UTC), "America/Chicago", date(2026, 1, 1)),
    ],
)
def test_today_is_the_local_day(instant: datetime, zone: str, expected: date) -> None:
    with clock.held(instant):
        assert clock.today(zone) == expected


def test_the_clock_is_held_only_at_an_aware_instant() -> None:
    with pytest.raises(ValueError, match="aware"), clock.held(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_inner_hold_ends_where_it_began() -> None:
    first, second = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with clock.held(first):
        with clock.held(second):
            assert clock.now() == second
        assert clock.now() == first


def test_ids_are_version_7_and_unique() -> None:
    made = [ids.uuid7() for _ in range(1000)]
    assert {(value.version, value.variant) for value in made} == {
        (7, "specified in RFC 4122")
    }
    assert len(set(made)) == 1000


def test_ids_of_a_process_come_in_order_of_making() -> None:
    made = [ids.uuid7() for _ in range(20_000)]
    assert made == sorted(made)


def test_ids_of_many_threads_are_unique_and_ordered_in_each() -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(
            pool.map(lambda _: [ids.uuid7() for _ in range(2_000)], range(4)),
        )
    assert all(run == sorted(run) for run in runs)
    assert len({each for run in runs for each in run}) == 8_000


def test_ids_hold_the_millisecond_they_were_made_in() -> None:
    before = time.time_ns() // 1_000_000
    made = ids.uuid7()
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1
