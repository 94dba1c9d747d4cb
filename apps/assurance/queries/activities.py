"""Recurring activities, when each was last done and is due next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from apps.assurance import rules
from apps.assurance.enums import Outcome
from apps.assurance.models import Activity, ActivityRecord
from apps.assurance.rules import Cadence
from apps.core.errors import NotFound
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity as of a day: last done (by a record whose file can be opened), next
    due, late or not."""

    activity: Activity
    last: ActivityRecord | None
    due: date
    is_late: bool
    cadence: Cadence

    @property
    def is_own_interval(self) -> bool:
        """Whether the owner chose another interval than our default."""
        return self.activity.interval_months != self.cadence.months


def activities(
    actor: AnyActor, *, organization_id: UUID | None = None
) -> QuerySet[Activity]:
    """Activities the actor may see, running ones first, by kind. Two queries: what
    was done comes with them, latest first."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = Activity.objects.visible_to(actor)
    if organization_id is not None:
        rows = rows.filter(organization=organization_id)
    return (
        rows.select_related(
            "organization", "engagement__client", "engagement__provider"
        )
        .prefetch_related("records__file", "records__recorded_by")
        .order_by("-ended_on", "kind", "id")
    )


def activity(actor: AnyActor, pk: UUID) -> Activity:
    """One activity with what was done; NotFound for a stranger."""
    found = activities(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def activity_record(actor: AnyActor, pk: UUID) -> ActivityRecord:
    """A record of an activity the actor may see; NotFound otherwise. One query."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = ActivityRecord.objects.visible_to(actor).select_related("file", "activity")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def activity_lines(rows: Iterable[Activity], *, as_of: date) -> list[ActivityLine]:
    """Activities fetched with their records and their files, as of a day; earliest
    due first. A record in quarantine moves no day until the scanner lets it go. No
    query."""
    return sorted((_line(row, as_of) for row in rows), key=lambda line: line.due)


def _line(row: Activity, as_of: date) -> ActivityLine:
    until = [
        one
        for one in row.records.all()
        if one.done_on <= as_of and one.file.proves_on(as_of)
    ]
    done = [one.done_on for one in until if one.outcome != Outcome.FAILED]
    has_ended = row.ended_on is not None and row.ended_on < as_of
    due = rules.next_due(row.first_due_on, row.interval_months, done=done)
    return ActivityLine(
        activity=row,
        last=until[0] if until else None,
        due=due,
        is_late=not has_ended and rules.is_late(due, day=as_of),
        cadence=rules.cadence(row.kind),
    )
