"""Snapshots, and what a new one is compared with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.access_reviews.models import (
    AccessGrant,
    Account,
    AgentAlias,
    SnapshotImport,
    System,
)
from apps.access_reviews.rules import AccountState, Holding, People
from apps.core.errors import NotFound
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.workforce.models import Agent


def snapshots(actor: AnyActor) -> QuerySet[SnapshotImport]:
    """Snapshots of the actor's organization, newest first, without their problems.
    One query."""
    actor.require(Permission.ACCESS_VIEW)
    return (
        SnapshotImport.objects.visible_to(actor)
        .defer("problems")
        .select_related("uploaded_by", "organization", "file", "system")
        .order_by("-created_at", "-pk")
    )


def snapshot(actor: AnyActor, pk: UUID) -> SnapshotImport:
    """A snapshot of the actor's organization; NotFound for any other. One query."""
    try:
        return snapshots(actor).defer(None).get(pk=pk)
    except SnapshotImport.DoesNotExist as error:
        raise NotFound from error


def snapshot_for_job(pk: UUID) -> SnapshotImport:
    """A snapshot by id, for the task that reads or commits it. One query."""
    try:
        return SnapshotImport.objects.select_related(
            "organization", "file", "system__organization"
        ).get(pk=pk)
    except SnapshotImport.DoesNotExist as error:
        raise NotFound from error


def newest_before(system: System, job: SnapshotImport) -> SnapshotImport | None:
    """The newest snapshot of accounts taken in, other than this one. One query."""
    return (
        SnapshotImport.objects.filter(
            system=system, committed_at__isnull=False, kind="accounts"
        )
        .exclude(pk=job.pk)
        .order_by("-exported_at")
        .first()
    )


def people_of(system: System) -> People:
    """The agents expected in a system: the owner's own, and those of the providers of
    the engagements it serves. Two queries."""
    agents = agents_expected(system)
    ids: dict[str, set[UUID]] = defaultdict(set)
    emails: dict[str, set[UUID]] = defaultdict(set)
    for pk, external_id, email in agents.values_list("pk", "external_id", "email"):
        ids[external_id.casefold()].add(pk)
        if email:
            emails[email.casefold()].add(pk)
    aliases: dict[str, set[UUID]] = defaultdict(set)
    known = AgentAlias.objects.filter(organization=system.organization_id)
    for alias, pk in known.values_list("alias", "agent"):
        aliases[alias.casefold()].add(pk)
    return People(_frozen(ids), _frozen(emails), _frozen(aliases))


def agents_expected(system: System) -> QuerySet[Agent]:
    """Agents who may have an account in a system: the owner's own, and those of the
    providers of the engagements it serves. One query."""
    serving = Q(organization__engagements_as_provider__systems=system)
    return Agent.objects.filter(
        Q(organization=system.organization_id) | serving
    ).distinct()


def expected_agents(system: System) -> QuerySet[Agent]:
    """Agents an account may be matched with by hand: the owner's own, by name. The
    roster of a provider stays with the provider. One query."""
    own = Agent.objects.filter(organization=system.organization_id)
    return own.order_by("full_name", "external_id")


def _frozen(found: dict[str, set[UUID]]) -> dict[str, frozenset[UUID]]:
    return {key: frozenset(pks) for key, pks in found.items()}


def known_accounts(system: System) -> dict[str, AccountState]:
    """Accounts recorded as present, as the planner compares them. One query."""
    rows = Account.objects.filter(system=system, absent_since=None)
    return {row.key: state_of_account(row) for row in rows.iterator(chunk_size=5000)}


def state_of_account(row: Account) -> AccountState:
    """A recorded account in the shape of a row. No query."""
    values = {each.name: getattr(row, each.name) for each in fields(AccountState)}
    return AccountState(**values | {"aliases": tuple(row.aliases)})


def held(system: System) -> set[Holding]:
    """Roles recorded as held, by account and name in lower case. One query."""
    rows = AccessGrant.objects.filter(
        account__system=system, absent_since=None, account__absent_since=None
    ).values_list("account__key", "role__name")
    return {(key, name.casefold()) for key, name in rows}
