"""What a person may do with a case, and whom to reach about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.incidents import rules
from apps.incidents.enums import Duty
from apps.incidents.models import EscalationContact, Incident
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class Possibilities:
    """What the actor may do with a case, for links; actions check again."""

    side: str
    share: bool
    relay: bool
    correct: bool
    write: bool
    determine: bool
    notify: bool
    close: bool


def possibilities(actor: Actor, incident: Incident) -> Possibilities:
    """Read from side, role and state. No query."""
    engagement = incident.engagement
    side = {engagement.client_id: "client", engagement.provider_id: "provider"}.get(
        actor.organization_id, ""
    )
    is_open = bool(side) and incident.closed_at is None
    works = is_open and actor.can(Permission.INCIDENTS_ASSESS)
    reports = is_open and actor.can(Permission.INCIDENTS_REPORT)
    decides = is_open and actor.can(Permission.INCIDENTS_DETERMINE)
    is_shared = incident.shared_at is not None
    return Possibilities(
        side=side,
        share=works and not is_shared,
        relay=works and side == "client" and is_shared,
        correct=works,
        write=works or reports,
        determine=decides,
        notify=works and is_shared,
        close=decides,
    )


def notice_duties(incident: Incident, side: str) -> list[Duty]:
    """Whom a side tells."""
    if side == "provider":
        return [Duty.UPSTREAM]
    return [Duty.INDIVIDUALS, Duty.MEDIA, Duty.HHS, Duty.STATE_OFFICE]


@dataclass(frozen=True, slots=True)
class Reachable:
    """A contact and whether they answer now."""

    contact: EscalationContact
    is_reached: bool


def contacts(actor: AnyActor) -> QuerySet[EscalationContact]:
    """Escalation contacts of the actor's organization. One query."""
    actor.require(Permission.INCIDENTS_VIEW)
    return EscalationContact.objects.visible_to(actor).filter(ended_at=None)


def contact(actor: AnyActor, pk: UUID) -> EscalationContact:
    """One of ``contacts``; NotFound for any other."""
    found = contacts(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def reached(
    organization_ids: Sequence[UUID], *, at: datetime
) -> dict[UUID, list[Reachable]]:
    """Contacts of some organizations in order, and who answers at the moment. The
    organizations come from a case fetched through an actor. One query."""
    found: dict[UUID, list[Reachable]] = {pk: [] for pk in organization_ids}
    rows = EscalationContact.objects.filter(
        organization__in=organization_ids, ended_at=None
    )
    for row in rows:
        hours = rules.Hours(row.zone, row.days, row.from_time, row.until_time)
        found[row.organization_id].append(Reachable(row, hours.holds_at(at)))
    return found
