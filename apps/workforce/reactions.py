"""A roster was uploaded, corrected or confirmed: the next step is a job."""

from apps.audit.subscriptions import Recorded, subscribe
from apps.workforce import tasks, trail


@subscribe(trail.ROSTER_UPLOADED, trail.ROSTER_REMAPPED)
def read_roster(recorded: Recorded) -> None:
    """Read the file."""
    tasks.read_roster.delay(str(recorded.object_id))


@subscribe(trail.ROSTER_CONFIRMED)
def commit_roster(recorded: Recorded) -> None:
    """Write what was confirmed."""
    tasks.commit_roster.delay(str(recorded.object_id))
