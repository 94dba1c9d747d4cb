"""Jobs of incidents."""

from __future__ import annotations

from celery import shared_task

from apps.incidents import actions


@shared_task(name="incidents.escalate")
def escalate() -> None:
    """Hourly: tell who owes a notice that it ends soon or is overdue."""
    actions.escalate(by=actions.WATCH)
