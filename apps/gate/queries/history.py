"""Decisions as they were made, and overrides."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from apps.core import clock
from apps.core.errors import NotFound
from apps.core.types import DueItem
from apps.engagements.models import Engagement
from apps.gate.enums import Verdict
from apps.gate.models import GateDecision, GateOverride
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission

PAGE = 50


def decisions(
    actor: AnyActor, *, engagement_id: UUID | None = None
) -> QuerySet[GateDecision]:
    """Decisions on engagements the actor may see, newest first. One query."""
    actor.require(Permission.ENGAGEMENTS_VIEW)
    rows = GateDecision.objects.visible_to(actor).order_by("-decided_at", "-pk")
    return rows.filter(engagement=engagement_id) if engagement_id else rows


def decisions_of(
    engagement: Engagement, *, limit: int = PAGE, before: UUID | None = None
) -> list[GateDecision]:
    """Newest decisions on an engagement fetched through an actor. One query.

    ``before`` is the last decision of the page before this one.
    """
    rows = GateDecision.objects.filter(engagement=engagement)
    if before is not None:
        instant = Subquery(rows.filter(pk=before).values("decided_at"))
        rows = rows.filter(
            Q(decided_at__lt=instant) | Q(decided_at=instant, pk__lt=before)
        )
    return list(rows.order_by("-decided_at", "-pk")[:limit])


def last_decisions(engagement_ids: Collection[UUID]) -> dict[UUID, GateDecision]:
    """The newest decision on each engagement, without its conditions, for jobs.
    One query."""
    rows = (
        GateDecision.objects.filter(engagement__in=engagement_ids)
        .defer("conditions")
        .order_by("engagement_id", "-decided_at", "-pk")
        .distinct("engagement_id")
    )
    return {row.engagement_id: row for row in rows}


def overrides(actor: AnyActor) -> QuerySet[GateOverride]:
    """Overrides of engagements the actor may see, newest first. One query."""
    actor.require(Permission.ENGAGEMENTS_VIEW)
    return (
        GateOverride.objects.visible_to(actor)
        .select_related(
            "engagement__client",
            "engagement__provider",
            "requested_by",
            "approved_by",
        )
        .order_by("-created_at", "-pk")
    )


def override(actor: AnyActor, pk: UUID) -> GateOverride:
    """One override; NotFound for a stranger."""
    found = overrides(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def live_overrides(engagement: Engagement) -> list[GateOverride]:
    """Overrides asked for or approved that have not run out or been withdrawn, of an
    engagement fetched through an actor. One query."""
    today = clock.today(engagement.client.time_zone)
    rows = GateOverride.objects.filter(
        engagement=engagement, withdrawn_at=None, expires_on__gte=today
    )
    return list(rows.select_related("requested_by", "approved_by"))


def running() -> QuerySet[Engagement]:
    """Engagements whose verdict may move by date alone: those not ended, and those
    that ended but are not judged closed yet. For the sweep. One query."""
    last = (
        GateDecision.objects.filter(engagement=OuterRef("pk"))
        .order_by("-decided_at", "-pk")
        .values("verdict")[:1]
    )
    rows = Engagement.objects.annotate(last=Subquery(last)).filter(
        Q(ended_on=None)
        | Q(ended_on__gte=clock.today("UTC"))
        | Q(last=None)
        | ~Q(last=Verdict.CLOSED)
    )
    return rows.select_related("client", "provider").order_by("pk")


def concerning(organization_id: UUID) -> list[UUID]:
    """Engagements an organization is a party of, for events about all of it."""
    rows = Engagement.objects.filter(
        Q(client=organization_id) | Q(provider=organization_id)
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Last days of approved overrides, for the client who answers. One query.

    ``first`` and ``last`` are inclusive. An actor gets those of its own organization
    as client, a job those of all.
    """
    rows = GateOverride.objects.filter(
        approved_at__isnull=False, withdrawn_at=None, expires_on__range=(first, last)
    )
    if isinstance(actor, Actor):
        rows = rows.filter(engagement__client=actor.organization_id)
    rows = rows.select_related("engagement").order_by("expires_on", "pk")
    return [_due_item(row) for row in rows]


def _due_item(row: GateOverride) -> DueItem:
    return DueItem(
        key=f"gate_override:{row.pk}",
        kind="gate.override_ends",
        organization_id=row.engagement.client_id,
        due=row.expires_on,
        title=f"Override of the gate ends: {row.engagement}",
        path=reverse("gate:engagement", args=[row.engagement_id]),
        group=f"gate:{row.engagement_id}",
        engagement_id=row.engagement_id,
    )
