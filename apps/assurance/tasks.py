"""Jobs of assurance."""

from uuid import UUID

from celery import shared_task

from apps.assurance import actions
from apps.evidence import queries as evidence
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission


@shared_task(name="assurance.tell_uploader")
def tell_uploader(file_pk: str) -> None:
    """Say what became of a file to the person who handed it in."""
    file = evidence.stored_file_for_job(UUID(file_pk))
    actions.tell_uploader(file, by=system("assurance", {Permission.EVIDENCE_VIEW}))
