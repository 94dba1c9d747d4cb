"""Findings: who sees which, what happened to one, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.urls import reverse

from apps.core import clock
from apps.core.dates import end_of_day
from apps.core.errors import NotFound
from apps.core.types import DueItem
from apps.drift import messages, rules
from apps.drift.enums import Dimension, FindingState
from apps.drift.models import DriftFinding
from apps.engagements.models import Engagement
from apps.notifications.models import Notification
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership

PAGE = 50
MANAGERS = {Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER}


def findings(
    actor: AnyActor,
    *,
    dimension: str = "",
    state: str = "",
    engagement_id: UUID | None = None,
    before: UUID | None = None,
) -> QuerySet[DriftFinding]:
    """Findings of engagements the actor may see, newest first. One query.

    ``state`` is a ``FindingState``, or "open" for all that are not resolved; an
    acceptance holds through its last day in the actor's own zone.
    """
    actor.require(Permission.DRIFT_VIEW)
    rows = _with_names(DriftFinding.objects.visible_to(actor))
    if dimension:
        rows = rows.filter(dimension=dimension)
    if engagement_id is not None:
        rows = rows.filter(engagement=engagement_id)
    if before is not None:
        rows = rows.filter(_older_than(before))
    return rows.filter(_in_state(state, today=_today(actor))) if state else rows


def open_findings(
    actor: AnyActor, *, dimension: str = "", engagement_id: UUID | None = None
) -> QuerySet[DriftFinding]:
    """Findings not resolved, accepted or not, newest first. One query."""
    return findings(
        actor, dimension=dimension, state="open", engagement_id=engagement_id
    )


def finding(actor: AnyActor, pk: UUID) -> DriftFinding:
    """One finding with its engagement and people; NotFound for a stranger."""
    try:
        return findings(actor).select_related(*_PEOPLE).get(pk=pk)
    except DriftFinding.DoesNotExist as error:
        raise NotFound from error


def findings_of(
    engagement: Engagement, *, as_of: date | None = None
) -> list[DriftFinding]:
    """Findings of one engagement, newest first; with ``as_of`` those open on that
    day as recorded now. One query."""
    rows = _with_names(DriftFinding.objects.filter(engagement=engagement))
    if as_of is None:
        return list(rows)
    zone = engagement.client.time_zone
    return [row for row in rows if rules.is_open(row.standing, day=as_of, zone=zone)]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding and where it stands on the day the page is about."""

    finding: DriftFinding
    state: FindingState

    @property
    def is_open(self) -> bool:
        """Whether it is not resolved on that day, accepted or not."""
        return self.state != FindingState.RESOLVED


def findings_on(engagement: Engagement, *, day: date) -> list[FindingLine]:
    """Findings of one engagement detected by the end of a day in its client's zone,
    newest first, as they stood then. One query."""
    ends = end_of_day(day, engagement.client.time_zone)
    rows = _with_names(DriftFinding.objects.filter(engagement=engagement))
    return [
        FindingLine(row, row.state_on(day)) for row in rows.filter(detected_at__lt=ends)
    ]


def _older_than(pk: UUID) -> Q:
    """Rows that follow one in the order of the list: by detection, then by id."""
    day = Subquery(DriftFinding.objects.filter(pk=pk).values("detected_at"))
    return Q(detected_at__lt=day) | Q(detected_at=day, pk__lt=pk)


_PEOPLE = ("acknowledged_by", "acceptance_requested_by", "accepted_by")


def _with_names(rows: QuerySet[DriftFinding]) -> QuerySet[DriftFinding]:
    return rows.select_related("engagement__client", "engagement__provider")


def _today(actor: AnyActor) -> date:
    zone = actor.organization.time_zone if isinstance(actor, Actor) else "UTC"
    return clock.today(zone)


def _in_state(state: str, *, today: date) -> Q:
    """The condition of a state; the same order of questions as ``rules.state``."""
    is_open = Q(resolved_at=None)
    accepted = is_open & Q(accepted_at__isnull=False, acceptance_until__gte=today)
    requested = is_open & Q(
        acceptance_requested_by__isnull=False, accepted_at__isnull=True
    )
    rest = is_open & ~accepted & ~requested
    conditions = {
        "open": is_open,
        FindingState.RESOLVED: Q(resolved_at__isnull=False),
        FindingState.ACCEPTED: accepted,
        FindingState.REQUESTED: requested,
        FindingState.ACKNOWLEDGED: rest & Q(acknowledged_at__isnull=False),
        FindingState.DETECTED: rest & Q(acknowledged_at=None),
    }
    return conditions[state]


# -- One finding ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened to a finding."""

    at: datetime
    text: str
    by: str = ""
    note: str = ""


def timeline(row: DriftFinding) -> list[TimelineEntry]:
    """What happened to a finding, oldest first. No query: people come with it."""
    entries = [TimelineEntry(row.detected_at, "Detected", by="Drift detection")]
    if row.acknowledged_at:
        by = str(row.acknowledged_by)
        entries.append(TimelineEntry(row.acknowledged_at, "Acknowledged", by, row.note))
    entries += [
        TimelineEntry(one.accepted_at, f"Accepted until {rules.day_text(one.until)}")
        for one in row.standing.acceptances[: len(row.earlier_acceptances)]
    ]
    if row.accepted_at and row.acceptance_until:
        until = rules.day_text(row.acceptance_until)
        reason = row.acceptance_reason
        entries.append(
            TimelineEntry(
                row.accepted_at, f"Accepted until {until}", str(row.accepted_by), reason
            )
        )
    if row.resolved_at:
        text = f"Resolved: {row.get_resolution_display().lower()}"
        entries.append(TimelineEntry(row.resolved_at, text, by="Drift detection"))
    return sorted(entries, key=lambda entry: entry.at)


EVIDENCE_WORDS = {
    "agents": "Agents concerned",
    "count": "Agents counted",
    "limit": "Agreed ceiling",
    "is_listed": "Listed in the agreement",
    "is_approved": "Approved by the client",
    "began_on": "First day of work",
    "seen_in": "Seen in",
}


def evidence_lines(row: DriftFinding) -> list[tuple[str, str]]:
    """The counts and days a finding rests on, in words."""
    return [
        (EVIDENCE_WORDS.get(name, name), _evidence_text(value))
        for name, value in row.evidence.items()
    ]


def _evidence_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


# -- For jobs ------------------------------------------------------------------------


def managers_of(
    engagements: Iterable[Engagement],
) -> dict[UUID, list[Membership]]:
    """Managers of both parties of each engagement, who are told of drift. One query."""
    parties = {one.pk: {one.client_id, one.provider_id} for one in engagements}
    every = {pk for pair in parties.values() for pk in pair}
    managers = list(tenancy.members_with_roles(every, MANAGERS))
    return {
        pk: [one for one in managers if one.organization_id in pair]
        for pk, pair in parties.items()
    }


def affected_by_organization(organization_id: UUID) -> list[UUID]:
    """Engagements the organization provides, for events about its workforce."""
    rows = Engagement.objects.filter(provider=organization_id).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def affected_by_systems(organization_id: UUID) -> list[UUID]:
    """Engagements the systems of an organization serve, and those they no longer do
    where a finding about a system is still open, for events about its access."""
    about_systems = DriftFinding.objects.filter(
        resolved_at=None, dimension=Dimension.SYSTEM
    )
    is_party = Q(client=organization_id) | Q(provider=organization_id)
    rows = Engagement.objects.filter(
        Q(systems__organization=organization_id)
        | is_party & Q(pk__in=about_systems.values("engagement"))
    )
    return list(rows.order_by("pk").values_list("pk", flat=True).distinct())


def escalation_due() -> list[DriftFinding]:
    """Open findings nobody acknowledged within the days our default allows and
    nobody was reminded of yet. Two queries."""
    before = clock.now() - timedelta(days=rules.ESCALATION_DAYS)
    rows = DriftFinding.objects.filter(
        resolved_at=None, acknowledged_at=None, detected_at__lte=before
    )
    waiting = list(_with_names(rows).order_by("pk"))
    told = set(
        Notification.objects.filter(
            kind=messages.UNACKNOWLEDGED.kind,
            path__in=[path_of(row) for row in waiting],
        ).values_list("path", flat=True)
    )
    return [row for row in waiting if path_of(row) not in told]


def path_of(row: DriftFinding) -> str:
    """The page of a finding."""
    return reverse("drift:detail", args=[row.pk])


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Days on which acceptances end, for the client who must decide again.

    ``first`` and ``last`` are inclusive. An actor gets those of its own
    organization as client, a job those of all. One query.
    """
    rows = DriftFinding.objects.filter(
        resolved_at=None,
        accepted_at__isnull=False,
        acceptance_until__range=(first, last),
    )
    if isinstance(actor, Actor):
        rows = rows.filter(engagement__client=actor.organization_id)
    return [_due_item(row) for row in _with_names(rows).order_by("acceptance_until")]


def _due_item(row: DriftFinding) -> DueItem:
    assert row.acceptance_until is not None  # noqa: S101 - filtered above
    return DueItem(
        key=f"drift_acceptance:{row.pk}",
        kind="drift.acceptance_ends",
        organization_id=row.engagement.client_id,
        due=row.acceptance_until,
        title=f"Acceptance of drift ends: {row.get_dimension_display()} of "
        f"{row.engagement}",
        path=path_of(row),
        group=f"drift:{row.engagement_id}",
        engagement_id=row.engagement_id,
    )
