"""Attaching a file to what it proves, and what becomes of that."""

from __future__ import annotations

from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.evidence import rules, trail
from apps.evidence.actions.recording import about, check_own
from apps.evidence.enums import ReviewState
from apps.evidence.models import Attachment, StoredFile
from apps.evidence.rules import AttachmentTerms, Target
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission


@transaction.atomic
def attach(
    file: StoredFile,
    *,
    by: AnyActor,
    to: Target,
    terms: AttachmentTerms,
    supersedes: Attachment | None = None,
) -> Attachment:
    """Say that a file of the actor's organization proves something about an object.

    The caller has fetched the object through a scoped query. The same file for the
    same purpose there again gives the row that exists, its days brought up to date.
    ``supersedes`` ends an older attachment there and is the version before. Records
    ``attachment.made``. Raises NotAllowed, Invalid, Conflict.
    """
    by.require(Permission.EVIDENCE_ADD)
    check_own(file, by=by)
    rules.check_terms(terms)
    if StoredFile.objects.locked(file.pk).destroyed_at is not None:
        raise Conflict("The bytes of this file were destroyed. Attach another one.")
    if supersedes is not None:
        supersedes = _replaced(supersedes, by=by, to=to)
    row, is_new = Attachment.objects.get_or_create(
        file=file,
        subject_type=to.kind,
        subject_id=to.pk,
        purpose=terms.purpose,
        ended_at=None,
        defaults={
            "organization_id": file.organization_id,
            "subject_title": to.title[:300],
            "valid_from": terms.valid_from,
            "valid_until": terms.valid_until,
            "supersedes": supersedes,
            "number": supersedes.number + 1 if supersedes else 1,
            "attached_by_id": by.user_id,
        },
    )
    if not is_new and not _renewed(row, terms):
        return row
    record(
        trail.ATTACHMENT_MADE,
        by=by,
        about=about(row),
        facts={
            "purpose": row.purpose,
            "subject_type": row.subject_type,
            "subject_id": row.subject_id,
            "valid_until": row.valid_until,
        },
        personal={"name": file.name, "subject": row.subject_title},
        documents=[file.sha256],
    )
    return row


def _replaced(before: Attachment, *, by: AnyActor, to: Target) -> Attachment:
    """End the version before, which must be attached to the same object."""
    check_own(before, by=by)
    rules.check_version((before.subject_type, before.subject_id), (to.kind, to.pk))
    return _ended(before)


def _renewed(row: Attachment, terms: AttachmentTerms) -> bool:
    """Bring the days up to date; tell whether that changed anything."""
    if (row.valid_from, row.valid_until) == (terms.valid_from, terms.valid_until):
        return False
    row.valid_from, row.valid_until = terms.valid_from, terms.valid_until
    row.save(update_fields=["valid_from", "valid_until"])
    return True


@transaction.atomic
def end_attachment(attachment: Attachment, *, by: Actor) -> Attachment:
    """Say that a file no longer proves anything there; the row and the file stay.

    Records ``attachment.ended``. NotAllowed, Conflict when it has ended already.
    """
    by.require(Permission.EVIDENCE_ADD)
    check_own(attachment, by=by)
    row = _ended(attachment)
    record(
        trail.ATTACHMENT_ENDED,
        by=by,
        about=about(row),
        facts={"purpose": row.purpose},
        personal={"name": row.file.name, "subject": row.subject_title},
    )
    return row


def _ended(attachment: Attachment) -> Attachment:
    row = Attachment.objects.select_related("file").locked(attachment.pk)
    if row.ended_at is not None:
        raise Conflict("This file is no longer attached there. Attach it again.")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    return row


@transaction.atomic
def review_attachment(
    attachment: Attachment, *, by: Actor, state: ReviewState, note: str = ""
) -> Attachment:
    """Accept or reject an attached file, by another person than who attached it.

    Records ``attachment.reviewed``. NotAllowed, Invalid for a rejection without a
    reason, Conflict when it has ended.
    """
    by.require(Permission.EVIDENCE_ADD)
    check_own(attachment, by=by)
    rules.check_review(state, note)
    row = Attachment.objects.select_related("file").locked(attachment.pk)
    if row.ended_at is not None:
        raise Conflict("This file is no longer attached there; review its successor.")
    if row.attached_by_id == by.user_id:
        raise NotAllowed("Somebody else than who attached a file reviews it.")
    row.review, row.review_note = state.value, note
    row.reviewed_at, row.reviewed_by = clock.now(), by.user
    row.save(update_fields=["review", "review_note", "reviewed_at", "reviewed_by"])
    record(
        trail.ATTACHMENT_REVIEWED,
        by=by,
        about=about(row),
        facts={"review": row.review},
        personal={
            "name": row.file.name,
            "subject": row.subject_title,
            "note": row.review_note,
        },
    )
    return row
