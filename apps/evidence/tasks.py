"""Jobs of files."""

from celery import shared_task

from apps.evidence import actions
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission


@shared_task(name="evidence.sweep_orphans")
def sweep_orphans() -> None:
    """Delete bytes that no row names."""
    actions.sweep_orphans(by=system("evidence", {Permission.EVIDENCE_ADD}))
