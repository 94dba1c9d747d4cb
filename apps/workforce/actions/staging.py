"""Readable rows of a roster in a temporary table, given back person by person.

A roster is planned in groups of people, so memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, islice

from django.db import connection

from apps.tenancy.models import Organization
from apps.workforce.importer import StagedRow
from apps.workforce.rules import RosterRow

BATCH = 1_000
PEOPLE = 1_000
_CREATE = """
CREATE TEMPORARY TABLE roster_staged (
    external_id text COLLATE "C", number integer, is_taken boolean, full_name text,
    email text, languages text[], team text, joined_on date, left_on date,
    engagement_id uuid, role text, channels text[], site_id uuid, effective_on date,
    ended_on date, has_left boolean
)
"""
_COPY = "COPY roster_staged FROM STDIN"
_ROWS = """
SELECT number, external_id, full_name, email, languages, joined_on, left_on,
       engagement_id, role, channels, site_id, effective_on, ended_on, team, has_left
FROM roster_staged
WHERE is_taken AND external_id IN (
    SELECT DISTINCT external_id FROM roster_staged
    WHERE is_taken AND external_id > %(after)s ORDER BY external_id LIMIT %(people)s
)
ORDER BY external_id, number
"""
# Also a refused row shows that somebody works here.
_MISSING = """
SELECT g.external_id FROM workforce_agent g
WHERE g.organization_id = %(organization)s AND g.left_on IS NULL
  AND g.joined_on <= %(day)s
  AND NOT EXISTS (
      SELECT 1 FROM roster_staged s WHERE s.external_id = g.external_id COLLATE "C"
  )
ORDER BY g.external_id
"""


def load(rows: Iterable[StagedRow]) -> None:
    """Copy rows into a fresh temporary table; it lives as long as the connection."""
    with connection.cursor() as cursor:
        drop()
        cursor.execute(_CREATE)
        # In batches: while a COPY runs the connection can do nothing else, and
        # reading rows notes progress now and then.
        remaining = iter(rows)
        while batch := list(islice(remaining, BATCH)):
            with cursor.copy(_COPY) as copy:
                for row in batch:
                    copy.write_row(_values(row))
        cursor.execute("CREATE INDEX ON roster_staged (external_id, number)")
        cursor.execute("ANALYZE roster_staged")


def _values(staged: StagedRow) -> tuple[object, ...]:
    row = staged.row
    if row is None:
        return (staged.external_id, staged.number, False, *[None] * 13)
    return (
        *(row.external_id, row.number, True, row.full_name, row.email),
        *(_array(row.languages), row.team, row.joined_on, row.left_on),
        *(row.engagement_id, row.role, _array(row.channels), row.site_id),
        *(row.effective_on, row.ended_on, row.has_left),
    )


def _array(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)


def groups(*, says_end: bool, says_left: bool) -> Iterator[dict[str, list[RosterRow]]]:
    """Rows by person, at most a thousand people at a time, each in order of the file.
    One query a group."""
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, {"after": after, "people": PEOPLE})
            found = cursor.fetchall()
        if not found:
            return
        rows = (_row(values, says_end, says_left) for values in found)
        yield {who: list(of) for who, of in groupby(rows, lambda row: row.external_id)}
        after = found[-1][1]


def _row(values: tuple, says_end: bool, says_left: bool) -> RosterRow:  # type: ignore[type-arg]  # noqa: FBT001
    (number, external_id, full_name, email, languages, joined_on, left_on, *rest) = (
        values
    )
    engagement_id, role, channels, site_id, effective_on, ended_on, team, has_left = (
        rest
    )
    return RosterRow(
        number=number,
        external_id=external_id,
        full_name=full_name,
        email=email,
        languages=None if languages is None else tuple(languages),
        joined_on=joined_on,
        left_on=left_on,
        engagement_id=engagement_id,
        role=role,
        channels=None if channels is None else tuple(channels),
        site_id=site_id,
        effective_on=effective_on,
        ended_on=ended_on,
        says_end=says_end,
        says_left=says_left,
        team=team,
        has_left=has_left,
    )


def missing(organization: Organization, *, day: date) -> Iterator[list[str]]:
    """Ids of who works on the day and is in no row, in groups. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, {"organization": organization.pk, "day": day})
        ids = [row[0] for row in cursor.fetchall()]
    for at in range(0, len(ids), PEOPLE):
        yield ids[at : at + PEOPLE]


def drop() -> None:
    """Remove the temporary table."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.roster_staged")
