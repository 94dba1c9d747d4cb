"""Roster imports, and what the importer compares a file with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.core.dates import Period
from apps.core.errors import NotFound
from apps.core.models import TableImport
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.workforce.importer import Directory
from apps.workforce.models import (
    Agent,
    Assignment,
    EarlierPeriod,
    RosterImport,
    RosterMapping,
    Site,
)
from apps.workforce.rules import AssignmentState, WorkerState

PATIENCE = timedelta(minutes=2)
GIVES_UP = timedelta(days=1)
_STATE_FIELDS = ("previewed_at", "confirmed_at", "committed_at", "refused_at")


def roster_imports(actor: AnyActor) -> QuerySet[RosterImport]:
    """Imports of the actor's organization, newest first, without their problems.
    One query."""
    actor.require(Permission.WORKFORCE_IMPORT)
    return (
        RosterImport.objects.visible_to(actor)
        .defer("problems", "leavers")
        .select_related("uploaded_by", "organization", "file")
        .order_by("-created_at", "-pk")
    )


def roster_import(actor: AnyActor, pk: UUID) -> RosterImport:
    """An import of the actor's organization; NotFound for any other. One query."""
    try:
        return roster_imports(actor).defer(None).get(pk=pk)
    except RosterImport.DoesNotExist as error:
        raise NotFound from error


def roster_import_for_job(pk: UUID) -> RosterImport:
    """An import by id, for the task that reads or commits it. One query."""
    try:
        return RosterImport.objects.select_related("organization", "file").get(pk=pk)
    except RosterImport.DoesNotExist as error:
        raise NotFound from error


def stalled_imports(model: type[TableImport]) -> list[tuple[UUID, str]]:
    """Ids and states of imports that have waited for a worker for two minutes.

    After a day nobody tries again: such a file ends whatever reads it. For the job
    of their room. One query.
    """
    now = clock.now()
    waited = (now - GIVES_UP, now - PATIENCE)
    rows = model._default_manager.filter(committed_at=None, refused_at=None).filter(
        Q(confirmed_at__range=waited)
        | Q(confirmed_at=None, previewed_at=None, created_at__range=waited)
    )
    return [(row.pk, row.state) for row in rows.only(*_STATE_FIELDS)]


def engagement_names(organization: Organization) -> dict[str, UUID | None]:
    """What an engagement may be called in a file, in lower case, to its id.

    The name, "Client: Name" and the id itself; None where two share a name. One
    query.
    """
    found: dict[str, UUID | None] = {}
    rows = Engagement.objects.filter(provider=organization).values_list(
        "pk", "name", "client__name"
    )
    for pk, name, client in rows:
        key = " ".join(name.split()).casefold()
        found[key] = None if key in found else pk
        found[f"{client.casefold()}: {key}"] = pk
        found[str(pk)] = pk
    return found


def directory(organization: Organization) -> Directory:
    """Names a roster of the organization may use. Two queries."""
    codes = Site.objects.filter(organization=organization).values_list("code", "pk")
    return Directory(
        engagements=engagement_names(organization),
        sites={code.casefold(): pk for code, pk in codes},
    )


def remembered_mapping(organization: Organization, fingerprint: str) -> dict[str, Any]:
    """How a header like this one was read when last confirmed, or nothing. One
    query."""
    found = RosterMapping.objects.filter(
        organization=organization, header_sha256=fingerprint
    ).first()
    return dict(found.mapping) if found else {}


def working_count(organization: Organization, *, on: date) -> int:
    """How many agents work on a day. One query."""
    return Agent.objects.filter(
        Q(left_on=None) | Q(left_on__gte=on),
        organization=organization,
        joined_on__lte=on,
    ).count()


def known_agents(
    organization: Organization, external_ids: Collection[str]
) -> list[WorkerState]:
    """Agents of these ids as the planner compares them. Two queries."""
    rows = list(
        Agent.objects.filter(
            organization=organization, external_id__in=external_ids
        ).values_list(
            *("external_id", "full_name", "email", "languages", "joined_on"),
            *("left_on", "pk", "team"),
        )
    )
    earlier: defaultdict[UUID, list[Period]] = defaultdict(list)
    periods = EarlierPeriod.objects.filter(agent__in=[row[6] for row in rows])
    for agent_id, joined_on, left_on in periods.order_by("joined_on").values_list(
        "agent", "joined_on", "left_on"
    ):
        earlier[agent_id].append(Period(joined_on, left_on))
    return [
        WorkerState(
            *(external_id, name, email, tuple(languages), joined_on, left_on, pk),
            team=team,
            earlier=tuple(earlier[pk]),
        )
        for external_id, name, email, languages, joined_on, left_on, pk, team in rows
    ]


def known_assignments(
    organization: Organization, external_ids: Collection[str]
) -> list[AssignmentState]:
    """Their assignments. One query."""
    rows = Assignment.objects.filter(
        agent__organization=organization, agent__external_id__in=external_ids
    ).values_list(
        *("agent__external_id", "engagement", "role", "channels", "site"),
        *("effective_on", "ended_on", "pk"),
    )
    return [
        AssignmentState(
            *(external_id, engagement, role, tuple(sorted(channels)), site),
            *(first, last, pk),
        )
        for external_id, engagement, role, channels, site, first, last, pk in rows
    ]
