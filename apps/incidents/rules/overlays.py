"""Clocks of State law beside the federal ones, each with its mark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from apps.incidents.enums import Basis, Duty
from apps.incidents.rules.clocks import Case, Deadline
from apps.incidents.rules.discovery import Discovery, Party, discoveries
from apps.incidents.rules.holds import delay_ends, delayed
from apps.incidents.rules.law import (
    HOURS,
    STATE_PARTY,
    StateClock,
    StateRule,
    rules_of_state,
)
from apps.incidents.rules.limits import Reached, end_of, window_ends

MARKS = {
    "seen": "text seen",
    "mixed": "partly checked",
    "memory": "not checked, not counted as a duty",
}
TREATMENTS = {
    "deemed": "following HIPAA is enough under this law, so it is not counted",
    "exempt": "this law leaves out those subject to HIPAA, so it is not counted",
    "unknown": "how this law treats those subject to HIPAA is not known; it is counted",
}
EVENT_WORDS = {
    "discovery": "Discovered",
    "determination": "Determined",
    "notice_to_individuals": "Individuals told",
    "notice_to_hhs": "HHS told",
    "end_of_delay": "Delay by law enforcement ends",
}


def state_deadlines(case: Case) -> Iterator[Deadline]:
    """Clocks of the law of each State with residents affected.

    The owner is the covered entity, the provider its business associate, and each
    further one a subcontractor; each counts from its own discovery. Clocks that start
    with an event that has not happened are left out. A State we hold no row for may
    still have a law.
    """
    found = discoveries(case.chain)
    if case.people is None:
        return
    for state, residents in sorted(case.people.by_state.items()):
        for party in case.chain:
            discovery = found.get(party.key)
            if discovery is None or party.key in case.lifted or residents < 1:
                continue
            for rule in rules_of_state(state, on=discovery.on):
                yield from rule_deadlines(
                    rule, case, party, discovery, residents=residents
                )


def rule_deadlines(
    rule: StateRule, case: Case, party: Party, found: Discovery, *, residents: int
) -> Iterator[Deadline]:
    """Clocks of one State law that bind one party."""
    for clock in rule.clocks:
        if clock.by != STATE_PARTY[party.role]:
            continue
        if clock.threshold is not None and not clock.threshold.is_met(residents):
            continue
        start = events(case, party, found).get(clock.starts)
        if start is not None:
            yield _deadline(rule, clock, case, party, found, start)


def events(case: Case, party: Party, found: Discovery) -> Mapping[str, date | None]:
    """The days State clocks may start from."""
    return {
        "discovery": found.on,
        "determination": case.determined_on,
        "notice_to_individuals": case.individuals_told_on,
        "notice_to_hhs": case.hhs_told_on,
        "end_of_delay": delay_ends(case.holds.get(party.key, ()), party.readings),
    }


def _deadline(
    rule: StateRule,
    clock: StateClock,
    case: Case,
    party: Party,
    found: Discovery,
    start: date,
) -> Deadline:
    at = found.at if clock.starts == "discovery" else None
    reached = window_ends(
        clock.limit,
        clock.unit,
        on=start,
        at=at,
        zone=party.zone,
        readings=party.readings,
    )
    delay = delayed(reached.on, case.holds.get(party.key, ()), party.readings)
    is_moved = delay.due_on > reached.on and clock.unit != HOURS
    due_on = delay.due_on if is_moved else reached.on
    return Deadline(
        code=f"{rule.id}:{clock.duty}:{clock.starts}",
        duty=clock.duty,
        basis=Basis.STATE,
        party=party.key,
        to=_to(clock),
        citation=rule.law,
        start_on=start,
        start_at=at if clock.unit == HOURS else None,
        due_on=due_on,
        due_at=end_of(due_on, party.zone, party.readings) if is_moved else reached.at,
        normal_due_on=reached.on,
        latest_on=reached.latest_on,
        words=_words(rule, clock, reached, delay.words if is_moved else ""),
        is_advisory=rule.is_advisory(clock),
        state=rule.state,
        readings=party.readings.own,
    )


def _to(clock: StateClock) -> str:
    return {
        "owner": "the covered entity",
        "provider above": "the party one level up",
        "individuals": "each affected individual",
    }.get(clock.to, clock.to)


def _words(rule: StateRule, clock: StateClock, reached: Reached, delay: str) -> str:
    parts = [f"{EVENT_WORDS[clock.starts]}; {reached.words}{delay}"]
    if clock.threshold is not None:
        parts.append(f"{clock.threshold} residents of {rule.state}")
    if rule.only_for:
        parts.append(f"binds {rule.only_for}")
    if clock.hipaa in TREATMENTS:
        parts.append(TREATMENTS[clock.hipaa])
    return f"{'; '.join(parts)} ({MARKS[rule.mark]})."


def counted(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """Those that count as duties, earliest first."""
    real = [one for one in deadlines if not one.is_advisory]
    return sorted(real, key=lambda one: (one.due_at, one.code))


def earliest(deadlines: Sequence[Deadline], duty: Duty) -> Deadline | None:
    """The clock that drives alerts of a duty: the earliest of federal, State and
    contract (our own default)."""
    return next((one for one in counted(deadlines) if one.duty == duty), None)
