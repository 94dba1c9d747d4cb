"""By when agents, at work or about to be, must first have passed what is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from apps.core import clock
from apps.core.types import DueItem
from apps.tenancy.actor import AnyActor
from apps.training.queries.clearance import (
    APPLIES,
    LAST_DAY,
    OPEN_TO,
    SATISFIES,
)

# A duty begins with the assignment or the requirement, whichever is later, and is open
# through the day before at least. Whoever held a pass then or later is reminded of the
# end of that; whoever leaves before the last day owes nothing.
_FIRST_DUE = f"""
WITH duty AS (
    SELECT e.provider_id, e.id AS engagement_id, e.name, a.agent_id, r.course_id,
           r.min_scenario_percent, r.languages, r.accepts_equivalents,
           r.needs_signature, r.renew_months, s.first,
           GREATEST({LAST_DAY}, s.first - 1) AS due
    FROM training_requirement r
    JOIN engagements_engagement e ON e.id = r.engagement_id
    JOIN workforce_assignment a ON a.engagement_id = e.id
    JOIN workforce_agent g ON g.id = a.agent_id
    CROSS JOIN LATERAL (
        SELECT GREATEST(a.effective_on, r.effective_on) AS first
    ) s
    WHERE (%(provider)s::uuid IS NULL OR e.provider_id = %(provider)s)
      AND COALESCE(LEAST(a.ended_on, g.left_on, r.ended_on, e.ended_on), 'infinity')
          >= GREATEST(%(day)s, {LAST_DAY} + 1, s.first)
      AND {APPLIES}
)
SELECT d.provider_id, d.engagement_id, d.name, d.course_id, c.title, d.due,
       COUNT(DISTINCT d.agent_id)
FROM duty d
JOIN training_course c ON c.id = d.course_id
WHERE d.due BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (
      SELECT 1 FROM training_trainingrecord t
      JOIN training_courseversion v ON v.id = t.course_version_id
      WHERE {SATISFIES} AND COALESCE({OPEN_TO} >= d.first, TRUE)
        AND (t.course_id = d.course_id OR (d.accepts_equivalents AND EXISTS (
            SELECT 1 FROM training_equivalence q
            WHERE q.course_id = d.course_id AND q.accepted_id = v.id)))
  )
GROUP BY d.provider_id, d.engagement_id, d.name, d.course_id, c.id, d.due
ORDER BY d.due, c.title, d.name
"""  # noqa: S608 - constants of this module


def first_due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """One item for each engagement, course and last day within the inclusive window,
    with the number of agents who have not passed, never a name. One query.

    A person gets those of the own organization as a provider, a job those of all.
    """
    values: dict[str, Any] = {
        "provider": actor.organization_id,
        # Somewhere it is still yesterday.
        "day": clock.today("UTC") - timedelta(days=1),
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_DUE, values)
        return [_item(*row) for row in cursor.fetchall()]


def _item(
    provider_id: UUID,
    engagement_id: UUID,
    name: str,
    course_id: UUID,
    title: str,
    due: date,
    count: int,
) -> DueItem:
    agents = "1 agent has" if count == 1 else f"{count:,} agents have"
    return DueItem(
        key=f"first_training:{engagement_id}:{course_id}:{due.isoformat()}",
        kind="certification.first_due",
        organization_id=provider_id,
        due=due,
        title=f"{agents} until {due:%-d %B %Y} to pass {title} ({name})",
        path=reverse("training:engagement", args=[engagement_id]),
        group=f"first_training:{engagement_id}:{course_id}",
        engagement_id=engagement_id,
        count=count,
        summary=f"{{count}} agents have yet to pass {title} ({name})",
    )
