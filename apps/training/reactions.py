"""A file was uploaded, corrected or confirmed: the next step is a job."""

from apps.audit.subscriptions import Recorded, subscribe
from apps.training import tasks, trail


@subscribe(trail.TRAINING_UPLOADED, trail.TRAINING_REMAPPED)
def read_training(recorded: Recorded) -> None:
    """Read the file."""
    tasks.read_training.delay(str(recorded.object_id))


@subscribe(trail.TRAINING_CONFIRMED)
def commit_training(recorded: Recorded) -> None:
    """Write what was confirmed."""
    tasks.commit_training.delay(str(recorded.object_id))


@subscribe(trail.CERTIFICATES_HANDED_IN)
def attach_certificates(recorded: Recorded) -> None:
    """Attach them."""
    tasks.attach_certificates.delay(str(recorded.object_id))
