"""One row of those the actor may see."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from apps.core.errors import NotFound

M = TypeVar("M", bound=Model)


def one(rows: QuerySet[M], pk: UUID) -> M:
    """The row by id, or NotFound. One query."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
