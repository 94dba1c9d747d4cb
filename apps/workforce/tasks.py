"""Jobs of the workforce: ids in, load, one action."""

from uuid import UUID

from celery import shared_task

from apps.workforce import actions, queries
from apps.workforce.models import RosterImport

SWEEP_SECONDS = 60


@shared_task(name="workforce.read_roster")
def read_roster(pk: str) -> None:
    """Read an uploaded roster up to its preview."""
    actions.read_roster(queries.roster_import_for_job(UUID(pk)))


@shared_task(name="workforce.commit_roster")
def commit_roster(pk: str) -> None:
    """Write a confirmed roster."""
    actions.commit_roster(queries.roster_import_for_job(UUID(pk)))


@shared_task(name="workforce.sweep_imports")
def sweep_imports() -> None:
    """Take up again what a killed worker left behind; a live one keeps its lock."""
    for pk, state in queries.stalled_imports(RosterImport):
        task = commit_roster if state == "committing" else read_roster
        task.apply_async([str(pk)], expires=SWEEP_SECONDS)
