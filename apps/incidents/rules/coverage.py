"""Whether the notices on record reach everybody a duty is owed to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.errors import Invalid
from apps.incidents.enums import Duty, Method
from apps.incidents.rules.clocks import People, media_states
from apps.incidents.rules.law import federal, state_rules
from apps.incidents.rules.notices import POSTED


@dataclass(frozen=True, slots=True)
class Told:
    """One notice. Without ``people`` it went to everybody ``counted`` when it was
    recorded, of ``state`` where it names one; ``counted`` None is everybody."""

    duty: Duty
    method: Method
    state: str = ""
    office: str = ""
    people: int | None = None
    counted: People | None = None

    @property
    def everybody(self) -> int:
        """How many that were, for one that names no number."""
        if self.counted is None:
            return 0
        if self.state:
            return self.counted.by_state.get(self.state, 0)
        if self.duty == Duty.SUBSTITUTE:
            return self.counted.unreachable
        return _by_mail(self.counted)


def _by_mail(people: People) -> int:
    return max(0, people.counted - people.unreachable)


def completed_by(
    duty: Duty, *, state: str, to: str, people: People | None, notices: Sequence[Told]
) -> int | None:
    """The index of the notice with which a duty is done, of notices of one party, the
    oldest first; None while somebody is not told. See ``still_owed``."""
    fitting: list[Told] = []
    for index, one in enumerate(notices):
        if not _fits(one, duty, state=state, to=to):
            continue
        fitting.append(one)
        if not still_owed(duty, state=state, people=people, told=fitting):
            return index
    return None


def fitting(duty: Duty, *, state: str, to: str, notices: Sequence[Told]) -> list[Told]:
    """The notices that count for a duty."""
    return [one for one in notices if _fits(one, duty, state=state, to=to)]


def _fits(one: Told, duty: Duty, *, state: str, to: str) -> bool:
    """Same duty; for a State authority the very office; upstream any State or the
    one of the law."""
    if one.duty != duty:
        return False
    if duty == Duty.STATE_OFFICE:
        return one.state == state and one.office in {"", to}
    return duty != Duty.UPSTREAM or one.state in {"", state}


def still_owed(
    duty: Duty, *, state: str, people: People | None, told: Sequence[Told]
) -> str:
    """Who is not told yet by notices that count, in words; "" where nobody is left.

    Individuals each (45 CFR 164.404(a)), media of each State (164.406), a posting from
    10 people without an address on (164.404(d)(2)). One notice is enough for the party
    above, HHS and an office. Our own reading of how notices in parts add up.
    """
    if not told:
        return "nobody is told yet"
    if people is None:
        return ""
    if duty == Duty.MEDIA:
        return _media_left(people, told)
    if duty == Duty.SUBSTITUTE:
        return _substitute_left(people, told)
    if duty == Duty.INDIVIDUALS:
        return _individuals_left(people, told, state=state)
    return ""


def _media_left(people: People, told: Sequence[Told]) -> str:
    left = set(media_states(people))
    for one in told:
        if not one.state and one.counted is None:
            return ""
        left -= {one.state} if one.state else set(media_states(one.counted))
    return f"media serving {', '.join(sorted(left))} are not told yet" if left else ""


def _substitute_left(people: People, told: Sequence[Told]) -> str:
    if any(one.method in POSTED for one in told):
        return ""
    if people.unreachable >= federal().substitute_from:
        return "neither the home page nor major media say it yet"
    return _left(people.unreachable, told)


def _individuals_left(people: People, told: Sequence[Told], *, state: str) -> str:
    left = _left(_by_mail(people), told)
    if not state or not left:
        return left
    residents = max(0, people.by_state.get(state, 0) - people.unreachable)
    own = [one for one in told if one.state == state]
    left = _left(residents, own)
    is_apart = left and len(own) < len(told)
    return f"{left}; here only letters that name {state} count" if is_apart else left


def _left(needed: int, told: Sequence[Told]) -> str:
    reached = _reached(told)
    if reached is None or reached >= needed:
        return ""
    return f"{needed - reached:,} of {needed:,} people are not told yet"


def _reached(told: Sequence[Told]) -> int | None:
    """How many people notices reached; None for everybody. Those with a number add up,
    those without repeat themselves."""
    whole: defaultdict[str, int] = defaultdict(int)
    for one in told:
        if one.people is None:
            if one.counted is None:
                return None
            whole[one.state] = max(whole[one.state], one.everybody)
    by_state = sum(number for state, number in whole.items() if state)
    return max(whole[""], by_state) + sum(one.people or 0 for one in told)


def offices_of(state: str) -> list[str]:
    """The authorities of a State its laws name, each once."""
    found = [
        clock.to
        for rule in state_rules()
        if rule.state == state
        for clock in rule.clocks
        if clock.duty == Duty.STATE_OFFICE
    ]
    return list(dict.fromkeys(found))


def offices() -> list[tuple[str, str]]:
    """Every authority a State law names, with its State, by State."""
    states = sorted({rule.state for rule in state_rules()})
    return [(state, name) for state in states for name in offices_of(state)]


def check_office(state: str, office: str) -> str:
    """The authority a notice went to: the one given, or the only one of the State.

    Raises Invalid without a State, and where its laws name several and none of them
    was chosen: telling one of them ends no clock of another.
    """
    if not state:
        text = "Name the State whose authority was told."
        raise Invalid(text, fields={"state": [text]})
    known = offices_of(state)
    if office in known or not known:
        return office
    if not office and len(known) == 1:
        return known[0]
    text = f"Choose which authority of {state} was told: {'; '.join(known)}."
    raise Invalid(text, fields={"office": [text]})
