"""How organizations read the open points: what holds, and what was chosen before."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from apps.incidents.models import ReadingSet
from apps.incidents.rules import Readings
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


def readings_of(organization_ids: Collection[UUID]) -> dict[UUID, Readings]:
    """How organizations read the open points; those with own readings only. One
    query."""
    rows = ReadingSet.objects.filter(organization__in=organization_ids)
    latest = rows.order_by("organization_id", "-created_at", "-pk")
    return {
        row.organization_id: row.readings for row in latest.distinct("organization_id")
    }


def reading_sets(actor: AnyActor) -> QuerySet[ReadingSet]:
    """What the actor's organization chose, the newest first. One query."""
    actor.require(Permission.INCIDENTS_VIEW)
    return ReadingSet.objects.visible_to(actor).select_related("set_by")
