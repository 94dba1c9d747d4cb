"""Jobs of training: ids in, load, one action."""

from uuid import UUID

from celery import shared_task

from apps.training import actions, queries
from apps.training.models import TrainingImport
from apps.workforce import queries as workforce

SWEEP_SECONDS = 60


@shared_task(name="training.read_training")
def read_training(pk: str) -> None:
    """Read an uploaded file up to its preview."""
    actions.read_training(queries.training_import_for_job(UUID(pk)))


@shared_task(name="training.commit_training")
def commit_training(pk: str) -> None:
    """Write a confirmed file."""
    actions.commit_training(queries.training_import_for_job(UUID(pk)))


@shared_task(name="training.attach_certificates")
def attach_certificates(pk: str) -> None:
    """Attach certificates that were handed in."""
    row, by = queries.certificate_upload_for_job(UUID(pk))
    actions.attach_certificates(row, by=by)


@shared_task(name="training.sweep_imports")
def sweep_imports() -> None:
    """Take up again what a killed worker left behind; a live one keeps its lock."""
    for pk in queries.stalled_certificates():
        attach_certificates.apply_async([str(pk)], expires=SWEEP_SECONDS)
    for pk, state in workforce.stalled_imports(TrainingImport):
        task = commit_training if state == "committing" else read_training
        task.apply_async([str(pk)], expires=SWEEP_SECONDS)
