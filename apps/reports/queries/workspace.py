"""What an auditor was granted, for the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.engagements import queries as engagements
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One engagement a person may read, by whom, why and until when (inclusive)."""

    engagement_id: UUID
    engagement: str
    client: str
    provider: str
    granted_by: str
    reason: str
    valid_until: date
    names_agents: bool


def workspace(actor: Actor) -> list[GrantLine]:
    """Grants to this very person that hold today, first to end first. One query."""
    actor.require(Permission.REPORTS_VIEW)
    return [
        GrantLine(
            engagement_id=row.content_object.pk,
            engagement=row.content_object.name,
            client=row.content_object.client.name,
            provider=row.content_object.provider.name,
            granted_by=row.granted_by.name,
            reason=row.reason,
            valid_until=row.valid_until,
            names_agents=row.names_agents,
        )
        for row in engagements.live_grants(actor)
    ]
