"""Who was not cleared, and from which day to which: whole histories in one statement.

Every day an agent served under a requirement, less the days it was met, as ranges of
days; what is left is joined over all requirements and assignments. It agrees with
``queries.clearance`` on every single day; the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from apps.core.dates import add_months, days_between
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.training.queries.clearance import (
    APPLIES,
    COUNTS_FROM,
    DUTIES,
    LAST_DAY,
    OPEN_TO,
    SATISFIES,
)

TREND_MONTHS = 12

# A pass counts from its completion, or its signature where that is asked for, and not
# before its version is accepted as equal.
_SPANS = f"""
WITH duty AS (
    SELECT a.engagement_id, a.agent_id, r.course_id, r.renew_months,
           r.min_scenario_percent, r.languages, r.accepts_equivalents,
           r.needs_signature,
           daterange(GREATEST(a.effective_on, r.effective_on),
                     LEAST(a.ended_on, r.ended_on, g.left_on), '[]') AS days,
           {LAST_DAY} AS due
    FROM workforce_assignment a
    JOIN workforce_agent g ON g.id = a.agent_id
    JOIN training_requirement r ON r.engagement_id = a.engagement_id
    WHERE a.engagement_id = ANY(%(engagements)s)
      AND (%(agents)s::uuid[] IS NULL OR a.agent_id = ANY(%(agents)s))
      AND COALESCE(LEAST(a.ended_on, r.ended_on, g.left_on), 'infinity')
          >= GREATEST(a.effective_on, r.effective_on)
      AND {APPLIES}
), unmet AS (
    SELECT d.engagement_id, d.agent_id,
           datemultirange(d.days) - COALESCE(p.met, '{{}}')
           - CASE WHEN d.due IS NULL THEN '{{}}'::datemultirange
                  ELSE datemultirange(daterange(NULL, d.due, '[]')) END AS days
    FROM duty d
    CROSS JOIN LATERAL (
        SELECT range_agg(daterange(GREATEST({COUNTS_FROM}, x.first),
                                   LEAST({OPEN_TO}, x.last), '[]')) AS met
        FROM training_trainingrecord t
        JOIN training_courseversion v ON v.id = t.course_version_id
        JOIN LATERAL (
            SELECT NULL::date AS first, NULL::date AS last
            WHERE t.course_id = d.course_id
            UNION ALL
            SELECT e.effective_on, e.ended_on FROM training_equivalence e
            WHERE d.accepts_equivalents AND e.course_id = d.course_id
              AND e.accepted_id = v.id AND t.course_id <> d.course_id
        ) x ON COALESCE(LEAST({OPEN_TO}, x.last), 'infinity')
               >= GREATEST({COUNTS_FROM}, x.first)
        WHERE {SATISFIES}
    ) p
), spans AS (
    SELECT engagement_id, agent_id, unnest(range_agg(days)) AS days
    FROM unmet
    GROUP BY engagement_id, agent_id
)
"""  # noqa: S608 - constants of this module
_ON_DAY = (
    _SPANS
    + """
SELECT s.engagement_id, s.agent_id, lower(s.days), g.external_id, g.full_name
FROM spans s
JOIN workforce_agent g ON g.id = s.agent_id
WHERE s.days @> %(day)s::date
ORDER BY lower(s.days), g.external_id
"""
)
_SINCE = (
    _SPANS
    + """
SELECT agent_id, lower(days) FROM spans WHERE days @> %(day)s::date
"""
)
_TREND = (
    _SPANS  # noqa: S608 - constants of this module
    + """
, asked AS (
    SELECT unnest(%(days)s::date[]) AS day
), present AS (
    SELECT q.day, COUNT(DISTINCT a.agent_id) AS agents
    FROM asked q
    JOIN workforce_assignment a ON a.effective_on <= q.day
     AND (a.ended_on IS NULL OR a.ended_on >= q.day)
    JOIN workforce_agent g ON g.id = a.agent_id
     AND (g.left_on IS NULL OR g.left_on >= q.day)
    WHERE a.engagement_id = ANY(%(engagements)s)
    GROUP BY q.day
), lacking AS (
    SELECT q.day, COUNT(DISTINCT s.agent_id) AS agents
    FROM asked q JOIN spans s ON s.days @> q.day
    GROUP BY q.day
)
SELECT q.day, COALESCE(p.agents, 0), COALESCE(p.agents, 0) - COALESCE(l.agents, 0)
FROM asked q
LEFT JOIN present p USING (day)
LEFT JOIN lacking l USING (day)
ORDER BY q.day
"""
)
_LACKING = (
    DUTIES
    + """
SELECT j.engagement_id, j.agent_id, array_agg(DISTINCT c.title ORDER BY c.title)
FROM judged j
JOIN training_course c ON c.id = j.course_id
WHERE NOT j.is_valid AND NOT j.is_open
GROUP BY j.engagement_id, j.agent_id
"""
)


@dataclass(frozen=True, slots=True)
class Uncleared:
    """One agent at work without clearance on a day: since when without a break, and
    the courses that are lacking."""

    engagement_id: UUID
    agent_id: UUID
    since: date
    external_id: str
    name: str
    as_of: date
    lacking: tuple[str, ...]

    @property
    def days(self) -> int:
        """How many days it has lasted, the first one counted."""
        return days_between(self.since, self.as_of) + 1

    @property
    def pseudonym(self) -> str:
        """What stands for the name where it may not be shown."""
        return f"Agent {self.agent_id.hex[-6:].upper()}"


def uncleared(engagement_ids: Collection[UUID], *, as_of: date) -> list[Uncleared]:
    """Agents at work on the day without being cleared, longest first. Two queries.

    Ask ``may_see_agents`` first.
    """
    values: dict[str, Any] = {
        "engagements": list(engagement_ids),
        "agents": None,
        "day": as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LACKING, values)
        lacking = {(row[0], row[1]): tuple(row[2]) for row in cursor.fetchall()}
        cursor.execute(_ON_DAY, values)
        rows = cursor.fetchall()
    return [
        Uncleared(
            engagement_id=engagement_id,
            agent_id=agent_id,
            since=since,
            external_id=external_id,
            name=name,
            as_of=as_of,
            lacking=lacking.get((engagement_id, agent_id), ()),
        )
        for engagement_id, agent_id, since, external_id, name in rows
    ]


@dataclass(frozen=True, slots=True)
class UnclearedLine:
    """An agent at work without clearance, and on which engagement."""

    engagement: Engagement
    agent: Uncleared


def uncleared_lines(actor: Actor, *, sides: Q, as_of: date) -> list[UnclearedLine]:
    """Over all engagements of ``sides`` the actor may see, longest first. Three
    queries. ``sides_named`` says which may be asked."""
    known = {row.pk: row for row in engagements.engagements(actor).filter(sides)}
    return [
        UnclearedLine(known[each.engagement_id], each)
        for each in uncleared(list(known), as_of=as_of)
    ]


def uncleared_since(
    engagement: Engagement, agent_ids: Collection[UUID], *, as_of: date
) -> dict[UUID, date]:
    """Of some agents of an engagement who are not cleared on the day: since when
    without a break. One query."""
    values: dict[str, Any] = {
        "engagements": [engagement.pk],
        "agents": list(agent_ids),
        "day": as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, values)
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """How many agents served on a day, and how many of them were cleared."""

    day: date
    agents: int
    cleared: int

    @property
    def percent(self) -> float | None:
        """The share that was cleared; None where nobody served."""
        return 100 * self.cleared / self.agents if self.agents else None


def trend_days(as_of: date) -> list[date]:
    """The day and the same day of each of the twelve months before, oldest first."""
    return [add_months(as_of, -back) for back in range(TREND_MONTHS, -1, -1)]


def cleared_trend(
    engagement: Engagement, *, days: Collection[date]
) -> list[TrendPoint]:
    """Counts of one engagement on each of the days, as recorded now. One query."""
    values: dict[str, Any] = {
        "engagements": [engagement.pk],
        "agents": None,
        "days": list(days),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TREND, values)
        return [TrendPoint(*row) for row in cursor.fetchall()]
