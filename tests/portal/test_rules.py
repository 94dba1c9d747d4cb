"""The seven requirements, folded from what answers them."""

from __future__ import annotations

import pytest

from apps.core.types import ConditionState
from apps.portal.rules import REQUIREMENTS, Proof, requirement_rows

YES, NO, UNKNOWN = (
    ConditionState.SATISFIED,
    ConditionState.NOT_SATISFIED,
    ConditionState.UNKNOWN,
)


def _proof(state: ConditionState) -> Proof:
    return Proof(state, "A source", "What it says.")


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], UNKNOWN),
        ([YES], YES),
        ([YES, YES], YES),
        ([YES, UNKNOWN], UNKNOWN),
        ([UNKNOWN, NO], NO),
        ([YES, NO], NO),
    ],
)
def test_one_failing_proof_fails_and_nothing_said_is_not_known(
    states: list[ConditionState], expected: ConditionState
) -> None:
    rows = requirement_rows({3: [_proof(state) for state in states]})
    assert rows[2].state is expected
    assert {row.state for row in rows if row is not rows[2]} == {UNKNOWN}


def test_there_are_seven_in_order_and_no_fact_answers_two() -> None:
    assert [one.number for one in REQUIREMENTS] == list(range(1, 8))
    for facts in ("conditions", "activities"):
        named = [code for one in REQUIREMENTS for code in getattr(one, facts)]
        assert len(named) == len(set(named))
