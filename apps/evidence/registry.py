"""Registry of what a file can be attached to.

Rooms above declare their kinds here by making them; evidence knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.tenancy.actor import AnyActor

_registry: dict[str, Attachable] = {}


@dataclass(frozen=True)
class Attachable:
    """A kind of object: its name for people, what an actor may attach to, and its
    page.

    ``choices`` yields ids and titles of objects of the actor's side, at most a few
    hundred; ``path`` leads to the object's page, which checks access again. Where the
    room of the object ``reminds_itself`` of its last day, the file does not.
    """

    kind: str
    label: str
    choices: Callable[[AnyActor], Iterable[tuple[UUID, str]]]
    path: Callable[[UUID], str]
    reminds_itself: bool = False

    def __post_init__(self) -> None:
        if self.kind in _registry:
            raise ValueError(f"The kind {self.kind} is declared twice.")
        _registry[self.kind] = self


def registered() -> dict[str, Attachable]:
    """All kinds by name."""
    return dict(_registry)


def path_of(kind: str, pk: UUID) -> str:
    """The page of an object; "" for a kind this portal does not know."""
    known = _registry.get(kind)
    return known.path(pk) if known else ""


def reminded_elsewhere() -> list[str]:
    """Kinds whose own room reminds of their last day."""
    return [kind.kind for kind in _registry.values() if kind.reminds_itself]
