"""Cases: who sees which, their running clocks, and what is around one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    Count,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)

from apps.core import clock
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement, Subcontract
from apps.incidents.models import Clock, Incident
from apps.incidents.queries.one import one
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission

PAGE = 50
SENT_TWICE = timedelta(minutes=10)
RUNNING = Q(ended_at=None, is_advisory=False)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows. ``state`` is draft, open, closed, overdue or "" for all
    that are not closed; exercises are left out unless asked for."""

    state: str = ""
    kind: str = ""
    engagement_id: UUID | None = None
    exercises: bool = False
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the list with the clock that drives alerts."""

    incident: Incident
    next_clock: Clock | None
    running: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """Lines of the list; ``older`` is the key of the next page."""

    lines: tuple[CaseLine, ...]
    older: UUID | None
    running: int
    overdue: int
    filters: Filters = field(default_factory=Filters)


def incidents(actor: AnyActor) -> QuerySet[Incident]:
    """Cases the actor may know of, newest first: those of both parties once shared,
    drafts of the own organization alone. One query."""
    actor.require(Permission.INCIDENTS_VIEW)
    return (
        Incident.objects.visible_to(actor)
        .select_related(
            "engagement__client",
            "engagement__provider",
            "reporter",
            "reported_by",
            "shared_by",
            "closed_by",
        )
        .order_by("-created_at", "-id")
    )


def incident(actor: AnyActor, pk: UUID) -> Incident:
    """One case; NotFound for a stranger and for the other side of a draft."""
    return one(incidents(actor), pk)


def incident_page(actor: AnyActor, filters: Filters) -> CasePage:
    """One page of the list with running clocks. Four queries whatever the number."""
    rows = _filtered(incidents(actor), filters, now=clock.now())
    if filters.before is not None:
        rows = rows.filter(_older_than(filters.before))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    clocks = _next_clocks([row.pk for row in shown])
    running, overdue = _totals(actor, now=clock.now())
    return CasePage(
        lines=tuple(CaseLine(row, *clocks.get(row.pk, (None, 0))) for row in shown),
        older=shown[-1].pk if len(found) > PAGE else None,
        running=running,
        overdue=overdue,
        filters=filters,
    )


def _totals(actor: AnyActor, *, now: datetime) -> tuple[int, int]:
    """How many counted clocks run, and how many are overdue. One query.

    Clocks are counted case by case: while statistics still say a table is empty, the
    planner joins two large ones row by row, which took minutes at ten thousand cases.
    """
    own = Clock.objects.filter(RUNNING, incident=OuterRef("pk"))
    found = (
        Incident.objects.visible_to(actor)
        .filter(is_exercise=False, closed_at=None)
        .aggregate(
            running=Sum(_count(own)), overdue=Sum(_count(own.filter(due_at__lt=now)))
        )
    )
    return found["running"] or 0, found["overdue"] or 0


def _count(rows: QuerySet[Clock]) -> Subquery:
    """The number of rows, as a subquery the planner cannot turn into a join."""
    every = rows.order_by().annotate(number=Func(F("pk"), function="COUNT"))
    return Subquery(every.values("number"), output_field=IntegerField())


def _filtered(
    rows: QuerySet[Incident], filters: Filters, *, now: datetime
) -> QuerySet[Incident]:
    rows = rows.filter(is_exercise=filters.exercises)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.engagement_id is not None:
        rows = rows.filter(engagement=filters.engagement_id)
    states = {
        "": Q(closed_at=None),
        "draft": Q(closed_at=None, shared_at=None),
        "open": Q(closed_at=None, shared_at__isnull=False),
        "closed": Q(closed_at__isnull=False),
        "overdue": Q(first_due_at__lt=now),
        "all": Q(),
    }
    if filters.state == "overdue":
        rows = rows.alias(first_due_at=_first("due_at"))
    return rows.filter(states[filters.state])


def _first(field: str) -> Subquery:
    """The earliest ``due_at`` or ``due_on`` of the counted clocks of a case."""
    rows = Clock.objects.filter(RUNNING, incident=OuterRef("pk")).order_by("due_at")
    return Subquery(rows.values(field)[:1])


def _older_than(pk: UUID) -> Q:
    made = Subquery(Incident.objects.filter(pk=pk).values("created_at"))
    return Q(created_at__lt=made) | Q(created_at=made, pk__lt=pk)


def _next_clocks(ids: list[UUID]) -> dict[UUID, tuple[Clock, int]]:
    """The earliest counted clock of each case and how many run. Two queries."""
    rows = Clock.objects.filter(RUNNING, incident__in=ids)
    counts = dict(rows.order_by().values_list("incident").annotate(found=Count("pk")))
    first = (
        rows.order_by("incident_id", "due_at", "pk")
        .distinct("incident_id")
        .select_related("obligated")
    )
    return {row.incident_id: (row, counts[row.incident_id]) for row in first}


def running_clocks(actor: AnyActor) -> QuerySet[Clock]:
    """Clocks that run and count, of cases the actor may know of, the earliest first;
    those of exercises and closed cases are left out. One query."""
    actor.require(Permission.INCIDENTS_VIEW)
    seen = Incident.objects.visible_to(actor).filter(
        pk=OuterRef("incident"), is_exercise=False, closed_at=None
    )
    # Looked up clock by clock, for the reason given in ``_totals``.
    return (
        Clock.objects.alias(seen=Subquery(seen.order_by().values("pk")[:1]))
        .filter(RUNNING, seen__isnull=False)
        .select_related("incident__engagement", "obligated")
        .order_by("due_at", "pk")
    )


def open_cases(engagement_id: UUID) -> list[Incident]:
    """Cases of an engagement that are not closed, for the portal itself. One query."""
    rows = Incident.objects.filter(engagement=engagement_id, closed_at=None)
    return list(rows.order_by("pk"))


def same_report(
    engagement: Engagement,
    user_id: UUID,
    *,
    kind: str,
    summary: str,
    is_exercise: bool,
) -> Incident | None:
    """The draft a person wrote down in the last minutes with the same words: a form
    that was sent twice. One query."""
    rows = Incident.objects.filter(
        engagement=engagement,
        reported_by=user_id,
        kind=kind,
        summary=summary,
        is_exercise=is_exercise,
        shared_at=None,
        closed_at=None,
        created_at__gte=clock.now() - SENT_TWICE,
    )
    return rows.order_by("-created_at").first()


def relays_of(incident: Incident) -> list[Incident]:
    """Cases opened from this one, for the portal itself. One query."""
    return list(incident.relays.order_by("pk"))


def engagements_above(incident: Incident) -> list[Engagement]:
    """Engagements the case's own is carried for on the day, where the case was not
    relayed yet. One query."""
    engagement = incident.engagement
    today = clock.today(engagement.client.time_zone)
    edges = Subcontract.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=today),
        downstream=engagement,
        refused_on=None,
        effective_on__lte=today,
    )
    taken = Incident.objects.filter(relayed_from=incident).values("engagement")
    return list(
        Engagement.objects.filter(pk__in=edges.values("upstream"))
        .exclude(pk__in=taken)
        .select_related("client", "provider")
        .order_by("name", "pk")
    )


def left_open(incident: Incident, *, organization_id: UUID) -> str:
    """What stands in the way of closing a case for a side, in words; empty if nothing.
    Clocks of an exercise never do. Three queries."""
    running = Clock.objects.filter(RUNNING, incident=incident)
    clocks = [] if incident.is_exercise else list(running)
    tasks = list(incident.tasks.all())
    named = {
        "clocks run": [
            f"{row.get_duty_display()}, due {row.due_on:%-d %B %Y}" for row in clocks
        ],
        "tasks are open": [one.title for one in tasks if one.done_at is None],
        "corrective actions wait for verification": [
            one.title for one in tasks if one.waits_for_verification
        ],
    }
    parts = [f"{what} ({'; '.join(rows)})" for what, rows in named.items() if rows]
    parts += _reviews_missing(incident, organization_id)
    return "; ".join(parts)


def _reviews_missing(incident: Incident, organization_id: UUID) -> list[str]:
    """The closing side's own review; of a shared case its client's too, whose duties a
    vendor must not cut off."""
    held = set(incident.reviews.values_list("organization", flat=True))
    missing = []
    if organization_id not in held:
        missing.append("your side has not recorded its review")
    client = incident.engagement.client
    is_others = incident.shared_at is not None and client.pk != organization_id
    if is_others and client.pk not in held:
        missing.append(f"{client} has not recorded its review")
    return missing


def engagement_choices(actor: AnyActor) -> QuerySet[Engagement]:
    """Engagements the actor may report on or filter by. One query."""
    return engagements.engagements(actor)


def reportable(actor: AnyActor) -> QuerySet[Engagement]:
    """Engagements whose party the actor's organization is, still running or not."""
    own = Q(client=actor.organization_id) | Q(provider=actor.organization_id)
    return engagements.engagements(actor).filter(own)


def incidents_of(actor: AnyActor, engagement: Engagement) -> QuerySet[Incident]:
    """Cases of one engagement the actor may know of, with their earliest last moment
    as ``first_due``. One query."""
    return (
        incidents(actor)
        .filter(engagement=engagement)
        .annotate(first_due=_first("due_on"))
        .order_by(F("closed_at").desc(nulls_first=True), "-created_at")
    )
