"""The provider's own people: agents and assignments. Clients see counts and
the training grid of their engagements instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from apps.core.errors import NotFound
from apps.engagements.models import Engagement
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Organization
from apps.workforce.models import Agent, Assignment, EarlierPeriod


def acting_member(organization: Organization, email: str) -> Actor:
    """Who a command acts as: the member with the address, or the vendor manager who
    joined first. NotFound where there is none. One query."""
    if email:
        return tenancy.actor_for_email(email, organization, via="command")
    managers = tenancy.members_with_roles({organization.pk}, {Role.VENDOR_MANAGER})
    first = managers.order_by("created_at", "id").first()
    if first is None:
        raise NotFound(
            f"{organization} has no vendor manager. Name a member with --by EMAIL."
        )
    return Actor.of(first, via="command")


def agents(actor: AnyActor) -> QuerySet[Agent]:
    """Agents of the actor's organization by external id. One query."""
    actor.require(Permission.WORKFORCE_VIEW)
    return Agent.objects.visible_to(actor).order_by("external_id")


def agent(actor: AnyActor, pk: UUID) -> Agent:
    """An agent of the actor's organization; NotFound for any other. One query."""
    try:
        return agents(actor).select_related("organization").get(pk=pk)
    except Agent.DoesNotExist as error:
        raise NotFound from error


@dataclass(frozen=True, slots=True)
class Selection:
    """Which agents a list or a bulk change is about; "" and None mean all.

    ``search`` looks in name, external id and e-mail; ``site`` is a site code;
    ``serves`` an engagement the agents are assigned to.
    """

    search: str = ""
    site: str = ""
    team: str = ""
    serves: UUID | None = None

    def __bool__(self) -> bool:
        return bool(self.search or self.site or self.team or self.serves)


def _selected(found: QuerySet[Agent], selection: Selection) -> QuerySet[Agent]:
    if word := selection.search:
        found = found.filter(
            Q(full_name__icontains=word)
            | Q(external_id__icontains=word)
            | Q(email__icontains=word)
        )
    if selection.team:
        found = found.filter(team=selection.team)
    if selection.site or selection.serves:
        work = Assignment.objects.filter(agent=OuterRef("pk"), ended_on=None)
        if selection.site:
            work = work.filter(site__code__iexact=selection.site)
        if selection.serves:
            work = work.filter(engagement=selection.serves)
        found = found.filter(Exists(work))
    return found


def selected(actor: AnyActor, selection: Selection, *, on: date) -> QuerySet[Agent]:
    """Agents of the selection who work on a day, by external id. One query."""
    works = Q(joined_on__lte=on) & (Q(left_on=None) | Q(left_on__gte=on))
    return _selected(agents(actor).filter(works), selection)


def selected_assignments(
    actor: AnyActor, selection: Selection, *, engagement: Engagement, on: date
) -> QuerySet[Assignment]:
    """Assignments of the selection to one engagement that run on a day. One query."""
    chosen = _selected(agents(actor).order_by(), selection)
    return (
        Assignment.objects.filter(_on(on), engagement=engagement, agent__in=chosen)
        .select_related("agent")
        .order_by("agent__external_id")
    )


def teams(actor: AnyActor) -> list[str]:
    """Names of teams in the actor's organization. One query."""
    found = agents(actor).exclude(team="").order_by("team")
    return list(found.values_list("team", flat=True).distinct())


def roster(
    actor: AnyActor,
    *,
    selection: Selection = Selection(),
    after: str = "",
    working_on: date | None = None,
) -> QuerySet[Agent]:
    """Agents with their assignments on ``working_on`` (``todays``). Two queries.

    ``after`` is the external id the page before ended with.
    """
    found = _selected(agents(actor), selection)
    if after:
        found = found.filter(external_id__gt=after)
    running = Assignment.objects.select_related("engagement", "site")
    if working_on is not None:
        running = running.filter(_on(working_on))
    return found.prefetch_related(
        Prefetch("assignments", queryset=running, to_attr="todays")
    )


def _on(day: date) -> Q:
    return Q(effective_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gte=day))


def assignments(actor: AnyActor) -> QuerySet[Assignment]:
    """Assignments of the actor's own agents, for lists of the provider. One query."""
    actor.require(Permission.WORKFORCE_VIEW)
    mine = Assignment.objects.all()
    if actor.organization_id is not None:
        mine = mine.filter(agent__organization=actor.organization_id)
    return mine.select_related("agent", "engagement", "site")


def assignments_of(agent: Agent) -> QuerySet[Assignment]:
    """All assignments of one agent, newest first. One query."""
    return (
        Assignment.objects.filter(agent=agent)
        .select_related("engagement__client", "site")
        .order_by("-effective_on", "engagement__name")
    )


def earlier_periods(agent: Agent) -> QuerySet[EarlierPeriod]:
    """When the agent worked here before, newest first. One query."""
    return EarlierPeriod.objects.filter(agent=agent).order_by("-joined_on")


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One line of the roster export; an agent without assignment has one line."""

    external_id: str
    full_name: str
    email: str
    languages: str
    team: str
    joined_on: date
    left_on: date | None
    engagement: str | None
    role: str | None
    channels: str
    site: str | None
    effective_on: date | None
    ended_on: date | None


def roster_lines(
    actor: AnyActor,
    *,
    selection: Selection = Selection(),
) -> Iterator[RosterLine]:
    """The roster in the shape the importer reads back, streamed. One query."""
    rows = (
        roster(actor, selection=selection)
        .prefetch_related(None)
        .values_list(
            "external_id",
            "full_name",
            "email",
            "languages",
            "team",
            "joined_on",
            "left_on",
            "assignments__engagement__name",
            "assignments__role",
            "assignments__channels",
            "assignments__site__code",
            "assignments__effective_on",
            "assignments__ended_on",
        )
        .order_by("external_id", F("assignments__effective_on").asc(nulls_first=True))
    )
    for person, work in map(_halves, rows.iterator(chunk_size=2000)):
        external_id, name, email, languages, team, joined_on, left_on = person
        engagement, role, channels, site, effective_on, ended_on = work
        yield RosterLine(
            external_id=external_id,
            full_name=name,
            email=email,
            languages=", ".join(languages),
            team=team,
            joined_on=joined_on,
            left_on=left_on,
            engagement=engagement,
            role=role,
            channels=", ".join(channels or ()),
            site=site,
            effective_on=effective_on,
            ended_on=ended_on,
        )


def _halves(row: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    return row[:7], row[7:]
