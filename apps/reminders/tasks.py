"""Jobs of reminders."""

from celery import shared_task

from apps.reminders import actions, queries
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission


@shared_task(name="reminders.sweep")
def sweep() -> None:
    """Send what is due; a missed hour is caught up by the next."""
    needed = {Permission.REMINDERS_EDIT} | queries.permissions_to_read()
    actions.send_due(by=system("reminders", needed))
