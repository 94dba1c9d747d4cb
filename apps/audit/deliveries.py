"""Claims recorded events and runs the reactions to them, at least once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from apps.audit.models import AuditDelivery, AuditEvent
from apps.audit.subscriptions import Recorded, handlers_of
from apps.core import clock

PAUSE = timedelta(minutes=5)
BATCH = 500


def deliver(event_pk: int) -> bool:
    """Run the reactions to one event; False if another worker has it or had it.

    The row is held while the reactions enqueue their tasks and deleted in the same
    transaction, so a killed worker leaves it for the sweep.
    """
    with transaction.atomic():
        claimed = (
            AuditDelivery.objects.select_for_update(skip_locked=True)
            .filter(pk=event_pk)
            .first()
        )
        if claimed is None:
            return False
        event = AuditEvent.objects.get(pk=event_pk)
        recorded = Recorded(
            type=event.type,
            organization_id=event.org,
            engagement_id=event.engagement,
            object_id=event.object_id,
        )
        for handler in handlers_of(event.type):
            handler(recorded)
        claimed.delete()
    return True


def overdue() -> list[int]:
    """Events whose reactions did not run within a minute of being recorded."""
    before = clock.now() - timedelta(minutes=1)
    waiting = AuditDelivery.objects.filter(not_before__lt=before).order_by("not_before")
    return list(waiting.values_list("pk", flat=True)[:BATCH])


def try_again(event_pk: int) -> bool:
    """Deliver an overdue event; if it fails again, put it behind the others.

    Raises what the reaction raised.
    """
    try:
        return deliver(event_pk)
    except Exception as error:
        AuditDelivery.objects.filter(pk=event_pk).update(
            not_before=clock.now() + PAUSE,
            attempts=F("attempts") + 1,
            last_error=type(error).__name__,
        )
        raise
