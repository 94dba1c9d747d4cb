"""Readable rows of a roster in a temporary table, given back person by person.

Rows that plainly add somebody, or say what is recorded, are settled in sets; the rest
is planned in groups of people, so memory does not grow with the file. What is plain is
a part of ``rules.plan_roster`` said in SQL; the tests hold the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.core import clock
from apps.core.copying import copy_rows
from apps.core.ids import uuid7 as new_id
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
    ended_on date, has_left boolean, agent_id uuid, assignment_id uuid,
    is_new boolean
)
"""
_COPY = """
COPY roster_staged (external_id, number, is_taken, full_name, email, languages, team,
    joined_on, left_on, engagement_id, role, channels, site_id, effective_on, ended_on,
    has_left, agent_id, assignment_id) FROM STDIN
"""
# People of one row alone; ``is_new`` null stays to be planned.
_ALONE = """
    SELECT external_id FROM roster_staged WHERE is_taken
    GROUP BY external_id HAVING COUNT(*) = 1
"""
# What a row makes of somebody who is not recorded: the values of ``_new_agent`` and
# ``_assignment``, and every reason to refuse it denied.
_JOINED = "COALESCE(s.joined_on, LEAST(s.effective_on, s.left_on, %(day)s))"
_FIRST = "COALESCE(s.effective_on, %(day)s)"
_LAST = "COALESCE(s.ended_on, s.left_on)"
_IS_NEW = f"""
UPDATE roster_staged s SET is_new = TRUE
FROM ({_ALONE}) alone
WHERE s.is_taken AND s.external_id = alone.external_id
  AND s.full_name IS NOT NULL
  AND (s.left_on >= {_JOINED} OR (s.left_on IS NULL AND NOT s.has_left))
  AND (s.engagement_id IS NULL OR (
      {_FIRST} >= {_JOINED}
      AND ({_LAST} IS NULL OR {_LAST} >= {_FIRST})
      AND (s.left_on IS NULL OR {_LAST} <= s.left_on)))
  AND NOT EXISTS (
      SELECT 1 FROM workforce_agent g
      WHERE g.organization_id = %(organization)s
        AND g.external_id = s.external_id COLLATE "default")
"""  # noqa: S608 - constants of this module
# Somebody recorded, still here and here for the first time, of whom the row says
# nothing else than what is recorded, of the assignment neither.
_IS_SAME = f"""
WITH known AS (
    SELECT s.external_id, g.id AS agent_id, g.joined_on AS hired_on, s.engagement_id,
           s.role, s.channels, s.site_id, s.effective_on, s.ended_on
    FROM roster_staged s
    JOIN ({_ALONE}) alone ON alone.external_id = s.external_id
    JOIN workforce_agent g ON g.external_id = s.external_id COLLATE "default"
     AND g.organization_id = %(organization)s
    LEFT JOIN workforce_earlierperiod e ON e.agent_id = g.id
    WHERE s.is_taken AND s.is_new IS NULL AND e.id IS NULL
      AND g.left_on IS NULL AND s.left_on IS NULL AND NOT s.has_left
      AND COALESCE(s.joined_on, LEAST(s.effective_on, g.joined_on)) = g.joined_on
      AND COALESCE(s.full_name, g.full_name) = g.full_name
      AND COALESCE(s.email, g.email) = g.email
      AND COALESCE(s.languages, g.languages::text[]) = g.languages::text[]
      AND COALESCE(s.team, g.team) = g.team
), same AS (
    SELECT external_id FROM known WHERE engagement_id IS NULL
    UNION ALL
    SELECT k.external_id
    FROM known k
    JOIN workforce_assignment a ON a.agent_id = k.agent_id
     AND a.engagement_id = k.engagement_id
    WHERE a.effective_on = k.effective_on OR (k.effective_on IS NULL
          AND (a.ended_on IS NULL OR a.ended_on >= %(day)s))
    GROUP BY k.external_id
    HAVING COUNT(*) = 1 AND bool_and(
        a.effective_on >= k.hired_on
        AND COALESCE(k.role, a.role) = a.role
        AND COALESCE(k.channels, {{channels}}) = {{channels}}
        AND COALESCE(k.site_id, a.site_id) IS NOT DISTINCT FROM a.site_id
        AND COALESCE(k.ended_on = a.ended_on, k.ended_on IS NULL
                     AND NOT (%(says_end)s AND a.ended_on IS NOT NULL)))
)
UPDATE roster_staged s SET is_new = FALSE
FROM same WHERE s.is_taken AND s.external_id = same.external_id
""".format(  # noqa: S608 - constants of this module
    channels='ARRAY(SELECT unnest(a.channels)::text COLLATE "C" ORDER BY 1)'
)
_ADD_AGENTS = f"""
INSERT INTO workforce_agent (id, created_at, organization_id, external_id, full_name,
    email, languages, team, joined_on, left_on)
SELECT s.agent_id, %(now)s, %(organization)s, s.external_id, s.full_name,
       COALESCE(s.email, ''), COALESCE(s.languages, '{{}}'), COALESCE(s.team, ''),
       {_JOINED}, s.left_on
FROM roster_staged s WHERE s.is_new
"""  # noqa: S608 - constants of this module
_ADD_ASSIGNMENTS = f"""
WITH added AS (
    INSERT INTO workforce_assignment (id, created_at, agent_id, engagement_id, role,
        channels, site_id, effective_on, ended_on)
    SELECT s.assignment_id, %(now)s, s.agent_id, s.engagement_id,
           COALESCE(s.role, 'agent'), COALESCE(s.channels, '{{}}'), s.site_id,
           {_FIRST}, {_LAST}
    FROM roster_staged s WHERE s.is_new AND s.engagement_id IS NOT NULL
    RETURNING engagement_id
)
SELECT engagement_id, COUNT(*) FROM added GROUP BY engagement_id
"""  # noqa: S608 - constants of this module
_ROWS = """
SELECT number, external_id, full_name, email, languages, joined_on, left_on,
       engagement_id, role, channels, site_id, effective_on, ended_on, team, has_left
FROM roster_staged
WHERE is_taken AND is_new IS NULL AND external_id IN (
    SELECT DISTINCT external_id FROM roster_staged
    WHERE is_taken AND is_new IS NULL AND external_id > %(after)s
    ORDER BY external_id LIMIT %(people)s
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


@dataclass(frozen=True, slots=True)
class Settled:
    """Rows that need no plan: they add one person each, or say what is recorded."""

    new: int
    same: int


def load(rows: Iterable[StagedRow], *, to_write: bool) -> None:
    """Copy rows into a fresh temporary table; it lives as long as the connection.
    Rows are given the ids of what they may add only where it is ``to_write``."""
    with connection.cursor() as cursor:
        drop()
        cursor.execute(_CREATE)
        # In batches: while a COPY runs the connection can do nothing else, and
        # reading rows notes progress now and then.
        remaining = iter(rows)
        while batch := list(islice(remaining, BATCH)):
            copy_rows(_COPY, (_values(row, to_write=to_write) for row in batch))
        cursor.execute("ANALYZE roster_staged")


@transaction.atomic
def settle(organization: Organization, *, day: date, says_end: bool) -> Settled:
    """Set apart the rows that need no plan; :func:`groups` leaves them out. Six
    statements, in which whole tables are joined: statistics may not know yet what an
    import wrote a minute ago."""
    values: dict[str, Any] = {
        "organization": organization.pk,
        "day": day,
        "says_end": says_end,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_IS_NEW, values)
        new = cursor.rowcount
        cursor.execute(_IS_SAME, values)
        same = cursor.rowcount
        cursor.execute(
            "CREATE INDEX ON roster_staged (external_id, number) "
            "WHERE is_taken AND is_new IS NULL"
        )
        cursor.execute("ANALYZE roster_staged")
        cursor.execute("SET LOCAL enable_nestloop = on")
    return Settled(new, same)


def add_new(organization: Organization, *, day: date) -> Counter[UUID]:
    """Add the people of rows that plainly add one, and their assignments; return how
    many of these by engagement. Two statements."""
    values: dict[str, Any] = {
        "organization": organization.pk,
        "day": day,
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD_AGENTS, values)
        cursor.execute(_ADD_ASSIGNMENTS, values)
        return Counter(dict(cursor.fetchall()))


def _values(staged: StagedRow, *, to_write: bool) -> tuple[object, ...]:
    row = staged.row
    if row is None:
        return (staged.external_id, staged.number, False, *[None] * 15)
    return (
        *(row.external_id, row.number, True, row.full_name, row.email),
        *(_array(row.languages), row.team, row.joined_on, row.left_on),
        *(row.engagement_id, row.role, _array(row.channels), row.site_id),
        *(row.effective_on, row.ended_on, row.has_left),
        new_id() if to_write else None,
        new_id() if to_write and row.engagement_id else None,
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
