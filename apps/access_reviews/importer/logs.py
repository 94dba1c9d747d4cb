"""Columns of access logs, and their rows as events without content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from apps.access_reviews.enums import Usage
from apps.access_reviews.rules import REQUIRED, LogEvent, moment_in
from apps.core.tables import BadValue, DateOrder, Row
from apps.workforce.rules import Cells, Field

_SYNONYMS = {
    "who": (
        "who",
        "user",
        "user id",
        "user name",
        "username",
        "login",
        "actor",
        "actor email",
        "account",
        "principal",
        "user principal name",
        "email",
        "user email",
        "performed by",
        "employee id",
        "agent id",
        "user identity user name",
    ),
    "what": (
        "what",
        "action",
        "event",
        "event type",
        "event name",
        "operation",
        "activity",
        "activity display name",
    ),
    "when": (
        "when",
        "timestamp",
        "time",
        "date time",
        "event time",
        "occurred at",
        "created at",
        "created date time",
        "activity date time",
        "date",
    ),
    "where": (
        "where",
        "source ip",
        "source ip address",
        "ip address",
        "ip",
        "client ip",
        "host",
        "workstation",
        "device",
        "location",
        "source",
    ),
    "outcome": ("outcome", "result", "status", "success", "response", "error code"),
}
FIELDS = tuple(Field(name, label, _SYNONYMS[name]) for name, label in REQUIRED.items())


def events(
    rows: Iterable[Row],
    cells: Cells,
    *,
    order: DateOrder,
    zone: tzinfo,
    header_rows: int,
) -> Iterator[LogEvent]:
    """Yield every row of a log: what is missing, when and by whom.

    A time without an offset is of ``zone``. ``header_rows`` is taken off the number
    of a row where the file itself has no header.
    """
    for row in rows:
        missing = tuple(name for name in REQUIRED if not cells.text(row, name))
        yield LogEvent(
            row=row.number - header_rows,
            missing=missing,
            at=_moment(cells.text(row, "when"), order, zone),
            who=cells.text(row, "who"),
        )


def _moment(text: str, order: DateOrder, zone: tzinfo) -> datetime | None:
    try:
        found = moment_in(text, order=order, zone=zone)
    except BadValue:
        return None
    return found.at if found.usage is Usage.USED else None
