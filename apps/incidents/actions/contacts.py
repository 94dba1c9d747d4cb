"""Whom an organization wants called about an incident, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotFound
from apps.incidents import trail
from apps.incidents.models import EscalationContact
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class ContactTerms:
    """Whom to reach, how, and when in their own zone. ``days`` 0 is Monday."""

    name: str
    reached_by: str
    zone: str
    days: Sequence[int]
    from_time: time
    until_time: time
    order: int = 1


@transaction.atomic
def set_contact(*, by: Actor, terms: ContactTerms) -> EscalationContact:
    """Add an escalation contact of the actor's organization; ``incident.contact_set``.

    Raises Invalid for an unknown zone or no day.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    try:
        ZoneInfo(terms.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        text = "Name an IANA time zone, such as Asia/Manila."
        raise Invalid(text, fields={"zone": [text]}) from error
    if not terms.days:
        text = "Choose at least one day."
        raise Invalid(text, fields={"days": [text]})
    row = EscalationContact.objects.create(
        organization=by.organization,
        name=terms.name,
        reached_by=terms.reached_by,
        zone=terms.zone,
        days=sorted(set(terms.days)),
        from_time=terms.from_time,
        until_time=terms.until_time,
        order=terms.order,
    )
    facts, personal = {"order": row.order}, {"name": row.name}
    record(
        trail.CONTACT_SET, by=by, about=_own(row, by), facts=facts, personal=personal
    )
    return row


@transaction.atomic
def end_contact(contact: EscalationContact, *, by: Actor) -> EscalationContact:
    """Take a contact off the list; event ``incident.contact_ended``."""
    by.require(Permission.INCIDENTS_DETERMINE)
    row = EscalationContact.objects.locked(contact.pk)
    if row.organization_id != by.organization_id:
        raise NotFound
    if row.ended_at is not None:
        raise Conflict("This contact is off the list already.")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    personal = {"name": row.name}
    record(trail.CONTACT_ENDED, by=by, about=_own(row, by), personal=personal)
    return row


def _own(row: EscalationContact, by: Actor) -> Subject:
    return Subject(
        obj=row,
        organization_id=by.organization_id,
        visible_to=frozenset({by.organization_id}),
    )
