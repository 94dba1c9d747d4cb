"""What files prove: attachments, their versions, and days they run out."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from apps.core.errors import NotFound
from apps.core.types import DueItem
from apps.evidence import registry
from apps.evidence.enums import Purpose
from apps.evidence.models import Attachment
from apps.evidence.rules import Target
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission

# What a list to choose from shows of a kind; a word finds the rest.
MOST = 100
# Rooms that own these remind of them by themselves.
_REMINDED_ELSEWHERE = (Purpose.CERTIFICATE, Purpose.POLICY, Purpose.ACTIVITY)


def attachments(actor: AnyActor) -> QuerySet[Attachment]:
    """Attachments of the actor's organization, newest first. One query."""
    actor.require(Permission.EVIDENCE_VIEW)
    return (
        Attachment.objects.visible_to(actor)
        .select_related("file", "attached_by", "reviewed_by", "supersedes")
        .order_by("-created_at", "-pk")
    )


def attachment(actor: AnyActor, pk: UUID) -> Attachment:
    """One attachment of the actor's organization; NotFound for any other."""
    found = attachments(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def versions_of(row: Attachment) -> list[Attachment]:
    """Every version of what is attached there for that purpose, newest first. One
    query."""
    rows = Attachment.objects.filter(
        organization=row.organization_id,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        purpose=row.purpose,
    )
    return list(rows.select_related("file", "attached_by").order_by("-number", "-pk"))


def choices(actor: Actor, word: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """What the actor may attach a file to and what holds a word, grouped by kind:
    value and title, at most ``MOST`` a kind. One or two queries a kind."""
    groups = []
    for kind in registry.registered().values():
        found = kind.choices(actor, word.strip(), most=MOST)
        if found:
            values = [(f"{kind.kind}:{pk}", title) for pk, title in found]
            groups.append((kind.label, values))
    return groups


def target(actor: Actor, kind: str, pk: UUID) -> Target:
    """An object the actor may attach a file to; NotFound for any other."""
    return Target(kind, pk, registry.kind_of(kind).title_of(actor, pk))


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Attached files that run out within inclusive days, for who owns them. An actor
    gets those of its organization, a job those of all. One query."""
    rows = (
        Attachment.objects.visible_to(actor)
        .filter(ended_at=None, valid_until__range=(first, last))
        .exclude(purpose__in=_REMINDED_ELSEWHERE)
        .exclude(subject_type__in=registry.reminded_elsewhere())
        .select_related("file")
        .order_by("valid_until", "pk")
    )
    return [
        DueItem(
            key=f"attachment:{row.pk}",
            kind="evidence.expires",
            organization_id=row.organization_id,
            due=row.valid_until,
            title=f"Evidence runs out: {row.file} for {row.subject_title}",
            path=reverse("evidence:detail", args=[row.file_id]),
            group="evidence",
        )
        for row in rows
        if row.valid_until is not None
    ]
