"""Timeline and files of a case."""

from __future__ import annotations

import hashlib

from django.db import transaction

from apps.core import clock
from apps.core.errors import NotAllowed
from apps.core.pdf import render_pdf
from apps.evidence import actions as evidence
from apps.evidence.models import StoredFile
from apps.incidents import queries, rules, trail
from apps.incidents.actions.recording import (
    enter,
    locked,
    own_side,
    write,
)
from apps.incidents.enums import Audience, EntryKind
from apps.incidents.models import Attachment, Incident, TimelineEntry
from apps.incidents.queries import MANAGERS
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

    A privileged one is restricted in the library too. Event ``incident.file_attached``
    with the hash. Raises NotAllowed for a file of somebody else or a privileged one by
    anybody but a manager.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    check_free_text({"title": title}, is_confirmed=text_confirmed)
    if file.organization_id != by.organization_id:
        raise NotAllowed("Attach files of your own organization.")
    if audience == Audience.LEGAL and by.role not in MANAGERS:
        raise NotAllowed("Privileged files are for managers of your side.")
    incident = locked(incident)
    own_side(incident, by=by)
    if audience == Audience.LEGAL:
        evidence.restrict(file, by=by, is_restricted=True)
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
    """A file of a case fetched through the actor, its taking recorded in the case.
    Raises Gone and NotAllowed for one that may not be taken."""
    by.require(Permission.INCIDENTS_VIEW)
    evidence.check_takeable(attachment.file, by=by)
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
def print_case(incident: Incident, *, by: Actor) -> bytes:
    """The case file as a PDF, as the actor may see it, its taking recorded.

    Made anew each time from the facts as they are. Event ``incident.case_file_taken``.
    """
    by.require(Permission.INCIDENTS_VIEW)
    now = clock.now()
    content = render_pdf(
        "print/incident.html",
        {
            "incident": incident,
            "engagement": incident.engagement,
            "case": queries.case_file(by, incident),
            "hops": queries.hops(by, incident),
            "actor": by,
            "issued": rules.instant_words(now, by.user.time_zone),
            "zone": by.user.time_zone,
            "version": rules.rules_version(),
            "keep_through": queries.keep_through(incident),
        },
        title=f"Case file {incident.reference}",
        author=by.name,
        created=now,
    )
    facts = {"sha256": hashlib.sha256(content).hexdigest()}
    write(trail.CASE_FILE_TAKEN, incident, by=by, facts=facts, is_own_side=True)
    return content
