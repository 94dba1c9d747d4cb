"""How an organization reads what the regulation leaves open."""

from __future__ import annotations

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core.errors import Conflict, Invalid
from apps.incidents import queries, trail
from apps.incidents.models import ReadingSet
from apps.incidents.rules import DEFAULTS, OPEN_POINTS, Readings
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization


@transaction.atomic
def set_readings(*, by: Actor, readings: Readings, reason: str) -> ReadingSet:
    """Choose how the actor's organization reads the open points from now on.

    Clocks on record stay as they were computed; the next computation follows. Event
    ``incident.readings_set``. Raises NotAllowed, Invalid without a reason, Conflict
    where nothing changes.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    if not reason.strip():
        text = "Say why; who asks later reads it beside the choice."
        raise Invalid(text, fields={"reason": [text]})
    Organization.objects.select_for_update().get(pk=by.organization_id)
    held = queries.readings_of([by.organization_id])
    if held.get(by.organization_id, DEFAULTS) == readings:
        raise Conflict("This is how your organization reads it already.")
    chosen = {point.name: getattr(readings, point.name) for point in OPEN_POINTS}
    row = ReadingSet.objects.create(
        organization=by.organization,
        **chosen,
        holidays=sorted(readings.holidays),
        reason=reason,
        set_by=by.user,
    )
    record(
        trail.READINGS_SET,
        by=by,
        about=Subject(
            obj=row,
            organization_id=by.organization_id,
            visible_to=frozenset({by.organization_id}),
        ),
        facts={**chosen, "holidays": len(readings.holidays)},
        personal={"reason": reason},
    )
    return row
