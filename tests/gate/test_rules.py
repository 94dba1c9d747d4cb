"""The verdict, its words, and overrides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.types import ConditionState, LegalStatus, Side
from apps.gate import rules
from apps.gate.enums import Verdict
from apps.gate.rules import GateState, OverrideInForce
from tests.factories.gate import make_condition

SATISFIED = ConditionState.SATISFIED
NOT_SATISFIED = ConditionState.NOT_SATISFIED
UNKNOWN = ConditionState.UNKNOWN
TODAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 16, 0, 0, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)
ORDER = [Verdict.CLOSED, Verdict.UNKNOWN, Verdict.OPEN]

states = st.lists(st.sampled_from(list(ConditionState)), max_size=20)


def verdict_of(*given_states: ConditionState) -> Verdict:
    return rules.verdict([make_condition(state=one) for one in given_states])


@pytest.mark.parametrize(
    ("given_states", "verdict"),
    [
        ((), Verdict.UNKNOWN),
        ((SATISFIED,), Verdict.OPEN),
        ((SATISFIED, SATISFIED), Verdict.OPEN),
        ((SATISFIED, UNKNOWN), Verdict.UNKNOWN),
        ((UNKNOWN,), Verdict.UNKNOWN),
        ((NOT_SATISFIED,), Verdict.CLOSED),
        ((UNKNOWN, NOT_SATISFIED), Verdict.CLOSED),
        ((SATISFIED, NOT_SATISFIED, SATISFIED), Verdict.CLOSED),
    ],
)
def test_verdict(given_states: tuple[ConditionState, ...], verdict: Verdict) -> None:
    assert verdict_of(*given_states) == verdict


@given(states, st.data())
def test_verdict_does_not_depend_on_order(
    found: list[ConditionState], data: st.DataObject
) -> None:
    assert verdict_of(*data.draw(st.permutations(found))) == verdict_of(*found)


@given(states)
def test_verdict_removing_a_failing_condition_never_closes(
    found: list[ConditionState],
) -> None:
    for place, state in enumerate(found):
        if state != SATISFIED:
            rest = found[:place] + found[place + 1 :]
            before, after = verdict_of(*found), verdict_of(*rest)
            assert after != Verdict.CLOSED or before == Verdict.CLOSED


@given(states, st.data())
def test_verdict_satisfying_a_condition_never_worsens(
    found: list[ConditionState], data: st.DataObject
) -> None:
    if found:
        place = data.draw(st.integers(0, len(found) - 1))
        better = [*found[:place], SATISFIED, *found[place + 1 :]]
        assert ORDER.index(verdict_of(*better)) >= ORDER.index(verdict_of(*found))


@given(states)
def test_verdict_opens_only_when_everything_is_satisfied(
    found: list[ConditionState],
) -> None:
    is_open = verdict_of(*found) == Verdict.OPEN
    assert is_open == (bool(found) and set(found) == {SATISFIED})


OVERRIDE = OverrideInForce(
    pk=ONE,
    reason="Patients wait",
    requested_by="Olga Officer",
    approved_by="Omar Second",
    approved_at=NOON,
    expires_on=date(2026, 6, 30),
)


@pytest.mark.parametrize(
    ("verdict", "override", "permits"),
    [
        (Verdict.OPEN, None, True),
        (Verdict.CLOSED, None, False),
        (Verdict.UNKNOWN, None, False),
        (Verdict.CLOSED, OVERRIDE, True),
        (Verdict.UNKNOWN, OVERRIDE, True),
    ],
)
def test_permits(
    verdict: Verdict, override: OverrideInForce | None, *, permits: bool
) -> None:
    assert rules.permits(verdict, override) is permits


CLOSED = GateState(
    engagement_id=ONE,
    verdict=Verdict.CLOSED,
    conditions=(
        make_condition(),
        make_condition(code="b", state=NOT_SATISFIED),
        make_condition(code="c", state=UNKNOWN),
    ),
    override=None,
    as_of=TODAY,
)


def test_gate_state_sorts_its_conditions() -> None:
    assert [one.code for one in CLOSED.satisfied] == ["agreement.in_force"]
    assert [one.code for one in CLOSED.not_satisfied] == ["b"]
    assert [one.code for one in CLOSED.unknown] == ["c"]
    assert not CLOSED.is_overridden
    assert not CLOSED.permits


def test_gate_state_overridden_keeps_its_verdict() -> None:
    overridden = replace(CLOSED, override=OVERRIDE)
    assert overridden.verdict == Verdict.CLOSED
    assert overridden.is_overridden
    assert overridden.permits
    assert not replace(overridden, verdict=Verdict.OPEN).is_overridden


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict.OPEN, "PHI may flow to Careline"),
        (Verdict.CLOSED, "PHI may not flow to Careline"),
        (Verdict.UNKNOWN, "It is not known whether PHI may flow to Careline"),
    ],
)
def test_sentence(verdict: Verdict, sentence: str) -> None:
    assert rules.sentence(verdict, "Careline") == sentence


def test_summary() -> None:
    assert rules.summary(CLOSED, is_past=False) == "1 of 3 conditions are satisfied."
    overridden = replace(CLOSED, override=OVERRIDE)
    assert rules.summary(overridden, is_past=True) == (
        "1 of 3 conditions are satisfied. Overridden by the client until 30 June "
        "2026. As recorded now about that day."
    )


def test_digest_moves_with_code_and_state_only() -> None:
    one, two = make_condition(), make_condition(code="drift.none_open")
    digest = rules.digest([one, two])
    assert digest == rules.digest([two, one])
    assert digest == rules.digest([replace(one, detail="x", since=TODAY), two])
    assert digest != rules.digest([replace(one, state=UNKNOWN), two])
    assert digest != rules.digest([one])
    assert len(digest) == 64


def test_frozen_is_plain() -> None:
    condition = make_condition(since=TODAY, evidence=("ab",), who_acts=Side.CLIENT)
    assert rules.frozen(condition) == {
        "code": "agreement.in_force",
        "title": "A BAA is in force",
        "state": "satisfied",
        "detail": "In force until 31 December 2026.",
        "citation": "45 CFR 164.502(e)(2)",
        "legal_status": LegalStatus.IN_FORCE.value,
        "who_acts": "client",
        "since": "2026-06-15",
        "due": None,
        "evidence": ["ab"],
    }


# -- Overrides --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overrides", "holds"),
    [
        ({}, True),
        ({"approved_at": None}, False),
        ({"approved_at": MIDNIGHT}, False),
        ({"withdrawn_at": NOON + timedelta(hours=1)}, False),
        ({"withdrawn_at": MIDNIGHT}, True),
        ({"expires_on": TODAY}, True),
        ({"expires_on": TODAY - timedelta(days=1)}, False),
    ],
)
def test_override_holds(overrides: dict[str, object], *, holds: bool) -> None:
    facts = {
        "approved_at": NOON,
        "withdrawn_at": None,
        "expires_on": date(2026, 6, 30),
        "day": TODAY,
        "ends": MIDNIGHT,
    }
    assert rules.override_holds(**facts | overrides) is holds  # type: ignore[arg-type]


@pytest.mark.parametrize("days", [0, 30])
def test_check_request_allows(days: int) -> None:
    rules.check_request(
        verdict=Verdict.CLOSED,
        expires_on=TODAY + timedelta(days=days),
        today=TODAY,
        live_until=None,
    )


@pytest.mark.parametrize("days", [-1, 31])
def test_check_request_refuses_the_day(days: int) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_request(
            verdict=Verdict.UNKNOWN,
            expires_on=TODAY + timedelta(days=days),
            today=TODAY,
            live_until=None,
        )
    assert refused.value.fields == {
        "expires_on": ["Choose a day from 15 June 2026 to 15 July 2026."]
    }


def test_check_request_refuses_an_open_gate_and_a_second_override() -> None:
    with pytest.raises(Conflict, match="nothing to override"):
        rules.check_request(
            verdict=Verdict.OPEN, expires_on=TODAY, today=TODAY, live_until=None
        )
    with pytest.raises(Conflict, match="An override until 15 June 2026"):
        rules.check_request(
            verdict=Verdict.CLOSED, expires_on=TODAY, today=TODAY, live_until=TODAY
        )


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"by": ONE}, NotAllowed),
        ({"is_approved": True}, Conflict),
        ({"is_withdrawn": True}, Conflict),
        ({"expires_on": TODAY - timedelta(days=1)}, Conflict),
    ],
)
def test_check_approval_refuses(
    overrides: dict[str, object], error: type[Exception]
) -> None:
    facts = {
        "requested_by": ONE,
        "by": TWO,
        "is_approved": False,
        "is_withdrawn": False,
        "expires_on": TODAY,
        "today": TODAY,
    }
    rules.check_approval(**facts)  # type: ignore[arg-type]
    with pytest.raises(error):
        rules.check_approval(**facts | overrides)  # type: ignore[arg-type]
