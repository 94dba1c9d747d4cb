"""The certifications that follow from records."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from apps.core import clock

# The pairs whose records an import or a correction wrote, and for each the passed
# record that counts longest. The row takes the id of the first record it rests on.
_REFRESH = """
WITH touched AS (
    SELECT DISTINCT agent_id, course_id FROM training_trainingrecord
    WHERE source_import_id = %(job)s OR id = %(record)s
), best AS (
    SELECT DISTINCT ON (t.agent_id, t.course_id)
           t.id, t.agent_id, t.course_id, t.completed_on, t.valid_until
    FROM training_trainingrecord t
    JOIN touched USING (agent_id, course_id)
    WHERE t.outcome = 'passed' AND t.superseded_by_id IS NULL
    ORDER BY t.agent_id, t.course_id, t.valid_until DESC NULLS FIRST,
             t.completed_on DESC, t.id
), gone AS (
    DELETE FROM training_certification c
    USING touched
    WHERE c.agent_id = touched.agent_id AND c.course_id = touched.course_id
      AND NOT EXISTS (
          SELECT 1 FROM best
          WHERE best.agent_id = c.agent_id AND best.course_id = c.course_id
      )
)
INSERT INTO training_certification
    (id, created_at, agent_id, course_id, record_id, completed_on, valid_until)
SELECT id, %(now)s, agent_id, course_id, id, completed_on, valid_until FROM best
ON CONFLICT (agent_id, course_id) DO UPDATE
SET record_id = excluded.record_id, completed_on = excluded.completed_on,
    valid_until = excluded.valid_until
WHERE training_certification.record_id <> excluded.record_id
"""


def refresh_certifications(
    *, job_id: UUID | None = None, record_id: UUID | None = None
) -> None:
    """Bring certifications in step with the records of an import or one record.

    One statement, inside the caller's transaction. A failed attempt never replaces
    an earlier pass; of several passes the one valid longest counts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _REFRESH, {"job": job_id, "record": record_id, "now": clock.now()}
        )
