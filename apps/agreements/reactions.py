"""What follows once something was proposed or signed."""

from __future__ import annotations

from apps.agreements import tasks, trail
from apps.audit.subscriptions import Recorded, subscribe


@subscribe(trail.DRAFT_PROPOSED)
def make_document(recorded: Recorded) -> None:
    """A worker lays the proposal out."""
    tasks.make_documents.delay(str(recorded.object_id))


@subscribe(trail.DRAFT_SIGNED)
def make_certificate(recorded: Recorded) -> None:
    """After the last signature a worker makes the certificate."""
    tasks.make_certificate.delay(str(recorded.object_id))


@subscribe(trail.AGREEMENT_RECORDED, trail.AGREEMENT_AMENDED, trail.RENEWAL_STOPPED)
def settle_returns(recorded: Recorded) -> None:
    """A BAA may bind again, or have been recorded after its end."""
    if recorded.engagement_id is not None:
        tasks.settle_returns.delay(str(recorded.engagement_id))
