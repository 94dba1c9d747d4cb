"""Agents by course: the coverage grid, and the annex of a report.

Names of agents are for the provider's own people, for managers and analysts of the
client, and for auditors whose grant says so. Readers and team leads of a client see
counts only; other auditors see a made-up name. Source: our own role model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor, SystemActor
from apps.tenancy.enums import Permission, Role
from apps.training.models import Requirement, TrainingRecord
from apps.training.queries.clearance import DUTIES
from apps.training.rules import CellState, cell_state, is_valid_on
from apps.workforce import queries as workforce
from apps.workforce.models import Assignment

GRID_PAGE = 50
_NAMING_ROLES = frozenset(
    {Role.COMPLIANCE_MANAGER, Role.COMPLIANCE_ANALYST, Role.VENDOR_MANAGER}
)
_SEEN_AS_COUNTS = frozenset({Role.COMPLIANCE_READER, Role.TEAM_LEAD})
_CELLS = (
    DUTIES
    + """
SELECT j.agent_id, j.course_id, bool_and(j.is_open OR j.is_valid), MIN(j.due),
       bool_and(j.is_valid), MIN(j.valid_to)
FROM judged j
WHERE j.agent_id = ANY(%(agents)s)
GROUP BY j.agent_id, j.course_id
"""
)
_UNCLEARED = (
    DUTIES
    + """
SELECT DISTINCT agent_id FROM judged WHERE NOT is_valid AND NOT is_open
"""
)


def may_see_agents(actor: AnyActor, engagement: Engagement) -> bool:
    """Whether the actor sees single agents of the engagement, named or not."""
    if (
        isinstance(actor, SystemActor)
        or actor.organization_id == engagement.provider_id
    ):
        return True
    return actor.role not in _SEEN_AS_COUNTS


def may_name_agents(actor: AnyActor, engagement: Engagement) -> bool:
    """Whether the actor sees their names and ids. At most one query."""
    if isinstance(actor, SystemActor):
        return True
    if actor.organization_id == engagement.provider_id:
        return actor.can(Permission.WORKFORCE_VIEW)
    if actor.role in _NAMING_ROLES and actor.organization_id == engagement.client_id:
        return True
    grant = engagements.live_grant(actor, engagement)
    return grant is not None and grant.names_agents


@dataclass(frozen=True, slots=True)
class GridCell:
    """One agent and one course on the day; ``until`` is the last day that counts
    (valid), that counted (expired) or that is left (pending)."""

    course_id: UUID
    state: CellState
    until: date | None = None


@dataclass(frozen=True, slots=True)
class GridRow:
    """One agent of an engagement on the day."""

    agent_id: UUID
    external_id: str
    name: str
    site: str
    is_cleared: bool
    cells: tuple[GridCell, ...]

    @property
    def pseudonym(self) -> str:
        """What stands for the name where it may not be shown."""
        return f"Agent {self.agent_id.hex[-6:].upper()}"

    @property
    def key(self) -> str:
        """Where the next page begins: an opaque id that tells no name."""
        return str(self.agent_id)


def grid(
    engagement: Engagement,
    *,
    as_of: date,
    courses: Sequence[UUID],
    after: UUID | None = None,
    only_open: bool = False,
    size: int | None = GRID_PAGE,
) -> list[GridRow]:
    """At most ``size`` + 1 agents after the agent ``after``, with a cell for each
    course. ``only_open`` leaves out the cleared. Three queries (four with it).

    Ask ``may_see_agents`` first.
    """
    assigned = _assigned(engagement, as_of=as_of)
    if after:
        assigned = assigned.filter(agent__gt=after)
    if only_open:
        with connection.cursor() as cursor:
            cursor.execute(_UNCLEARED, {"engagements": [engagement.pk], "day": as_of})
            open_agents = [row[0] for row in cursor.fetchall()]
        assigned = assigned.filter(agent__in=open_agents)
    people = list(assigned[: size + 1] if size is not None else assigned)
    ids = [each.agent_id for each in people]
    duties = _duties(engagement, ids, as_of=as_of)
    passed = _passed(ids, courses, as_of=as_of)
    return [_row(each, courses, duties, passed, as_of=as_of) for each in people]


def _assigned(engagement: Engagement, *, as_of: date) -> QuerySet[Assignment]:
    return (
        workforce.assignments_on([engagement.pk], as_of=as_of)
        .select_related("agent", "site")
        .order_by("agent")
    )


Pair = tuple[UUID, UUID]
# Not in the way, the last day left, valid, the last day of that.
OfDuty = tuple[bool, date | None, bool, date | None]


def _duties(
    engagement: Engagement, agent_ids: list[UUID], *, as_of: date
) -> dict[Pair, OfDuty]:
    """(agent, course) to what is true of it where the course is required."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CELLS,
            {"engagements": [engagement.pk], "day": as_of, "agents": agent_ids},
        )
        return {(row[0], row[1]): row[2:] for row in cursor.fetchall()}


def _passed(
    agent_ids: list[UUID], courses: Sequence[UUID], *, as_of: date
) -> dict[Pair, list[tuple[date, date | None]]]:
    found: dict[Pair, list[tuple[date, date | None]]] = defaultdict(list)
    rows = TrainingRecord.objects.filter(
        agent__in=agent_ids,
        course__in=courses,
        outcome="passed",
        superseded_by=None,
        completed_on__lte=as_of,
    ).values_list("agent", "course", "completed_on", "valid_until")
    for agent_id, course_id, completed_on, until in rows:
        found[agent_id, course_id].append((completed_on, until))
    return found


def _row(
    assigned: Assignment,
    courses: Sequence[UUID],
    duties: dict[Pair, OfDuty],
    passed: dict[Pair, list[tuple[date, date | None]]],
    *,
    as_of: date,
) -> GridRow:
    agent = assigned.agent
    cells = []
    is_cleared = True
    for course_id in courses:
        pair = (agent.pk, course_id)
        duty = duties.get(pair)
        is_cleared = is_cleared and (duty is None or duty[0])
        cells.append(_cell(course_id, duty, passed.get(pair, []), as_of=as_of))
    return GridRow(
        agent_id=agent.pk,
        external_id=agent.external_id,
        name=agent.full_name,
        site=assigned.site.code if assigned.site else "",
        is_cleared=is_cleared,
        cells=tuple(cells),
    )


def _cell(
    course_id: UUID,
    duty: OfDuty | None,
    passed: list[tuple[date, date | None]],
    *,
    as_of: date,
) -> GridCell:
    valid = [
        until
        for on, until in passed
        if is_valid_on(as_of, completed_on=on, valid_until=until)
    ]
    # A requirement may ask more than a pass, or take another course for this one.
    is_fine, due, is_valid, valid_to = duty or (
        True,
        None,
        bool(valid),
        _latest(valid) if valid else None,
    )
    state = cell_state(
        is_required=duty is not None,
        is_valid=is_valid,
        is_pending=is_fine,
        was_passed=bool(passed) and not valid,
    )
    until: date | None = None
    if state is CellState.VALID:
        until = valid_to
    elif state is CellState.PENDING:
        until = due
    elif state is CellState.EXPIRED:
        until = _latest([until for _, until in passed])
    return GridCell(course_id=course_id, state=state, until=until)


def _latest(days: Iterable[date | None]) -> date | None:
    """The latest last day; None, for ever, is later than any."""
    known = list(days)
    return None if None in known else max(day for day in known if day is not None)


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
    rows = grid(engagement, as_of=as_of, courses=courses, size=None)
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
