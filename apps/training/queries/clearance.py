"""Who is cleared on a day, counted in the database.

One statement serves today and every past day, one engagement and a thousand. It
says in SQL what ``rules.is_met`` says in Python; the tests hold them together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from apps.engagements.enums import Channel
from apps.engagements.models import Engagement
from apps.training.enums import Timing
from apps.workforce.enums import AgentRole

# Whether a pass ``t`` of version ``v`` is of the kind the duty ``d`` asks for.
SATISFIES = """
    t.agent_id = d.agent_id AND t.outcome = 'passed' AND t.superseded_by_id IS NULL
    AND (t.signed_on IS NOT NULL OR NOT d.needs_signature)
    AND COALESCE(v.scenario_percent, 0) >= d.min_scenario_percent
    AND (d.languages = '{}' OR lower(t.language) = ANY(d.languages)
         OR (t.language = '' AND v.languages <> '{}'
             AND lower(v.languages::text)::text[] <@ d.languages::text[]))
"""
# The first day a pass counts for the duty.
COUNTS_FROM = "CASE WHEN d.needs_signature THEN t.signed_on ELSE t.completed_on END"
# The last day a pass counts for the duty, without and with grace; LEAST passes over
# NULL, for ever. What ``rules.counts_on`` says of one pass.
_RENEWED = "(t.completed_on + make_interval(months => d.renew_months::int))::date"
COUNTS_TO = f"LEAST(t.valid_until, {_RENEWED})"
OPEN_TO = f"LEAST(t.valid_until + v.grace_days::int, {_RENEWED})"
# The first day of the period an assignment lies in; who came back was hired again.
HIRED = """COALESCE(
        (SELECT e.joined_on FROM workforce_earlierperiod e
         WHERE e.agent_id = a.agent_id
           AND a.effective_on BETWEEN e.joined_on AND e.left_on),
        g.joined_on
    )"""
# The last day a requirement with days may stay open: ``rules.last_day_to_meet``.
LAST_DAY = f"""
    CASE r.timing
         WHEN 'within_days' THEN GREATEST(a.effective_on, r.effective_on)
         WHEN 'after_hire' THEN GREATEST({HIRED}, r.effective_on)
    END + r.within_days::int
"""
APPLIES = """
    r.role IN ('', a.role) AND (r.channel = '' OR r.channel = ANY(a.channels))
"""
# Assignments of the day, each requirement that applies to one of them, and whether it
# is met. "due" is the last day it may stay open, by its days or by grace.
# Constants; values travel as parameters.
DUTIES = f"""
WITH serving AS (
    SELECT a.engagement_id, a.agent_id, a.role, a.channels, a.effective_on,
           {HIRED} AS hired_on
    FROM workforce_assignment a
    JOIN workforce_agent g ON g.id = a.agent_id
    WHERE a.engagement_id = ANY(%(engagements)s)
      AND a.effective_on <= %(day)s
      AND (a.ended_on IS NULL OR a.ended_on >= %(day)s)
      AND (g.left_on IS NULL OR g.left_on >= %(day)s)
), duty AS (
    SELECT a.engagement_id, a.agent_id, r.id AS requirement_id, r.course_id,
           r.renew_months, r.min_scenario_percent, r.languages,
           r.accepts_equivalents, r.needs_signature,
           {LAST_DAY.replace(HIRED, "a.hired_on")} AS due
    FROM serving a
    JOIN training_requirement r ON r.engagement_id = a.engagement_id
    WHERE r.effective_on <= %(day)s
      AND (r.ended_on IS NULL OR r.ended_on >= %(day)s)
      AND {APPLIES}
), judged AS (
    SELECT d.engagement_id, d.agent_id, d.requirement_id, d.course_id,
           d.needs_signature, GREATEST(d.due, p.open_to) AS due,
           COALESCE(p.is_valid, FALSE) AS is_valid, p.valid_to,
           COALESCE(GREATEST(d.due, p.open_to) >= %(day)s, FALSE) AS is_open
    FROM duty d
    CROSS JOIN LATERAL (
        SELECT bool_or(COALESCE({COUNTS_TO} >= %(day)s, TRUE)) AS is_valid,
               CASE WHEN NOT bool_or({COUNTS_TO} IS NULL) THEN MAX({COUNTS_TO})
               END AS valid_to,
               MAX({OPEN_TO}) FILTER (WHERE v.grace_days > 0) AS open_to
        FROM training_trainingrecord t
        JOIN training_courseversion v ON v.id = t.course_version_id
        WHERE {SATISFIES}
          AND {COUNTS_FROM} <= %(day)s
          AND (t.course_id = d.course_id OR (d.accepts_equivalents AND EXISTS (
              SELECT 1 FROM training_equivalence e
              WHERE e.course_id = d.course_id AND e.accepted_id = v.id
                AND e.effective_on <= %(day)s
                AND (e.ended_on IS NULL OR e.ended_on >= %(day)s)
          )))
    ) p
)
"""  # noqa: S608 - constants of this module
_CLEARANCE = (
    DUTIES  # noqa: S608 - constants of this module
    + """
SELECT s.engagement_id, COUNT(*) AS agents,
       COUNT(*) FILTER (WHERE b.agent_id IS NULL) AS cleared
FROM serving s
LEFT JOIN (
    SELECT DISTINCT engagement_id, agent_id FROM judged
    WHERE NOT is_valid AND NOT is_open
) b USING (engagement_id, agent_id)
GROUP BY s.engagement_id
"""
)
_REQUIREMENTS = (
    DUTIES
    + """
SELECT r.engagement_id, r.id, r.course_id, c.code, c.title, r.role, r.channel,
       r.timing, r.within_days,
       COUNT(j.agent_id),
       COUNT(j.agent_id) FILTER (WHERE j.is_valid),
       COUNT(j.agent_id) FILTER (WHERE j.is_open AND NOT j.is_valid)
FROM training_requirement r
JOIN training_course c ON c.id = r.course_id
LEFT JOIN judged j ON j.requirement_id = r.id
WHERE r.engagement_id = ANY(%(engagements)s)
  AND r.effective_on <= %(day)s
  AND (r.ended_on IS NULL OR r.ended_on >= %(day)s)
GROUP BY r.engagement_id, r.id, c.id
ORDER BY c.code, r.role, r.channel
"""
)


@dataclass(frozen=True, slots=True)
class Clearance:
    """Agents assigned on the day, and how many of them are cleared."""

    agents: int = 0
    cleared: int = 0

    @property
    def not_cleared(self) -> int:
        """Agents with a requirement unmet."""
        return self.agents - self.cleared


@dataclass(frozen=True, slots=True)
class RequirementCoverage:
    """One requirement on one day, in agents: ``applies`` = ``valid`` + ``pending``
    (days still left) + ``missing``."""

    requirement_id: UUID
    course_id: UUID
    course_code: str
    course_title: str
    role: str
    channel: str
    timing: Timing
    within_days: int
    applies: int
    valid: int
    pending: int

    @property
    def role_label(self) -> str:
        """The role in words, "" for every role."""
        return str(AgentRole(self.role).label) if self.role else ""

    @property
    def channel_label(self) -> str:
        """The channel in words, "" for every channel."""
        return str(Channel(self.channel).label) if self.channel else ""

    @property
    def missing(self) -> int:
        """Agents who hold it not and have no days left."""
        return self.applies - self.valid - self.pending


@dataclass(frozen=True, slots=True)
class Coverage:
    """Training of one engagement on one day."""

    engagement_id: UUID
    as_of: date
    agents: int
    cleared: int
    requirements: tuple[RequirementCoverage, ...]

    @property
    def not_cleared(self) -> int:
        """Agents with a requirement unmet."""
        return self.agents - self.cleared


def clearance(
    engagement_ids: Collection[UUID], *, as_of: date
) -> dict[UUID, Clearance]:
    """Counts by engagement, for each id asked. One query.

    An agent to whom no requirement applies is cleared.
    """
    rows = {
        row[0]: Clearance(row[1], row[2])
        for row in _ask(_CLEARANCE, engagement_ids, as_of)
    }
    return {pk: rows.get(pk, Clearance()) for pk in engagement_ids}


def coverages(engagement_ids: Collection[UUID], *, as_of: date) -> dict[UUID, Coverage]:
    """Counts by engagement and requirement. Two queries whatever the number."""
    counts = clearance(engagement_ids, as_of=as_of)
    found: dict[UUID, list[RequirementCoverage]] = {pk: [] for pk in engagement_ids}
    for engagement_id, *values in _ask(_REQUIREMENTS, engagement_ids, as_of):
        values[6] = Timing(values[6])
        found[engagement_id].append(RequirementCoverage(*values))
    return {
        pk: Coverage(
            engagement_id=pk,
            as_of=as_of,
            agents=counts[pk].agents,
            cleared=counts[pk].cleared,
            requirements=tuple(found[pk]),
        )
        for pk in engagement_ids
    }


def coverage(engagement: Engagement, *, as_of: date) -> Coverage:
    """Coverage of one engagement the caller may see. Two queries."""
    return coverages([engagement.pk], as_of=as_of)[engagement.pk]


def _ask(
    statement: str, engagement_ids: Collection[UUID], as_of: date
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"engagements": list(engagement_ids), "day": as_of})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


_NOT_CLEARED = (
    DUTIES
    + """
SELECT DISTINCT engagement_id, agent_id FROM judged WHERE NOT is_valid AND NOT is_open
"""
)


def agents_not_cleared(
    engagement_ids: Collection[UUID], *, as_of: date
) -> dict[UUID, set[UUID]]:
    """Agents with a requirement unmet on the day, by engagement. One query."""
    found: dict[UUID, set[UUID]] = {pk: set() for pk in engagement_ids}
    for engagement_id, agent_id in _ask(_NOT_CLEARED, engagement_ids, as_of):
        found[engagement_id].add(agent_id)
    return found
