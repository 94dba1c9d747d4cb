"""When scope, chain, agreement, roster or access move, drift is looked for again."""

from __future__ import annotations

from apps.access_reviews import trail as access_reviews
from apps.agreements import trail as agreements
from apps.audit.subscriptions import Recorded, subscribe
from apps.drift import tasks
from apps.engagements import trail as engagements
from apps.workforce import trail as workforce


@subscribe(
    engagements.SCOPE_DECLARED,
    engagements.SUBCONTRACT_DECLARED,
    engagements.SUBCONTRACT_APPROVED,
    engagements.SUBCONTRACT_REFUSED,
    engagements.SUBCONTRACT_ENDED,
    engagements.ENGAGEMENT_ENDED,
    agreements.AGREEMENT_RECORDED,
    agreements.AGREEMENT_AMENDED,
    agreements.AGREEMENT_TERMINATED,
    workforce.ASSIGNMENTS_CHANGED,
)
def look_at_engagement(recorded: Recorded) -> None:
    """One engagement is concerned."""
    if recorded.engagement_id is not None:
        tasks.detect.delay(str(recorded.engagement_id))


@subscribe(workforce.AGENTS_PUSHED, workforce.ROSTER_IMPORTED)
def look_at_provider(recorded: Recorded) -> None:
    """Every engagement the organization serves may be concerned."""
    if recorded.organization_id is not None:
        tasks.detect_organization.delay(str(recorded.organization_id))


@subscribe(
    access_reviews.SYSTEM_REGISTERED,
    access_reviews.SYSTEM_CHANGED,
    access_reviews.SNAPSHOT_IMPORTED,
)
def look_at_systems(recorded: Recorded) -> None:
    """Every engagement the organization's systems serve may be concerned."""
    if recorded.organization_id is not None:
        tasks.detect_systems.delay(str(recorded.organization_id))
