"""What several actions of the room need: ownership, subjects, proof kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import models

from apps.audit.actions import Subject
from apps.core.errors import NotAllowed
from apps.evidence import actions as evidence
from apps.evidence.enums import Purpose
from apps.evidence.models import StoredFile
from apps.evidence.rules import AttachmentTerms, Target
from apps.tenancy.actor import Actor


def check_owner(organization_id: UUID, *, by: Actor, what: str) -> None:
    """Refuse everybody but people of the organization."""
    if by.organization_id != organization_id:
        raise NotAllowed(f"Only the organization whose {what} this is can do that.")


def about(
    obj: models.Model,
    organization_id: UUID,
    *,
    others: frozenset[UUID] = frozenset(),
    engagement_id: UUID | None = None,
) -> Subject:
    """The subject of an event of one organization, read by ``others`` as well."""
    return Subject(
        obj=obj,
        organization_id=organization_id,
        visible_to=others | {organization_id},
        engagement_id=engagement_id,
    )


def keep_proof(
    file: StoredFile,
    *,
    by: Actor,
    to: Target,
    purpose: Purpose,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> None:
    """Attach the file to what it proves, so that the library shows where it is used.

    NotAllowed for a file of another organization.
    """
    terms = AttachmentTerms(purpose, valid_from, valid_until)
    evidence.attach(file, by=by, to=to, terms=terms)
