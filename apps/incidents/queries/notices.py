"""Notices on record, and how far they reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet

from apps.incidents import rules
from apps.incidents.enums import Duty, Method
from apps.incidents.models import Clock, Incident, Notice, PeopleCount
from apps.incidents.queries.one import one
from apps.incidents.rules import Deadline, People, Told
from apps.tenancy.actor import AnyActor


def notices_that_hold(incidents: Iterable[Incident]) -> QuerySet[Notice]:
    """Notices of cases that no correction took the place of."""
    return Notice.objects.filter(incident__in=list(incidents), superseded_by=None)


def notices(actor: AnyActor, incident: Incident) -> QuerySet[Notice]:
    """Notices of a case, oldest first, with sender, proof and correction. One query."""
    return (
        Notice.objects.visible_to(actor)
        .filter(incident=incident)
        .select_related("organization", "proof", "letter__document", "superseded_by")
        .prefetch_related("count__states")
    )


def notice(actor: AnyActor, pk: UUID) -> Notice:
    """One notice; NotFound for a stranger."""
    return one(Notice.objects.visible_to(actor).select_related("organization"), pk)


def people_in(row: PeopleCount) -> People:
    """A count as the rules take it."""
    states = {line.state: line.residents for line in row.states.all()}
    return People(row.total, states, row.unreachable)


def told_by(incident: Incident, owner_id: UUID) -> list[Notice]:
    """Notices one party gave that hold, oldest first, with what was counted then. Two
    queries."""
    rows = notices_that_hold([incident]).filter(organization=owner_id)
    return list(rows.prefetch_related("count__states").order_by("sent_at", "pk"))


def as_told(row: Notice) -> Told:
    """A notice as the rules take it."""
    return Told(
        duty=Duty(row.duty),
        method=Method(row.method),
        state=row.state,
        office=row.office,
        people=row.people,
        counted=people_in(row.count) if row.count is not None else None,
    )


def met_by(
    clock: Clock | Deadline, people: People | None, given: Sequence[Notice]
) -> Notice | None:
    """The notice with which a clock is met, of those its party gave; None while
    somebody is not told. No query."""
    to = clock.to_whom if isinstance(clock, Clock) else clock.to
    index = rules.completed_by(
        Duty(clock.duty),
        state=clock.state,
        to=to,
        people=people,
        notices=[as_told(row) for row in given],
    )
    return None if index is None else given[index]


def still_owed(clock: Clock, people: People | None, given: Sequence[Notice]) -> str:
    """Who is not told yet though notices count for a clock, in words; "" where none
    counts or nobody is left. No query."""
    own = [row for row in given if row.organization_id == clock.obligated_id]
    told = rules.fitting(
        Duty(clock.duty),
        state=clock.state,
        to=clock.to_whom,
        notices=[as_told(row) for row in own],
    )
    if not told:
        return ""
    return rules.still_owed(
        Duty(clock.duty), state=clock.state, people=people, told=told
    )
