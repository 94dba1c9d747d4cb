"""Everything a page or a PDF about one case shows, as one person may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core import clock as now_clock
from apps.incidents import rules
from apps.incidents.enums import Audience, ClockEnd, FactName
from apps.incidents.models import (
    Assessment,
    Attachment,
    CaseTask,
    Clock,
    Incident,
    IncidentFact,
    IncidentReview,
    LawEnforcementHold,
    Letter,
    Notice,
    PenaltyEstimate,
    PeopleCount,
    TimelineEntry,
)
from apps.incidents.queries.facts import latest_count
from apps.incidents.queries.findings import (
    FindingLine,
    assessments,
    finding_lines,
    sees_own_side,
)
from apps.incidents.queries.letters import letters
from apps.incidents.queries.notices import notices, people_in, still_owed
from apps.incidents.queries.one import one
from apps.tenancy.actor import AnyActor, SystemActor
from apps.tenancy.enums import Permission, Role

MANAGERS = {Role.COMPLIANCE_MANAGER, Role.COMPLIANCE_ANALYST, Role.VENDOR_MANAGER}


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock with what became of it. ``days_late`` counts for one that was met,
    ``still_owed`` says who is left where only some were told."""

    clock: Clock
    is_overdue: bool
    days_late: int
    stands: str
    tone: str
    due: str
    still_owed: str = ""


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact that holds and those it took the place of, the newest first."""

    name: FactName
    label: str
    current: IncidentFact
    earlier: tuple[IncidentFact, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case, as the actor may see it."""

    incident: Incident
    facts: tuple[FactLine, ...]
    clocks: tuple[ClockLine, ...]
    earlier_clocks: tuple[ClockLine, ...]
    counts: tuple[PeopleCount, ...]
    holds: tuple[LawEnforcementHold, ...]
    notices: tuple[Notice, ...]
    findings: tuple[FindingLine, ...]
    assessments: tuple[Assessment, ...]
    estimates: tuple[PenaltyEstimate, ...]
    entries: tuple[TimelineEntry, ...]
    tasks: tuple[CaseTask, ...]
    reviews: tuple[IncidentReview, ...]
    letters: tuple[Letter, ...]
    attachments: tuple[Attachment, ...]
    substitute: str
    today: date

    @property
    def next_clock(self) -> ClockLine | None:
        """The counted clock that ends first."""
        running = [
            one
            for one in self.clocks
            if one.clock.is_running and not one.clock.is_advisory
        ]
        return min(running, key=lambda one: one.clock.due_at, default=None)


def case_file(actor: AnyActor, incident: Incident) -> CaseFile:
    """Everything about a case fetched through the actor. Fourteen queries whatever the
    number of rows, and one for each kind that has rows below it."""
    actor.require(Permission.INCIDENTS_VIEW)
    given = list(notices(actor, incident))
    count = latest_count(incident)
    clocks = _clocks(actor, incident, count, given)
    current = [one for one in clocks if one.clock.superseded_by_id is None]
    earlier = [one for one in clocks if one.clock.superseded_by_id is not None]
    unreachable = count.unreachable if count else 0
    facts = fact_lines(incident)
    held = {line.name: line.current for line in facts}
    return CaseFile(
        incident=incident,
        facts=tuple(facts),
        clocks=tuple(current),
        earlier_clocks=tuple(earlier),
        counts=tuple(_counts(actor, incident)),
        holds=tuple(
            LawEnforcementHold.objects.visible_to(actor)
            .filter(incident=incident)
            .select_related("organization")
        ),
        notices=tuple(given),
        findings=tuple(finding_lines(actor, incident, held)),
        assessments=tuple(assessments(actor, incident)),
        estimates=tuple(
            PenaltyEstimate.objects.visible_to(actor).filter(incident=incident)
        )
        if sees_own_side(actor)
        else (),
        entries=tuple(entries(actor, incident)),
        tasks=tuple(_tasks(actor, incident)),
        reviews=tuple(reviews(actor, incident)),
        letters=tuple(letters(actor).filter(incident=incident))
        if sees_own_side(actor)
        else (),
        attachments=tuple(attachments(actor, incident)),
        substitute=_substitute_words(unreachable),
        today=now_clock.today(incident.engagement.client.time_zone),
    )


def fact_lines(incident: Incident) -> list[FactLine]:
    """Facts that hold with their history. One query."""
    rows = list(
        IncidentFact.objects.filter(incident=incident)
        .select_related("recorded_by", "organization")
        .order_by("-created_at", "-pk")
    )
    found = []
    for name in FactName:
        own = [row for row in rows if row.name == name]
        if own:
            found.append(FactLine(name, str(name.label), own[0], tuple(own[1:])))
    return found


def _clocks(
    actor: AnyActor,
    incident: Incident,
    count: PeopleCount | None,
    given: Sequence[Notice],
) -> list[ClockLine]:
    rows = (
        Clock.objects.visible_to(actor)
        .filter(incident=incident)
        .select_related("obligated", "satisfied_by")
        .order_by("is_advisory", "due_at", "created_at", "pk")
    )
    now = now_clock.now()
    people = people_in(count) if count is not None else None
    hold = [row for row in given if not hasattr(row, "superseded_by")]
    return [
        replace(clock_line(row, now=now), still_owed=still_owed(row, people, hold))
        if row.is_running
        else clock_line(row, now=now)
        for row in rows
    ]


def clock_line(row: Clock, *, now: datetime) -> ClockLine:
    """A clock and what became of it. No query beyond what came along."""
    late = 0
    if row.satisfied_by is not None:
        late = rules.days_late(
            row.satisfied_by.sent_at,
            due_on=row.due_on,
            due_at=row.due_at,
            zone=row.satisfied_by.zone,
        )
    is_overdue = row.is_running and now > row.due_at
    stands, tone = _stands(row, is_overdue=is_overdue, late=late)
    return ClockLine(row, is_overdue, late, stands, tone, due_words(row))


def _stands(row: Clock, *, is_overdue: bool, late: int) -> tuple[str, str]:
    if row.is_running and row.is_advisory:
        return "For information", "plain"
    if row.is_running:
        return ("Overdue", "bad") if is_overdue else ("Running", "warn")
    if row.ended_as == ClockEnd.SATISFIED:
        days = rules.count_words(late, "day")
        return (f"Met {days} late", "bad") if late else ("Met in time", "good")
    return str(ClockEnd(row.ended_as).label), "plain"


def due_words(row: Clock) -> str:
    """The last permitted moment in words: a date, or date and time for hours."""
    zone = row.obligated.time_zone
    if row.due_at != rules.end_of(row.due_on, zone):
        return rules.instant_words(row.due_at, zone)
    return rules.day_words(row.due_on)


def _counts(actor: AnyActor, incident: Incident) -> QuerySet[PeopleCount]:
    return (
        PeopleCount.objects.visible_to(actor)
        .filter(incident=incident)
        .prefetch_related("states")
        .select_related("organization")
        .order_by("-created_at", "-pk")
    )


def _readable(actor: AnyActor) -> Q:
    """Entries and files by audience: shared ones, the own side's, and privileged ones
    for managers of the side that wrote them."""
    shared = Q(audience=Audience.SHARED)
    if isinstance(actor, SystemActor):
        return shared
    own = Q(audience=Audience.OWN_SIDE, organization=actor.organization_id)
    legal = Q(audience=Audience.LEGAL, organization=actor.organization_id)
    found = shared
    if actor.can(Permission.INCIDENTS_REPORT) or sees_own_side(actor):
        found |= own
    return found | legal if actor.role in MANAGERS else found


def entries(actor: AnyActor, incident: Incident) -> QuerySet[TimelineEntry]:
    """The timeline as the actor may read it, oldest first. One query."""
    return (
        TimelineEntry.objects.visible_to(actor)
        .filter(_readable(actor), incident=incident)
        .select_related("organization", "written_by")
    )


def reviews(actor: AnyActor, incident: Incident) -> QuerySet[IncidentReview]:
    """What sides learned, as the actor may read it, oldest first. One query."""
    return (
        IncidentReview.objects.visible_to(actor)
        .filter(_readable(actor), incident=incident)
        .select_related("organization", "recorded_by")
    )


def attachments(actor: AnyActor, incident: Incident) -> QuerySet[Attachment]:
    """Files of a case the actor may take. One query."""
    return (
        Attachment.objects.visible_to(actor)
        .filter(_readable(actor), incident=incident)
        .select_related("file", "organization", "incident")
    )


def attachment(actor: AnyActor, pk: UUID) -> Attachment:
    """One file of a case; NotFound for who may not read it."""
    rows = Attachment.objects.visible_to(actor).filter(_readable(actor))
    return one(
        rows.select_related("file", "incident__engagement", "incident__reporter"), pk
    )


def _tasks(actor: AnyActor, incident: Incident) -> QuerySet[CaseTask]:
    return (
        CaseTask.objects.visible_to(actor)
        .filter(incident=incident)
        .select_related("organization", "done_by", "verified_by")
    )


def task(actor: AnyActor, pk: UUID) -> CaseTask:
    """One task with its case; NotFound for a stranger."""
    rows = CaseTask.objects.visible_to(actor)
    return one(
        rows.select_related("incident__engagement", "organization", "done_by"), pk
    )


def _substitute_words(unreachable: int) -> str:
    how, is_posting = rules.substitute_notice(unreachable)
    if how == "none":
        return ""
    people = "1 person" if unreachable == 1 else f"{unreachable} people"
    law = rules.federal()
    if not is_posting:
        return (
            f"{people} cannot be reached by mail: tell them in another written form, "
            f"by telephone or otherwise ({law.substitute_citation})."
        )
    return (
        f"{people} cannot be reached by mail: post on the home page for "
        f"{law.days_posted} days or tell major media where they likely live, with a "
        f"toll-free number for as long ({law.substitute_citation})."
    )
