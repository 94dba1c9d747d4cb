"""What follows once an attestation was issued or asked for again."""

from __future__ import annotations

from apps.audit.subscriptions import Recorded, subscribe
from apps.reports import tasks, trail


@subscribe(trail.ATTESTATION_ISSUED, trail.ATTESTATION_RETRIED)
def make_document(recorded: Recorded) -> None:
    """A worker lays the statement out."""
    tasks.render.delay(str(recorded.object_id))
