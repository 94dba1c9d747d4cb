"""Jobs of messages."""

from uuid import UUID

from celery import shared_task

from apps.notifications import actions


@shared_task(name="notifications.send_mail")
def send_mail(mail_id: str) -> None:
    """Hand one mail to the mail server."""
    actions.send_mail(UUID(mail_id))


@shared_task(name="notifications.sweep_outbox")
def sweep_outbox() -> None:
    """Hand out again what a lost message or a failing server left behind."""
    for mail_id in actions.claim_overdue_mails():
        send_mail.delay(str(mail_id))
