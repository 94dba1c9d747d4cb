"""Systems, roles, rules and the policy of an organization."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from apps.access_reviews.models import (
    AccessPolicy,
    AccessRole,
    Revocation,
    SnapshotImport,
    System,
)
from apps.access_reviews.models.revocations import IS_OPEN
from apps.core.errors import NotFound
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization


def systems(actor: AnyActor) -> QuerySet[System]:
    """Systems of the actor's organization by name, with ``account_count`` of the
    accounts present. One query."""
    actor.require(Permission.ACCESS_VIEW)
    present = Q(accounts__absent_since=None)
    return (
        System.objects.visible_to(actor)
        .select_related("organization")
        .annotate(account_count=Count("accounts", filter=present))
        .order_by("name", "pk")
    )


def system(actor: AnyActor, pk: UUID) -> System:
    """A system of the actor's organization; NotFound for any other. One query."""
    try:
        return systems(actor).get(pk=pk)
    except System.DoesNotExist as error:
        raise NotFound from error


def system_named(organization: Organization, name: str) -> System | None:
    """The system of the organization with that name, for commands. One query."""
    return (
        System.objects.select_related("organization")
        .filter(organization=organization, name__iexact=name.strip())
        .first()
    )


def last_snapshots(system_ids: list[UUID]) -> dict[UUID, SnapshotImport]:
    """The newest snapshot of accounts taken in, by system. One query."""
    rows = (
        SnapshotImport.objects.filter(
            system__in=system_ids, committed_at__isnull=False, kind="accounts"
        )
        .select_related("file")
        .defer("problems", "understood")
        .order_by("system_id", "-exported_at", "-committed_at")
        .distinct("system_id")
    )
    return {row.system_id: row for row in rows}


def open_revocations_by_system(system_ids: list[UUID]) -> dict[UUID, int]:
    """How many revocations are not done, by system. One query."""
    rows = Revocation.objects.filter(IS_OPEN, system__in=system_ids).order_by()
    return dict(rows.values_list("system").annotate(count=Count("pk")))


def roles(actor: AnyActor, system: System) -> QuerySet[AccessRole]:
    """Roles of a system with ``grant_count`` of those who hold them. One query."""
    actor.require(Permission.ACCESS_VIEW)
    present = Q(grants__absent_since=None, grants__account__absent_since=None)
    return (
        AccessRole.objects.visible_to(actor)
        .filter(system=system)
        .annotate(grant_count=Count("grants", filter=present))
        .order_by("name", "pk")
    )


def role(actor: AnyActor, pk: UUID) -> AccessRole:
    """A role of an own system; NotFound for any other. One query."""
    actor.require(Permission.ACCESS_VIEW)
    try:
        return (
            AccessRole.objects.visible_to(actor)
            .select_related("system__organization")
            .get(pk=pk)
        )
    except AccessRole.DoesNotExist as error:
        raise NotFound from error


def policy_of(organization: Organization) -> AccessPolicy:
    """The policy of the organization, or our defaults. One query."""
    found = AccessPolicy.objects.filter(organization=organization).first()
    return found or AccessPolicy(organization=organization)


def system_choices(actor: AnyActor) -> QuerySet[System]:
    """The organization's own systems by name, for reviewers too. One query."""
    actor.require(Permission.ACCESS_REVIEW)
    return System.objects.visible_to(actor).order_by("name", "pk")


def engagement_choices(actor: Actor) -> QuerySet[Engagement]:
    """Engagements a system of the actor's may serve. One query."""
    return engagements.engagements(actor)


def engagements_of(system: System) -> list[Engagement]:
    """Engagements a system serves, by name. One query."""
    return list(system.engagements.order_by("name"))


def running_today(today: date) -> Q:
    """Condition on an assignment that runs on the day."""
    is_open = Q(ended_on=None) | Q(ended_on__gte=today)
    return Q(effective_on__lte=today) & is_open
