"""Letters of a case as its own side sees them, and what a case knows for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from apps.incidents import rules
from apps.incidents.enums import Duty, FactName, Kind, LetterKind
from apps.incidents.models import Incident, Letter
from apps.incidents.queries.facts import CLIENT, PROVIDER, CaseFacts, case_facts
from apps.incidents.queries.notices import notices_that_hold
from apps.incidents.queries.one import one
from apps.incidents.rules import LetterFacts
from apps.incidents.rules.letters import Part
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """A part of a letter with its text and what it still lacks."""

    part: Part
    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A letter with everything its page and its PDF show."""

    letter: Letter
    form: rules.LetterForm
    to: str
    opening: str
    parts: tuple[WrittenPart, ...]
    sheet: tuple[tuple[str, str], ...]

    @property
    def missing(self) -> dict[str, list[str]]:
        """What keeps it from being finished, by part."""
        return {one.part.id: list(one.missing) for one in self.parts if one.missing}


def letters(actor: AnyActor) -> QuerySet[Letter]:
    """Letters of the actor's own side. One query."""
    actor.require(Permission.INCIDENTS_ASSESS)
    return Letter.objects.visible_to(actor).select_related(
        "incident__engagement__client",
        "incident__engagement__provider",
        "incident__reporter",
        "organization",
        "edited_by",
        "document",
    )


def letter(actor: AnyActor, pk: UUID) -> Letter:
    """One letter of the own side; NotFound for any other."""
    return one(letters(actor), pk)


def finished_letters(
    actor: AnyActor, incident: Incident, *, duties: list[Duty]
) -> list[Letter]:
    """Letters of the own side ready to go out to some. One query."""
    kinds = [k for k, form in rules.letter_forms().items() if form.duty in duties]
    rows = letters(actor).filter(incident=incident, kind__in=kinds)
    return list(rows.filter(finished_at__isnull=False))


def letter_facts(incident: Incident, *, side: str) -> LetterFacts:
    """What a case fetched through an actor knows for letters of a side."""
    return _facts_of(incident, case_facts(incident), side=side)


def _facts_of(incident: Incident, known: CaseFacts, *, side: str) -> LetterFacts:
    engagement = incident.engagement
    found = rules.discoveries(known.case.chain).get(side)
    occurred = [_day(known, FactName.OCCURRED_ON), _day(known, FactName.OCCURRED_UNTIL)]
    writer = engagement.client if side == CLIENT else engagement.provider
    return LetterFacts(
        entity=writer.name,
        above=engagement.client.name,
        engagement=engagement.name,
        kind=Kind(incident.kind),
        phi=incident.phi_in_words if incident.phi_categories else "",
        people=known.case.people.counted if known.case.people else None,
        states=tuple(rules.media_states(known.case.people)),
        occurred_on=occurred[0],
        occurred_until=occurred[1],
        discovered_on=found.on if found else None,
    )


def _day(known: CaseFacts, name: FactName) -> date | None:
    fact = known.facts.get(name)
    return fact.day if fact is not None else None


def letter_page(row: Letter) -> LetterPage:
    """A letter fetched through the actor, checked against the case as it stands."""
    kind, incident = LetterKind(row.kind), row.incident
    form = rules.letter_forms()[kind]
    known = case_facts(incident)
    facts = _facts_of(incident, known, side=side_of(row))
    missing = rules.missing_in(kind, row.parts, facts)
    return LetterPage(
        letter=row,
        form=form,
        to=rules.written(form.to, facts),
        opening=rules.written(form.opening, facts),
        parts=tuple(
            WrittenPart(
                part, row.parts.get(part.id, ""), tuple(missing.get(part.id, ()))
            )
            for part in form.parts
        ),
        sheet=_sheet(incident, known, facts) if form.is_sheet else (),
    )


def side_of(row: Letter) -> str:
    """Which side a letter is of."""
    is_client = row.organization_id == row.incident.engagement.client_id
    return CLIENT if is_client else PROVIDER


def _sheet(
    incident: Incident, known: CaseFacts, facts: LetterFacts
) -> tuple[tuple[str, str], ...]:
    """The case in the order of the form of HHS. One query beside ``known``."""
    engagement = incident.engagement
    client, provider = engagement.client, engagement.provider
    told = {}
    for notice in notices_that_hold([incident]).order_by("-sent_at"):
        told[notice.duty] = rules.instant_words(notice.sent_at, notice.zone)
    people = known.case.people
    states = people.by_state if people else {}
    large = "500 or more" if rules.is_large(people) else "fewer than 500"
    return (
        ("Covered entity", f"{client.name}, {client.country}"),
        ("Business associate", f"{provider.name}, {provider.country}"),
        ("Individuals affected", _number(facts.people)),
        ("By State", ", ".join(f"{s} {n:,}" for s, n in sorted(states.items())) or "-"),
        ("Submitted as", f"{large} (45 CFR 164.408)"),
        ("Dates of the breach", _days(facts.occurred_on, facts.occurred_until)),
        ("Date of discovery", _days(facts.discovered_on)),
        ("Type of breach", incident.get_kind_display()),
        ("Location of the information", incident.channels_in_words or "-"),
        ("Systems", incident.systems or "-"),
        ("Individuals told", told.get(Duty.INDIVIDUALS, "not yet")),
        ("Substitute notice", told.get(Duty.SUBSTITUTE, "none")),
        ("Media told", told.get(Duty.MEDIA, "none")),
    )


def _number(people: int | None) -> str:
    return "not counted yet" if people is None else f"{people:,}"


def _days(*days: date | None) -> str:
    known = dict.fromkeys(rules.day_words(day) for day in days if day)
    return " to ".join(known) or "not on record"
