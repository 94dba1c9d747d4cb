"""Discovery through the chain: who knew when, and whose knowledge counts for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from apps.core.dates import local_date
from apps.engagements.enums import LegalAgency
from apps.incidents.enums import Learning, PartyRole, ZoneReading
from apps.incidents.rules.readings import DEFAULTS, Readings
from apps.incidents.rules.words import day_words, instant_words

CITATION = "45 CFR 164.404(a)(2), 164.410(a)(2)"
_ZONE_WORDS = {
    ZoneReading.EARLIER: "the earlier date counts",
    ZoneReading.OBLIGATED: "the date of who owes counts",
    ZoneReading.LEARNER: "the date of who learned counts",
}


@dataclass(frozen=True, slots=True)
class Learned:
    """A moment (``at``, with the learner's IANA ``zone``) or a day (``on``) on which
    somebody knew or should have known. Exactly one of ``at`` and ``on`` is given."""

    how: Learning = Learning.KNEW
    on: date | None = None
    at: datetime | None = None
    zone: str = ""

    def day_for(self, party: Party) -> date:
        """The local date this was known, as ``party`` reads a rule silent on zones."""
        if self.at is None:
            if self.on is None:
                raise ValueError("Knowledge has a day or a moment.")
            return self.on
        zones = {
            ZoneReading.EARLIER: (self.zone or party.zone, party.zone),
            ZoneReading.OBLIGATED: (party.zone,),
            ZoneReading.LEARNER: (self.zone or party.zone,),
        }[party.readings.zone]
        return min(local_date(self.at, one) for one in zones)


@dataclass(frozen=True, slots=True)
class Party:
    """One party of the chain. ``agency`` is its standing towards the one above,
    ``readings`` how it reads what the rules leave open."""

    key: str
    role: PartyRole
    zone: str
    learned: tuple[Learned, ...] = ()
    agency: LegalAgency = LegalAgency.INDEPENDENT
    told_up: Learned | None = None
    readings: Readings = DEFAULTS

    @property
    def counts_as_agent(self) -> bool:
        """Whether its knowledge is the upper party's. While nobody has decided it
        does, which gives the earlier dates (our own default)."""
        return self.agency != LegalAgency.INDEPENDENT


@dataclass(frozen=True, slots=True)
class Discovery:
    """The first day a party is held to know; ``at`` where a moment decided."""

    party: str
    on: date
    at: datetime | None
    how: Learning
    words: str


def discoveries(chain: Sequence[Party]) -> dict[str, Discovery]:
    """Discovery of each party, by key; absent for one that has not discovered.

    ``chain`` runs from the party closest to the event up to the covered entity. A
    party discovers on the first day it knew, would have known with reasonable
    diligence, or was told. What a legal agent knows its principal knows from the same
    moment; an independent contractor's knowledge counts only once it tells. Source:
    45 CFR 164.404(a)(2), 164.410(a)(2); the agency test is federal common law.
    """
    found: dict[str, Discovery] = {}
    carried: list[Learned] = []
    below: Party | None = None
    for party in chain:
        events = [*party.learned]
        if below is not None and below.told_up is not None:
            events.append(below.told_up)
        imputed = carried if below is not None and below.counts_as_agent else []
        candidates = [_seen(event, party) for event in events]
        candidates += [_imputed(event, party, below) for event in imputed]
        if below is not None and below.counts_as_agent and below.key in found:
            candidates.append(_same_day(found[below.key], party, below))
        if candidates:
            found[party.key] = min(candidates, key=_earliest)
        carried, below = events + imputed, party
    return found


def _earliest(one: Discovery) -> tuple[date, bool, float]:
    """Earlier days first; on the same day a known moment before a bare day."""
    return one.on, one.at is None, one.at.timestamp() if one.at else 0.0


def _seen(event: Learned, party: Party) -> Discovery:
    on = event.day_for(party)
    return Discovery(party.key, on, event.at, event.how, _event_words(event, party))


def _imputed(event: Learned, party: Party, below: Party | None) -> Discovery:
    words = f"{_event_words(event, party)}; {_agent_words(below)}"
    on = event.day_for(party)
    return Discovery(party.key, on, event.at, Learning.IMPUTED, words)


def _same_day(lower: Discovery, party: Party, below: Party) -> Discovery:
    words = f"discovered below on {day_words(lower.on)}; {_agent_words(below)}"
    return Discovery(party.key, lower.on, lower.at, Learning.IMPUTED, words)


def _agent_words(below: Party | None) -> str:
    if below is not None and below.agency == LegalAgency.UNDECIDED:
        return (
            "whether the party below is a legal agent is not decided, so the earlier "
            "date counts (our own default)"
        )
    return "the party below is a legal agent, so its knowledge counts from that day"


def _event_words(event: Learned, party: Party) -> str:
    on = event.day_for(party)
    if event.at is None:
        return f"{event.how.label} on {day_words(on)}"
    other = event.zone or party.zone
    text = f"{event.how.label} at {instant_words(event.at, other)}"
    if local_date(event.at, other) != local_date(event.at, party.zone):
        own = day_words(local_date(event.at, party.zone))
        text += f", which is {own} in {party.zone}: {_ZONE_WORDS[party.readings.zone]}"
    return text
