"""What is to be done about a case, and what was learned from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.incidents import rules, trail
from apps.incidents.actions.recording import (
    enter,
    locked,
    opened,
    own_side,
    write,
)
from apps.incidents.enums import Audience, TaskKind
from apps.incidents.models import CaseTask, Incident, IncidentReview
from apps.incidents.queries import MANAGERS
from apps.incidents.rules import check_free_text
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def open_task(
    incident: Incident,
    *,
    by: Actor,
    kind: TaskKind,
    title: str,
    owner: str,
    due_on: date,
    text_confirmed: bool = False,
) -> CaseTask:
    """Open a task of the actor's side; event ``incident.task_opened``."""
    by.require(Permission.INCIDENTS_ASSESS)
    check_free_text({"title": title, "owner": owner}, is_confirmed=text_confirmed)
    incident, _ = opened(incident, by=by)
    row = CaseTask.objects.create(
        incident=incident,
        organization=by.organization,
        kind=kind,
        title=title,
        owner=owner,
        due_on=due_on,
        opened_by=by.user,
    )
    facts = {"due_on": due_on, "kind": kind}
    write(trail.TASK_OPENED, incident, by=by, facts=facts)
    enter(incident, f"Task opened: {title}.", by=by)
    return row


@transaction.atomic
def finish_task(
    task: CaseTask, *, by: Actor, outcome: str, text_confirmed: bool = False
) -> CaseTask:
    """Say that a task of the actor's side is done; event ``incident.task_done``."""
    by.require(Permission.INCIDENTS_ASSESS)
    check_free_text({"outcome": outcome}, is_confirmed=text_confirmed)
    incident = locked(task.incident)
    own_side(incident, by=by)
    row = CaseTask.objects.locked(task.pk)
    if row.organization_id != by.organization_id:
        raise NotAllowed("A task is finished by the side that opened it.")
    if row.done_at is not None:
        raise Conflict("This task is done already.")
    row.done_at, row.done_by, row.outcome = clock.now(), by.user, outcome
    row.save(update_fields=["done_at", "done_by", "outcome"])
    write(trail.TASK_DONE, incident, by=by, facts={"kind": row.kind})
    enter(incident, f"Task done: {row.title}.", by=by)
    return row


@transaction.atomic
def verify_task(
    task: CaseTask, *, by: Actor, verification: str, text_confirmed: bool = False
) -> CaseTask:
    """Say that a corrective action works, as another person of the side than did it.

    Event ``incident.task_verified``. Raises NotAllowed for the other side, Conflict
    while it is not done, for another kind of task, and the second time.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    check_free_text({"verification": verification}, is_confirmed=text_confirmed)
    incident = locked(task.incident)
    own_side(incident, by=by)
    row = CaseTask.objects.locked(task.pk)
    if row.organization_id != by.organization_id:
        raise NotAllowed("A task is verified by the side that opened it.")
    if not row.waits_for_verification:
        raise Conflict("Only a corrective action that is done waits for verification.")
    rules.check_second_person(proposed_by=row.done_by_id, confirmed_by=by.user_id)
    row.verified_at, row.verified_by = clock.now(), by.user
    row.verification = verification
    row.save(update_fields=["verified_at", "verified_by", "verification"])
    write(trail.TASK_VERIFIED, incident, by=by, facts={"kind": row.kind})
    enter(incident, f"Corrective action verified: {row.title}.", by=by)
    return row


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """What a review found, and who reads it."""

    held_on: date
    what_happened: str
    causes: str
    lessons: str
    audience: Audience = Audience.OWN_SIDE
    text_confirmed: bool = False


@transaction.atomic
def record_review(
    incident: Incident, *, by: Actor, terms: ReviewTerms
) -> IncidentReview:
    """Put the review of the actor's side on record; a later one takes its place.

    What is to change goes into corrective actions (``open_task``). Event
    ``incident.reviewed`` without the words. Raises NotAllowed, LooksLikePhi, Invalid
    for a day ahead, Conflict for a closed case.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    texts = {
        name: getattr(terms, name) for name in ("what_happened", "causes", "lessons")
    }
    check_free_text(texts, is_confirmed=terms.text_confirmed)
    if terms.held_on > clock.today(by.organization.time_zone):
        text = "This day has not come yet."
        raise Invalid(text, fields={"held_on": [text]})
    if terms.audience == Audience.LEGAL and by.role not in MANAGERS:
        raise NotAllowed("Privileged reviews are for managers of your side.")
    incident, _ = opened(incident, by=by)
    row = IncidentReview.objects.create(
        incident=incident,
        organization=by.organization,
        audience=terms.audience,
        held_on=terms.held_on,
        **texts,
        recorded_by=by.user,
    )
    facts = {"held_on": terms.held_on, "audience": terms.audience}
    is_own = terms.audience != Audience.SHARED
    write(trail.REVIEW_RECORDED, incident, by=by, facts=facts, is_own_side=is_own)
    enter(incident, "Review recorded.", by=by, audience=terms.audience)
    return row
