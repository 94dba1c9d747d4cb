"""Reporting, telling the other side, relaying up the chain, closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from apps.core import clock
from apps.core.dates import local_date
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from apps.incidents import messages, queries, rules, trail
from apps.incidents.actions.clocks import WATCH, lift_clocks, refresh_clocks
from apps.incidents.actions.facts import FactValue, put_fact
from apps.incidents.actions.letters import check_sent
from apps.incidents.actions.notices import NoticeTerms, put_notice
from apps.incidents.actions.recording import (
    enter,
    locked,
    opened,
    own_side,
    readers,
    tell,
    write,
)
from apps.incidents.enums import Duty, FactName, Kind, Method
from apps.incidents.models import CountByState, Incident, Letter, PeopleCount
from apps.incidents.rules import check_free_text
from apps.tenancy.actor import Actor, SystemActor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class Report:
    """What a person knows in the first two minutes."""

    kind: Kind
    summary: str
    learned_at: datetime
    zone: str
    person: str
    occurred_on: date | None = None
    channels: tuple[str, ...] = ()
    systems: str = ""
    phi_categories: tuple[str, ...] = ()
    people: int | None = None
    is_exercise: bool = False
    text_confirmed: bool = False


@transaction.atomic
def report_incident(engagement: Engagement, *, by: Actor, report: Report) -> Incident:
    """Write an incident down as a draft of the reporter's side; the same report of the
    same person sent again is the same case.

    Steps: permission and side; free text looked at for identifiers; lock; case, first
    facts, a first count where one is known; clocks; timeline; events
    ``incident.reported`` and ``incident.clocks_computed``; the side's own managers are
    told. Raises NotAllowed, LooksLikePhi, Invalid.
    """
    by.require(Permission.INCIDENTS_REPORT)
    check_free_text(
        {"summary": report.summary, "systems": report.systems, "person": report.person},
        is_confirmed=report.text_confirmed,
    )
    _check_moments(report)
    Engagement.objects.locked(engagement.pk)
    same = queries.same_report(
        engagement,
        by.user_id,
        kind=report.kind,
        summary=report.summary,
        is_exercise=report.is_exercise,
    )
    if same is not None:
        return same
    incident = _case(engagement, report, by=by)
    side = own_side(incident, by=by)
    incident.save(force_insert=True)
    write(
        trail.INCIDENT_REPORTED,
        incident,
        by=by,
        facts={"kind": report.kind, "is_exercise": report.is_exercise},
        personal={"engagement": engagement.name},
    )
    enter(incident, "Incident written down.", by=by)
    _first_facts(incident, report, side=side, by=by)
    refresh_clocks(incident, by=by)
    tell(
        messages.INCIDENT_DRAFTED,
        incident,
        {by.organization_id},
        key=str(incident.pk),
        but=by.user_id,
    )
    return incident


def _case(engagement: Engagement, report: Report, *, by: Actor) -> Incident:
    return Incident(
        engagement=engagement,
        reporter=by.organization,
        reported_by=by.user,
        kind=report.kind,
        summary=report.summary,
        channels=list(report.channels),
        systems=report.systems,
        phi_categories=list(report.phi_categories),
        is_exercise=report.is_exercise,
    )


def _check_moments(report: Report) -> None:
    rules.check_year(report.learned_at.date(), field="learned_at")
    rules.check_year(report.occurred_on, field="occurred_on")
    now = clock.now()
    if report.learned_at > now:
        text = "This moment has not come yet."
        raise Invalid(text, fields={"learned_at": [text]})
    if report.occurred_on and report.occurred_on > clock.today(report.zone):
        text = "This day has not come yet."
        raise Invalid(text, fields={"occurred_on": [text]})
    known_on = local_date(report.learned_at, report.zone)
    rules.check_known_after(report.occurred_on, known_on, field="occurred_on")


def _first_facts(incident: Incident, report: Report, *, side: str, by: Actor) -> None:
    learned = FactName.CLIENT_LEARNED if side == "client" else FactName.PROVIDER_LEARNED
    value = FactValue(moment=report.learned_at, zone=report.zone, person=report.person)
    put_fact(incident, by=by, name=learned, value=value)
    if report.occurred_on:
        occurred = FactValue(day=report.occurred_on)
        put_fact(incident, by=by, name=FactName.OCCURRED_ON, value=occurred)
    if report.people is not None:
        PeopleCount.objects.create(
            incident=incident,
            organization=by.organization,
            counted_on=clock.today(report.zone),
            total=report.people,
            recorded_by=by.user,
        )


@transaction.atomic
def share_incident(
    incident: Incident,
    *,
    by: Actor,
    told_at: datetime,
    method: Method = Method.PORTAL,
    to_whom: str = "",
    proof: StoredFile | None = None,
    letter: Letter | None = None,
) -> Incident:
    """Tell the other side: the draft becomes a case of both.

    Steps: permission and side; lock; the case is shared; a provider's telling is its
    notice up the chain, which meets its clocks and starts its client's; events
    ``incident.shared`` and ``incident.notice_recorded``; where the client carries the
    work for one client of its own, the case goes up as a draft; both are told. Raises
    NotAllowed, Conflict, Invalid.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    incident, side = opened(incident, by=by)
    if incident.shared_at is not None:
        raise Conflict("The other side knows already; the case shows since when.")
    if letter is not None:
        check_sent(letter, incident, by=by)
    incident.shared_at, incident.shared_by = clock.now(), by.user
    incident.save(update_fields=["shared_at", "shared_by"])
    write(trail.INCIDENT_SHARED, incident, by=by, facts={"told_at": told_at})
    if side == "provider":
        put_notice(
            incident,
            by=by,
            terms=NoticeTerms(
                duty=Duty.UPSTREAM,
                method=method,
                sent_at=told_at,
                to_whom=to_whom or str(incident.engagement.client),
                proof=proof,
                letter=letter,
            ),
        )
    else:
        enter(incident, "The vendor was told.", by=by)
    refresh_clocks(incident, by=by)
    other = readers_besides(incident, by.organization_id)
    tell(messages.INCIDENT_SHARED, incident, other, key=str(incident.pk))
    _take_up(incident)
    return incident


def readers_besides(incident: Incident, own: UUID) -> set[UUID]:
    """The other party of the engagement."""
    engagement = incident.engagement
    return {engagement.client_id, engagement.provider_id} - {own}


def _take_up(incident: Incident) -> None:
    """Open a draft one level up where there is one client; ask where there are more."""
    above = queries.engagements_above(incident)
    if len(above) == 1:
        _relay(incident, above[0], by=WATCH)
    elif above:
        client = {incident.engagement.client_id}
        tell(messages.RELAY_WANTED, incident, client, key=str(incident.pk))


@transaction.atomic
def relay_incident(
    incident: Incident, *, by: Actor, engagement: Engagement
) -> Incident:
    """Take a case the actor's organization received up to one of its own clients.

    A draft of its own on that engagement, with the facts as reported below; discovery
    follows the chain. Event ``incident.relayed``. Raises NotAllowed for anybody but
    the client of the case, Conflict if it was relayed there already.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    incident = locked(incident)
    if own_side(incident, by=by) != "client":
        raise NotAllowed("Only who received the report relays it to its own client.")
    if engagement.pk not in {row.pk for row in queries.engagements_above(incident)}:
        raise Conflict(
            "This engagement does not run through the subcontractor, or the case was "
            "relayed there already."
        )
    return _relay(incident, engagement, by=by)


def _relay(
    incident: Incident, engagement: Engagement, *, by: Actor | SystemActor
) -> Incident:
    Engagement.objects.locked(engagement.pk)
    above = Incident.objects.create(
        engagement=engagement,
        reporter=engagement.provider,
        kind=incident.kind,
        summary=incident.summary,
        channels=incident.channels,
        phi_categories=incident.phi_categories,
        is_exercise=incident.is_exercise,
        relayed_from=incident,
    )
    above = locked(above)
    write(trail.INCIDENT_RELAYED, above, by=by)
    _copy(incident, above)
    enter(above, "Opened from what a subcontractor reported.", by=by)
    refresh_clocks(above, by=by)
    provider = {engagement.provider_id}
    tell(messages.INCIDENT_DRAFTED, above, provider, key=str(above.pk))
    return above


def _copy(incident: Incident, above: Incident) -> None:
    """What was known below, as the start of the case above."""
    facts = queries.current_facts([incident])[incident.pk]
    for name in (FactName.OCCURRED_ON, FactName.OCCURRED_UNTIL):
        if name in facts:
            above.facts.create(
                organization=above.reporter,
                name=name,
                day=facts[name].day,
                reason="As reported from below.",
            )
    count = queries.latest_count(incident)
    if count is None:
        return
    copy = PeopleCount.objects.create(
        incident=above,
        organization=above.reporter,
        counted_on=count.counted_on,
        total=count.total,
        unreachable=count.unreachable,
        reason="As reported from below.",
    )
    CountByState.objects.bulk_create(
        CountByState(count=copy, state=row.state, residents=row.residents)
        for row in count.states.all()
    )


@transaction.atomic
def close_incident(incident: Incident, *, by: Actor) -> Incident:
    """Close a case after its review; nothing may be open.

    The clocks of an exercise end with it. Event ``incident.closed``, which says whether
    it was an exercise. Raises Conflict while a counted clock runs, a task is open, a
    corrective action waits for verification, or the actor's side has no review.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    incident, _ = opened(incident, by=by)
    rest = queries.left_open(incident, organization_id=by.organization_id)
    if rest:
        raise Conflict(f"The case cannot be closed yet: {rest}.")
    if incident.is_exercise:
        lift_clocks(incident)
    incident.closed_at, incident.closed_by = clock.now(), by.user
    incident.save(update_fields=["closed_at", "closed_by"])
    write(
        trail.INCIDENT_CLOSED,
        incident,
        by=by,
        facts={"is_exercise": incident.is_exercise},
    )
    enter(incident, "Case closed after its review.", by=by)
    return incident


@transaction.atomic
def reopen_incident(
    incident: Incident, *, by: Actor, reason: str, text_confirmed: bool = False
) -> Incident:
    """Open a closed case again: more people were found, or a finding fell.

    Facts, discovery and earlier clocks stay; clocks are computed anew. Steps:
    permission, side, free text, lock; both parties are told of a shared case. Event
    ``incident.reopened``. Raises NotAllowed, LooksLikePhi, Invalid without a reason,
    Conflict for one that is not closed and for an exercise.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    check_free_text({"reason": reason}, is_confirmed=text_confirmed)
    if not reason.strip():
        text = "Say why; it stands on the timeline."
        raise Invalid(text, fields={"reason": [text]})
    incident = locked(incident)
    own_side(incident, by=by)
    if incident.closed_at is None:
        raise Conflict("This case is not closed.")
    if incident.is_exercise:
        raise Conflict("This exercise is over. Hold another one.")
    incident.closed_at, incident.closed_by = None, None
    incident.save(update_fields=["closed_at", "closed_by"])
    write(trail.INCIDENT_REOPENED, incident, by=by)
    enter(incident, f"Case opened again: {reason}", by=by)
    refresh_clocks(incident, by=by)
    others = set(readers(incident)) - {by.organization_id}
    key = f"{incident.pk}:{clock.now():%Y%m%d%H%M%S}"
    tell(messages.INCIDENT_REOPENED, incident, others, key=key)
    return incident
