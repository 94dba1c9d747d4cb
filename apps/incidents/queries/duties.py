"""Running clocks as dated duties, the gate's condition, and who must be told now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from apps.core.dates import end_of_day
from apps.core.types import ConditionState, DueItem, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement
from apps.incidents import rules
from apps.incidents.enums import Basis
from apps.incidents.models import CaseTask, Clock, Incident
from apps.incidents.queries.cases import RUNNING
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission

CODE = "incidents.notice_overdue"
TITLE = "No statutory breach notice overdue"


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Counted clocks and open tasks due within inclusive days, for who owes them.

    Exercises, drafts of the other side and clocks shown for information are left out.
    An actor gets those of its own organization, a job those of all. Six queries: the
    cases come by their ids, because a join of the two is planned badly (``_totals``).
    """
    actor.require(Permission.INCIDENTS_VIEW)
    days = (first, last)
    clocks = Clock.objects.filter(RUNNING, due_on__range=days).order_by("due_at", "pk")
    tasks = CaseTask.objects.filter(done_at=None, due_on__range=days)
    if isinstance(actor, Actor):
        clocks = clocks.filter(obligated=actor.organization_id)
        tasks = tasks.filter(organization=actor.organization_id)
    beside = "incident__engagement"
    found = [
        _clock_item(row)
        for row in clocks.prefetch_related(beside)
        if _is_real(row.incident) and _may_know(row.obligated_id, row.incident)
    ]
    return found + [
        _task_item(row)
        for row in tasks.order_by("due_on", "pk").prefetch_related(beside)
        if _is_real(row.incident) and _may_know(row.organization_id, row.incident)
    ]


def _is_real(incident: Incident) -> bool:
    return not incident.is_exercise and incident.closed_at is None


def _may_know(organization_id: UUID, incident: Incident) -> bool:
    """Whether a party of a case may hear of it: nothing of a draft goes to the side
    that must not know."""
    return organization_id == incident.reporter_id or incident.shared_at is not None


def _clock_item(row: Clock) -> DueItem:
    incident = row.incident
    return DueItem(
        key=f"incident_clock:{row.pk}",
        kind="incident.notice",
        organization_id=row.obligated_id,
        due=row.due_on,
        title=f"Tell {row.to_whom}: case {incident.reference}, {row.citation}",
        path=reverse("incidents:detail", args=[incident.pk]),
        group=f"incident:{incident.pk}",
        engagement_id=incident.engagement_id,
    )


def _task_item(row: CaseTask) -> DueItem:
    incident = row.incident
    return DueItem(
        key=f"incident_task:{row.pk}",
        kind="incident.task",
        organization_id=row.organization_id,
        due=row.due_on,
        title=f"{row.get_kind_display()} of case {incident.reference}",
        path=reverse("incidents:detail", args=[incident.pk]),
        group=f"incident:{incident.pk}",
        engagement_id=incident.engagement_id,
    )


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date
) -> dict[UUID, list[GateCondition]]:
    """A condition where a statutory notice of a shared case is overdue on the day;
    nothing for an engagement without one, so an unused room closes no gate.

    Contract windows, exercises, drafts and clocks for information never close it: a
    late notice is a duty to the people affected. That it closes the gate is our own
    default. A past day is judged by the clocks that ran at its end where the client
    is, whatever took their place later. Two queries.
    """
    if not engagements:
        return {}
    by_id = {one.pk: one for one in engagements}
    ends = {one.pk: end_of_day(as_of, one.client.time_zone) for one in engagements}
    cases = {
        pk: engagement_id
        for pk, engagement_id, shared_at in Incident.objects.filter(
            engagement__in=by_id, is_exercise=False
        ).values_list("pk", "engagement", "shared_at")
        if shared_at is not None and shared_at < ends[engagement_id]
    }
    rows = Clock.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=min(ends.values())),
        is_advisory=False,
        basis__in=[Basis.FEDERAL, Basis.STATE],
        due_on__lt=as_of,
        incident__in=list(cases),
    )
    found: dict[UUID, list[Clock]] = {pk: [] for pk in by_id}
    for row in rows.select_related("obligated").order_by("due_at", "pk"):
        engagement_id = cases[row.incident_id]
        if _ran_at(row, ends[engagement_id]):
            found[engagement_id].append(row)
    return {
        pk: [_condition(by_id[pk], late)] if late else [] for pk, late in found.items()
    }


def _ran_at(row: Clock, end: datetime) -> bool:
    """Whether the clock ran when a day ended, ``end`` exclusive."""
    return row.created_at < end and (row.ended_at is None or row.ended_at >= end)


def _condition(engagement: Engagement, late: list[Clock]) -> GateCondition:
    first = late[0]
    owners = {row.obligated_id for row in late}
    side = Side.BOTH
    if owners == {engagement.client_id}:
        side = Side.CLIENT
    elif owners == {engagement.provider_id}:
        side = Side.PROVIDER
    count = "1 notice is" if len(late) == 1 else f"{len(late)} notices are"
    return GateCondition(
        code=CODE,
        title=TITLE,
        state=ConditionState.NOT_SATISFIED,
        detail=(
            f"{count} overdue; the first, from {first.obligated} to {first.to_whom}, "
            f"was due on {rules.day_words(first.due_on)}."
        ),
        citation=first.citation,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=side,
        since=first.due_on + timedelta(days=1),
        fix_path=reverse("incidents:engagement", args=[engagement.pk]),
        fix_label="Give or record the notice",
    )


def clocks_to_escalate(now: datetime) -> list[tuple[Clock, int]]:
    """Counted clocks at a rung of the ladder, with the rung. For a job. One query."""
    rows = (
        Clock.objects.filter(
            RUNNING,
            due_at__lte=now + rules.first_rung(),
            incident__is_exercise=False,
            incident__closed_at=None,
        )
        .select_related(
            "incident__engagement__client",
            "incident__engagement__provider",
            "incident__reporter",
            "obligated",
        )
        .order_by("due_at", "pk")
    )
    found = []
    for row in rows:
        rung = rules.rung_reached(row.due_at, now=now)
        if rung is not None and _may_know(row.obligated_id, row.incident):
            found.append((row, rung))
    return found
