"""Jobs of files."""

from celery import shared_task

from apps.evidence import actions
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission


@shared_task(name="evidence.sweep_orphans")
def sweep_orphans() -> None:
    """Delete bytes that no row names."""
    actions.sweep_orphans(by=system("evidence", {Permission.EVIDENCE_ADD}))


@shared_task(name="evidence.scan_waiting")
def scan_waiting() -> None:
    """Ask the scanner about what it has not answered for."""
    actions.scan_waiting(by=system("evidence", {Permission.EVIDENCE_ADD}))
