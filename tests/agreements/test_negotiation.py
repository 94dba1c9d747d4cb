"""Whose turn it is, who may accept and sign, dates of endings: pure decisions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.agreements.enums import DisposalState, DraftState, Renewal, SigningSide
from apps.agreements.rules import (
    Confirmation,
    DraftFacts,
    Gap,
    Period,
    SignerNotConfirmed,
    check_confirmed,
    check_gap,
    disposal_state,
    ends_by_itself,
    is_in_force,
    is_locked_out,
    last_day,
    renewal_dates,
    renewal_gap,
    return_due,
)
from apps.core import ids

D, R = SigningSide.DISCLOSER, SigningSide.RECIPIENT
NONE, ONE, BOTH = frozenset(), frozenset({D}), frozenset({D, R})


def facts(**overrides):
    values = {
        "latest": 2,
        "proposed_by": D,
        "accepted": ONE,
        "signed": NONE,
        "has_document": True,
    }
    return DraftFacts(**values | overrides)


@pytest.mark.parametrize(
    ("changes", "state", "waits"),
    [
        ({}, DraftState.PROPOSED, {R}),
        ({"accepted": BOTH}, DraftState.ACCEPTED, {D, R}),
        ({"accepted": BOTH, "signed": ONE}, DraftState.PART_SIGNED, {R}),
        (
            {"accepted": BOTH, "signed": BOTH, "is_completed": True},
            DraftState.COMPLETED,
            set(),
        ),
        ({"is_withdrawn": True}, DraftState.WITHDRAWN, set()),
    ],
)
def test_state_and_turn(changes, state, waits):
    found = facts(**changes)
    assert (found.state, found.waits_for()) == (state, waits)


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({"accepted": BOTH}, True),
        ({}, False),
        ({"accepted": BOTH, "has_document": False}, False),
        ({"accepted": BOTH, "signed": frozenset({R})}, False),
        ({"accepted": BOTH, "is_withdrawn": True}, False),
    ],
)
def test_may_sign(changes, may):
    assert facts(**changes).may_sign(R) is may


@pytest.mark.parametrize(("refusals", "locked"), [(0, False), (4, False), (5, True)])
def test_locked_out(refusals, locked):
    assert is_locked_out(refusals) is locked


@pytest.mark.parametrize(
    ("seconds", "passes"), [(-1, False), (0, True), (300, True), (301, False)]
)
def test_a_confirmation_lasts_five_minutes(seconds, passes):
    at, person = datetime(2026, 6, 15, tzinfo=UTC), ids.uuid7()
    given_ = Confirmation(person, at, is_confirmed=True)
    now = at + timedelta(seconds=seconds)
    if passes:
        check_confirmed(given_, user_id=person, now=now)
    else:
        with pytest.raises(SignerNotConfirmed):
            check_confirmed(given_, user_id=person, now=now)


# -- Endings ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([], DisposalState.OPEN),
        ([None], DisposalState.STATED),
        ([False], DisposalState.REFUSED),
        ([False, None], DisposalState.STATED),
        ([False, True], DisposalState.DONE),
    ],
)
def test_disposal_state(answers, state):
    assert disposal_state(answers) is state


@pytest.mark.parametrize(
    ("days", "due"),
    [(None, date(2024, 3, 1)), (0, date(2024, 1, 31)), (29, date(2024, 2, 29))],
)
def test_return_due(days, due):
    assert return_due(date(2024, 1, 31), days) == due


@pytest.mark.parametrize(
    ("begins", "gap"),
    [
        (date(2026, 12, 1), None),
        (date(2027, 1, 1), None),
        (date(2027, 1, 2), Gap(date(2027, 1, 1), date(2027, 1, 1))),
        (date(2027, 2, 1), Gap(date(2027, 1, 1), date(2027, 1, 31))),
    ],
)
def test_renewal_gap(begins, gap):
    current = Period(effective_on=date(2026, 1, 1), expires_on=date(2026, 12, 31))
    assert renewal_gap(current, effective_on=begins) == gap
    check_gap(gap, is_known=True)


def test_a_gap_in_words():
    gap = Gap(date(2027, 1, 1), date(2027, 1, 31))
    assert str(gap) == "From 1 January 2027 to 31 January 2027 no BAA would bind"


@pytest.mark.parametrize(
    ("first", "last", "offered"),
    [
        (date(2026, 1, 5), date(2026, 12, 31), (date(2027, 1, 1), date(2027, 12, 27))),
        (date(2026, 1, 1), date(2026, 12, 31), (date(2027, 1, 1), date(2027, 12, 31))),
        (date(2023, 3, 1), date(2024, 2, 29), (date(2024, 3, 1), date(2025, 2, 28))),
        (date(2024, 2, 29), date(2026, 2, 28), (date(2026, 3, 1), date(2028, 2, 29))),
        (date(2026, 1, 1), None, (None, None)),
    ],
)
def test_renewal_dates(first, last, offered):
    assert renewal_dates(Period(effective_on=first, expires_on=last)) == offered


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 4000),
    st.sampled_from(list(Renewal)),
    st.booleans(),
)
def test_notice_only_ever_shortens(first, days, renewal, is_noticed):
    last = first + timedelta(days=days)
    plain = Period(effective_on=first, expires_on=last, renewal=renewal)
    noticed = Period(
        effective_on=first, expires_on=last, renewal=renewal, is_noticed=is_noticed
    )
    after = last + timedelta(days=1)
    if is_in_force(noticed, after):
        assert is_in_force(plain, after)
    assert (last_day(noticed) == last) is ends_by_itself(noticed)
