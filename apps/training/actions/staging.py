"""Staged rows against recorded ones, set by set, in a temporary table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import connection

from apps.core import clock, ids
from apps.core.copying import copy_rows
from apps.training.importer import StagedRow

BATCH = 1_000
LARGE = 5_000
_CREATE = """
CREATE TEMPORARY TABLE training_staged (
    id uuid, row integer, agent_id uuid, course_id uuid, course_version_id uuid,
    completed_on date, valid_until date, outcome text, score numeric(5, 2),
    language text, mode text, trainer text, signed_on date
)
"""
_COPY = """
COPY training_staged (id, row, agent_id, course_id, course_version_id, completed_on,
    valid_until, outcome, score, language, mode, trainer, signed_on) FROM STDIN
"""
# One row for each natural key: the best score, then the first row.
_REPEATED = """
DELETE FROM training_staged s
USING (
    SELECT id, row_number() OVER (
        PARTITION BY agent_id, course_id, completed_on, outcome
        ORDER BY score DESC NULLS LAST, row, id
    ) AS place
    FROM training_staged
) ranked
WHERE ranked.id = s.id AND ranked.place > 1
"""
# What a person corrected or withdrew: the day or the outcome of the file is known to
# be wrong, and no live record says the same.
_CORRECTED = """
DELETE FROM training_staged s
WHERE EXISTS (
    SELECT 1 FROM training_trainingrecord r
    WHERE r.agent_id = s.agent_id AND r.course_id = s.course_id
      AND r.completed_on = s.completed_on AND r.outcome = s.outcome
      AND r.superseded_by_id IS NOT NULL
) AND NOT EXISTS (
    SELECT 1 FROM training_trainingrecord r
    WHERE r.agent_id = s.agent_id AND r.course_id = s.course_id
      AND r.completed_on = s.completed_on AND r.outcome = s.outcome
      AND r.superseded_by_id IS NULL
)
"""
# A file that leaves something out does not take it back; one that says it differently
# corrects it.
_DIFFERS = """(
    COALESCE(s.score, r.score) IS DISTINCT FROM r.score
    OR COALESCE(NULLIF(s.language, ''), r.language) <> r.language
    OR COALESCE(NULLIF(s.mode, 'unknown'), r.mode) <> r.mode
    OR COALESCE(NULLIF(s.trainer, ''), r.trainer) <> r.trainer
    OR COALESCE(s.signed_on, r.signed_on) IS DISTINCT FROM r.signed_on
)"""
_COMPARE = f"""
SELECT COUNT(*) FILTER (WHERE r.id IS NULL),
       COUNT(*) FILTER (WHERE r.id IS NOT NULL AND {_DIFFERS}),
       COUNT(*) FILTER (WHERE r.id IS NOT NULL AND NOT {_DIFFERS})
FROM training_staged s
LEFT JOIN training_trainingrecord r
  ON r.agent_id = s.agent_id AND r.course_id = s.course_id
 AND r.completed_on = s.completed_on AND r.outcome = s.outcome
 AND r.superseded_by_id IS NULL
"""  # noqa: S608 - constants of this module
_SUPERSEDE = f"""
UPDATE training_trainingrecord r SET superseded_by_id = s.id
FROM training_staged s
WHERE r.agent_id = s.agent_id AND r.course_id = s.course_id
  AND r.completed_on = s.completed_on AND r.outcome = s.outcome
  AND r.superseded_by_id IS NULL AND {_DIFFERS}
"""  # noqa: S608 - constants of this module
# A corrected record keeps the version that judged it.
_INSERT = """
INSERT INTO training_trainingrecord (id, created_at, agent_id, course_id,
    course_version_id, completed_on, valid_until, outcome, score, language, mode,
    trainer, signed_on, source_import_id, source_row)
SELECT s.id, %(now)s, s.agent_id, s.course_id,
       COALESCE(old.course_version_id, s.course_version_id), s.completed_on,
       CASE WHEN old.id IS NULL THEN s.valid_until ELSE old.valid_until END,
       s.outcome, COALESCE(s.score, old.score),
       COALESCE(NULLIF(s.language, ''), old.language, ''),
       COALESCE(NULLIF(s.mode, 'unknown'), old.mode, 'unknown'),
       COALESCE(NULLIF(s.trainer, ''), old.trainer, ''),
       COALESCE(s.signed_on, old.signed_on),
       %(job)s, s.row
FROM training_staged s
LEFT JOIN training_trainingrecord old ON old.superseded_by_id = s.id
WHERE NOT EXISTS (
    SELECT 1 FROM training_trainingrecord r
    WHERE r.agent_id = s.agent_id AND r.course_id = s.course_id
      AND r.completed_on = s.completed_on AND r.outcome = s.outcome
      AND r.superseded_by_id IS NULL
)
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the staged rows are to what is recorded."""

    new: int
    differing: int
    same: int
    repeated: int
    corrected: int


def load(rows: Iterable[StagedRow]) -> int:
    """Copy rows into a fresh temporary table; return how many repeat another row.

    The table lives as long as the connection and is replaced by the next import.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.training_staged")
        cursor.execute(_CREATE)
        # In batches: while a COPY runs the connection can do nothing else, and
        # reading rows notes progress now and then.
        for batch in _batches(rows):
            copy_rows(_COPY, map(_values, batch))
        cursor.execute(_REPEATED)
        repeated: int = cursor.rowcount
        cursor.execute("ANALYZE training_staged")
    return repeated


def _batches(rows: Iterable[StagedRow]) -> Iterator[list[StagedRow]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _values(row: StagedRow) -> tuple[object, ...]:
    return (
        ids.uuid7(),
        row.row,
        row.agent_id,
        row.course_id,
        row.course_version_id,
        row.completed_on,
        row.valid_until,
        row.outcome.value,
        row.score,
        row.language,
        row.mode,
        row.trainer,
        row.signed_on,
    )


def compare(*, repeated: int) -> Comparison:
    """Leave out what is corrected on record, and count what :func:`merge` would do
    now. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_CORRECTED)
        corrected: int = cursor.rowcount
        cursor.execute(_COMPARE)
        new, differing, same = cursor.fetchone()
    return Comparison(
        new=new,
        differing=differing,
        same=same,
        repeated=repeated,
        corrected=corrected,
    )


def merge(*, job_id: UUID, repeated: int) -> Comparison:
    """Write what is new and what corrects; four statements in the caller's
    transaction. Running it again writes nothing."""
    found = compare(repeated=repeated)
    with connection.cursor() as cursor:
        cursor.execute(_SUPERSEDE)
        cursor.execute(_INSERT, {"job": job_id, "now": clock.now()})
    return found


def join_whole(rows: int) -> None:
    """For the rest of the transaction join whole tables where a file is large.

    Statistics do not know the rows a transaction itself writes; a nested loop chosen
    by them looked at every pair of 100,000 rows and took twenty minutes.
    """
    if rows >= LARGE:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")


def drop() -> None:
    """Remove the temporary table."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.training_staged")
