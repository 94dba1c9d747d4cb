"""Duties of these tests, handed in the way rooms do."""

from __future__ import annotations

from datetime import date

import pytest

from apps.core.types import DueItem
from apps.reminders import queries
from apps.reminders.queries import rooms
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


@pytest.fixture
def duties(monkeypatch: pytest.MonkeyPatch) -> list[DueItem]:
    """A list; what is put into it is due, and nothing else."""
    found: list[DueItem] = []

    def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
        return [
            item
            for item in found
            if first <= item.due <= last
            and actor.organization_id in {None, item.organization_id}
        ]

    monkeypatch.setattr(rooms, "_providers", [])
    queries.provide(Permission.AGREEMENTS_VIEW, due_items)
    return found
