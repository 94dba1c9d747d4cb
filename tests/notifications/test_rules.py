"""Keys, paths, retries, page marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notifications import rules
from apps.notifications.rules import InboxMark

USER = UUID("01890000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("drift:1", f"drift:1:{USER}"),
        ("k" * 150, f"{'k' * 150}:{USER}"),
    ],
)
def test_unique_key(key: str, expected: str) -> None:
    assert rules.unique_key(key, USER) == expected


@given(st.text(min_size=1, max_size=1000))
def test_unique_key_fits_the_column(key: str) -> None:
    assert len(rules.unique_key(key, USER)) <= 200


def test_unique_key_of_long_keys_differs() -> None:
    one, two = rules.unique_key("a" * 400, USER), rules.unique_key("a" * 401, USER)
    assert one != two


@pytest.mark.parametrize("path", ["", "x", "//evil.example", "https://x", "/\\evil"])
def test_path_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        rules.check_path(path)


def test_path_accepted() -> None:
    rules.check_path("/gate/1/?as_of=2026-06-15")


@pytest.mark.parametrize(
    ("attempts", "pause"),
    [
        (1, timedelta(minutes=2)),
        (2, timedelta(minutes=4)),
        (8, timedelta(minutes=256)),
        (9, timedelta(hours=6)),
        (5000, timedelta(hours=6)),
    ],
)
def test_pause_after(attempts: int, pause: timedelta) -> None:
    assert rules.pause_after(attempts) == pause


@given(st.booleans(), st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_mark_is_read_back(is_read: bool, at: datetime, pk: UUID) -> None:  # noqa: FBT001 - drawn
    mark = InboxMark(is_read, at, pk)
    assert InboxMark.parse(str(mark)) == mark
    assert "+" not in str(mark)


@pytest.mark.parametrize(
    "text", ["", "1", "a~b~c", "1~2026-06-15~x", f"0~2026-06-15T12:00:00~{USER}"]
)
def test_mark_of_other_text(text: str) -> None:
    assert InboxMark.parse(text) is None
