"""Edges of the chain: who sees them, and under which name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, UUIDField, Value, When

from apps.core.errors import NotFound
from apps.engagements.enums import DisclosurePolicy
from apps.engagements.models import Engagement, Subcontract
from apps.engagements.rules import Edge
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission

UNDISCLOSED = "Undisclosed subcontractor"


def subcontracts(
    actor: AnyActor, engagement: Engagement | None = None
) -> QuerySet[Subcontract]:
    """Subcontracts of engagements the actor sees (of one), latest first. One query.

    Pages and the API show these annotations only, never what the downstream
    engagement holds: ``shown_name`` of the subcontractor and, for its own client
    alone, ``shown_downstream`` (id) and ``shown_downstream_name``.
    """
    actor.require(Permission.ENGAGEMENTS_VIEW)
    rows = Subcontract.objects.visible_to(actor)
    if engagement is not None:
        rows = rows.filter(upstream=engagement)
    is_own = Q(downstream__client=actor.organization_id) | Q(
        downstream__provider=actor.organization_id
    )
    is_named = is_own | Q(downstream__disclosure_policy=DisclosurePolicy.NAMED)
    return (
        rows.annotate(
            shown_name=Case(
                When(is_named, then=F("downstream__provider__name")),
                default=Value(UNDISCLOSED),
            ),
            shown_country=F("downstream__provider__country"),
            shown_downstream=Case(
                When(is_own, then=F("downstream_id")),
                default=None,
                output_field=UUIDField(null=True),
            ),
            shown_downstream_name=Case(
                When(is_own, then=F("downstream__name")),
                default=Value(""),
                output_field=CharField(),
            ),
        )
        .select_related("upstream__client", "upstream__provider")
        .order_by("-effective_on", "-id")
    )


def subcontract(actor: AnyActor, pk: UUID) -> Subcontract:
    """One subcontract with its upstream engagement; NotFound for a stranger."""
    found = subcontracts(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def downstream_choices(actor: Actor, engagement: Engagement) -> QuerySet[Engagement]:
    """Engagements the actor's organization uses, that may carry part of this one.

    Circles and depth are judged by the action. One query.
    """
    return (
        Engagement.objects.visible_to(actor)
        .filter(client=actor.organization_id)
        .exclude(pk=engagement.pk)
        .select_related("client", "provider")
        .order_by("name", "id")
    )


@dataclass(frozen=True, slots=True)
class UpstreamUse:
    """That an engagement carries part of another; named only to its own parties."""

    since: date
    upstream_id: UUID | None
    upstream_name: str


def upstream_edges(
    actor: Actor, engagement: Engagement, *, as_of: date
) -> list[UpstreamUse]:
    """What the engagement is used for on the day. One query.

    Its client knows its own upstream engagements; the provider learns that there is
    one and since when, nothing else.
    """
    edges = _edges_into(engagement).filter(
        Q(ended_on=None) | Q(ended_on__gte=as_of), effective_on__lte=as_of
    )
    org = actor.organization_id
    return [
        UpstreamUse(
            since=edge.effective_on,
            upstream_id=edge.upstream_id if _is_party(edge.upstream, org) else None,
            upstream_name=edge.upstream.name if _is_party(edge.upstream, org) else "",
        )
        for edge in edges
    ]


def _edges_into(engagement: Engagement) -> QuerySet[Subcontract]:
    """Edges in which the engagement is the downstream one, not refused."""
    return (
        Subcontract.objects.filter(downstream=engagement, refused_on=None)
        .select_related("upstream")
        .order_by("effective_on", "id")
    )


def _is_party(engagement: Engagement, organization_id: UUID | None) -> bool:
    return organization_id in {engagement.client_id, engagement.provider_id}


def _live_after(edges: QuerySet[Subcontract], day: date) -> QuerySet[Subcontract]:
    return edges.filter(Q(ended_on=None) | Q(ended_on__gt=day))


def blockers_of_end(
    engagement: Engagement, *, ended_on: date, by: AnyActor
) -> list[str]:
    """What lives on after ``ended_on`` and depends on the engagement, in words.

    An upstream engagement is named only to its own parties. Two queries.
    """
    org = by.organization_id
    used = [
        f"the subcontract of “{edge.upstream.name}” that runs through it"
        if _is_party(edge.upstream, org)
        else "a subcontract of its client that runs through it"
        for edge in _live_after(_edges_into(engagement), ended_on)
    ]
    below = Subcontract.objects.filter(upstream=engagement, refused_on=None)
    passed_on = [
        f"its own subcontract in effect from {edge.effective_on:%-d %B %Y}"
        for edge in _live_after(below, ended_on).order_by("effective_on", "id")
    ]
    return used + passed_on


def edges_meeting(first: date, last: date | None) -> set[Edge]:
    """All edges not refused whose days meet the period, for the circle rule.

    ``last`` is inclusive, None for no end. One query.
    """
    rows = Subcontract.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=first), refused_on=None
    )
    if last is not None:
        rows = rows.filter(effective_on__lte=last)
    return {Edge(*pair) for pair in rows.values_list("upstream_id", "downstream_id")}
