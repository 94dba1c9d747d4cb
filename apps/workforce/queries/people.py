"""The provider's own people: agents, sites, assignments. Clients see counts and
the training grid of their engagements instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet

from apps.core.errors import NotFound
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Organization
from apps.workforce.models import Agent, Assignment, Site


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


def sites(actor: AnyActor) -> QuerySet[Site]:
    """Sites of the actor's organization by code, each with ``agent_count`` of open
    assignments. One query."""
    actor.require(Permission.WORKFORCE_VIEW)
    is_open = Q(assignment__ended_on=None)
    return (
        Site.objects.visible_to(actor)
        .annotate(agent_count=Count("assignment__agent", filter=is_open, distinct=True))
        .order_by("code")
    )


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


def roster(
    actor: AnyActor,
    *,
    search: str = "",
    site: str = "",
    after: str = "",
    working_on: date | None = None,
) -> QuerySet[Agent]:
    """Agents with their assignments on ``working_on`` (``todays``). Two queries.

    ``search`` looks in name, external id and e-mail; ``site`` is a site code;
    ``after`` is the external id the page before ended with.
    """
    found = agents(actor)
    if search:
        found = found.filter(
            Q(full_name__icontains=search)
            | Q(external_id__icontains=search)
            | Q(email__icontains=search)
        )
    if site:
        on_site = Q(assignments__site__code__iexact=site, assignments__ended_on=None)
        found = found.filter(on_site).distinct()
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


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One line of the roster export; an agent without assignment has one line."""

    external_id: str
    full_name: str
    email: str
    languages: str
    joined_on: date
    left_on: date | None
    engagement: str | None
    role: str | None
    channels: str
    site: str | None
    effective_on: date | None
    ended_on: date | None


def roster_lines(
    actor: AnyActor, *, search: str = "", site: str = ""
) -> Iterator[RosterLine]:
    """The roster in the shape the importer reads back, streamed. One query."""
    rows = (
        roster(actor, search=search, site=site)
        .prefetch_related(None)
        .values_list(
            "external_id",
            "full_name",
            "email",
            "languages",
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
        external_id, name, email, languages, joined_on, left_on = person
        engagement, role, channels, site, effective_on, ended_on = work
        yield RosterLine(
            external_id=external_id,
            full_name=name,
            email=email,
            languages=", ".join(languages),
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
    return row[:6], row[6:]
