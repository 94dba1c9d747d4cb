"""New rows by COPY: many at once, without a statement that grows with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from psycopg.types.json import Jsonb

from apps.workforce.actions.applying import copy_in


def copy_new(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model; checks hold as for any other statement."""
    if not rows:
        return
    fields = rows[0]._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    copy_in(type(rows[0]), columns, (_values(row, fields) for row in rows))


def _values(
    row: models.Model, fields: Iterable[models.Field[Any, Any]]
) -> tuple[object, ...]:
    return tuple(
        Jsonb(getattr(row, field.attname))
        if isinstance(field, models.JSONField)
        else getattr(row, field.attname)
        for field in fields
    )
