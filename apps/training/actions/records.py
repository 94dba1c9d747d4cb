"""Corrections of single records, and the certifications that follow from records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from apps.audit.actions import Subject, record
from apps.core import clock, ids
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.training import queries, rules, trail
from apps.training.enums import Outcome
from apps.training.models import TrainingRecord

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


@dataclass(frozen=True, slots=True)
class Correction:
    """What the attempt really was."""

    completed_on: date
    outcome: Outcome
    score: Decimal | None = None


@transaction.atomic
def correct_record(
    row: TrainingRecord, *, by: AnyActor, correction: Correction, reason: str
) -> TrainingRecord:
    """Replace a record by a corrected one; the old one stays, marked superseded.

    Steps: lock; new record judged by the version of its day; old record points to
    it; certification; event ``training_record.corrected``. Raises Conflict for a
    record corrected before, Invalid without a reason, for a day to come or before
    the first version of the course.
    """
    by.require(Permission.TRAINING_EDIT)
    old = TrainingRecord.objects.select_related("agent", "course").get(pk=row.pk)
    if by.organization_id not in {None, old.agent.organization_id}:
        raise NotAllowed("Training records are kept by the provider.")
    TrainingRecord.objects.locked(row.pk)
    if old.superseded_by_id is not None:
        raise Conflict("The record was corrected before. Correct the newer one.")
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": ["Say why the record was wrong."]})
    new = _corrected(old, correction)
    # The natural key is unique among live records, so the old one steps aside first;
    # the reference is checked when the transaction ends.
    old.superseded_by_id = new.pk
    old.save(update_fields=["superseded_by"])
    new.save(force_insert=True)
    refresh_certifications(record_id=new.pk)
    record(
        trail.RECORD_CORRECTED,
        by=by,
        about=Subject(
            obj=new,
            organization_id=old.agent.organization_id,
            visible_to=frozenset({old.agent.organization_id}),
        ),
        facts={"superseded": old.pk},
        personal={"course": old.course.title, "reason": reason.strip()},
    )
    return new


def _corrected(old: TrainingRecord, correction: Correction) -> TrainingRecord:
    day = correction.completed_on
    organization = old.agent.organization
    if day > clock.today(organization.time_zone):
        text = "The day of completion is today or earlier."
        raise Invalid(text, fields={"completed_on": [text]})
    version = rules.version_on(queries.version_terms(old.course), day)
    if version is None:
        text = "No version of the course was in effect on that day."
        raise Invalid(text, fields={"completed_on": [text]})
    passed = correction.outcome == Outcome.PASSED
    until = rules.valid_until(day, version.validity_months) if passed else None
    return TrainingRecord(
        id=ids.uuid7(),
        agent=old.agent,
        course=old.course,
        course_version_id=version.pk,
        completed_on=day,
        valid_until=until,
        outcome=correction.outcome,
        score=correction.score,
        language=old.language,
        mode=old.mode,
        trainer=old.trainer,
        source_import_id=old.source_import_id,
        source_row=old.source_row,
    )
