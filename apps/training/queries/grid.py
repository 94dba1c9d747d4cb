"""Agents by course: the coverage grid, and the annex of a report.

Names of agents are for the provider's own people, for managers and analysts of the
client, and for auditors whose grant says so. Readers and team leads of a client see
counts only; other auditors see a made-up name. Source: our own role model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Subquery

from apps.engagements import queries as engagements
from apps.engagements.enums import Channel
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor, AnyActor, SystemActor
from apps.tenancy.enums import Permission, Role
from apps.training.models import TrainingRecord
from apps.training.queries.clearance import DUTIES, agents_not_cleared
from apps.training.queries.uncleared import uncleared_since
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
       bool_and(j.is_valid), MIN(j.valid_to),
       bool_or(j.needs_signature AND NOT j.is_valid)
FROM judged j
WHERE j.agent_id = ANY(%(agents)s)
GROUP BY j.agent_id, j.course_id
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


def sides_named(actor: Actor) -> Q | None:
    """Engagements on which the actor sees names as a party: those it provides, those
    it is the client of, both; None where it sees counts only. No query."""
    sides = []
    if actor.can(Permission.WORKFORCE_VIEW):
        sides.append(Q(provider=actor.organization_id))
    if actor.role in _NAMING_ROLES:
        sides.append(Q(client=actor.organization_id))
    return reduce(or_, sides) if sides else None


@dataclass(frozen=True, slots=True)
class GridCell:
    """One agent and one course on the day; ``until`` is the last day that counts
    (valid), that counted (expired) or that is left (pending)."""

    course_id: UUID
    state: CellState
    until: date | None = None


class GridState(StrEnum):
    """Which agents a grid shows."""

    ALL = ""
    CLEARED = "cleared"
    NOT_CLEARED = "not_cleared"


@dataclass(frozen=True, slots=True)
class GridFilter:
    """Which agents of an engagement; "" means all.

    ``team`` and ``search`` tell who somebody is: only for those who see names.
    """

    state: GridState = GridState.ALL
    site: str = ""
    channel: str = ""
    team: str = ""
    search: str = ""

    def __bool__(self) -> bool:
        return bool(self.state or self.site or self.channel or self.team or self.search)

    @classmethod
    def of(cls, given: Mapping[str, str]) -> GridFilter:
        """The filter a query string holds; an unknown state is none."""
        state = given.get("state", "")
        known = {each.value for each in GridState}
        return cls(
            state=GridState(state if state in known else ""),
            site=given.get("site", ""),
            channel=given.get("channel", ""),
            team=given.get("team", ""),
            search=given.get("q", "").strip(),
        )

    def without_names(self) -> GridFilter:
        """The same without what would tell a name."""
        return replace(self, team="", search="")


@dataclass(frozen=True, slots=True)
class GridRow:
    """One agent of an engagement on the day; ``since`` the first day without
    clearance and without a break, None for the cleared."""

    agent_id: UUID
    external_id: str
    name: str
    site: str
    is_cleared: bool
    cells: tuple[GridCell, ...]
    team: str = ""
    since: date | None = None

    @property
    def pseudonym(self) -> str:
        """What stands for the name where it may not be shown."""
        return f"Agent {self.agent_id.hex[-6:].upper()}"

    @property
    def key(self) -> str:
        """Where the next page begins: an opaque id that tells no name."""
        return str(self.agent_id)


def key_of(text: str) -> UUID | None:
    """Where a page begins; a stranger's text begins at the top."""
    try:
        return UUID(text)
    except ValueError:
        return None


def grid(
    engagement: Engagement,
    *,
    as_of: date,
    courses: Sequence[UUID],
    chosen: GridFilter = GridFilter(),
    by_name: bool = False,
    after: UUID | None = None,
    size: int | None = GRID_PAGE,
) -> list[GridRow]:
    """At most ``size`` + 1 agents after the agent ``after``, with a cell for each
    course and since when they are not cleared. Four queries whatever the number of
    agents and courses, five with a state.

    Ask ``may_see_agents`` first, and ``may_name_agents`` for ``by_name`` and for a
    filter that tells names: even the order of names would tell something of them.
    """
    assigned = _assigned(engagement, chosen, as_of=as_of)
    if by_name:
        assigned = assigned.order_by("agent__full_name", "agent_id")
    if after:
        assigned = assigned.filter(_beyond(engagement, after, by_name=by_name))
    people = list(assigned[: size + 1] if size is not None else assigned)
    rows = _rows(engagement, people, courses, as_of=as_of)
    since = uncleared_since(engagement, [row.agent_id for row in rows], as_of=as_of)
    return [replace(row, since=since.get(row.agent_id)) for row in rows]


def _beyond(engagement: Engagement, after: UUID, *, by_name: bool) -> Q:
    """Those who come after one agent; a stranger to the engagement tells nothing."""
    if not by_name:
        return Q(agent__gt=after)
    name = Subquery(
        Assignment.objects.filter(engagement=engagement, agent=after).values(
            "agent__full_name"
        )[:1]
    )
    return Q(agent__full_name__gt=name) | Q(agent__full_name=name, agent__gt=after)


def everybody(
    engagement: Engagement, *, as_of: date, courses: Sequence[UUID]
) -> list[GridRow]:
    """Every agent with a cell for each course, without ``since``. Three queries."""
    people = list(_assigned(engagement, GridFilter(), as_of=as_of))
    return _rows(engagement, people, courses, as_of=as_of)


def _rows(
    engagement: Engagement,
    people: Sequence[Assignment],
    courses: Sequence[UUID],
    *,
    as_of: date,
) -> list[GridRow]:
    ids = [each.agent_id for each in people]
    duties = _duties(engagement, ids, as_of=as_of)
    passed = _passed(ids, courses, as_of=as_of)
    return [_row(each, courses, duties, passed, as_of=as_of) for each in people]


def _assigned(
    engagement: Engagement, chosen: GridFilter, *, as_of: date
) -> QuerySet[Assignment]:
    found = workforce.assignments_on([engagement.pk], as_of=as_of)
    if chosen.site:
        found = found.filter(site__code=chosen.site)
    if chosen.channel:
        found = found.filter(channels__contains=[chosen.channel])
    if chosen.team:
        found = found.filter(agent__team=chosen.team)
    if word := chosen.search:
        found = found.filter(
            Q(agent__full_name__icontains=word) | Q(agent__external_id__icontains=word)
        )
    if chosen.state:
        is_open = Q(
            agent__in=agents_not_cleared([engagement.pk], as_of=as_of)[engagement.pk]
        )
        found = found.filter(
            is_open if chosen.state is GridState.NOT_CLEARED else ~is_open
        )
    return found.select_related("agent", "site").order_by("agent_id")


@dataclass(frozen=True, slots=True)
class GridChoices:
    """What the agents of an engagement may be narrowed to on a day."""

    sites: tuple[tuple[str, str], ...]
    channels: tuple[str, ...]
    teams: tuple[str, ...]

    @property
    def channel_labels(self) -> list[tuple[str, str]]:
        """Channels with their words."""
        return [(each, str(Channel(each).label)) for each in self.channels]


def grid_choices(engagement: Engagement, *, as_of: date) -> GridChoices:
    """Sites (code and name), channels and teams of those who serve. One query."""
    rows = (
        workforce.assignments_on([engagement.pk], as_of=as_of)
        .order_by()
        .values_list("site__code", "site__name", "channels", "agent__team")
        .distinct()
    )
    sites, channels, teams = set(), set(), set()
    for code, name, spoken, team in rows:
        sites |= {(code, name)} if code else set()
        channels.update(spoken)
        teams |= {team} if team else set()
    return GridChoices(
        tuple(sorted(sites)), tuple(sorted(channels)), tuple(sorted(teams))
    )


Pair = tuple[UUID, UUID]
# Not in the way, the last day left, valid, the last day of that, to be signed for.
OfDuty = tuple[bool, date | None, bool, date | None, bool]
# Completed on, the last day, signed on.
OfPass = tuple[date, date | None, date | None]


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
) -> dict[Pair, list[OfPass]]:
    found: dict[Pair, list[OfPass]] = defaultdict(list)
    rows = TrainingRecord.objects.filter(
        agent__in=agent_ids,
        course__in=courses,
        outcome="passed",
        superseded_by=None,
        completed_on__lte=as_of,
    ).values_list("agent", "course", "completed_on", "valid_until", "signed_on")
    for agent_id, course_id, completed_on, until, signed_on in rows:
        found[agent_id, course_id].append((completed_on, until, signed_on))
    return found


def _row(
    assigned: Assignment,
    courses: Sequence[UUID],
    duties: dict[Pair, OfDuty],
    passed: dict[Pair, list[OfPass]],
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
        team=agent.team,
    )


def _cell(
    course_id: UUID,
    duty: OfDuty | None,
    passed: list[OfPass],
    *,
    as_of: date,
) -> GridCell:
    valid = [
        (until, signed_on)
        for on, until, signed_on in passed
        if is_valid_on(as_of, completed_on=on, valid_until=until)
    ]
    # A requirement may ask more than a pass, or take another course for this one.
    is_fine, due, is_valid, valid_to, needs_signature = duty or (
        True,
        None,
        bool(valid),
        _latest(until for until, _ in valid) if valid else None,
        False,
    )
    state = cell_state(
        is_required=duty is not None,
        is_valid=is_valid,
        is_pending=is_fine,
        was_passed=bool(passed),
        holds_pass=bool(valid),
        lacks_signature=needs_signature
        and not any(signed_on and signed_on <= as_of for _, signed_on in valid),
    )
    until: date | None = None
    if state is CellState.VALID:
        until = valid_to
    elif state is CellState.PENDING:
        until = due
    elif state is CellState.EXPIRED:
        until = _latest(until for _, until, _ in passed)
    return GridCell(course_id=course_id, state=state, until=until)


def _latest(days: Iterable[date | None]) -> date | None:
    """The latest last day; None, for ever, is later than any."""
    known = list(days)
    return None if None in known else max(day for day in known if day is not None)
