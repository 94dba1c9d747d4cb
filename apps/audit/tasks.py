"""Jobs of the trail."""

from celery import shared_task

from apps.audit import deliveries


@shared_task(name="audit.deliver")
def deliver(event_pk: int) -> None:
    """Run the reactions to one recorded event."""
    deliveries.deliver(event_pk)


@shared_task(name="audit.sweep_deliveries")
def sweep_deliveries() -> None:
    """Deliver what a lost message left behind."""
    for event_pk in deliveries.overdue():
        deliveries.deliver(event_pk)
