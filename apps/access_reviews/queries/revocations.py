"""Revocations: lists, timelines, statistics, and what is to be opened or told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce, Least, TruncDate
from django.urls import reverse

from apps.access_reviews import rules
from apps.access_reviews.enums import AccountStatus, RevocationCause, RevocationState
from apps.access_reviews.models import (
    Account,
    ForeseenLeaver,
    Revocation,
    RevocationStep,
)
from apps.access_reviews.models.revocations import IS_OPEN
from apps.core import clock
from apps.core.dates import start_of
from apps.core.errors import NotFound
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.workforce.models import Agent, Assignment, EarlierPeriod

ENDED = (AccountStatus.SUSPENDED, AccountStatus.REMOVED)
ALERT_BATCH = 20_000


def revocations(actor: AnyActor, *, state: str = "") -> QuerySet[Revocation]:
    """Revocations of the actor's organization, the soonest due first. One query.

    ``state`` is one of RevocationState, or "running" for what is not yet verified.
    """
    actor.require(Permission.ACCESS_VIEW)
    rows = Revocation.objects.visible_to(actor).select_related(
        "organization",
        "system__organization",
        "account__agent",
        "grant__role",
        "item__campaign",
        "asked_by",
        "done_by",
        "proof",
        "verified_in__file",
    )
    return rows.filter(_in_state(state)).order_by("due_at", "pk")


def page_of(
    actor: AnyActor, *, state: str, after: UUID | None, size: int
) -> list[Revocation]:
    """A page of the list, and one row more where there is another; ``after`` is the
    last one of the page before. One query, and one for the last."""
    rows = revocations(actor, state=state)
    own = Revocation.objects.visible_to(actor)
    before = own.filter(pk=after).first() if after else None
    if before is not None:
        later = Q(due_at=before.due_at, pk__gt=before.pk)
        rows = rows.filter(Q(due_at__gt=before.due_at) | later)
    return list(rows[: size + 1])


def _in_state(state: str) -> Q:
    now = clock.now()
    return {
        "running": Q(verified_at=None, withdrawn_at=None),
        RevocationState.OPEN: IS_OPEN & Q(due_at__gte=now),
        RevocationState.OVERDUE: IS_OPEN & Q(due_at__lt=now),
        RevocationState.DONE: Q(
            done_at__isnull=False, verified_at=None, withdrawn_at=None
        ),
        RevocationState.VERIFIED: Q(verified_at__isnull=False),
        RevocationState.WITHDRAWN: Q(withdrawn_at__isnull=False),
    }.get(state, Q())


def revocation(actor: AnyActor, pk: UUID) -> Revocation:
    """A revocation of the actor's organization with its ``timeline``; NotFound for
    any other. Two queries."""
    steps = RevocationStep.objects.select_related("by").order_by("at", "pk")
    try:
        return (
            revocations(actor)
            .prefetch_related(Prefetch("steps", queryset=steps, to_attr="timeline"))
            .get(pk=pk)
        )
    except Revocation.DoesNotExist as error:
        raise NotFound from error


def state_now(row: Revocation) -> RevocationState:
    """Where a revocation stands now. No query."""
    facts = rules.RevocationFacts(
        row.due_at, row.done_at, row.verified_at, row.withdrawn_at
    )
    return rules.state_of(facts, now=clock.now())


@dataclass(frozen=True, slots=True)
class RevocationLine:
    """A revocation with its state and how long it took, or has run, in hours."""

    row: Revocation
    state: RevocationState
    hours: float
    within_proposed: bool


def lines(rows: Collection[Revocation]) -> list[RevocationLine]:
    """Rows with their state. No query."""
    return [_line(row) for row in rows]


def _line(row: Revocation) -> RevocationLine:
    end = row.done_at or row.withdrawn_at or clock.now()
    hours = rules.hours_between(row.clock_start, end)
    return RevocationLine(row, state_now(row), hours, hours <= rules.PROPOSED_HOURS)


def counts(actor: AnyActor) -> dict[str, int]:
    """How many stand in each state. One query."""
    found = dict.fromkeys(RevocationState, 0)
    rows = revocations(actor).values_list(
        "due_at", "done_at", "verified_at", "withdrawn_at"
    )
    now = clock.now()
    for row in rows.order_by():
        found[rules.state_of(rules.RevocationFacts(*row), now=now)] += 1
    return {state.value: count for state, count in found.items()}


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast access ended: over all, by what it took, by month and by cause."""

    times: rules.Times
    speeds: dict[str, int]
    months: list[tuple[date, rules.Times]]
    causes: list[tuple[str, rules.Times]]


def speed(actor: Actor, *, since: datetime) -> Speed | None:
    """How fast access ended since a moment; None where nothing did. One query."""
    actor.require(Permission.ACCESS_VIEW)
    rows = list(
        Revocation.objects.visible_to(actor)
        .filter(done_at__gte=since)
        .order_by("done_at")
        .values_list("cause", Coalesce("starts_at", "asked_at"), "due_at", "done_at")
    )
    runs = [_run(row) for row in rows]
    times = rules.time_to_revoke(runs)
    if times is None:
        return None
    by_cause = (
        (cause, rules.time_to_revoke(_run(row) for row in rows if row[0] == cause))
        for cause in RevocationCause
    )
    return Speed(
        times=times,
        speeds=rules.speeds(runs),
        months=rules.times_by_month(runs, zone=actor.organization.time_zone),
        causes=[(str(cause.label), own) for cause, own in by_cause if own],
    )


def _run(row: tuple[Any, ...]) -> rules.Run:
    _, start, due_at, done_at = row
    return start, due_at, done_at


def revocation_path(pk: UUID) -> str:
    """The page of a revocation."""
    return reverse("access_reviews:revocation", args=[pk])


def revocations_path() -> str:
    """The list of revocations."""
    return reverse("access_reviews:revocations")


def running_keys(account_ids: Collection[UUID]) -> set[tuple[UUID, UUID | None]]:
    """What already runs for these accounts: account and grant. One query."""
    rows = Revocation.objects.filter(
        account__in=account_ids, verified_at=None, withdrawn_at=None
    )
    return set(rows.values_list("account", "grant"))


def accounts_of_leavers(
    organization_id: UUID,
) -> list[tuple[Account, datetime | None]]:
    """Accounts that can be signed in to and belong to somebody who left the
    organization, up to and including today there; with the end of today for those of
    whom it was known before. Not those a person decided to leave open since that last
    day. Two queries."""
    zone = _zone(organization_id)
    today = clock.today(zone)
    foreseen = ForeseenLeaver.objects.filter(agent=OuterRef("agent"), last_day=today)
    rows = (
        _present()
        .annotate(last_day=last_day("agent__", today), is_foreseen=Exists(foreseen))
        .filter(agent__organization=organization_id, last_day__lte=today)
        .exclude(_has_running())
        .exclude(_left_open(RevocationCause.LEFT, zone, asked="gte"))
    )
    end = start_of(today + timedelta(days=1), zone)
    return [
        (row, end if row.is_foreseen and row.last_day == today else None)
        for row in rows
    ]


def leavers_to_come(organization_id: UUID) -> QuerySet[Agent]:
    """Agents whose last day is after today. One query, and one for the zone."""
    today = clock.today(_zone(organization_id))
    return Agent.objects.filter(organization=organization_id, left_on__gt=today)


def foreseen_no_more(organization_id: UUID) -> QuerySet[ForeseenLeaver]:
    """Last days to come that are another day now, or none. One query, and one for the
    zone."""
    today = clock.today(_zone(organization_id))
    rows = ForeseenLeaver.objects.filter(
        agent__organization=organization_id, last_day__gt=today
    )
    return rows.exclude(agent__left_on=F("last_day"), agent__left_on__isnull=False)


def running_of_returned(organization_id: UUID) -> QuerySet[Revocation]:
    """Revocations that run because somebody left who is at work again, or whose
    account turned out to be another's. One query, and one for the zone."""
    today = clock.today(_zone(organization_id))
    return (
        _running_for(RevocationCause.LEFT)
        .annotate(last_day=last_day("account__agent__", today))
        .filter(
            Q(last_day=None) | Q(last_day__gt=today),
            account__agent__organization=organization_id,
        )
    )


def last_day(agent: str, today: date) -> Case:
    """The last day of the agent behind a prefix; of the period before where the
    present one has not begun, and None for somebody at work."""
    before = EarlierPeriod.objects.filter(agent=OuterRef(f"{agent}pk"))
    return Case(
        When(
            Q(**{f"{agent}joined_on__gt": today}),
            then=Subquery(before.order_by("-left_on").values("left_on")[:1]),
        ),
        default=F(f"{agent}left_on"),
    )


def accounts_no_longer_needed(engagement_id: UUID) -> list[Account]:
    """Accounts in systems of the engagement whose agent once served it and serves
    none of the system's engagements today, nor will. Not those a person decided to
    leave open since the last day. Two queries."""
    zone = _provider_zone(engagement_id)
    served = Assignment.objects.filter(
        agent=OuterRef("agent"), engagement=engagement_id
    )
    ends = served.annotate(last_day=Least("ended_on", "engagement__ended_on")).order_by(
        F("last_day").desc(nulls_last=True)
    )
    return list(
        _present()
        .annotate(last_day=Subquery(ends.values("last_day")[:1]))
        .filter(Exists(served), system__engagements=engagement_id)
        .exclude(_still_serves("agent", clock.today(zone)))
        .exclude(_has_running())
        .exclude(_left_open(RevocationCause.ASSIGNMENT_ENDED, zone, asked="gt"))
    )


def running_of_reassigned(engagement_id: UUID) -> QuerySet[Revocation]:
    """Revocations that run because service of the engagement ended, of agents who
    serve an engagement of the system again. One query, and one for the zone."""
    today = clock.today(_provider_zone(engagement_id))
    return _running_for(RevocationCause.ASSIGNMENT_ENDED).filter(
        _still_serves("account__agent", today), engagement=engagement_id
    )


def _still_serves(agent: str, today: date) -> Exists:
    live = Q(engagement__ended_on=None) | Q(engagement__ended_on__gte=today)
    lasts = Q(ended_on=None) | Q(ended_on__gte=today)
    return Exists(
        Assignment.objects.filter(
            live,
            lasts,
            agent=OuterRef(agent),
            engagement__systems=OuterRef("system"),
        )
    )


def _running_for(cause: RevocationCause) -> QuerySet[Revocation]:
    rows = Revocation.objects.filter(cause=cause, verified_at=None, withdrawn_at=None)
    return rows.select_related("system").order_by("system_id", "pk")


def _left_open(cause: RevocationCause, zone: str, *, asked: str) -> Exists:
    """A person withdrew a revocation of the account asked for on the ``last_day`` or
    later ("gte"), or only after it ("gt")."""
    rows = Revocation.objects.filter(
        account=OuterRef("pk"), cause=cause, withdrawn_by__isnull=False
    ).annotate(asked_on=TruncDate("asked_at", tzinfo=ZoneInfo(zone)))
    return Exists(rows.filter(Q(**{f"asked_on__{asked}": OuterRef("last_day")})))


def _zone(organization_id: UUID) -> str:
    return Organization.objects.values_list("time_zone", flat=True).get(
        pk=organization_id
    )


def _provider_zone(engagement_id: UUID) -> str:
    return (
        Organization.objects.filter(engagements_as_provider=engagement_id)
        .values_list("time_zone", flat=True)
        .get()
    )


def _present() -> QuerySet[Account]:
    return (
        Account.objects.filter(absent_since=None, agent__isnull=False)
        .exclude(status__in=ENDED)
        .select_related("system__organization")
        .order_by("system_id", "key")
    )


def _has_running() -> Exists:
    return Exists(
        Revocation.objects.filter(
            account=OuterRef("pk"), grant=None, verified_at=None, withdrawn_at=None
        )
    )


def overdue_unalerted() -> list[Revocation]:
    """Revocations past their time of which nobody was told, for a job, locked: what
    another one is telling is left to it. One query."""
    rows = Revocation.objects.select_for_update(of=("self",), skip_locked=True).filter(
        IS_OPEN, due_at__lt=clock.now(), alerted_at=None
    )
    rows = rows.select_related("system", "organization")
    return list(rows.order_by("due_at", "system_id", "pk")[:ALERT_BATCH])


def organizations_with_leavers() -> set[UUID]:
    """Organizations whose agents have left and still have accounts, or have
    revocations that run. Two queries."""
    was_here = Q(agent__left_on__isnull=False) | Q(agent__earlier_periods__isnull=False)
    rows = _present().filter(was_here).order_by()
    running = _running_for(RevocationCause.LEFT).exclude(account__agent=None)
    return {
        *rows.values_list("agent__organization", flat=True),
        *running.values_list("account__agent__organization", flat=True),
    }


def engagements_with_systems() -> set[UUID]:
    """Engagements some system serves, with an assignment that ended or revocations
    that run. Two queries."""
    ended = Assignment.objects.filter(ended_on__isnull=False)
    rows = ended.filter(engagement__systems__isnull=False).order_by()
    running = _running_for(RevocationCause.ASSIGNMENT_ENDED).exclude(engagement=None)
    return {
        *rows.values_list("engagement", flat=True).distinct(),
        *running.values_list("engagement", flat=True),
    }
