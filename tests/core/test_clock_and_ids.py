"""The clock can be held; ids are ordered by time."""

from __future__ import annotations

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
    assert [value.int >> 80 for value in made] == sorted(
        value.int >> 80 for value in made
    )
