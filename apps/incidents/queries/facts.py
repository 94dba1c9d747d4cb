"""A case as the rules see it: the chain below it, facts, counts, holds, findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.agreements import queries as agreements
from apps.agreements.enums import ReportingUnit
from apps.agreements.models import AgreementVersion
from apps.core.dates import local_date
from apps.engagements.enums import LegalAgency
from apps.incidents import rules
from apps.incidents.enums import (
    CountReading,
    Duty,
    FactName,
    HoldForm,
    Learning,
    Outcome,
    PartyRole,
)
from apps.incidents.models import (
    Determination,
    Incident,
    IncidentFact,
    LawEnforcementHold,
    PeopleCount,
)
from apps.incidents.queries.findings import current_determinations, lifted_sides
from apps.incidents.queries.notices import notices_that_hold, people_in
from apps.incidents.queries.readings import readings_of
from apps.incidents.rules import (
    Case,
    Hold,
    Learned,
    Party,
    People,
    Readings,
    Window,
)
from apps.tenancy.enums import OrganizationKind
from apps.tenancy.models import Organization

MAX_LEVELS = 7
CLIENT, PROVIDER = "client", "provider"
UNITS = {
    ReportingUnit.HOURS: "hours",
    ReportingUnit.DAYS: "calendar_days",
    ReportingUnit.BUSINESS_DAYS: "business_days",
}
Facts = dict[FactName, IncidentFact]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the clocks of one case follow from.

    ``parties`` maps the keys of the case's own two sides to organizations; the client
    is there only when its own clocks belong to this case (a covered entity).
    """

    case: Case
    parties: dict[str, Organization]
    facts: Facts
    count: PeopleCount | None
    version: AgreementVersion | None
    determinations: dict[UUID, Determination]


def current_facts(incidents: Sequence[Incident]) -> dict[UUID, Facts]:
    """The facts that hold, by case: those no other takes the place of. One query."""
    found: defaultdict[UUID, Facts] = defaultdict(dict)
    rows = IncidentFact.objects.filter(
        incident__in=[one.pk for one in incidents], superseded_by=None
    ).select_related("recorded_by", "organization")
    for row in rows:
        found[row.incident_id][FactName(row.name)] = row
    return found


def levels_below(incident: Incident) -> list[Incident]:
    """The case and those it was relayed from, the first report first. One query a
    level, at most seven."""
    levels = [incident]
    while levels[-1].relayed_from_id is not None and len(levels) < MAX_LEVELS:
        lower = (
            Incident.objects.select_related(
                "engagement__client", "engagement__provider"
            )
            .filter(pk=levels[-1].relayed_from_id)
            .first()
        )
        if lower is None:
            break
        levels.append(lower)
    return levels[::-1]


def case_facts(incident: Incident) -> CaseFacts:
    """Everything about a case fetched through an actor or a job, for the rules. The
    number of queries depends on the levels below alone."""
    levels = levels_below(incident)
    facts = current_facts(levels)
    told = _told(levels)
    read = readings_of(_organizations(levels))
    chain = _chain(levels, facts, read)
    determinations = current_determinations(incident)
    count = latest_count(incident)
    client = incident.engagement.client_id
    found = rules.discoveries(chain)
    discovered = found.get(PROVIDER)
    version = _version(incident, discovered.on) if discovered else None
    parties = _parties(incident)
    keys = {organization.pk: key for key, organization in parties.items()}
    own = facts[incident.pk]
    case = Case(
        chain=chain,
        people=_people(incident, count, read.get(client, rules.DEFAULTS)),
        windows={PROVIDER: _window(version)} if version else {},
        holds=_holds(incident, keys),
        lifted=frozenset(
            keys[pk]
            for pk in lifted_sides(incident, determinations.values(), own)
            if pk in keys
        ),
        determined_on=_determined_on(incident, determinations),
        individuals_told_on=told.get((incident.pk, CLIENT, Duty.INDIVIDUALS)),
        hhs_told_on=told.get((incident.pk, CLIENT, Duty.HHS)),
    )
    return CaseFacts(case, parties, own, count, version, determinations)


def _organizations(levels: Sequence[Incident]) -> set[UUID]:
    client = levels[-1].engagement.client_id
    return {client, *(one.engagement.provider_id for one in levels)}


def latest_count(incident: Incident) -> PeopleCount | None:
    """The count that holds, with its States. Two queries."""
    return (
        incident.counts.prefetch_related("states")
        .order_by("-created_at", "-pk")
        .first()
    )


def _parties(incident: Incident) -> dict[str, Organization]:
    engagement = incident.engagement
    found = {PROVIDER: engagement.provider}
    if _is_covered(engagement.client):
        found[CLIENT] = engagement.client
    return found


def _is_covered(organization: Organization) -> bool:
    return organization.kind == OrganizationKind.COVERED_ENTITY


Told = dict[tuple[UUID, str, str], date]


def _told(levels: Sequence[Incident]) -> Told:
    """First day of each kind of notice, by case, side and duty. One query."""
    engagements = {one.pk: one.engagement for one in levels}
    found: Told = {}
    rows = notices_that_hold(levels).order_by("-sent_at")
    for row in rows:
        engagement = engagements[row.incident_id]
        side = CLIENT if row.organization_id == engagement.client_id else PROVIDER
        found[row.incident_id, side, row.duty] = local_date(row.sent_at, row.zone)
    return found


def _chain(
    levels: Sequence[Incident],
    facts: dict[UUID, Facts],
    read: dict[UUID, Readings],
) -> tuple[Party, ...]:
    """Parties from the first reporter up; a level's client is the next one's
    provider. Keys of the last level are ``provider`` and ``client``."""
    notices = _upstream_notices(levels)
    parties = []
    for level, incident in enumerate(levels):
        learned = [_provider_knowledge(facts[incident.pk])]
        if level:
            learned.append(_client_knowledge(facts[levels[level - 1].pk]))
        engagement = incident.engagement
        covered = _is_covered(engagement.client)
        parties.append(
            Party(
                key=PROVIDER if incident is levels[-1] else f"below-{level}",
                role=PartyRole.BUSINESS_ASSOCIATE
                if covered
                else PartyRole.SUBCONTRACTOR,
                zone=engagement.provider.time_zone,
                learned=tuple(one for some in learned for one in some),
                agency=LegalAgency(engagement.legal_agency),
                told_up=notices.get(incident.pk),
                readings=read.get(engagement.provider_id, rules.DEFAULTS),
            )
        )
    client = levels[-1].engagement.client
    role = (
        PartyRole.COVERED_ENTITY
        if _is_covered(client)
        else PartyRole.BUSINESS_ASSOCIATE
    )
    knowledge = tuple(_client_knowledge(facts[levels[-1].pk]))
    own = read.get(client.pk, rules.DEFAULTS)
    last = Party(CLIENT, role, client.time_zone, knowledge, readings=own)
    return (*parties, last)


def _upstream_notices(levels: Sequence[Incident]) -> dict[UUID, Learned]:
    """When each level's client was told by its provider. One query."""
    engagements = {one.pk: one.engagement for one in levels}
    found = {}
    rows = notices_that_hold(levels).filter(duty=Duty.UPSTREAM)
    for row in rows.order_by("-sent_at"):
        engagement = engagements[row.incident_id]
        if row.organization_id == engagement.provider_id:
            zone = engagement.client.time_zone
            found[row.incident_id] = Learned(Learning.TOLD, at=row.sent_at, zone=zone)
    return found


def _provider_knowledge(facts: Facts) -> list[Learned]:
    return _knowledge(facts, FactName.PROVIDER_LEARNED, FactName.PROVIDER_SHOULD)


def _client_knowledge(facts: Facts) -> list[Learned]:
    return _knowledge(facts, FactName.CLIENT_LEARNED, FactName.CLIENT_SHOULD)


def _knowledge(facts: Facts, knew: FactName, should: FactName) -> list[Learned]:
    found = []
    if knew in facts:
        fact = facts[knew]
        found.append(Learned(at=fact.moment, zone=fact.zone))
    if should in facts:
        found.append(Learned(Learning.SHOULD_HAVE, on=facts[should].day))
    return found


def _version(incident: Incident, on: date) -> AgreementVersion | None:
    """The BAA version in force on the day the provider discovered. One query."""
    engagement = incident.engagement_id
    return agreements.versions_in_force([engagement], as_of=on).get(engagement)


def _window(version: AgreementVersion) -> Window:
    return Window(
        value=version.reporting_value,
        unit=UNITS[ReportingUnit(version.reporting_unit)],
        citation=f"BAA “{version.agreement.title}”, version {version.number}",
    )


def _people(
    incident: Incident, latest: PeopleCount | None, read: Readings
) -> People | None:
    """What thresholds follow, as the client reads it. No query by default; two where
    earlier counts matter."""
    rows = [latest] if latest is not None else []
    if read.counts == CountReading.HIGHEST:
        rows = list(incident.counts.prefetch_related("states").order_by("created_at"))
    return rules.people_counted([people_in(row) for row in rows], read.counts)


def _holds(incident: Incident, keys: dict[UUID, str]) -> dict[str, list[Hold]]:
    found: defaultdict[str, list[Hold]] = defaultdict(list)
    for row in LawEnforcementHold.objects.filter(incident=incident):
        if row.organization_id in keys:
            hold = Hold(HoldForm(row.form), row.stated_on, row.delay_until)
            found[keys[row.organization_id]].append(hold)
    return dict(found)


def _determined_on(
    incident: Incident, determinations: dict[UUID, Determination]
) -> date | None:
    """The day the client's finding of a breach took effect, in its own zone."""
    client = incident.engagement.client
    row = determinations.get(client.pk)
    if row is None or row.outcome != Outcome.BREACH or row.confirmed_at is None:
        return None
    return local_date(row.confirmed_at, client.time_zone)
