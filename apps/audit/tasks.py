"""Jobs of the trail."""

from celery import shared_task

from apps.audit import deliveries
from apps.core.jobs import each


@shared_task(name="audit.deliver")
def deliver(event_pk: int) -> None:
    """Run the reactions to one recorded event."""
    deliveries.deliver(event_pk)


@shared_task(name="audit.sweep_deliveries")
def sweep_deliveries() -> None:
    """Deliver what a lost message left behind, each event for itself."""
    each(deliveries.overdue(), deliveries.try_again)
