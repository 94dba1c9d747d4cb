"""May PHI flow? The verdict from its conditions, and overrides of it.

Each condition cites its own source. How they combine is our own default.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.audit.rules import canonical
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.types import ConditionState, GateCondition
from apps.gate.enums import Verdict

# Our own default: a day up to which one answers without asking again.
MAX_OVERRIDE_DAYS = 30


@dataclass(frozen=True, slots=True)
class OverrideInForce:
    """An approved override that holds on the day asked about."""

    pk: UUID
    reason: str
    requested_by: str
    approved_by: str
    approved_at: datetime
    expires_on: date


@dataclass(frozen=True, slots=True)
class GateState:
    """The verdict on one engagement for a day, with everything it rests on."""

    engagement_id: UUID
    verdict: Verdict
    conditions: tuple[GateCondition, ...]
    override: OverrideInForce | None
    as_of: date

    @property
    def is_overridden(self) -> bool:
        """Whether somebody answers for PHI flowing although it should not."""
        return self.override is not None and self.verdict != Verdict.OPEN

    @property
    def permits(self) -> bool:
        """Whether PHI flows with somebody's approval: by verdict or by override."""
        return permits(self.verdict, self.override)

    @property
    def not_satisfied(self) -> tuple[GateCondition, ...]:
        """Conditions that close the gate."""
        return self._in(ConditionState.NOT_SATISFIED)

    @property
    def unknown(self) -> tuple[GateCondition, ...]:
        """Conditions nobody can tell."""
        return self._in(ConditionState.UNKNOWN)

    @property
    def satisfied(self) -> tuple[GateCondition, ...]:
        """Conditions that hold."""
        return self._in(ConditionState.SATISFIED)

    def _in(self, state: ConditionState) -> tuple[GateCondition, ...]:
        return tuple(one for one in self.conditions if one.state == state)


def verdict(conditions: Iterable[GateCondition]) -> Verdict:
    """Closed if any condition is not satisfied, else unknown if any is unknown, else
    open. Nothing to judge is unknown. Source: our own default."""
    states = {condition.state for condition in conditions}
    if ConditionState.NOT_SATISFIED in states:
        return Verdict.CLOSED
    if ConditionState.UNKNOWN in states or not states:
        return Verdict.UNKNOWN
    return Verdict.OPEN


def permits(verdict: Verdict, override: OverrideInForce | None) -> bool:
    """Whether PHI may flow by verdict, or by an override that holds. The override
    never changes the verdict itself."""
    return verdict == Verdict.OPEN or override is not None


def sentence(verdict: Verdict, provider: str) -> str:
    """The verdict in words; its date stands beside it."""
    match verdict:
        case Verdict.OPEN:
            return f"PHI may flow to {provider}"
        case Verdict.CLOSED:
            return f"PHI may not flow to {provider}"
        case Verdict.UNKNOWN:
            return f"It is not known whether PHI may flow to {provider}"


def summary(state: GateState, *, is_past: bool) -> str:
    """One sentence beneath the verdict: the count of what stands against it, who
    answers all the same, and, for a past day, that it is told from today."""
    total = len(state.conditions)
    parts = [f"{len(state.satisfied)} of {total} conditions are satisfied."]
    if state.is_overridden and state.override:
        last = f"{state.override.expires_on:%-d %B %Y}"
        parts.append(f"Overridden by the client until {last}.")
    if is_past:
        parts.append("As recorded now about that day.")
    return " ".join(parts)


def digest(conditions: Sequence[GateCondition]) -> str:
    """SHA-256 of which conditions stand how, whatever their words and dates."""
    states = sorted([one.code, one.state.value] for one in conditions)
    return hashlib.sha256(canonical(states)).hexdigest()


def frozen(condition: GateCondition) -> dict[str, Any]:
    """A condition as plain JSON, kept with a decision."""
    return {
        "code": condition.code,
        "title": condition.title,
        "state": condition.state.value,
        "detail": condition.detail,
        "citation": condition.citation,
        "legal_status": condition.legal_status.value,
        "who_acts": condition.who_acts.value,
        "since": condition.since.isoformat() if condition.since else None,
        "due": condition.due.isoformat() if condition.due else None,
        "evidence": list(condition.evidence),
    }


# -- Overrides ------------------------------------------------------------------


def override_holds(
    *,
    approved_at: datetime | None,
    withdrawn_at: datetime | None,
    expires_on: date,
    day: date,
    ends: datetime,
) -> bool:
    """Whether an override holds at the end of a day: approved before ``ends`` (the
    instant the day ends, exclusive), not withdrawn by then, and ``expires_on``, its
    last day inclusive, not passed. Source: our own default."""
    if approved_at is None or approved_at >= ends:
        return False
    if withdrawn_at is not None and withdrawn_at < ends:
        return False
    return day <= expires_on


def check_side(organization_id: UUID, *, client_id: UUID, client: object) -> None:
    """Raise NotAllowed unless the organization is the client, which discloses the
    PHI and so answers for it; a vendor is that towards its subcontractors."""
    if organization_id != client_id:
        raise NotAllowed(f"Only {client} can override this gate: it discloses the PHI.")


def check_request(
    *, verdict: Verdict, expires_on: date, today: date, live_until: date | None
) -> None:
    """Raise unless an override may be asked for.

    Conflict if the gate is open or another override is alive (until ``live_until``);
    Invalid unless ``expires_on`` (inclusive) lies from today to 30 days ahead.
    Source: our own default.
    """
    if verdict == Verdict.OPEN:
        raise Conflict("The gate is open; there is nothing to override.")
    if live_until is not None:
        raise Conflict(
            f"An override until {live_until:%-d %B %Y} is already asked for or in "
            "force. Withdraw it first."
        )
    latest = today + timedelta(days=MAX_OVERRIDE_DAYS)
    if not today <= expires_on <= latest:
        text = f"Choose a day from {today:%-d %B %Y} to {latest:%-d %B %Y}."
        raise Invalid("The last day cannot be taken.", fields={"expires_on": [text]})


def check_approval(
    *,
    requested_by: UUID,
    by: UUID,
    is_approved: bool,
    is_withdrawn: bool,
    expires_on: date,
    today: date,
) -> None:
    """Raise unless ``by`` may approve: another person, still asked for, not passed.

    Two people: our own default.
    """
    if is_withdrawn:
        raise Conflict("This override was withdrawn. Ask for a new one.")
    if is_approved:
        raise Conflict("This override is already approved.")
    if expires_on < today:
        raise Conflict(f"This override ended on {expires_on:%-d %B %Y}. Ask again.")
    if requested_by == by:
        raise NotAllowed("You asked for this override; another manager decides.")
