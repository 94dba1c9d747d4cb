"""Reactions of rooms above to what was recorded below them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from celery import current_app

from apps.audit.verbs import Verb


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a reaction learns: ids only. It enqueues a task and does no work."""

    type: str
    organization_id: UUID | None
    engagement_id: UUID | None
    object_id: UUID


Handler = Callable[[Recorded], None]
H = TypeVar("H", bound=Handler)
_handlers: dict[str, list[Handler]] = defaultdict(list)


def subscribe(*verbs: Verb) -> Callable[[H], H]:
    """Decorate a reaction with the verbs it listens to."""

    def register(handler: H) -> H:
        for verb in verbs:
            if handler not in _handlers[verb.name]:
                _handlers[verb.name].append(handler)
        return handler

    return register


def handlers_of(name: str) -> list[Handler]:
    """Reactions to a verb, in the order they were registered."""
    return list(_handlers.get(name, ()))


def wake(event_pk: int) -> None:
    """Ask a worker to run the reactions; the sweep catches what gets lost."""
    current_app.send_task("audit.deliver", args=[event_pk])
