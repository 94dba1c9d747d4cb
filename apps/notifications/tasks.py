"""Jobs of messages."""

from uuid import UUID

from celery import shared_task

from apps.notifications import actions


@shared_task(name="notifications.send_mails")
def send_mails(mail_ids: list[str]) -> None:
    """Hand mails to the mail server, each for itself."""
    for mail_id in mail_ids:
        actions.send_mail(UUID(mail_id))


@shared_task(name="notifications.sweep_outbox")
def sweep_outbox() -> None:
    """Hand out again what a lost message or a failing server left behind."""
    actions.wake(actions.claim_overdue_mails())
