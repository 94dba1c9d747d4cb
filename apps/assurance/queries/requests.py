"""Requests for evidence and what was handed in."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, QuerySet

from apps.assurance.models import EvidenceRequest, RequestAnswer
from apps.core.errors import NotFound
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


def evidence_requests(
    actor: AnyActor, *, engagement_id: UUID | None = None
) -> QuerySet[EvidenceRequest]:
    """Requests on engagements the actor may see; what is not closed first, earliest
    due first. Two queries: answers come with them."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = EvidenceRequest.objects.visible_to(actor)
    if engagement_id is not None:
        rows = rows.filter(engagement=engagement_id)
    return (
        rows.select_related(
            "engagement__client", "engagement__provider", "asked_by", "asked_of"
        )
        .prefetch_related("answers__file", "answers__answered_by")
        .order_by(
            F("withdrawn_at").asc(nulls_first=True),
            F("accepted_at").asc(nulls_first=True),
            "due_on",
            "id",
        )
    )


def evidence_request(actor: AnyActor, pk: UUID) -> EvidenceRequest:
    """One request with its answers; NotFound for a stranger."""
    found = evidence_requests(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def request_answer(actor: AnyActor, pk: UUID) -> RequestAnswer:
    """What was handed in, on an engagement the actor may see; NotFound otherwise.
    One query."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = RequestAnswer.objects.visible_to(actor).select_related("file", "request")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
