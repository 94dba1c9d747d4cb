"""Jobs of training: ids in, load, one action."""

from uuid import UUID

from celery import shared_task

from apps.training import actions, queries


@shared_task(name="training.read_training")
def read_training(pk: str) -> None:
    """Read an uploaded file up to its preview."""
    actions.read_training(queries.training_import_for_job(UUID(pk)))


@shared_task(name="training.commit_training")
def commit_training(pk: str) -> None:
    """Write a confirmed file."""
    actions.commit_training(queries.training_import_for_job(UUID(pk)))
