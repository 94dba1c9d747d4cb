"""Work on questionnaires that takes longer than a request, or waits for a day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import Task, shared_task

from apps.questionnaires import actions


class Rendering(Task):
    """A task whose failure, whatever it was, is said on the dossier."""

    def on_failure(
        self, exc: Any, task_id: Any, args: Any, kwargs: Any, einfo: Any
    ) -> None:
        """The worker logs the cause; the page offers to try again."""
        actions.note_failure(UUID(args[0]))


@shared_task(
    base=Rendering,
    name="questionnaires.render_dossier",
    soft_time_limit=300,
    time_limit=330,
)
def render_dossier(dossier_id: str) -> None:
    """Make the PDF of a dossier; a second run changes nothing."""
    actions.render_dossier(UUID(dossier_id))


@shared_task(name="questionnaires.open_rounds")
def open_rounds() -> None:
    """Nightly: ask again where a series comes round."""
    actions.open_next_rounds()
