"""How long training records are kept, what holds them, and what nothing keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.dates import kept_through, local_date
from apps.core.errors import NotFound
from apps.evidence.models import LegalHold
from apps.evidence.rules import RETENTION_YEARS, InUse, keep_through
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.training.enums import Outcome
from apps.training.models import (
    Destruction,
    TrainingHold,
    TrainingImport,
    TrainingRecord,
)
from apps.training.queries.certificates import certificates_of
from apps.training.rules import last_in_effect

BATCH = 500
# In SQL what ``rules.last_in_effect`` and ``evidence.rules.keep_through`` say of one
# record; years added to 29 February give the 28th, so a day is added there. What an
# older record was replaced by stays as long as the older one does.
_KEPT = """
WITH latest AS (
    SELECT t.id, t.agent_id, t.source_import_id, t.superseded_by_id,
           GREATEST(
               (t.created_at AT TIME ZONE %(zone)s)::date,
               CASE WHEN s.id IS NOT NULL
                    THEN (s.created_at AT TIME ZONE %(zone)s)::date
                    WHEN t.outcome <> 'passed' THEN t.completed_on
                    WHEN t.valid_until IS NOT NULL
                    THEN t.valid_until + v.grace_days::int
                    ELSE g.left_on END
           ) AS day,
           s.id IS NULL AND t.outcome = 'passed' AND t.valid_until IS NULL
               AND g.left_on IS NULL AS has_no_end
    FROM training_trainingrecord t
    JOIN workforce_agent g ON g.id = t.agent_id
    JOIN training_courseversion v ON v.id = t.course_version_id
    LEFT JOIN training_trainingrecord s ON s.id = t.superseded_by_id
    WHERE g.organization_id = %(organization)s
), kept AS (
    SELECT l.*, s.later + (EXTRACT(day FROM s.later) <> EXTRACT(day FROM l.day))::int
           AS until
    FROM latest l
    CROSS JOIN LATERAL (
        SELECT (l.day + make_interval(years => %(years)s))::date AS later
    ) s
), free AS (
    SELECT k.* FROM kept k
    WHERE NOT k.has_no_end AND k.until < %(day)s
      AND NOT EXISTS (
          SELECT 1 FROM training_traininghold h
          WHERE h.organization_id = %(organization)s AND h.released_at IS NULL
            AND (h.agent_id IS NULL OR h.agent_id = k.agent_id))
      AND NOT EXISTS (
          SELECT 1 FROM evidence_legalhold h
          WHERE h.released_at IS NULL AND (
              h.file_id IN (SELECT i.file_id FROM training_trainingimport i
                            WHERE i.id = k.source_import_id)
              OR h.file_id IN (SELECT a.file_id FROM evidence_attachment a
                               WHERE a.subject_type = 'training_record'
                                 AND a.subject_id = k.id AND a.ended_at IS NULL)))
)
"""
_DESTROYABLE = f"""{_KEPT}
SELECT f.id, f.until FROM free f
WHERE NOT EXISTS (
    SELECT 1 FROM kept older
    WHERE older.superseded_by_id = f.id
      AND older.id NOT IN (SELECT id FROM free)
)
ORDER BY f.until, f.id
LIMIT %(limit)s
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long one record is kept; ``until`` None: as long as it is in effect."""

    until: date | None
    is_held: bool


@dataclass(frozen=True, slots=True)
class PastRetention:
    """A record nothing keeps any more, with the last day it had to be kept."""

    record: TrainingRecord
    until: date


def record_keeping(row: TrainingRecord) -> Keeping:
    """How long a record of the actor's is kept. At most four queries."""
    zone = row.agent.organization.time_zone
    later = row.superseded_by
    last = last_in_effect(
        completed_on=row.completed_on,
        outcome=Outcome(row.outcome),
        valid_until=row.valid_until,
        grace_days=row.course_version.grace_days,
        superseded_on=local_date(later.created_at, zone) if later else None,
        left_on=row.agent.left_on,
    )
    until = keep_through(local_date(row.created_at, zone), [InUse(last)])
    return Keeping(until, _is_held(row))


def _is_held(row: TrainingRecord) -> bool:
    holds = TrainingHold.objects.filter(
        Q(agent=None) | Q(agent=row.agent_id),
        organization=row.agent.organization_id,
        released_at=None,
    )
    files = {each.file_id for each in certificates_of([row]).get(row.pk, ())}
    if row.source_import:
        files.add(row.source_import.file_id)
    of_files = LegalHold.objects.filter(file__in=files, released_at=None)
    return holds.exists() or of_files.exists()


def past_retention(
    organization: Organization, *, today: date, limit: int = BATCH
) -> list[PastRetention]:
    """Records that may be destroyed on the day, the longest past first. Two
    queries."""
    days = dict(_ask(organization, today=today, limit=limit))
    rows = TrainingRecord.objects.filter(pk__in=days).select_related(
        "agent", "course", "source_import"
    )
    found = [PastRetention(row, days[row.pk]) for row in rows]
    return sorted(found, key=lambda each: (each.until, each.record.pk))


def _ask(
    organization: Organization, *, today: date, limit: int
) -> list[tuple[UUID, date]]:
    values: dict[str, Any] = {
        "organization": organization.pk,
        "zone": organization.time_zone,
        "years": RETENTION_YEARS,
        "day": today,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DESTROYABLE, values)
        return list(cursor.fetchall())


def imports_past_retention(
    organization: Organization, *, today: date, without: Iterable[UUID] = ()
) -> list[TrainingImport]:
    """Imports six years old on which no record rests, but for those ``without``, and
    whose file no hold keeps. One query."""
    of_all = TrainingHold.objects.filter(
        organization=organization, agent=None, released_at=None
    )
    of_file = LegalHold.objects.filter(file=OuterRef("file"), released_at=None)
    rows = TrainingImport.objects.filter(
        ~Exists(of_all), ~Exists(of_file), organization=organization
    )
    left = TrainingRecord.objects.exclude(pk__in=list(without)).exclude(
        source_import=None
    )
    rows = rows.exclude(pk__in=left.values("source_import")).select_related("file")
    zone = organization.time_zone
    return [
        row
        for row in rows.defer("problems", "understood").order_by("created_at")[:BATCH]
        if kept_through(local_date(row.created_at, zone), RETENTION_YEARS) < today
    ]


def training_holds(actor: AnyActor) -> QuerySet[TrainingHold]:
    """Holds of the actor's organization, those running first. One query."""
    actor.require(Permission.ASSURANCE_EDIT)
    return (
        TrainingHold.objects.visible_to(actor)
        .select_related("agent", "organization", "placed_by", "released_by")
        .order_by("-released_at", "-created_at", "-pk")
    )


def training_hold(actor: AnyActor, pk: UUID) -> TrainingHold:
    """One of them; NotFound for any other. One query."""
    try:
        return training_holds(actor).get(pk=pk)
    except TrainingHold.DoesNotExist as error:
        raise NotFound from error


def destructions(actor: Actor) -> QuerySet[Destruction]:
    """What the actor's organization destroyed, newest first. One query."""
    actor.require(Permission.ASSURANCE_EDIT)
    return (
        Destruction.objects.visible_to(actor)
        .select_related("destroyed_by")
        .order_by("-created_at", "-pk")
    )
