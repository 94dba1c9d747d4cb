"""Policies, their versions, and the grid of media and topics."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.assurance import rules
from apps.assurance.models import Policy, PolicyVersion
from apps.assurance.rules import Grid, Statement
from apps.core.errors import NotFound
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.workforce import queries as workforce


def policies(
    actor: AnyActor, *, organization_id: UUID | None = None
) -> QuerySet[Policy]:
    """Policies the actor may see, of one organization if given, by title. Two
    queries: versions come with them, latest first."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = Policy.objects.visible_to(actor)
    if organization_id is not None:
        rows = rows.filter(organization=organization_id)
    return (
        rows.select_related("organization")
        .prefetch_related("versions__file", "versions__adopted_by")
        .order_by("title", "id")
    )


def policy(actor: AnyActor, pk: UUID) -> Policy:
    """One policy with its versions; NotFound for a stranger."""
    found = policies(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def policy_version(actor: AnyActor, pk: UUID) -> PolicyVersion:
    """A version of a policy the actor may see; NotFound otherwise. One query."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = PolicyVersion.objects.visible_to(actor).select_related("file", "policy")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def coverage_of(actor: Actor, *, as_of: date) -> Grid:
    """The grid of the actor's own organization over everything it serves. The number
    of queries does not depend on how much that is."""
    served = engagements.engagements(actor).filter(provider=actor.organization_id)
    running = [row for row in served if row.ended_on is None or row.ended_on >= as_of]
    return _grid(actor, actor.organization_id, running, as_of=as_of)


def engagement_coverage(actor: Actor, engagement: Engagement, *, as_of: date) -> Grid:
    """The grid of the provider over one engagement, from policies the actor sees."""
    return _grid(actor, engagement.provider_id, [engagement], as_of=as_of)


def _grid(
    actor: Actor, organization_id: UUID, served: Iterable[Engagement], *, as_of: date
) -> Grid:
    ids = [row.pk for row in served]
    return rules.grid(
        _in_force(actor, organization_id, as_of=as_of), used=_used(ids, as_of=as_of)
    )


def _in_force(actor: Actor, organization_id: UUID, *, as_of: date) -> list[Statement]:
    rows = (
        PolicyVersion.objects.visible_to(actor)
        .filter(
            Q(superseded_on=None) | Q(superseded_on__gt=as_of),
            policy__organization=organization_id,
            effective_on__lte=as_of,
        )
        .select_related("policy", "file")
        .order_by("policy__title", "policy_id")
    )
    return [
        Statement(row.policy.title, frozenset(row.media), frozenset(row.topics))
        for row in rows
        if row.file.proves_on(as_of)
    ]


def _used(ids: list[UUID], *, as_of: date) -> frozenset[str]:
    """Media in use: declared by the parties or shown by the roster."""
    declared = engagements.declared_scopes(ids, as_of=as_of).values()
    seen = workforce.observed_facts(ids, as_of=as_of).values()
    channels = {word for scope in declared for word in scope.channels}
    channels |= {word for facts in seen for word in facts.channels}
    is_remote = any(scope.remote_work for scope in declared) or any(
        facts.remote_count for facts in seen
    )
    return rules.media_needed(channels, is_remote=is_remote)
