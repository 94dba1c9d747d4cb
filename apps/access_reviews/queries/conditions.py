"""What access says to the gate, to drift and to the list of deadlines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from apps.access_reviews import rules
from apps.access_reviews.enums import AccountStatus
from apps.access_reviews.models import Campaign, Revocation, RevocationStep, System
from apps.access_reviews.models.revocations import IS_OPEN
from apps.core import clock
from apps.core.dates import end_of_day, local_date, start_of
from apps.core.types import ConditionState, DueItem, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor
from apps.tenancy.models import Organization

# The implementation specification is in force and addressable; it sets no time.
CITATION = "45 CFR 164.308(a)(3)(ii)(C). The hours are the owner's own policy."


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date
) -> dict[UUID, list[GateCondition]]:
    """``access.revocations_done`` for engagements with any revocation in a system
    they use, up to the end of the day in the client's zone.

    An engagement without one is not spoken of: nothing was ever asked there. Counts
    only, never an account. Two queries, and one where any was reopened: what counts
    then is the clock that ran then.
    """
    ends = {each.pk: _end(as_of, each.client.time_zone) for each in engagements}
    through = System.engagements.through.objects
    serving: dict[UUID, list[UUID]] = defaultdict(list)
    rows = through.filter(engagement__in=list(ends))
    for engagement_id, system_id in rows.values_list("engagement_id", "system_id"):
        serving[system_id].append(engagement_id)
    found: dict[UUID, _Tally] = defaultdict(_Tally)
    revocations = list(Revocation.objects.filter(system__in=list(serving)))
    steps = _steps_of_reopened(revocations)
    for row in revocations:
        for engagement_id in serving[row.system_id]:
            end = ends[engagement_id]
            if row.asked_at <= end:
                found[engagement_id].add(_due_then(row, steps, end), end=end)
    return {
        pk: [_revocations_done(tally, pk)]
        if (tally := found.get(pk)) and tally.all
        else []
        for pk in ends
    }


_Steps = dict[UUID, list[tuple[str, datetime]]]


def _steps_of_reopened(rows: Sequence[Revocation]) -> _Steps:
    reopened = [row.pk for row in rows if row.reopened_count]
    found: _Steps = defaultdict(list)
    if not reopened:
        return found
    steps = RevocationStep.objects.filter(revocation__in=reopened).order_by("at", "pk")
    for pk, kind, at in steps.values_list("revocation", "kind", "at"):
        found[pk].append((kind, at))
    return found


def _due_then(row: Revocation, steps: _Steps, end: datetime) -> datetime | None:
    """When a revocation asked for by then was due; None where it did not run."""
    if row.reopened_count:
        return rules.due_then(
            steps[row.pk], hours=row.hours, then=end, starts_at=row.starts_at
        )
    ends = (row.done_at, row.withdrawn_at)
    return None if any(each and each <= end for each in ends) else row.due_at


@dataclass
class _Tally:
    """Revocations known at a moment, running, and past their time."""

    all: int = 0
    running: int = 0
    overdue: int = 0

    def add(self, due: datetime | None, *, end: datetime) -> None:
        """Count one revocation: when it is due, None where it does not run."""
        self.all += 1
        self.running += due is not None
        self.overdue += due is not None and due < end


def _end(day: date, zone: str) -> datetime:
    """The end of a local day, or now when it is not over yet."""
    return min(end_of_day(day, zone), clock.now())


def _revocations_done(tally: _Tally, engagement_id: UUID) -> GateCondition:
    is_fine = tally.overdue == 0
    if not is_fine:
        verb = "is" if tally.overdue == 1 else "are"
        detail = (
            f"{tally.overdue:,} of {tally.running:,} revocations that run {verb} past "
            "the time the owner of the system gave itself."
        )
    elif tally.running:
        verb = "runs" if tally.running == 1 else "run"
        detail = f"{tally.running:,} of {tally.all:,} revocations {verb}, none overdue."
    else:
        detail = (
            "The one revocation is done."
            if tally.all == 1
            else f"All {tally.all:,} revocations are done."
        )
    return GateCondition(
        code="access.revocations_done",
        title="Access that should have ended has ended",
        state=ConditionState.SATISFIED if is_fine else ConditionState.NOT_SATISFIED,
        detail=detail,
        citation=CITATION,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.BOTH,
        fix_path="" if is_fine else engagement_path(engagement_id),
        fix_label="" if is_fine else "See systems and access",
    )


def engagement_path(engagement_id: UUID) -> str:
    """The page of systems and access of an engagement."""
    return reverse("access_reviews:engagement", args=[engagement_id])


def observed_systems(
    engagement_ids: Collection[UUID], *, as_of: date
) -> dict[UUID, tuple[str, ...]]:
    """Names of systems that hold PHI of each engagement and have accounts, by name.

    A system counts where it says it serves the engagement and an export up to the
    end of the day showed an account in it that was not removed. For drift. One query.
    """
    before = end_of_day(as_of, "UTC")
    is_there = Q(accounts__absent_since=None) | Q(accounts__absent_since__gte=before)
    rows = (
        System.objects.filter(
            is_there,
            holds_phi=True,
            engagements__in=engagement_ids,
            accounts__first_seen_at__lt=before,
            accounts__status__in=set(AccountStatus) - {AccountStatus.REMOVED},
        )
        .order_by("engagements", "name")
        .values_list("engagements", "name")
        .distinct()
    )
    found: dict[UUID, list[str]] = {pk: [] for pk in engagement_ids}
    for engagement_id, name in rows:
        if engagement_id in found:
            found[engagement_id].append(name)
    return {pk: tuple(names) for pk, names in found.items()}


@dataclass(frozen=True, slots=True)
class SystemSummary:
    """A system beside an engagement in counts: what both parties may read."""

    system: System
    accounts: int
    running: int
    overdue: int
    reviewed_on: date | None


def engagement_systems(engagement: Engagement) -> list[SystemSummary]:
    """Systems that serve an engagement fetched through an actor, in counts, with the
    day of the last review signed off. Four queries."""
    now = clock.now()
    rows = list(
        System.objects.filter(engagements=engagement)
        .select_related("organization")
        .annotate(present=Count("accounts", filter=Q(accounts__absent_since=None)))
        .order_by("name", "pk")
    )
    pks = [row.pk for row in rows]
    running = Revocation.objects.filter(IS_OPEN, system__in=pks).order_by()
    counts = {
        pk: (number, late)
        for pk, number, late in running.values_list("system").annotate(
            number=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now))
        )
    }
    reviewed = dict(
        Campaign.objects.filter(systems__in=pks, signed_off_at__isnull=False)
        .order_by("signed_off_at")
        .values_list("systems", "signed_off_at")
    )
    return [
        SystemSummary(
            row,
            row.present,
            *counts.get(row.pk, (0, 0)),
            reviewed_on=_day(reviewed.get(row.pk), row.organization),
        )
        for row in rows
    ]


def _day(at: datetime | None, organization: Organization) -> date | None:
    return local_date(at, organization.time_zone) if at else None


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Reviews to finish, and revocations to do, whose day lies in the window.

    Revocations of one system and day are one item with their number; their day is
    the local one of the owner. A person sees those of the own organization; a job
    sees all. Two queries.
    """
    return _campaigns_due(actor, first, last) + _revocations_due(actor, first, last)


def _campaigns_due(actor: AnyActor, first: date, last: date) -> list[DueItem]:
    rows = Campaign.objects.visible_to(actor).filter(
        closed_at=None, cancelled_at=None, due_on__range=(first, last)
    )
    return [
        DueItem(
            key=f"access.campaign:{row.pk}",
            kind="access.campaign_due",
            organization_id=row.organization_id,
            due=row.due_on,
            title=f"Access review {row.name} is due on {row.due_on:%-d %B %Y}",
            path=reverse("access_reviews:campaign", args=[row.pk]),
            group="access.campaign",
        )
        for row in rows.order_by("due_on", "pk")
    ]


def _revocations_due(actor: AnyActor, first: date, last: date) -> list[DueItem]:
    start = start_of(first - timedelta(days=1), "UTC")
    end = end_of_day(last + timedelta(days=1), "UTC")
    rows = (
        Revocation.objects.visible_to(actor)
        .filter(IS_OPEN, due_at__range=(start, end))
        .order_by("due_at")
        .values_list(
            "organization",
            "organization__time_zone",
            "system",
            "system__name",
            "due_at",
        )
    )
    groups: dict[tuple[UUID, UUID, str, date], int] = defaultdict(int)
    for organization_id, zone, system_id, name, due_at in rows:
        day = local_date(due_at, zone)
        if first <= day <= last:
            groups[organization_id, system_id, name, day] += 1
    return [
        DueItem(
            key=f"access.revocation:{system_id}:{day.isoformat()}",
            kind="access.revocation_due",
            organization_id=organization_id,
            due=day,
            title=_to_take_away(count, name),
            path=f"{reverse('access_reviews:revocations')}?state=running",
            group=f"access.revocation:{system_id}",
        )
        for (organization_id, system_id, name, day), count in groups.items()
    ]


def _to_take_away(count: int, system: str) -> str:
    what = "1 access" if count == 1 else f"{count:,} accesses"
    return f"Take away {what} in {system}"
