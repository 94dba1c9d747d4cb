"""Every clock of a case: who owes whom what by when, with the arithmetic in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from apps.core.dates import due_after_days
from apps.incidents.enums import Basis, CountReading, Duty, PartyRole
from apps.incidents.rules.discovery import Discovery, Party, discoveries
from apps.incidents.rules.holds import Hold, delayed
from apps.incidents.rules.law import FederalClock, federal
from apps.incidents.rules.limits import end_of, window_ends
from apps.incidents.rules.words import count_words, day_words


@dataclass(frozen=True, slots=True)
class Window:
    """How long a party has to report up its hop by contract; ``unit`` is hours,
    calendar_days or business_days."""

    value: int
    unit: str
    citation: str


@dataclass(frozen=True, slots=True)
class People:
    """How many are affected, in total and by State (two letters); ``unreachable`` of
    them have no usable address."""

    total: int
    by_state: Mapping[str, int] = field(default_factory=dict)
    unreachable: int = 0

    @property
    def counted(self) -> int:
        """The larger of the total and the sum of the States."""
        return max(self.total, sum(self.by_state.values()))


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock. ``due_at`` is the last permitted moment, inclusive; ``normal_due_on``
    the date without delay; ``is_advisory`` marks one that is shown, not counted;
    ``readings`` says what the party reads otherwise than by default."""

    code: str
    duty: Duty
    basis: Basis
    party: str
    to: str
    citation: str
    start_on: date
    due_on: date
    due_at: datetime
    normal_due_on: date
    words: str
    start_at: datetime | None = None
    is_advisory: bool = False
    latest_on: date | None = None
    state: str = ""
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """The facts clocks follow from.

    ``people`` None means not counted yet. ``windows`` and ``holds`` are by party;
    ``lifted`` are parties found to owe no statutory notice. The dates of the other
    events start some State clocks.
    """

    chain: Sequence[Party]
    people: People | None = None
    windows: Mapping[str, Window] = field(default_factory=dict)
    holds: Mapping[str, Sequence[Hold]] = field(default_factory=dict)
    lifted: frozenset[str] = frozenset()
    determined_on: date | None = None
    individuals_told_on: date | None = None
    hhs_told_on: date | None = None


def federal_deadlines(case: Case) -> list[Deadline]:
    """Statutory clocks of every party that discovered. See ``_of_covered_entity``."""
    found = discoveries(case.chain)
    deadlines: list[Deadline] = []
    for party in case.chain:
        discovery = found.get(party.key)
        if discovery is None or party.key in case.lifted:
            continue
        if party.role == PartyRole.COVERED_ENTITY:
            deadlines += _of_covered_entity(case, party, discovery)
        else:
            deadlines.append(_dated("FED-UPSTREAM", case, party, discovery))
    return deadlines


def _of_covered_entity(case: Case, party: Party, found: Discovery) -> list[Deadline]:
    """Individuals always, by substitute notice where they have no usable address;
    media over 500 residents of one State; HHS at once from 500 people on, else in the
    log of the year of discovery.

    Counts move thresholds, never the discovery. While nobody has counted, HHS is owed
    the early date (our own default). Source: 45 CFR 164.404(b), (d)(2), 164.406,
    164.408.
    """
    clocks = [_dated("FED-INDIVIDUALS", case, party, found)]
    if case.people is not None and case.people.unreachable:
        note = f"{case.people.unreachable} without a usable address"
        clocks.append(_dated("FED-SUBSTITUTE", case, party, found, note=note))
    states = media_states(case.people)
    if states:
        note = f"more than 500 residents of {', '.join(states)}"
        clocks.append(_dated("FED-MEDIA", case, party, found, note=note))
    if is_large(case.people):
        note = _count_note(case.people)
        clocks.append(_dated("FED-HHS-LARGE", case, party, found, note=note))
    else:
        clocks.append(_yearly(case, party, found))
    return clocks


def people_counted(counts: Sequence[People], reading: CountReading) -> People | None:
    """What thresholds follow from counts, oldest first: the latest, or of each number
    the highest. None while nobody counted. Source: our own readings of 45 CFR 164.408.
    """
    if not counts or reading == CountReading.LATEST:
        return counts[-1] if counts else None
    states = {state for one in counts for state in one.by_state}
    return People(
        max(one.total for one in counts),
        {s: max(one.by_state.get(s, 0) for one in counts) for s in sorted(states)},
        counts[-1].unreachable,
    )


def media_states(people: People | None) -> list[str]:
    """States with so many residents affected that media must be told.

    Strictly more than 500 in one State. Source: 45 CFR 164.406(a).
    """
    threshold = federal().clocks["FED-MEDIA"].threshold
    by_state = people.by_state if people else {}
    return sorted(s for s, n in by_state.items() if threshold and threshold.is_met(n))


def is_large(people: People | None) -> bool:
    """Whether HHS is told together with the individuals: 500 or more in total.

    Not counted yet is treated as large, the earlier date (our own default). Source:
    45 CFR 164.408(b).
    """
    threshold = federal().clocks["FED-HHS-LARGE"].threshold
    if people is None or threshold is None:
        return True
    return threshold.is_met(people.counted)


def _count_note(people: People | None) -> str:
    if people is None:
        return "not counted yet, so the early date counts (our own default)"
    return f"{count_words(people.counted, 'person')} in total".replace(
        "persons", "people"
    )


def _dated(
    code: str, case: Case, party: Party, found: Discovery, *, note: str = ""
) -> Deadline:
    clock = federal().clocks[code]
    normal = due_after_days(found.on, clock.limit)
    words = (
        f"Discovered {day_words(found.on)} ({found.words}) + "
        f"{count_words(clock.limit, 'day')} = {day_words(normal)}"
    )
    return _federal(clock, case, party, found.on, normal, _with(words, note))


def _yearly(case: Case, party: Party, found: Discovery) -> Deadline:
    """60 calendar days after 31 December of the year of discovery, whatever the year
    of the event. Source: 45 CFR 164.408(c)."""
    clock = federal().clocks["FED-HHS-SMALL"]
    year_end = date(found.on.year, 12, 31)
    normal = due_after_days(year_end, clock.limit)
    words = (
        f"Discovered {day_words(found.on)} ({found.words}); {day_words(year_end)} + "
        f"{count_words(clock.limit, 'day')} = {day_words(normal)}"
    )
    note = _count_note(case.people)
    return _federal(clock, case, party, year_end, normal, _with(words, note))


def _with(words: str, note: str) -> str:
    return f"{words}; {note}" if note else words


def _federal(
    clock: FederalClock,
    case: Case,
    party: Party,
    start_on: date,
    normal: date,
    words: str,
) -> Deadline:
    delay = delayed(normal, case.holds.get(party.key, ()), party.readings)
    return Deadline(
        code=clock.id,
        duty=clock.duty,
        basis=Basis.FEDERAL,
        party=party.key,
        to=clock.to,
        citation=clock.citation,
        start_on=start_on,
        due_on=delay.due_on,
        due_at=end_of(delay.due_on, party.zone, party.readings),
        normal_due_on=normal,
        words=f"{words}{delay.words}.",
        readings=party.readings.own,
    )


def contract_deadlines(case: Case) -> Iterator[Deadline]:
    """The window of the BAA of each hop, from the reporting party's discovery.

    A BAA's window is the parties' own: no hold and no finding moves it. Source: the
    agreement; 45 CFR 164.314(a)(2)(i)(C), 164.504(e)(2)(ii)(C) ask for reports.
    """
    found = discoveries(case.chain)
    for party in case.chain:
        window, discovery = case.windows.get(party.key), found.get(party.key)
        if window is None or discovery is None:
            continue
        reached = window_ends(
            window.value,
            window.unit,
            on=discovery.on,
            at=discovery.at,
            zone=party.zone,
            readings=party.readings,
        )
        yield Deadline(
            code="CONTRACT",
            duty=Duty.UPSTREAM,
            basis=Basis.CONTRACT,
            party=party.key,
            to="the party one level up",
            citation=window.citation,
            start_on=discovery.on,
            start_at=discovery.at,
            due_on=reached.on,
            due_at=reached.at,
            normal_due_on=reached.on,
            latest_on=reached.latest_on,
            readings=party.readings.own,
            words=f"Discovered ({discovery.words}); {reached.words}.",
        )
