"""The one way into the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from apps.reminders.models import SentReminder

_FIELDS = SentReminder._meta.concrete_fields
_COPY = "COPY {} ({}) FROM STDIN".format(
    SentReminder._meta.db_table, ", ".join(f'"{field.column}"' for field in _FIELDS)
)


def enter(rows: Iterable[SentReminder]) -> None:
    """Copy lines into the ledger.

    A line that is there already fails the whole pass, messages included: nobody is
    reminded twice of the same, and the next pass reads the ledger anew.
    """
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row([getattr(row, field.attname) for field in _FIELDS])
