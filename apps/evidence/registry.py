"""Registry of what a file can be attached to, and of what keeps a file.

Rooms above declare their kinds here by making them; evidence knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from apps.core.dates import local_date
from apps.core.errors import NotFound
from apps.tenancy.actor import AnyActor

_kinds: dict[str, Attachable] = {}
_keepers: dict[type[Model], Keeper] = {}


@dataclass(frozen=True)
class Attachable:
    """A kind of object: its name for people, what an actor may attach to, and its
    page.

    ``rows`` are objects of the actor's side, in the order people look for them, none
    without the permission; ``search`` are the lookups a word is looked for in; the
    page, a URL name that takes the id, checks access again. Where the room of the
    object ``reminds_itself`` of its last day, the file does not.
    """

    kind: str
    label: str
    rows: Callable[[AnyActor], QuerySet[Any]]
    search: tuple[str, ...]
    page: str
    title: Callable[[Any], str] = str
    reminds_itself: bool = False

    def __post_init__(self) -> None:
        if self.kind in _kinds:
            raise ValueError(f"The kind {self.kind} is declared twice.")
        _kinds[self.kind] = self

    def choices(
        self, actor: AnyActor, word: str, *, most: int
    ) -> list[tuple[UUID, str]]:
        """Ids and titles that hold a word, at most ``most``. One or two queries."""
        wanted = Q()
        for lookup in self.search:
            wanted |= Q(**{f"{lookup}__icontains": word})
        rows = self.rows(actor).filter(wanted) if word else self.rows(actor)
        return [(row.pk, self.title(row)) for row in rows[:most]]

    def title_of(self, actor: AnyActor, pk: UUID) -> str:
        """The title of one object; NotFound for what the actor may not attach to."""
        row = self.rows(actor).filter(pk=pk).first()
        if row is None:
            raise NotFound
        return self.title(row)

    def path(self, pk: UUID) -> str:
        """The page of one object."""
        return reverse(self.page, args=[pk])


@dataclass(frozen=True)
class Keeper:
    """A table whose rows name a file: until when each is in effect, and its page.

    ``last_in_effect`` is the last day, inclusive, or None while nothing ends it. A row
    of a table without a keeper keeps its file for good. ``rows`` fetches with the rows
    what the two others read, so that a file in a thousand places asks no more often.
    """

    model: type[Model]
    last_in_effect: Callable[[Any], date | None]
    page: Callable[[Any], str]
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] = QuerySet.all

    def __post_init__(self) -> None:
        if self.model in _keepers:
            raise ValueError(f"{self.model.__name__} is declared twice.")
        _keepers[self.model] = self


def of_organization(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows with the organization whose days count."""
    return rows.select_related("organization")


def day_made(row: Any) -> date:
    """What says how things stood on a day was in effect that day: the one it was made,
    where its organization is."""
    return local_date(row.created_at, row.organization.time_zone)


def registered() -> dict[str, Attachable]:
    """All kinds by name."""
    return dict(_kinds)


def kind_of(name: str) -> Attachable:
    """A kind by name; NotFound for one this portal does not know."""
    if name not in _kinds:
        raise NotFound
    return _kinds[name]


def path_of(kind: str, pk: UUID) -> str:
    """The page of an object; "" for a kind this portal does not know."""
    known = _kinds.get(kind)
    return known.path(pk) if known else ""


def keeper_of(model: type[Model]) -> Keeper | None:
    """Who says until when rows of a table keep their files."""
    return _keepers.get(model)


def reminded_elsewhere() -> list[str]:
    """Kinds whose own room reminds of their last day."""
    return [kind.kind for kind in _kinds.values() if kind.reminds_itself]
