"""Work on attestations that takes longer than a request."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import Task, shared_task

from apps.reports import actions


class Rendering(Task):
    """A task whose failure, whatever it was, is said on the attestation."""

    def on_failure(
        self, exc: Any, task_id: Any, args: Any, kwargs: Any, einfo: Any
    ) -> None:
        """The worker logs the cause; the page offers to try again."""
        actions.note_failure(UUID(args[0]))


@shared_task(base=Rendering, name="reports.render", soft_time_limit=300, time_limit=330)
def render(attestation_id: str) -> None:
    """Make the PDF of an attestation; a second run changes nothing."""
    actions.render_attestation(UUID(attestation_id))
