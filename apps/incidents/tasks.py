"""Jobs of incidents."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from apps.incidents import actions


@shared_task(name="incidents.escalate")
def escalate() -> None:
    """Hourly: tell who owes a notice that it ends soon or is overdue."""
    actions.escalate(by=actions.WATCH)


@shared_task(name="incidents.follow_engagement")
def follow_engagement(engagement_id: str) -> None:
    """Compute the clocks of its open cases anew."""
    actions.follow_engagement(UUID(engagement_id), by=actions.WATCH)
