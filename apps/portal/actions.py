"""Writes that cross rooms: an exercise of one becomes a test of another."""

from __future__ import annotations

import io

from django.db import transaction

from apps.assurance import actions as assurance
from apps.assurance.enums import ActivityKind, Outcome
from apps.assurance.models import Activity, ActivityRecord
from apps.core import clock
from apps.core.dates import local_date
from apps.core.errors import Conflict
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.incidents import actions as incidents
from apps.incidents.enums import Audience
from apps.incidents.models import Incident
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def count_exercise(
    incident: Incident, *, by: Actor, outcome: Outcome
) -> ActivityRecord:
    """Put a closed exercise on the assurance calendar of the actor's organization as
    its incident-response test, with the case file as proof.

    Steps: permission; the case is a closed exercise; lock; case file made and stored;
    the running activity (of the engagement, else of the whole organization) or a new
    one; ``activity.done``; a line on the own side's timeline. Raises NotAllowed,
    Conflict for a real case, an open one, and the second time.
    """
    by.require(Permission.ASSURANCE_EDIT)
    if not incident.is_exercise or incident.closed_at is None:
        raise Conflict("Only an exercise that is closed counts as a test.")
    Incident.objects.locked(incident.pk)
    summary = f"Exercise, case {incident.reference}"
    if ActivityRecord.objects.filter(
        activity__organization=by.organization_id, summary=summary
    ).exists():
        raise Conflict("This exercise stands on your assurance calendar already.")
    done_on = local_date(incident.closed_at, by.organization.time_zone)
    file = store_file(
        by=by,
        organization=by.organization,
        name=f"exercise-{incident.reference}.pdf",
        content=io.BytesIO(incidents.print_case(incident, by=by)),
        accept=FileKind.PDF_MADE,
    )
    record = assurance.record_done(
        _activity(incident, by=by),
        by=by,
        done_on=done_on,
        outcome=outcome,
        summary=summary,
        file=file,
    )
    text = "Counted as an incident-response test on the assurance calendar."
    incidents.write_entry(incident, by=by, text=text, audience=Audience.OWN_SIDE)
    return record


def _activity(incident: Incident, *, by: Actor) -> Activity:
    """The running test of the engagement, else of the organization, else a new one."""
    running = Activity.objects.filter(
        organization=by.organization_id, kind=ActivityKind.INCIDENT_TEST, ended_on=None
    )
    for engagement in (incident.engagement, None):
        found = running.filter(engagement=engagement).first()
        if found is not None:
            return found
    return assurance.start_activity(
        by=by,
        kind=ActivityKind.INCIDENT_TEST,
        first_due_on=clock.today(by.organization.time_zone),
    )
