"""What every write to a case shares: locks, sides, trail, timeline, messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.incidents import queries, rules
from apps.incidents.enums import Audience, EntryKind
from apps.incidents.models import Incident, TimelineEntry
from apps.incidents.queries import MANAGERS
from apps.notifications import actions as notifications
from apps.notifications.registry import Message
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor, AnyActor


def locked(incident: Incident) -> Incident:
    """Engagement first, then the case, with both parties at hand."""
    Engagement.objects.locked(incident.engagement_id)
    Incident.objects.locked(incident.pk)
    return Incident.objects.select_related(
        "engagement__client", "engagement__provider", "reporter"
    ).get(pk=incident.pk)


def own_side(incident: Incident, *, by: Actor) -> str:
    """``client`` or ``provider``. Raises NotAllowed for anybody else, and for the
    other side while the case is a draft."""
    engagement = incident.engagement
    is_hidden = incident.shared_at is None and by.organization_id != (
        incident.reporter_id
    )
    if not incident.is_of(by.organization_id) or is_hidden:
        raise NotAllowed("Only the two parties of the engagement work on its cases.")
    return "client" if by.organization_id == engagement.client_id else "provider"


def opened(incident: Incident, *, by: Actor) -> tuple[Incident, str]:
    """The case locked for work by a party of it, and the actor's side. Raises
    NotAllowed, Conflict once it is closed."""
    incident = locked(incident)
    side = own_side(incident, by=by)
    _check_open(incident)
    return incident, side


def _check_open(incident: Incident) -> None:
    """Raise Conflict for a closed case."""
    if incident.closed_at is not None:
        raise Conflict(
            "This case is closed. Open it again if it is the same event: discovery "
            "stays where it was."
        )


def own_discovery(incident: Incident, *, by: Actor) -> rules.Discovery | None:
    """When the actor's side discovered, as the facts stand."""
    is_client = by.organization_id == incident.engagement.client_id
    chain = queries.case_facts(incident).case.chain
    return rules.discoveries(chain).get("client" if is_client else "provider")


def check_told_after(incident: Incident, *, by: Actor) -> None:
    """Raise Invalid where facts would have the actor's side know only after it told."""
    given = queries.told_by(incident, by.organization_id)
    found = own_discovery(incident, by=by) if given else None
    if found is None or not rules.is_before(
        given[0].sent_at, found, zone=given[0].zone
    ):
        return
    text = (
        f"Your side told {given[0].to_whom} at "
        f"{rules.instant_words(given[0].sent_at, given[0].zone)}, so it knew by then. "
        "Correct that notice first if it is wrong."
    )
    raise Invalid(text, fields={"moment": [text]})


def readers(incident: Incident) -> frozenset[UUID]:
    """Organizations that may know of the case."""
    if incident.shared_at is None:
        return frozenset({incident.reporter_id})
    engagement = incident.engagement
    return frozenset({engagement.client_id, engagement.provider_id})


def write(
    verb: Verb,
    incident: Incident,
    *,
    by: AnyActor,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    documents: tuple[str, ...] = (),
    is_own_side: bool = False,
) -> None:
    """One event about a case, in the streams of those who may know of it."""
    own = by.organization_id or incident.reporter_id
    record(
        verb,
        by=by,
        about=Subject(
            obj=incident,
            organization_id=own,
            visible_to=frozenset({own}) if is_own_side else readers(incident),
            engagement_id=incident.engagement_id,
        ),
        facts={"reference": incident.reference, **(facts or {})},
        personal=personal,
        documents=documents,
    )


def enter(
    incident: Incident,
    text: str,
    *,
    by: AnyActor,
    audience: Audience = Audience.SHARED,
    kind: EntryKind = EntryKind.AUTOMATIC,
) -> TimelineEntry:
    """One line of the timeline."""
    return TimelineEntry.objects.create(
        incident=incident,
        organization_id=by.organization_id or incident.reporter_id,
        at=clock.now(),
        kind=kind,
        audience=audience,
        text=text[:2000],
        written_by_id=by.user_id,
    )


def tell(
    message: Message,
    incident: Incident,
    organization_ids: set[UUID],
    *,
    key: str,
    but: UUID | None = None,
    **context: str | int,
) -> None:
    """Tell those who work on cases at some organizations, once for each key.

    Exercises say so; ``but`` is whoever caused it and knows.
    """
    mark = "EXERCISE: " if incident.is_exercise else ""
    rows = tenancy.members_with_roles(organization_ids, MANAGERS)
    notifications.notify(
        message,
        memberships=[row for row in rows if row.user_id != but],
        context={
            "engagement": f"{mark}{incident.engagement}",
            "reference": incident.reference,
            **context,
        },
        path=reverse("incidents:detail", args=[incident.pk]),
        key=f"{message.kind}:{key}",
    )
