"""Rows by COPY: many at once, without a statement that grows with them.

Checks and constraints hold as for any other statement. While it runs, the connection
can do nothing else: rows that are read with queries of their own come in batches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb


def copy_rows(statement: str, rows: Iterable[Sequence[object]]) -> None:
    """Send rows to a ``COPY ... FROM STDIN``, one at a time in memory."""
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def copy_in(
    model: type[models.Model], columns: str, rows: Iterable[Sequence[object]]
) -> None:
    """Write new rows of one model, given as values of the columns named."""
    copy_rows(f"COPY {model._meta.db_table} ({columns}) FROM STDIN", rows)


def copy_new(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model."""
    if not rows:
        return
    model = type(rows[0])
    copy_in(model, _columns(model), map(_values, rows))


def copy_over(
    model: type[models.Model],
    rows: Iterable[models.Model],
    *,
    unique: Sequence[str],
    update: Sequence[str],
) -> None:
    """Write rows, of which some are there by their unique fields: those get the fields
    named. Four statements; one row at a time in memory."""
    table, columns = model._meta.db_table, _columns(model)
    found = ", ".join(_column(model, name) for name in unique)
    changed = ", ".join(
        "{0} = EXCLUDED.{0}".format(_column(model, name)) for name in update
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE staged (LIKE {table})")
        copy_rows(f"COPY staged ({columns}) FROM STDIN", map(_values, rows))
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM staged "  # noqa: S608 - names of our own tables
            f"ON CONFLICT ({found}) DO UPDATE SET {changed}"
        )
        cursor.execute("DROP TABLE staged")


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    return f'"{field.column}"'  # type: ignore[union-attr]


def _columns(model: type[models.Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def _values(row: models.Model) -> tuple[object, ...]:
    return tuple(_value(field, row) for field in row._meta.concrete_fields)


def _value(field: models.Field[Any, Any], row: models.Model) -> object:
    value = getattr(row, field.attname)
    if isinstance(field, models.JSONField):
        return Jsonb(value)
    return value.value if isinstance(value, Enum) else value
