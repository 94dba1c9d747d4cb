"""Letters: begun from the case, edited, finished as a document that never changes."""

from __future__ import annotations

import io
from collections.abc import Mapping

from django.db import transaction

from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.pdf import render_pdf
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.incidents import queries, rules, trail
from apps.incidents.actions.recording import (
    enter,
    opened,
    write,
)
from apps.incidents.enums import Audience, LetterKind
from apps.incidents.models import Incident, Letter
from apps.incidents.queries import LetterPage
from apps.incidents.rules import check_free_text
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def draft_letter(incident: Incident, *, by: Actor, kind: LetterKind) -> Letter:
    """Begin a letter of the actor's side with the words of the template and the facts
    of the case.

    Event ``incident.letter_drafted``. Raises NotAllowed for a letter that is the other
    side's to write, Conflict for a closed case.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    incident, side = opened(incident, by=by)
    if kind not in queries.letter_kinds(incident, side):
        raise NotAllowed("This notice is another party's to write.")
    row = Letter.objects.create(
        incident=incident,
        organization=by.organization,
        kind=kind,
        parts=rules.begin(kind, queries.letter_facts(incident, side=side)),
        template_version=rules.letters_version(),
        edited_at=clock.now(),
        edited_by=by.user,
    )
    write(trail.LETTER_DRAFTED, incident, by=by, facts={"kind": kind}, is_own_side=True)
    return row


@transaction.atomic
def edit_letter(
    letter: Letter,
    *,
    by: Actor,
    parts: Mapping[str, str],
    revision: int,
    text_confirmed: bool = False,
) -> Letter:
    """Put other words into some parts of a letter that is not finished.

    ``revision`` is the one the person read: what somebody else wrote since is never
    overwritten. Event ``incident.letter_edited`` without the words. Raises NotAllowed,
    LooksLikePhi, Invalid for an unknown part, Conflict.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    check_free_text(parts, is_confirmed=text_confirmed)
    rules.check_parts(LetterKind(letter.kind), parts)
    row = _open(letter, by=by)
    if row.revision != revision:
        raise Conflict(
            f"Somebody saved revision {row.revision} since you opened the letter. Read "
            "it, then make your change again."
        )
    row.parts = {**row.parts, **parts}
    row.revision += 1
    row.edited_at, row.edited_by = clock.now(), by.user
    row.save(update_fields=["parts", "revision", "edited_at", "edited_by"])
    facts = {"kind": row.kind, "revision": row.revision}
    write(trail.LETTER_EDITED, row.incident, by=by, facts=facts, is_own_side=True)
    return row


@transaction.atomic
def finish_letter(letter: Letter, *, by: Actor, revision: int) -> Letter:
    """Make the letter a document, once it holds what the rule asks for.

    Steps: permission, side; lock; contents checked against the case; PDF stored as
    evidence; timeline of the own side; event ``incident.letter_finished``. Raises
    NotAllowed, LetterIncomplete, Conflict.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    row = _open(letter, by=by)
    if row.revision != revision:
        raise Conflict(f"Revision {row.revision} was saved since. Read it first.")
    page = queries.letter_page(row)
    if page.missing:
        raise rules.LetterIncomplete(
            "The letter is not complete. See what each part lacks.",
            fields=page.missing,
        )
    row.document = _stored(page, by=by)
    row.finished_at, row.finished_by = clock.now(), by.user
    row.save(update_fields=["document", "finished_at", "finished_by"])
    sha256 = row.document.sha256
    write(
        trail.LETTER_FINISHED,
        row.incident,
        by=by,
        facts={"kind": row.kind, "sha256": sha256},
        documents=(sha256,),
        is_own_side=True,
    )
    text = f"Letter finished: {row.get_kind_display().lower()}."
    enter(row.incident, text, by=by, audience=Audience.OWN_SIDE)
    return row


def _open(letter: Letter, *, by: Actor) -> Letter:
    """The letter, locked after its case; NotAllowed or Conflict if it is not the
    actor's to change."""
    incident, _ = opened(letter.incident, by=by)
    row = Letter.objects.locked(letter.pk)
    if row.organization_id != by.organization_id:
        raise NotAllowed("The other side writes this letter.")
    if row.finished_at is not None:
        raise Conflict("This letter is finished. Begin another one.")
    row.incident = incident
    return row


def print_letter(letter: Letter, *, by: Actor) -> bytes:
    """A letter of the own side as it stands; one that is not complete says so."""
    by.require(Permission.INCIDENTS_ASSESS)
    return _pdf(queries.letter_page(letter))


def _pdf(page: LetterPage) -> bytes:
    row = page.letter
    title = f"{row.get_kind_display()}, case {row.incident.reference}"
    return render_pdf(
        "print/letter.html",
        {"page": page, "today": clock.today(row.organization.time_zone)},
        title=title,
        author=row.organization.name,
        created=row.edited_at,
    )


def _stored(page: LetterPage, *, by: Actor) -> StoredFile:
    row = page.letter
    return store_file(
        by=by,
        organization=by.organization,
        name=f"{row.kind}-{row.incident.reference}.pdf",
        content=io.BytesIO(_pdf(page)),
        accept=FileKind.PDF_MADE,
    )


def check_sent(letter: Letter, incident: Incident, *, by: Actor) -> rules.LetterForm:
    """The form of a finished letter of the actor's side about this case; raises
    Invalid for any other."""
    is_own = letter.organization_id == by.organization_id
    if not is_own or letter.incident_id != incident.pk or letter.finished_at is None:
        text = "Choose a finished letter of your side about this case."
        raise Invalid(text, fields={"letter": [text]})
    return rules.letter_forms()[LetterKind(letter.kind)]
