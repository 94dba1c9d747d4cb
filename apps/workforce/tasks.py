"""Jobs of the workforce: ids in, load, one action."""

from uuid import UUID

from celery import shared_task

from apps.workforce import actions, queries


@shared_task(name="workforce.read_roster")
def read_roster(pk: str) -> None:
    """Read an uploaded roster up to its preview."""
    actions.read_roster(queries.roster_import_for_job(UUID(pk)))


@shared_task(name="workforce.commit_roster")
def commit_roster(pk: str) -> None:
    """Write a confirmed roster."""
    actions.commit_roster(queries.roster_import_for_job(UUID(pk)))
