"""Recurring activities and what was done of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from apps.assurance import rules, trail
from apps.assurance.actions.recording import about, check_owner, keep_proof
from apps.assurance.enums import ActivityKind, Outcome
from apps.assurance.models import Activity, ActivityRecord
from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.evidence.enums import Purpose
from apps.evidence.models import StoredFile
from apps.evidence.rules import Target
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def start_activity(
    *,
    by: Actor,
    kind: ActivityKind,
    first_due_on: date,
    interval_months: int | None = None,
    engagement: Engagement | None = None,
    is_shared: bool = False,
) -> Activity:
    """Begin to do something again and again: for the whole organization or on one
    engagement it is a party of.

    Without an interval our default of the kind. Records ``activity.started``. Raises
    NotAllowed, Invalid, Conflict while one of the kind runs there.
    """
    by.require(Permission.ASSURANCE_EDIT)
    if engagement is not None and by.organization_id not in _parties(engagement):
        raise NotAllowed("Only a party of the engagement can start an activity on it.")
    months = interval_months or rules.cadence(kind).months
    rules.check_interval(months)
    running = Activity.objects.filter(
        organization=by.organization, engagement=engagement, kind=kind, ended_on=None
    )
    if running.exists():
        raise Conflict(f"One runs already: {kind.label.lower()}. Record on that one.")
    row = Activity.objects.create(
        organization=by.organization,
        engagement=engagement,
        kind=kind,
        interval_months=months,
        first_due_on=first_due_on,
        is_shared=is_shared and engagement is None,
    )
    record(
        trail.ACTIVITY_STARTED,
        by=by,
        about=_about(row),
        facts={
            "kind": row.kind,
            "interval_months": months,
            "first_due_on": first_due_on,
        },
    )
    return row


@transaction.atomic
def record_done(
    activity: Activity,
    *,
    by: Actor,
    done_on: date,
    outcome: Outcome,
    summary: str,
    file: StoredFile,
) -> ActivityRecord:
    """Put on record that an activity was done, with its proof.

    Records ``activity.done``. What failed does not move the next day. Raises
    NotAllowed, Conflict when the activity ended, Invalid for a day ahead.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(activity.organization_id, by=by, what="activity")
    check_owner(file.organization_id, by=by, what="file")
    row = _running(activity)
    rules.check_done(done_on, today=clock.today(by.organization.time_zone))
    done = ActivityRecord.objects.create(
        activity=row,
        done_on=done_on,
        outcome=outcome,
        summary=summary,
        file=file,
        recorded_by=by.user,
    )
    keep_proof(
        file,
        by=by,
        to=Target("activity", row.pk, str(row)),
        purpose=Purpose.ACTIVITY,
        valid_from=done_on,
        valid_until=done_on,
    )
    record(
        trail.ACTIVITY_DONE,
        by=by,
        about=_about(row),
        facts={"kind": row.kind, "done_on": done_on, "outcome": done.outcome},
        personal={"summary": summary},
        documents=[file.sha256],
    )
    return done


@transaction.atomic
def end_activity(
    activity: Activity, *, by: Actor, ended_on: date, reason: str
) -> Activity:
    """Stop an activity from the day after ``ended_on``; what was done stays.

    Records ``activity.ended``. Raises NotAllowed, Conflict, Invalid for a day ahead.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(activity.organization_id, by=by, what="activity")
    row = _running(activity)
    if ended_on > clock.today(by.organization.time_zone):
        message = "This day lies ahead. End it on its last day."
        raise Invalid(message, fields={"ended_on": [message]})
    row.ended_on, row.end_reason = ended_on, reason
    row.save(update_fields=["ended_on", "end_reason"])
    record(
        trail.ACTIVITY_ENDED,
        by=by,
        about=_about(row),
        facts={"kind": row.kind, "ended_on": ended_on},
        personal={"reason": reason},
    )
    return row


def _running(activity: Activity) -> Activity:
    row = Activity.objects.select_related("engagement").locked(activity.pk)
    if row.ended_on is not None:
        raise Conflict("This activity has ended. Start it again to go on.")
    return row


def _parties(engagement: Engagement) -> frozenset[UUID]:
    return frozenset({engagement.client_id, engagement.provider_id})


def _about(row: Activity) -> Subject:
    if row.engagement is None:
        return about(row, row.organization_id)
    parties = frozenset({row.engagement.client_id, row.engagement.provider_id})
    return about(
        row, row.organization_id, others=parties, engagement_id=row.engagement_id
    )
