"""What follows once a dossier was asked for."""

from __future__ import annotations

from apps.audit.subscriptions import Recorded, subscribe
from apps.questionnaires import tasks, trail


@subscribe(trail.DOSSIER_REQUESTED)
def make_document(recorded: Recorded) -> None:
    """A worker lays the facts out."""
    tasks.render_dossier.delay(str(recorded.object_id))
