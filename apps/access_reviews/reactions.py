"""What was recorded elsewhere or here, and the job that follows."""

from __future__ import annotations

from apps.access_reviews import tasks, trail
from apps.audit.subscriptions import Recorded, subscribe
from apps.engagements import trail as engagements
from apps.workforce import trail as workforce


@subscribe(trail.SNAPSHOT_UPLOADED, trail.SNAPSHOT_REMAPPED)
def read_snapshot(recorded: Recorded) -> None:
    """Read the file."""
    tasks.read_snapshot.delay(str(recorded.object_id))


@subscribe(trail.SNAPSHOT_CONFIRMED)
def commit_snapshot(recorded: Recorded) -> None:
    """Write what was confirmed."""
    tasks.commit_snapshot.delay(str(recorded.object_id))


@subscribe(trail.SNAPSHOT_IMPORTED)
def after_snapshot(recorded: Recorded) -> None:
    """Extend open campaigns, look for leavers."""
    tasks.after_snapshot.delay(str(recorded.object_id))


@subscribe(workforce.ROSTER_IMPORTED, workforce.AGENTS_PUSHED)
def follow_roster(recorded: Recorded) -> None:
    """Somebody may have left, or come back."""
    if recorded.organization_id is not None:
        tasks.follow_roster.delay(str(recorded.organization_id))


@subscribe(workforce.ASSIGNMENTS_CHANGED, engagements.ENGAGEMENT_ENDED)
def follow_assignments(recorded: Recorded) -> None:
    """Somebody may no longer serve the engagement, or serve it again."""
    if recorded.engagement_id is not None:
        tasks.follow_assignments.delay(str(recorded.engagement_id))


@subscribe(trail.CAMPAIGN_SIGNED_OFF)
def render(recorded: Recorded) -> None:
    """Make the document."""
    tasks.render.delay(str(recorded.object_id))


@subscribe(trail.LOG_UPLOADED)
def read_log(recorded: Recorded) -> None:
    """Read the header of the log."""
    tasks.read_log.delay(str(recorded.object_id))


@subscribe(trail.LOG_CONFIRMED)
def audit_log(recorded: Recorded) -> None:
    """Audit what was confirmed."""
    tasks.audit_log.delay(str(recorded.object_id))


@subscribe(trail.LOG_AUDITED)
def render_log_report(recorded: Recorded) -> None:
    """Make the report."""
    tasks.render_log_report.delay(str(recorded.object_id))
