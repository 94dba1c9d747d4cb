"""Which versions of other courses count as a course, from a day on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.training import rules, trail
from apps.training.models import Course, CourseVersion, Equivalence


@transaction.atomic
def accept_equivalence(
    course: Course,
    *,
    by: AnyActor,
    accepted: CourseVersion,
    effective_on: date,
    reason: str,
    evidence: StoredFile | None = None,
) -> Equivalence:
    """Let a version of another course count as this one; event
    ``equivalence.accepted``.

    From today or later, so that no past day changes. Raises NotAllowed, Invalid for
    the course itself or without a reason, Conflict when it counts already.
    """
    by.require(Permission.TRAINING_EDIT)
    _require_own(by, course, accepted, evidence)
    course = Course.objects.locked(course.pk)
    today = clock.today(course.organization.time_zone)
    rules.check_equivalence(effective_on=effective_on, today=today, reason=reason)
    if accepted.course_id == course.pk:
        text = "Versions of one course count as it anyway. Choose another course."
        raise Invalid(text, fields={"accepted": [text]})
    running = Equivalence.objects.filter(course=course, accepted=accepted)
    if running.exclude(ended_on__lt=effective_on).exists():
        raise Conflict(f"{accepted} is accepted on that day already.")
    row = Equivalence(
        course=course,
        accepted=accepted,
        effective_on=effective_on,
        reason=reason.strip(),
        decided_by_id=by.user_id,
        evidence=evidence,
    )
    row.save(force_insert=True)
    record(
        trail.EQUIVALENCE_ACCEPTED,
        by=by,
        about=_subject(row),
        facts={"effective_on": effective_on},
        personal=_names(row) | {"reason": row.reason},
        documents=[evidence.sha256] if evidence else [],
    )
    return row


@transaction.atomic
def end_equivalence(row: Equivalence, *, by: AnyActor, ended_on: date) -> Equivalence:
    """Let it count through ``ended_on`` only, inclusive; event ``equivalence.ended``.

    From today on, so that no past day changes. Raises Conflict when it has ended.
    """
    by.require(Permission.TRAINING_EDIT)
    _require_own(by, row.course, row.accepted, None)
    held = Equivalence.objects.locked(row.pk)
    if held.ended_on is not None:
        raise Conflict(f"It has an end already: {held.ended_on}.")
    today = clock.today(row.course.organization.time_zone)
    first = max(held.effective_on, today)
    if ended_on < first:
        text = f"The last day is {first:%-d %B %Y} or later."
        raise Invalid(text, fields={"ended_on": [text]})
    held.ended_on = ended_on
    held.save(update_fields=["ended_on"])
    record(
        trail.EQUIVALENCE_ENDED,
        by=by,
        about=_subject(row),
        facts={"ended_on": ended_on},
        personal=_names(row),
    )
    return held


def _require_own(
    by: AnyActor, course: Course, accepted: CourseVersion, evidence: StoredFile | None
) -> None:
    owners: set[UUID | None] = {course.organization_id, accepted.course.organization_id}
    if evidence is not None:
        owners.add(evidence.organization_id)
    if len(owners) > 1 or by.organization_id not in {None, *owners}:
        raise NotAllowed(
            "What counts as a course is decided by the provider that teaches it. Add a "
            "course of somebody else to your own catalogue first."
        )


def _names(row: Equivalence) -> dict[str, str]:
    return {"course": row.course.title, "accepted": str(row.accepted)}


def _subject(row: Equivalence) -> Subject:
    owner = row.course.organization_id
    return Subject(obj=row, organization_id=owner, visible_to=frozenset({owner}))
