"""Engagements, the parties around them, and what they declare."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core import clock
from apps.core.errors import NotFound
from apps.core.types import Side
from apps.engagements.models import DeclaredScope, Engagement, VendorRegistration
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

PAGE = 50


def engagements(
    actor: AnyActor,
    *,
    q: str = "",
    tier: int | None = None,
    side: Side | None = None,
    is_ended: bool | None = None,
) -> QuerySet[Engagement]:
    """Engagements the actor's organization is a party of or was granted, by name.

    ``q`` looks in the name and both parties' names; ``side`` is the part the actor's
    organization plays; ``is_ended`` compares with today in the client's zone, taken
    at the actor's (a day may differ at the edge). One query, parties joined.
    """
    actor.require(Permission.ENGAGEMENTS_VIEW)
    rows = Engagement.objects.visible_to(actor).select_related("client", "provider")
    if q.strip():
        word = q.strip()
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(client__name__icontains=word)
            | Q(provider__name__icontains=word)
        )
    if tier is not None:
        rows = rows.filter(tier=tier)
    if side in {Side.CLIENT, Side.PROVIDER}:
        rows = rows.filter(**{str(side): actor.organization_id})
    if is_ended is not None:
        ended = Q(ended_on__lt=_today(actor))
        rows = rows.filter(ended) if is_ended else rows.exclude(ended)
    return rows.order_by("name", "id")


def _today(actor: AnyActor) -> date:
    zone = actor.organization.time_zone if isinstance(actor, Actor) else "UTC"
    return clock.today(zone)


@dataclass(frozen=True, slots=True)
class EngagementPage:
    """Rows of one page and the keys that lead to its neighbours ("" for none)."""

    rows: tuple[Engagement, ...]
    after: str = ""
    before: str = ""


def engagement_page(
    actor: Actor, *, after: str = "", before: str = "", **filters: Any
) -> EngagementPage:
    """At most 50 engagements by name following (or preceding) the one with that id.

    A key that leads nowhere is the first page. At most two queries.
    """
    rows = engagements(actor, **filters)
    key = rows.filter(pk=after or before).first() if _is_id(after or before) else None
    if key is not None and before:
        earlier = Q(name__lt=key.name) | Q(name=key.name, pk__lt=key.pk)
        found = list(rows.filter(earlier).order_by("-name", "-id")[: PAGE + 1])
        shown, has_earlier = found[:PAGE][::-1], len(found) > PAGE
        return _page(shown, has_earlier=has_earlier, has_later=True)
    if key is not None:
        rows = rows.filter(Q(name__gt=key.name) | Q(name=key.name, pk__gt=key.pk))
    found = list(rows[: PAGE + 1])
    return _page(found[:PAGE], has_earlier=key is not None, has_later=len(found) > PAGE)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _page(
    rows: list[Engagement], *, has_earlier: bool, has_later: bool
) -> EngagementPage:
    return EngagementPage(
        rows=tuple(rows),
        after=str(rows[-1].pk) if rows and has_later else "",
        before=str(rows[0].pk) if rows and has_earlier else "",
    )


def engagement(actor: AnyActor, pk: UUID) -> Engagement:
    """One engagement with its parties; NotFound for a stranger. One query."""
    found = engagements(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def engagement_for_job(pk: UUID) -> Engagement:
    """One engagement with its parties for a task, which serves everybody. One query."""
    found = (
        Engagement.objects.select_related("client", "provider").filter(pk=pk).first()
    )
    if found is None:
        raise NotFound
    return found


def vendor_parties(actor: Actor) -> QuerySet[Organization]:
    """Organizations that serve the actor's organization or stand on its list of
    vendors: those it may engage. By name. One query."""
    org = actor.organization_id
    serves = Engagement.objects.filter(client=org, provider=OuterRef("pk"))
    listed = VendorRegistration.objects.visible_to(actor).filter(vendor=OuterRef("pk"))
    return (
        Organization.objects.filter(
            Q(registered_by=org) | Exists(listed) | Exists(serves)
        )
        .exclude(pk=org)
        .order_by("name", "id")
    )


def vendor(actor: Actor, pk: UUID) -> Organization:
    """One of ``vendor_parties``; NotFound for any other organization. One query."""
    found = vendor_parties(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def parties(actor: Actor) -> QuerySet[Organization]:
    """Organizations on the other side of any engagement of the actor's. One query."""
    org = actor.organization_id
    serves = Engagement.objects.filter(client=org, provider=OuterRef("pk"))
    uses = Engagement.objects.filter(provider=org, client=OuterRef("pk"))
    return Organization.objects.filter(Exists(serves) | Exists(uses)).order_by(
        "name", "id"
    )


def declared_scopes(
    engagement_ids: Collection[UUID], *, as_of: date
) -> dict[UUID, DeclaredScope]:
    """The declaration in effect on the day, by engagement; absent where none is.

    ``effective_on`` inclusive, ``superseded_on`` exclusive. One query.
    """
    rows = DeclaredScope.objects.filter(
        Q(superseded_on=None) | Q(superseded_on__gt=as_of),
        engagement__in=engagement_ids,
        effective_on__lte=as_of,
    )
    return {row.engagement_id: row for row in rows}


def scope_history(actor: AnyActor, engagement: Engagement) -> list[DeclaredScope]:
    """All declarations of an engagement, latest first, with who declared. One query."""
    actor.require(Permission.ENGAGEMENTS_VIEW)
    rows = DeclaredScope.objects.visible_to(actor).filter(engagement=engagement)
    return list(rows.select_related("declared_by").order_by("-effective_on"))


def in_effect(history: Sequence[DeclaredScope], *, as_of: date) -> DeclaredScope | None:
    """The declaration of a history that holds on the day, if any. No query."""
    for row in history:
        is_open = row.superseded_on is None or row.superseded_on > as_of
        if row.effective_on <= as_of and is_open:
            return row
    return None


def legal_agency_reason(actor: AnyActor, engagement: Engagement) -> str:
    """Why the client decided as it did: its own legal reasoning, "" for all others.

    The decision itself moves the clocks of both parties and is shown to both.
    No query.
    """
    is_client = actor.organization_id == engagement.client_id
    return engagement.legal_agency_reason if is_client else ""


@dataclass(frozen=True, slots=True)
class Possibilities:
    """What the actor may do with an engagement, for links; actions check again."""

    declare_scope: bool
    decide_legal_agency: bool
    end: bool
    declare_subcontract: bool
    answer_subcontract: bool
    end_subcontract: bool


def possibilities(actor: Actor, engagement: Engagement) -> Possibilities:
    """Read from side, role and whether the engagement has ended. No query."""
    is_client = actor.organization_id == engagement.client_id
    is_provider = actor.organization_id == engagement.provider_id
    is_open = engagement.ended_on is None
    edits = actor.can(Permission.ENGAGEMENTS_EDIT) and (is_client or is_provider)
    declares = is_provider and actor.can(Permission.SUBCONTRACTS_DECLARE)
    return Possibilities(
        declare_scope=edits and is_open,
        decide_legal_agency=edits and is_client,
        end=edits and is_open,
        declare_subcontract=declares and is_open,
        answer_subcontract=is_client and actor.can(Permission.SUBCONTRACTS_APPROVE),
        end_subcontract=declares,
    )
