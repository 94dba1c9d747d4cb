"""The hops of a case through the chain, as far as one party sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from apps.incidents.enums import Duty, FactName
from apps.incidents.models import Incident, IncidentFact
from apps.incidents.queries.cases import incidents
from apps.incidents.queries.facts import current_facts
from apps.incidents.queries.notices import notices_that_hold
from apps.tenancy.actor import AnyActor


@dataclass(frozen=True, slots=True)
class Hop:
    """One case of the chain: when its provider knew, and when it told its client."""

    incident: Incident
    known: IncidentFact | None
    told_at: datetime | None


def hops(actor: AnyActor, incident: Incident) -> list[Hop]:
    """The case, the one it came from and those it went to, of those the actor may
    know of, the first report first. Three queries."""
    rows = incidents(actor).filter(
        Q(pk=incident.pk) | Q(pk=incident.relayed_from_id) | Q(relayed_from=incident)
    )
    found = sorted(rows, key=lambda row: (row.created_at, row.pk))
    facts = current_facts(found)
    told = dict(
        notices_that_hold(found)
        .filter(duty=Duty.UPSTREAM)
        .order_by("-sent_at")
        .values_list("incident", "sent_at")
    )
    return [
        Hop(row, facts[row.pk].get(FactName.PROVIDER_LEARNED), told.get(row.pk))
        for row in found
    ]
