"""Jobs of access: ids in, load, one action."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from apps.access_reviews import actions, queries
from apps.core.jobs import each


@shared_task(name="access_reviews.read_snapshot")
def read_snapshot(pk: str) -> None:
    """Read an uploaded export up to its preview."""
    actions.read_snapshot(queries.snapshot_for_job(UUID(pk)))


@shared_task(name="access_reviews.commit_snapshot")
def commit_snapshot(pk: str) -> None:
    """Write a confirmed export."""
    actions.commit_snapshot(queries.snapshot_for_job(UUID(pk)))


@shared_task(name="access_reviews.after_snapshot")
def after_snapshot(pk: str) -> None:
    """Late arrivals to open campaigns; leavers among the new accounts."""
    system_id = queries.snapshot_for_job(UUID(pk)).system_id
    each(queries.open_campaigns_of(system_id), actions.add_late_arrivals)
    each(queries.organizations_with_leavers(), actions.open_for_leavers)


@shared_task(name="access_reviews.follow_roster")
def follow_roster(organization_id: str) -> None:
    """Revocations for those who left the organization; none for who came back."""
    actions.note_leavers_to_come(UUID(organization_id))
    actions.lapse_for_returned(UUID(organization_id))
    actions.open_for_leavers(UUID(organization_id))


@shared_task(name="access_reviews.follow_assignments")
def follow_assignments(engagement_id: str) -> None:
    """Revocations for those who no longer serve the engagement; none for who does."""
    actions.lapse_for_reassigned(UUID(engagement_id))
    actions.open_for_ended_assignments(UUID(engagement_id))


@shared_task(name="access_reviews.render", soft_time_limit=300, time_limit=330)
def render(pk: str) -> None:
    """Make the document of a campaign signed off."""
    actions.render_campaign(queries.campaign_for_job(UUID(pk)))


@shared_task(name="access_reviews.read_log")
def read_log(pk: str) -> None:
    """Read the header of a log."""
    actions.read_log(queries.log_audit_for_job(UUID(pk)))


@shared_task(name="access_reviews.audit_log")
def audit_log(pk: str) -> None:
    """Audit a log whose columns were confirmed."""
    actions.audit_log(queries.log_audit_for_job(UUID(pk)))


@shared_task(name="access_reviews.render_log_report")
def render_log_report(pk: str) -> None:
    """Make the report of an audit."""
    actions.render_log_report(queries.log_audit_for_job(UUID(pk)))


@shared_task(name="access_reviews.repeat")
def repeat(pk: str) -> None:
    """Open the next of a recurring campaign."""
    actions.repeat_campaign(queries.campaign_for_job(UUID(pk)))


@shared_task(name="access_reviews.sweep")
def sweep() -> None:
    """Every five minutes: last and first days that have come, overdue ones, samples
    of logs held too long, late arrivals not yet added, next campaigns, documents that
    are missing. The last two each in a job of its own: one that fails holds up nothing
    else."""
    each(map(str, queries.organizations_with_leavers()), follow_roster)
    each(map(str, queries.engagements_with_systems()), follow_assignments)
    each(queries.campaigns_behind(), actions.add_late_arrivals)
    for campaign in queries.campaigns_to_repeat():
        repeat.delay(str(campaign.pk))
    for campaign in queries.campaigns_without_document():
        render.delay(str(campaign.pk))
    actions.alert_overdue()
    actions.expire_logs()
