"""The seven things a covered entity must be able to ask of a vendor.

The rows come from what the product is for; each cites the rule it rests on. Which
fact of the portal answers which row is our own choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from apps.core.types import ConditionState
from apps.questionnaires.rules import SEVEN


@dataclass(frozen=True, slots=True)
class Requirement:
    """One of the seven: what is asked, and which conditions and activities answer."""

    number: int
    title: str
    citation: str
    conditions: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        1,
        SEVEN[1],
        "45 CFR 164.308(b), 164.502(e), 164.504(e)",
        conditions=frozenset(
            {
                "agreement.in_force",
                "agreement.provisions_complete",
                "agreement.scope_covers_declared",
                "agreement.flow_down",
                "engagement.subcontracts_approved",
            }
        ),
        activities=frozenset({"subcontractor_review"}),
    ),
    Requirement(
        2,
        SEVEN[2],
        "45 CFR 164.312(a)(2)(iv), 164.312(e)",
    ),
    Requirement(
        3,
        SEVEN[3],
        "45 CFR 164.308(a)(5), 164.316(b)",
        conditions=frozenset({"training.requirements_set", "training.agents_cleared"}),
    ),
    Requirement(
        4,
        SEVEN[4],
        "45 CFR 164.308(a)(4)(ii), 164.502(b)",
        conditions=frozenset({"access.revocations_done"}),
    ),
    Requirement(
        5,
        SEVEN[5],
        "45 CFR 164.312(b), 164.312(c), 164.316(b)(2)(i)",
        activities=frozenset({"access_log_audit"}),
    ),
    Requirement(
        6,
        SEVEN[6],
        "45 CFR 164.308(a)(6), 164.410",
        conditions=frozenset({"incidents.notice_overdue"}),
        activities=frozenset({"incident_test"}),
    ),
    Requirement(
        7,
        SEVEN[7],
        "45 CFR 164.310(b), 164.310(c), 164.310(d)",
        conditions=frozenset({"workforce.home_controls"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that answers a requirement; ``on`` is its date where it has one."""

    state: ConditionState
    source: str
    detail: str
    on: date | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """A requirement with its answers; nothing said is not known, never a yes."""

    requirement: Requirement
    state: ConditionState
    proofs: tuple[Proof, ...]


def requirement_rows(proofs: Mapping[int, Iterable[Proof]]) -> list[RequirementRow]:
    """The seven rows in order from the proofs of each number.

    One failing proof fails the row, one unknown leaves it unknown; a row nothing
    answers is unknown, because a vendor who cannot answer is not ready.
    """
    return [_row(one, tuple(proofs.get(one.number, ()))) for one in REQUIREMENTS]


def _row(requirement: Requirement, proofs: tuple[Proof, ...]) -> RequirementRow:
    states = {proof.state for proof in proofs}
    for state in (ConditionState.NOT_SATISFIED, ConditionState.UNKNOWN):
        if state in states:
            return RequirementRow(requirement, state, proofs)
    fine = ConditionState.SATISFIED if proofs else ConditionState.UNKNOWN
    return RequirementRow(requirement, fine, proofs)
