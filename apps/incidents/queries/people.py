"""What a person may do with a case, and whom to reach about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.incidents import rules
from apps.incidents.enums import Duty, LetterKind
from apps.incidents.models import EscalationContact, Incident
from apps.incidents.queries.one import one
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import OrganizationKind, Permission
from apps.tenancy.models import Organization


@dataclass(frozen=True, slots=True)
class Possibilities:
    """What the actor may do with a case, for links; actions check again."""

    side: str
    share: bool
    relay: bool
    letters: bool
    correct: bool
    write: bool
    determine: bool
    notify: bool
    close: bool
    reopen: bool


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
        letters=works and bool(letter_kinds(incident, side)),
        correct=works,
        write=works or reports,
        determine=decides,
        notify=works and is_shared and bool(notice_duties(incident, side)),
        close=decides,
        reopen=bool(side)
        and incident.closed_at is not None
        and not incident.is_exercise
        and actor.can(Permission.INCIDENTS_DETERMINE),
    )


def notice_duties(incident: Incident, side: str) -> list[Duty]:
    """Whom a side tells: the provider its client, a covered entity everybody else; a
    client in the middle of a chain tells its own client on the relayed case."""
    if side == "provider":
        return [Duty.UPSTREAM]
    if incident.engagement.client.kind != OrganizationKind.COVERED_ENTITY:
        return []
    return [
        Duty.INDIVIDUALS,
        Duty.SUBSTITUTE,
        Duty.MEDIA,
        Duty.HHS,
        Duty.STATE_OFFICE,
    ]


def letter_kinds(incident: Incident, side: str) -> list[LetterKind]:
    """Letters a side writes, by whom it tells."""
    duties = notice_duties(incident, side)
    return [kind for kind, form in rules.letter_forms().items() if form.duty in duties]


@dataclass(frozen=True, slots=True)
class Reachable:
    """A contact, whether they answer now, and when they next do: now if they do."""

    contact: EscalationContact
    is_reached: bool
    answers_at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom one party wants called, in order. ``first`` is the one to call: the first
    in order who answers, else who answers soonest."""

    organization: Organization
    contacts: tuple[Reachable, ...]

    @property
    def first(self) -> Reachable | None:
        """Whom to call; None where nobody is on record."""
        answering = [one for one in self.contacts if one.is_reached]
        if answering:
            return answering[0]
        return min(self.contacts, key=lambda one: one.answers_at, default=None)


def contacts(actor: AnyActor) -> QuerySet[EscalationContact]:
    """Escalation contacts of the actor's organization. One query."""
    actor.require(Permission.INCIDENTS_VIEW)
    return EscalationContact.objects.visible_to(actor).filter(ended_at=None)


def contact(actor: AnyActor, pk: UUID) -> EscalationContact:
    """One of ``contacts``; NotFound for any other."""
    return one(contacts(actor), pk)


def reached(organizations: Sequence[Organization], *, at: datetime) -> list[Reach]:
    """Whom to call at some organizations, and who answers at the moment. They come
    from a case fetched through an actor. One query."""
    found: dict[UUID, list[Reachable]] = {one.pk: [] for one in organizations}
    rows = EscalationContact.objects.filter(organization__in=found, ended_at=None)
    for row in rows:
        hours = rules.Hours(row.zone, row.days, row.from_time, row.until_time)
        line = Reachable(row, hours.holds_at(at), hours.next_at(at))
        found[row.organization_id].append(line)
    return [Reach(one, tuple(found[one.pk])) for one in organizations]
