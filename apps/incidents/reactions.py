"""When an engagement's legal agency or its BAA moves, its cases are computed anew."""

from __future__ import annotations

from apps.agreements import trail as agreements
from apps.audit.subscriptions import Recorded, subscribe
from apps.engagements import trail as engagements
from apps.incidents import tasks


@subscribe(
    engagements.LEGAL_AGENCY_DECIDED,
    agreements.AGREEMENT_RECORDED,
    agreements.AGREEMENT_AMENDED,
    agreements.AGREEMENT_TERMINATED,
)
def follow_engagement(recorded: Recorded) -> None:
    """Discovery goes through the chain, and windows come from the BAA."""
    if recorded.engagement_id is not None:
        tasks.follow_engagement.delay(str(recorded.engagement_id))
