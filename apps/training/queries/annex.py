"""Every agent of an engagement with every attempt: the annex of a report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from apps.engagements.models import Engagement
from apps.training.models import Requirement, TrainingRecord
from apps.training.queries.grid import everybody


@dataclass(frozen=True, slots=True)
class TrainingEntry:
    """One attempt in the annex of a report."""

    course_title: str
    version_label: str
    topics: tuple[str, ...]
    is_scenario_based: bool
    completed_on: date
    valid_until: date | None
    outcome: str


@dataclass(frozen=True, slots=True)
class AgentTraining:
    """One agent of an engagement with every attempt up to the day."""

    agent_id: UUID
    external_id: str
    name: str
    site: str
    is_cleared: bool
    records: tuple[TrainingEntry, ...]


def agents_training(engagement: Engagement, *, as_of: date) -> list[AgentTraining]:
    """Every agent assigned on the day, by external id, with the attempts in courses
    required on that day. Five queries. For reports: whoever calls it has asked
    ``may_name_agents``."""
    courses = list(
        Requirement.objects.filter(
            Q(ended_on=None) | Q(ended_on__gte=as_of),
            engagement=engagement,
            effective_on__lte=as_of,
        )
        .values_list("course", flat=True)
        .distinct()
    )
    rows = everybody(engagement, as_of=as_of, courses=courses)
    rows.sort(key=lambda row: row.external_id)
    entries = _entries([row.agent_id for row in rows], courses, as_of=as_of)
    return [
        AgentTraining(
            agent_id=row.agent_id,
            external_id=row.external_id,
            name=row.name,
            site=row.site,
            is_cleared=row.is_cleared,
            records=tuple(entries.get(row.agent_id, ())),
        )
        for row in rows
    ]


def _entries(
    agent_ids: list[UUID], courses: list[UUID], *, as_of: date
) -> dict[UUID, list[TrainingEntry]]:
    found: dict[UUID, list[TrainingEntry]] = defaultdict(list)
    rows = (
        TrainingRecord.objects.filter(
            agent__in=agent_ids,
            course__in=courses,
            superseded_by=None,
            completed_on__lte=as_of,
        )
        .select_related("course", "course_version")
        .order_by("course__code", "completed_on")
    )
    for each in rows:
        version = each.course_version
        found[each.agent_id].append(
            TrainingEntry(
                course_title=each.course.title,
                version_label=version.label,
                topics=tuple(version.topics),
                is_scenario_based=version.is_scenario_based,
                completed_on=each.completed_on,
                valid_until=each.valid_until,
                outcome=each.outcome,
            )
        )
    return found
