"""Writes a roster plan in batches, inside the committing transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.copying import copy_in
from apps.core.ids import uuid7 as new_id
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor
from apps.tenancy.models import Organization
from apps.workforce import trail
from apps.workforce.models import Agent, Assignment, EarlierPeriod
from apps.workforce.rules import (
    AssignmentState,
    RosterPlan,
    WorkerState,
    last_day,
)

BATCH = 2_000
AGENT_FIELDS = ["full_name", "email", "languages", "team", "joined_on", "left_on"]
ASSIGNMENT_FIELDS = ["role", "channels", "site", "ended_on"]
AGENT_COLUMNS = (
    "id, created_at, organization_id, external_id, full_name, email, languages, team, "
    "joined_on, left_on"
)
ASSIGNMENT_COLUMNS = (
    "id, created_at, agent_id, engagement_id, role, channels, site_id, effective_on, "
    "ended_on"
)


class Writer:
    """Writes plans of one organization and counts what changes on which engagement."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._started: Counter[UUID] = Counter()
        self._changed: Counter[UUID] = Counter()

    def write(self, plan: RosterPlan) -> None:
        """Agents first, then changed assignments, then new ones. An assignment keeps
        its first day, so changes of last days never make two overlap on the way."""
        ids = self._write_agents(plan)
        changed = [row for row in plan.assignments if row.pk is not None]
        started = [row for row in plan.assignments if row.pk is None]
        self._change_assignments(changed, ids)
        self._start_assignments(started, ids)
        self._started.update(row.engagement_id for row in started)
        self._changed.update(row.engagement_id for row in changed)

    def note_started(self, counts: Counter[UUID]) -> None:
        """Count assignments, by engagement, that were added otherwise."""
        self._started.update(counts)

    def _write_agents(self, plan: RosterPlan) -> dict[str, UUID]:
        """Return ids by external id, of agents of the plan and of its assignments."""
        new = [state for state in plan.agents.values() if state.pk is None]
        old = [state for state in plan.agents.values() if state.pk is not None]
        ids = {state.external_id: new_id() for state in new}
        copy_in(Agent, AGENT_COLUMNS, (self._agent(each, ids) for each in new))
        if old:
            Agent.objects.bulk_create(
                [self._changed_agent(state) for state in old],
                batch_size=BATCH,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=AGENT_FIELDS,
            )
            _keep_periods(old)
        unnamed = {row.external_id for row in plan.assignments} - set(ids)
        known = Agent.objects.filter(
            organization=self._organization, external_id__in=unnamed
        )
        return ids | dict(known.values_list("external_id", "pk"))

    def _agent(self, state: WorkerState, ids: dict[str, UUID]) -> tuple[object, ...]:
        return (
            *(ids[state.external_id], clock.now(), self._organization.pk),
            *(state.external_id, state.full_name, state.email, list(state.languages)),
            *(state.team, state.joined_on, state.left_on),
        )

    def _changed_agent(self, state: WorkerState) -> Agent:
        return Agent(
            id=state.pk,
            organization=self._organization,
            external_id=state.external_id,
            full_name=state.full_name,
            email=state.email,
            languages=list(state.languages),
            team=state.team,
            joined_on=state.joined_on,
            left_on=state.left_on,
        )

    def _start_assignments(
        self, rows: list[AssignmentState], ids: dict[str, UUID]
    ) -> None:
        now = clock.now()
        copy_in(
            Assignment,
            ASSIGNMENT_COLUMNS,
            (
                (
                    *(new_id(), now, ids[row.external_id], row.engagement_id),
                    *(row.role, list(row.channels), row.site_id),
                    *(row.effective_on, row.ended_on),
                )
                for row in rows
            ),
        )

    def _change_assignments(
        self, rows: list[AssignmentState], ids: dict[str, UUID]
    ) -> None:
        Assignment.objects.bulk_create(
            [
                Assignment(
                    id=row.pk,
                    agent_id=ids[row.external_id],
                    engagement_id=row.engagement_id,
                    role=row.role,
                    channels=list(row.channels),
                    site_id=row.site_id,
                    effective_on=row.effective_on,
                    ended_on=row.ended_on,
                )
                for row in rows
                if row.pk is not None
            ],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=ASSIGNMENT_FIELDS,
        )

    def record_changes(self, *, by: AnyActor) -> None:
        """Event ``assignments.changed`` in the streams of both parties, counts only."""
        _record_changes(self._started, self._changed, by=by)


def _keep_periods(agents: Iterable[WorkerState]) -> None:
    """Keep the periods that ended before the present one began."""
    EarlierPeriod.objects.bulk_create(
        [
            EarlierPeriod(
                agent_id=state.pk, joined_on=each.first, left_on=last_day(each)
            )
            for state in agents
            if state.pk is not None
            for each in state.earlier
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _record_changes(new: Counter[UUID], other: Counter[UUID], *, by: AnyActor) -> None:
    touched: set[UUID] = set(new) | set(other)
    for engagement in Engagement.objects.filter(pk__in=touched).order_by("pk"):
        record(
            trail.ASSIGNMENTS_CHANGED,
            by=by,
            about=Subject(
                obj=engagement,
                organization_id=engagement.provider_id,
                visible_to=frozenset({engagement.client_id, engagement.provider_id}),
                engagement_id=engagement.pk,
            ),
            facts={
                "started": new[engagement.pk],
                "changed": other[engagement.pk],
            },
            personal={"engagement": engagement.name},
        )
