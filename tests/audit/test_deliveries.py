"""Reactions run at least once, and only once while a worker lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from apps.audit import deliveries, tasks
from apps.audit.models import AuditDelivery
from apps.audit.subscriptions import Recorded, _handlers, subscribe
from apps.core import clock
from tests.audit.test_actions import TRIED, _record
from tests.conftest import NOON, Cast


@pytest.fixture
def heard() -> Iterator[list[Recorded]]:
    """A reaction that remembers what it heard."""
    received: list[Recorded] = []

    @subscribe(TRIED)
    def remember(recorded: Recorded) -> None:
        received.append(recorded)

    yield received
    _handlers.pop("trail.tried")


def test_delivery_runs_the_reaction_and_is_gone(
    cast: Cast, heard: list[Recorded]
) -> None:
    event = _record(cast)

    assert deliveries.deliver(event.pk) is True
    assert deliveries.deliver(event.pk) is False

    assert heard == [
        Recorded(
            type="trail.tried",
            organization_id=cast.clinic.pk,
            engagement_id=cast.engagement.pk,
            object_id=cast.engagement.pk,
        )
    ]
    assert AuditDelivery.objects.count() == 0


def test_failing_reaction_leaves_the_row_for_the_sweep(
    cast: Cast, heard: list[Recorded]
) -> None:
    event = _record(cast)

    @subscribe(TRIED)
    def fail(recorded: Recorded) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        deliveries.deliver(event.pk)

    assert AuditDelivery.objects.filter(pk=event.pk).exists()


def test_sweep_takes_what_waited_longer_than_a_minute(
    cast: Cast, heard: list[Recorded]
) -> None:
    event = _record(cast)

    assert deliveries.overdue() == []
    with clock.held(NOON + timedelta(seconds=61)):
        assert deliveries.overdue() == [event.pk]


def test_one_event_that_fails_holds_up_no_other(
    cast: Cast, heard: list[Recorded]
) -> None:
    events = [_record(cast) for _ in range(3)]
    asked: list[int] = []

    @subscribe(TRIED)
    def fail_first(recorded: Recorded) -> None:
        asked.append(len(asked))
        if asked == [0]:
            raise RuntimeError("broker is away")

    later = NOON + timedelta(seconds=61)
    with clock.held(later):
        tasks.sweep_deliveries()
        [row] = AuditDelivery.objects.all()
        assert (row.pk, row.attempts, row.last_error) == (
            events[0].pk,
            1,
            "RuntimeError",
        )
        assert deliveries.overdue() == []
    with clock.held(later + deliveries.PAUSE + timedelta(seconds=61)):
        tasks.sweep_deliveries()
    assert not AuditDelivery.objects.exists()
    assert len(asked) == 4
