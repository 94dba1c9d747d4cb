"""When a version binds: days, renewals, ends, and never two at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.agreements.enums import BaaStatus, Layer, Renewal, ReportingUnit
from apps.agreements.rules import (
    Period,
    ReportingWindow,
    VersionFacts,
    in_force_on,
    in_force_until,
    is_in_force,
    last_day,
    latest_ever,
    notice_day,
    standing_on,
    was_in_force_since,
)
from tests.factories.agreements import SCOPE

ONE = timedelta(days=1)
BEGINS, ENDS = date(2026, 1, 5), date(2026, 12, 31)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def facts(**overrides: Any) -> VersionFacts:
    """A signed version of 2026."""
    values: dict[str, Any] = {
        "version_id": UUID(int=overrides.get("number", 1)),
        "agreement_id": UUID(int=9),
        "title": "BAA",
        "number": 1,
        "layer": Layer.CLIENT_TO_VENDOR,
        "scope": SCOPE,
        "window": ReportingWindow(24, ReportingUnit.HOURS),
        "marks": {},
        "effective_on": BEGINS,
        "expires_on": ENDS,
    }
    return VersionFacts(**values | overrides)


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, BEGINS - ONE, False),
        ({}, BEGINS, True),
        ({}, ENDS, True),
        ({}, ENDS + ONE, False),
        ({"is_signed": False}, BEGINS, False),
        ({"terminated_on": date(2026, 3, 1)}, date(2026, 3, 1), True),
        ({"terminated_on": date(2026, 3, 1)}, date(2026, 3, 2), False),
        ({"superseded_on": date(2026, 3, 1)}, date(2026, 2, 28), True),
        ({"superseded_on": date(2026, 3, 1)}, date(2026, 3, 1), False),
        ({"renewal": Renewal.AUTOMATIC}, date(2031, 1, 1), True),
        (
            {"renewal": Renewal.AUTOMATIC, "terminated_on": ENDS},
            ENDS + ONE,
            False,
        ),
        (
            {"renewal": Renewal.EVERGREEN, "expires_on": None},
            date(2199, 12, 31),
            True,
        ),
    ],
)
def test_is_in_force(changes: dict[str, Any], day: date, *, expected: bool) -> None:
    period = Period(**{"effective_on": BEGINS, "expires_on": ENDS} | changes)
    assert is_in_force(period, day) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ENDS),
        ({"renewal": Renewal.AUTOMATIC}, None),
        ({"renewal": Renewal.EVERGREEN, "expires_on": None}, None),
        ({"superseded_on": date(2026, 3, 1)}, date(2026, 2, 28)),
        ({"superseded_on": date(2027, 3, 1)}, ENDS),
        ({"terminated_on": date(2026, 2, 1)}, date(2026, 2, 1)),
    ],
)
def test_last_day(changes: dict[str, Any], expected: date | None) -> None:
    period = Period(**{"effective_on": BEGINS, "expires_on": ENDS} | changes)
    assert last_day(period) == expected


@pytest.mark.parametrize(
    ("renewal", "days", "expected"),
    [
        (Renewal.AUTOMATIC, 60, date(2026, 11, 1)),
        (Renewal.AUTOMATIC, None, date(2026, 12, 1)),
        (Renewal.FIXED, 60, None),
    ],
)
def test_notice_day(renewal: Renewal, days: int | None, expected: date | None) -> None:
    period = Period(effective_on=BEGINS, expires_on=ENDS, renewal=renewal)
    assert notice_day(period, days) == expected


@given(first=DAYS, length=st.integers(0, 2000))
def test_is_in_force_exactly_between_first_and_last_day(
    first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    period = Period(effective_on=first, expires_on=last)
    assert not is_in_force(period, first - ONE)
    assert is_in_force(period, first)
    assert is_in_force(period, last)
    assert not is_in_force(period, last + ONE)


@st.composite
def histories(draw: st.DrawFn) -> list[VersionFacts]:
    """Versions of one agreement as the actions leave them: each supersedes the
    one before on its own first day; the agreement may be terminated."""
    starts = draw(st.lists(DAYS, min_size=1, max_size=5, unique=True))
    starts.sort()
    terminated_on = draw(st.none() | DAYS)
    made = []
    for index, start in enumerate(starts):
        following = starts[index + 1] if index + 1 < len(starts) else None
        renewal = draw(st.sampled_from(Renewal))
        length = timedelta(days=draw(st.integers(0, 900)))
        made.append(
            facts(
                number=index + 1,
                effective_on=start,
                renewal=renewal,
                expires_on=None if renewal is Renewal.EVERGREEN else start + length,
                superseded_on=following,
                terminated_on=terminated_on,
                is_signed=draw(st.booleans()),
            )
        )
    return made


@given(versions=histories(), day=DAYS)
def test_never_two_versions_in_force_on_a_day(
    versions: list[VersionFacts], day: date
) -> None:
    assert sum(is_in_force(version, day) for version in versions) <= 1


@given(versions=histories(), day=DAYS)
def test_unbroken_time_in_force_ends_where_force_ends(
    versions: list[VersionFacts], day: date
) -> None:
    if in_force_on(versions, day) is None:
        return
    since, until = was_in_force_since(versions, day), in_force_until(versions, day)
    assert since <= day
    assert in_force_on(versions, since) is not None
    assert in_force_on(versions, since - ONE) is None
    if until is not None:
        assert until >= day
        assert in_force_on(versions, until) is not None
        assert in_force_on(versions, until + ONE) is None


@given(versions=histories(), day=DAYS)
def test_standing_agrees_with_in_force(versions: list[VersionFacts], day: date) -> None:
    standing = standing_on(versions, day)
    is_current = standing.status is BaaStatus.IN_FORCE
    assert is_current == (in_force_on(versions, day) is not None)


def test_standing_without_any_version_is_missing() -> None:
    standing = standing_on([], BEGINS)
    assert (standing.status, standing.version, standing.since) == (
        BaaStatus.MISSING,
        None,
        None,
    )


def test_standing_of_an_amended_agreement_is_since_the_original() -> None:
    original = facts(superseded_on=date(2026, 4, 1))
    amended = facts(number=2, effective_on=date(2026, 4, 1))
    standing = standing_on([original, amended], date(2026, 5, 1))
    assert (standing.version, standing.since) == (amended, BEGINS)


@pytest.mark.parametrize(
    ("changes", "day", "status", "since"),
    [
        ({}, ENDS + ONE, BaaStatus.LAPSED, ENDS + ONE),
        ({}, BEGINS - ONE, BaaStatus.NOT_YET, None),
        ({"is_signed": False}, BEGINS, BaaStatus.UNSIGNED, None),
        (
            {"terminated_on": date(2026, 2, 1)},
            ENDS,
            BaaStatus.LAPSED,
            date(2026, 2, 2),
        ),
    ],
)
def test_standing_out_of_force(
    changes: dict[str, Any], day: date, status: BaaStatus, since: date | None
) -> None:
    standing = standing_on([facts(**changes)], day)
    assert (standing.status, standing.since) == (status, since)


def test_standing_before_anybody_signed_what_is_dated_back() -> None:
    signed_on = date(2026, 6, 1)
    late = facts(signed_on=signed_on)
    before = standing_on([late], signed_on - ONE)
    assert (before.status, before.version) == (BaaStatus.UNSIGNED, late)
    assert before.why_unsigned == "was signed by both sides on 1 June 2026 only"
    assert standing_on([late], signed_on).status is BaaStatus.IN_FORCE


def test_standing_under_an_amendment_dated_back_rests_on_what_was_signed() -> None:
    changed_on, signed_on = date(2026, 3, 1), date(2026, 6, 1)
    first = facts(superseded_on=changed_on, signed_on=BEGINS)
    second = facts(number=2, effective_on=changed_on, signed_on=signed_on)
    for day in (changed_on, signed_on - ONE, signed_on):
        standing = standing_on([first, second], day)
        assert (standing.status, standing.version) == (BaaStatus.IN_FORCE, second)


def test_latest_ever_skips_versions_that_never_bound() -> None:
    bound = facts(expires_on=date(2026, 2, 1), superseded_on=date(2026, 3, 1))
    never = facts(number=2, effective_on=date(2026, 3, 1), is_signed=False)
    early = replace(never, is_signed=True, terminated_on=date(2026, 2, 15))
    assert latest_ever([bound, never], ENDS) == bound
    assert latest_ever([bound, early], ENDS) == bound
