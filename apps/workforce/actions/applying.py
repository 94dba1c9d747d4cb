"""Writes a roster plan in batches, inside the committing transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from apps.audit.actions import Subject, record
from apps.core import ids
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor
from apps.workforce import trail
from apps.workforce.models import Agent, Assignment, RosterImport
from apps.workforce.rules import AssignmentState, RosterPlan

BATCH = 2_000
AGENT_FIELDS = ["full_name", "email", "languages", "joined_on", "left_on"]
ASSIGNMENT_FIELDS = ["role", "channels", "site", "ended_on"]


def apply_plan(job: RosterImport, plan: RosterPlan, *, by: AnyActor) -> None:
    """Agents first, then changed assignments, then new ones; one event for each
    engagement touched. An assignment keeps its first day, so changes of last days
    never make two of them overlap on the way."""
    _write_agents(job, plan)
    changed = [row for row in plan.assignments if row.pk is not None]
    started = [row for row in plan.assignments if row.pk is None]
    _write_assignments(job, [*changed, *started])
    _record_changes(started, changed, by=by)


def _write_agents(job: RosterImport, plan: RosterPlan) -> None:
    Agent.objects.bulk_create(
        [
            Agent(
                id=state.pk or ids.uuid7(),
                organization_id=job.organization_id,
                external_id=state.external_id,
                full_name=state.full_name,
                email=state.email,
                languages=list(state.languages),
                joined_on=state.joined_on,
                left_on=state.left_on,
            )
            for state in plan.agents.values()
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["organization", "external_id"],
        update_fields=AGENT_FIELDS,
    )


def _write_assignments(job: RosterImport, rows: list[AssignmentState]) -> None:
    agents = dict(
        Agent.objects.filter(organization=job.organization).values_list(
            "external_id", "pk"
        )
    )
    Assignment.objects.bulk_create(
        [
            Assignment(
                id=row.pk or ids.uuid7(),
                agent_id=agents[row.external_id],
                engagement_id=row.engagement_id,
                role=row.role,
                channels=list(row.channels),
                site_id=row.site_id,
                effective_on=row.effective_on,
                ended_on=row.ended_on,
            )
            for row in rows
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=ASSIGNMENT_FIELDS,
    )


def _record_changes(
    started: Iterable[AssignmentState],
    changed: Iterable[AssignmentState],
    *,
    by: AnyActor,
) -> None:
    """Event ``assignments.changed`` in the streams of both parties, counts only."""
    new = Counter(row.engagement_id for row in started)
    other = Counter(row.engagement_id for row in changed)
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
