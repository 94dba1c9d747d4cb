"""Agents and assignments stated one by one, as a system of HR does."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Invalid
from apps.core.tables import ProblemLog
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.workforce import queries, trail
from apps.workforce.actions.applying import Writer
from apps.workforce.actions.sites import require_own
from apps.workforce.rules import Account, RosterPlan, RosterRow, plan_roster


@transaction.atomic
def push_rows(
    organization: Organization, *, by: AnyActor, rows: Sequence[RosterRow]
) -> RosterPlan:
    """Write what a few rows say by the rules of rosters: all of them, or nothing.

    Locks the organization, so that no import interleaves; events ``agents.pushed``
    and one ``assignments.changed`` an engagement. Raises Invalid with the reason of
    the first row that cannot be taken.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    require_own(by, organization)
    organization = Organization.objects.locked(organization.pk)
    ids = sorted({row.external_id for row in rows})
    plan = plan_roster(
        rows,
        agents=queries.known_agents(organization, ids),
        assignments=queries.known_assignments(organization, ids),
        plan=RosterPlan(
            day=clock.today(organization.time_zone),
            account=Account(read=len(rows)),
            problems=ProblemLog(),
        ),
        missing_have_left=False,
    )
    for reason in plan.account.refused:
        expected = "; ".join(each.expected for each in plan.problems.kept)
        raise Invalid(f"{reason.capitalize()}. Expected {expected}.")
    writer = Writer(organization)
    writer.write(plan)
    writer.record_changes(by=by)
    record(
        trail.AGENTS_PUSHED,
        by=by,
        about=Subject(
            obj=organization,
            organization_id=organization.pk,
            visible_to=frozenset({organization.pk}),
        ),
        facts={
            "stated": len(rows),
            "imported": plan.account.imported,
            "updated": plan.account.updated,
            "unchanged": plan.account.unchanged,
        },
    )
    return plan
