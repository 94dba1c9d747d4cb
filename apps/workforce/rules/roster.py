"""What a roster changes: people, their assignments, and who has left.

Everything here is values in, values out; the same plan is shown before a person
confirms and applied afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from apps.core.tables import RowProblem
from apps.workforce.enums import AgentRole
from apps.workforce.rules.periods import outside_periods, resumed_on, with_days_of
from apps.workforce.rules.refusals import RowRefused
from apps.workforce.rules.states import (
    AssignmentState,
    RosterPlan,
    RosterRow,
    WorkerState,
)

Key = tuple[str, UUID]


class _Planner:
    """Works through the rows against a copy of what is recorded."""

    def __init__(
        self,
        agents: Iterable[WorkerState],
        assignments: Iterable[AssignmentState],
        plan: RosterPlan,
    ) -> None:
        self.plan = plan
        self.recorded = {agent.external_id: agent for agent in agents}
        self.agents = dict(self.recorded)
        self.rows_of: dict[str, int] = {}
        self.held: dict[Key, list[AssignmentState]] = defaultdict(list)
        self.of_agent: dict[str, set[Key]] = defaultdict(set)
        self.stated: set[tuple[str, UUID, date]] = set()
        self.changed: dict[tuple[str, UUID, date], AssignmentState] = {}
        for row in assignments:
            key = (row.external_id, row.engagement_id)
            self.held[key].append(row)
            self.of_agent[row.external_id].add(key)

    # -- One row --------------------------------------------------------------

    def take(self, row: RosterRow) -> None:
        """Add the row to the plan, or count it as refused."""
        account = self.plan.account
        try:
            agent = self._agent(row)
            assignment, old = self._assignment(row, agent)
        except RowRefused as refused:
            account.refused[refused.reason] += 1
            if refused.problem is not None:
                self.plan.problems.add(refused.problem)
            return
        before = self.agents.get(row.external_id)
        is_repeat = self._is_repeat(row, assignment)
        self._keep(row, agent, assignment, old)
        if before is None or (assignment is not None and old is None):
            account.imported += 1
        elif agent != before or assignment != old:
            account.updated += 1
        elif is_repeat:
            account.unchanged_because["repeated in the file"] += 1
        else:
            account.unchanged_because["already recorded"] += 1

    def _is_repeat(self, row: RosterRow, new: AssignmentState | None) -> bool:
        if new is None:
            return row.external_id in self.rows_of
        return (new.external_id, new.engagement_id, new.effective_on) in self.stated

    def _agent(self, row: RosterRow) -> WorkerState:
        old = self.agents.get(row.external_id)
        row = self._with_last_day(row, old)
        if old is None:
            agent = self._new_agent(row)
        else:
            agent = self._changed_agent(row, old)
        if agent.left_on is not None and agent.left_on < agent.joined_on:
            raise RowRefused(
                "left before joining",
                RowProblem(
                    row.number,
                    "",
                    f"{agent.left_on}",
                    f"a last day on or after {agent.joined_on}",
                    "left_before_joining",
                ),
            )
        return agent

    def _with_last_day(self, row: RosterRow, old: WorkerState | None) -> RosterRow:
        """A leaver without a last day keeps the one recorded, else left on the day
        the file speaks of, as whoever is missing from a complete file."""
        if not row.has_left or row.left_on is not None:
            return row
        if old is None:
            value = RowProblem(
                row.number, "", row.external_id, "the last day of who left", "no_day"
            )
            raise RowRefused("left, and nobody knows when", value)
        known = old.left_on
        day = self.plan.day
        return replace(row, left_on=known if known and known <= day else day)

    def _new_agent(self, row: RosterRow) -> WorkerState:
        if not row.full_name:
            raise RowRefused(
                "no name",
                RowProblem(
                    row.number, "", row.external_id, "the name of the person", "no_name"
                ),
            )
        first = [day for day in (row.effective_on, row.left_on, self.plan.day) if day]
        return WorkerState(
            external_id=row.external_id,
            full_name=row.full_name,
            email=row.email or "",
            languages=row.languages or (),
            joined_on=row.joined_on or min(first),
            left_on=row.left_on,
            team=row.team or "",
        )

    def _changed_agent(self, row: RosterRow, old: WorkerState) -> WorkerState:
        dated = with_days_of(row, old, day=self.plan.day)
        agent = replace(
            dated,
            full_name=row.full_name or old.full_name,
            email=old.email if row.email is None else row.email,
            languages=old.languages if row.languages is None else row.languages,
            team=old.team if row.team is None else row.team,
        )
        earlier = self.rows_of.get(row.external_id)
        said = agent if row.joined_on else replace(agent, joined_on=old.joined_on)
        if earlier is not None and said != old:
            raise RowRefused(
                "contradicts an earlier row",
                RowProblem(
                    row.number,
                    "",
                    row.external_id,
                    f"the same person as in row {earlier}",
                    "contradicts_row",
                ),
            )
        return agent

    # -- The assignment of a row ---------------------------------------------

    def _assignment(
        self, row: RosterRow, agent: WorkerState
    ) -> tuple[AssignmentState | None, AssignmentState | None]:
        engagement_id = row.engagement_id
        if engagement_id is None:
            return None, None
        held = self.held.get((row.external_id, engagement_id), [])
        old = self._same(row, held)
        row = replace(row, effective_on=resumed_on(row, agent, old))
        old = self._same(row, held)
        effective_on = row.effective_on or (old.effective_on if old else self.plan.day)
        new = AssignmentState(
            external_id=row.external_id,
            engagement_id=engagement_id,
            role=row.role or (old.role if old else AgentRole.AGENT),
            channels=_kept(row.channels, old.channels if old else ()),
            site_id=row.site_id or (old.site_id if old else None),
            effective_on=effective_on,
            ended_on=self._last_day(row, agent, old),
            pk=old.pk if old else None,
        )
        self._check(row, agent, new, old)
        for other in held:
            if other is not old and other.overlaps(new):
                raise _overlap(row, other)
        return new, old

    def _last_day(
        self, row: RosterRow, agent: WorkerState, old: AssignmentState | None
    ) -> date | None:
        if row.ended_on is not None:
            return row.ended_on
        kept = old.ended_on if old is not None and not row.says_end else None
        ends = [day for day in (kept, agent.left_on) if day is not None]
        return min(ends, default=None)

    def _same(
        self, row: RosterRow, held: list[AssignmentState]
    ) -> AssignmentState | None:
        if row.effective_on is not None:
            same = (each for each in held if each.effective_on == row.effective_on)
        else:
            same = (
                each
                for each in held
                if each.ended_on is None or each.ended_on >= self.plan.day
            )
        return next(same, None)

    def _check(
        self,
        row: RosterRow,
        agent: WorkerState,
        new: AssignmentState,
        old: AssignmentState | None,
    ) -> None:
        first, last = new.effective_on, new.ended_on
        key = (new.external_id, new.engagement_id, first)
        refused: tuple[str, str, str] | None = None
        if last is not None and last < first:
            refused = (
                "ends before it starts",
                f"{last}",
                f"a last day on or after {first}",
            )
        elif misfit := outside_periods(agent, first, last):
            refused = misfit
        elif old is not None and key in self.stated and new != old:
            refused = (
                "contradicts an earlier row",
                row.external_id,
                f"one row for the assignment from {first}",
            )
        if refused is not None:
            raise _refused(row, *refused)

    def _keep(
        self,
        row: RosterRow,
        agent: WorkerState,
        new: AssignmentState | None,
        old: AssignmentState | None,
    ) -> None:
        recorded = self.recorded.get(row.external_id)
        if recorded is not None and len(agent.earlier) > len(recorded.earlier):
            self.plan.returned += row.external_id not in self.rows_of
        self.rows_of.setdefault(row.external_id, row.number)
        self.agents[row.external_id] = agent
        if agent != recorded:
            self.plan.agents[row.external_id] = agent
        if new is not None:
            self.stated.add((new.external_id, new.engagement_id, new.effective_on))
            self._put(new, old)
        if agent.left_on is not None:
            self._end_all(row.external_id, agent.left_on)

    def _put(self, new: AssignmentState, old: AssignmentState | None) -> None:
        key = (new.external_id, new.engagement_id)
        held = self.held[key]
        self.of_agent[new.external_id].add(key)
        if old is None:
            held.append(new)
        else:
            held[held.index(old)] = new
        if new != old:
            self.changed[(*key, new.effective_on)] = new

    def _end_all(self, external_id: str, last: date) -> None:
        """End what is open at the agent's last day; later starts stay as recorded."""
        for key in self.of_agent[external_id]:
            for old in list(self.held[key]):
                is_open = old.ended_on is None or old.ended_on > last
                if is_open and old.effective_on <= last:
                    self._put(replace(old, ended_on=last), old)

    # -- Whoever is missing ---------------------------------------------------

    def leave(self, seen: set[str]) -> None:
        """Mark as left, on the plan's day, who works and is not in the file."""
        day = self.plan.day
        for external_id, agent in self.recorded.items():
            is_working = agent.left_on is None and agent.joined_on <= day
            if external_id in seen or not is_working:
                continue
            starts_later = any(
                each.effective_on > day
                for key in self.of_agent[external_id]
                for each in self.held[key]
            )
            if starts_later:
                self.plan.kept.append(external_id)
                continue
            self.plan.left.append((external_id, agent.full_name))
            self.plan.agents[external_id] = replace(agent, left_on=day)
            self._end_all(external_id, day)


def _refused(row: RosterRow, reason: str, value: str, expected: str) -> RowRefused:
    code = reason.replace(" ", "_")
    return RowRefused(reason, RowProblem(row.number, "", value, expected, code))


def _kept(stated: tuple[str, ...] | None, old: tuple[str, ...]) -> tuple[str, ...]:
    return old if stated is None else stated


def _overlap(row: RosterRow, other: AssignmentState) -> RowRefused:
    until = f"until {other.ended_on}" if other.ended_on else "with no last day"
    return RowRefused(
        "overlaps another assignment",
        RowProblem(
            row.number,
            "",
            row.external_id,
            f"no other assignment to the engagement in these days; one runs from "
            f"{other.effective_on} {until}, give it its last day first",
            "overlapping_assignment",
        ),
    )


def plan_roster(
    rows: Iterable[RosterRow],
    *,
    agents: Iterable[WorkerState],
    assignments: Iterable[AssignmentState],
    plan: RosterPlan,
    missing_have_left: bool,
) -> RosterPlan:
    """Return ``plan`` filled with what the rows change.

    ``plan.day`` is the day the file speaks of; ``account`` and ``problems`` already
    hold the rows that could not be read. Natural keys: the external id of an agent;
    agent, engagement and first day of an assignment, or, where the file gives no
    first day, the assignment that runs on ``plan.day``. A row is taken whole or not
    at all. ``missing_have_left`` says the file is complete: whoever of ``agents``
    works on the day and is in no row has left on that day, unless a row named nobody
    (``plan.leavers_blocked``) or a later assignment is recorded. People are planned
    one by one, so a large file may be given in groups of whole people. Source: our
    own default; 45 CFR 164.308(a)(3)(ii)(C) asks that access ends with the employment
    and sets no time.
    """
    planner = _Planner(agents, assignments, plan)
    named = set()
    for row in rows:
        named.add(row.external_id)
        planner.take(row)
    if missing_have_left and not plan.leavers_blocked:
        planner.leave(named)
    plan.assignments = list(planner.changed.values())
    return plan
