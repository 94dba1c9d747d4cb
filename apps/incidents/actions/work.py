"""Timeline, tasks, files and contacts of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.evidence.models import StoredFile
from apps.incidents import trail
from apps.incidents.actions.recording import (
    MANAGERS,
    check_open,
    enter,
    locked,
    own_side,
    write,
)
from apps.incidents.enums import Audience, EntryKind, TaskKind
from apps.incidents.models import (
    Attachment,
    CaseTask,
    EscalationContact,
    Incident,
    TimelineEntry,
)
from apps.incidents.rules import check_free_text
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


def _require_worker(by: Actor) -> None:
    """Who reports or assesses may add to a case."""
    if not by.can(Permission.INCIDENTS_REPORT):
        by.require(Permission.INCIDENTS_ASSESS)


@transaction.atomic
def write_entry(
    incident: Incident,
    *,
    by: Actor,
    text: str,
    audience: Audience,
    text_confirmed: bool = False,
) -> TimelineEntry:
    """Add a person's line to the timeline: for both sides, one's own, or privileged.

    Privileged entries are written and read by managers of the writing side alone.
    Event ``incident.narrated`` without the text. Raises NotAllowed, LooksLikePhi.
    """
    by.require(Permission.INCIDENTS_VIEW)
    _require_worker(by)
    check_free_text({"text": text}, is_confirmed=text_confirmed)
    if audience == Audience.LEGAL and by.role not in MANAGERS:
        raise NotAllowed("Privileged entries are for managers of your side.")
    incident = locked(incident)
    own_side(incident, by=by)
    entry = enter(incident, text, by=by, audience=audience, kind=EntryKind.MANUAL)
    write(
        trail.INCIDENT_NARRATED,
        incident,
        by=by,
        facts={"audience": audience},
        is_own_side=audience != Audience.SHARED,
    )
    return entry


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
    incident = locked(incident)
    own_side(incident, by=by)
    check_open(incident)
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
def attach_file(
    incident: Incident,
    *,
    by: Actor,
    file: StoredFile,
    title: str,
    audience: Audience,
    text_confirmed: bool = False,
) -> Attachment:
    """Put a file of the actor's organization with a case.

    Event ``incident.file_attached`` with the hash. Raises NotAllowed for a file of
    somebody else or a privileged one by anybody but a manager.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    check_free_text({"title": title}, is_confirmed=text_confirmed)
    if file.organization_id != by.organization_id:
        raise NotAllowed("Attach files of your own organization.")
    if audience == Audience.LEGAL and by.role not in MANAGERS:
        raise NotAllowed("Privileged files are for managers of your side.")
    incident = locked(incident)
    own_side(incident, by=by)
    row = Attachment.objects.create(
        incident=incident,
        organization=by.organization,
        file=file,
        title=title,
        audience=audience,
        added_by=by.user,
    )
    write(
        trail.FILE_ATTACHED,
        incident,
        by=by,
        facts={"audience": audience, "sha256": file.sha256},
        documents=(file.sha256,),
        is_own_side=audience != Audience.SHARED,
    )
    enter(incident, f"File attached: {title}.", by=by, audience=audience)
    return row


@transaction.atomic
def take_file(attachment: Attachment, *, by: Actor) -> StoredFile:
    """A file of a case fetched through the actor, its taking recorded."""
    by.require(Permission.INCIDENTS_VIEW)
    incident = locked(attachment.incident)
    file = attachment.file
    write(
        trail.FILE_TAKEN,
        incident,
        by=by,
        facts={"sha256": file.sha256},
        documents=(file.sha256,),
        is_own_side=attachment.audience != Audience.SHARED,
    )
    return file


@transaction.atomic
def note_case_file(incident: Incident, *, by: Actor, sha256: str) -> None:
    """Record that the actor took the case file: ``incident.case_file_taken``."""
    by.require(Permission.INCIDENTS_VIEW)
    facts = {"sha256": sha256}
    write(trail.CASE_FILE_TAKEN, incident, by=by, facts=facts, is_own_side=True)


@dataclass(frozen=True, slots=True)
class ContactTerms:
    """Whom to reach, how, and when in their own zone. ``days`` 0 is Monday."""

    name: str
    reached_by: str
    zone: str
    days: Sequence[int]
    from_time: time
    until_time: time
    order: int = 1


@transaction.atomic
def set_contact(*, by: Actor, terms: ContactTerms) -> EscalationContact:
    """Add an escalation contact of the actor's organization; ``incident.contact_set``.

    Raises Invalid for an unknown zone or no day.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    try:
        ZoneInfo(terms.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        text = "Name an IANA time zone, such as Asia/Manila."
        raise Invalid(text, fields={"zone": [text]}) from error
    if not terms.days:
        text = "Choose at least one day."
        raise Invalid(text, fields={"days": [text]})
    row = EscalationContact.objects.create(
        organization=by.organization,
        name=terms.name,
        reached_by=terms.reached_by,
        zone=terms.zone,
        days=sorted(set(terms.days)),
        from_time=terms.from_time,
        until_time=terms.until_time,
        order=terms.order,
    )
    facts, personal = {"order": row.order}, {"name": row.name}
    record(
        trail.CONTACT_SET, by=by, about=_own(row, by), facts=facts, personal=personal
    )
    return row


@transaction.atomic
def end_contact(contact: EscalationContact, *, by: Actor) -> EscalationContact:
    """Take a contact off the list; event ``incident.contact_ended``."""
    by.require(Permission.INCIDENTS_DETERMINE)
    row = EscalationContact.objects.locked(contact.pk)
    if row.organization_id != by.organization_id:
        raise NotFound
    if row.ended_at is not None:
        raise Conflict("This contact is off the list already.")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    personal = {"name": row.name}
    record(trail.CONTACT_ENDED, by=by, about=_own(row, by), personal=personal)
    return row


def _own(row: EscalationContact, by: Actor) -> Subject:
    return Subject(
        obj=row,
        organization_id=by.organization_id,
        visible_to=frozenset({by.organization_id}),
    )
