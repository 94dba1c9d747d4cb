"""Reads of the trail: an organization sees its own stream."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from apps.audit import details, verbs
from apps.audit.models import AuditEvent, AuditVisibility
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import User

PAGE = 50


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One event in words."""

    pk: int
    event_id: UUID
    at: datetime
    type: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines newest first; ``older`` is where the next page begins, None at the end."""

    lines: tuple[TrailLine, ...]
    older: int | None


def visible_events(actor: Actor) -> QuerySet[AuditEvent]:
    """Events of the actor's organization's stream, newest first."""
    actor.require(Permission.AUDIT_VIEW)
    mine = AuditVisibility.objects.filter(
        org=actor.organization_id, event=OuterRef("pk")
    )
    return AuditEvent.objects.filter(Exists(mine)).order_by("-pk")


def lines(events: list[AuditEvent]) -> list[TrailLine]:
    """Events rendered to sentences. Three queries whatever the number."""
    personal = details.read([event.pk for event in events])
    people = {
        user.pk: str(user)
        for user in User.objects.filter(pk__in={event.actor_id for event in events})
    }
    return [_line(event, personal.get(event.pk, {}), people) for event in events]


def _line(
    event: AuditEvent, personal: dict[str, object], people: dict[UUID, str]
) -> TrailLine:
    body = json.loads(bytes(event.body))
    actor = people.get(event.actor_id) if event.actor_id else f"{body['actor']['id']}"
    values = {"actor": actor or "(erased)", **body["fct"], **personal}
    return TrailLine(
        pk=event.pk,
        event_id=event.event_id,
        at=event.at,
        type=event.type,
        sentence=verbs.sentence_for(event.type, values),
    )


def page(
    actor: Actor, *, before: str = "", engagement_id: UUID | None = None
) -> TrailPage:
    """Fifty lines older than the event ``before`` names; odd text means the newest.

    ``engagement_id`` keeps to what was recorded of one engagement.
    """
    events = visible_events(actor)
    if engagement_id is not None:
        events = events.filter(engagement=engagement_id)
    if before.isdecimal() and len(before) < 19:
        events = events.filter(pk__lt=int(before))
    found = list(events[: PAGE + 1])
    shown = found[:PAGE]
    return TrailPage(
        lines=tuple(lines(shown)), older=shown[-1].pk if len(found) > PAGE else None
    )
