"""What the verdicts on a vendor's questionnaires say to each of the seven rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.questionnaires.models import ReviewOutcome
from apps.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class SectionVerdict:
    """One section of the latest verdict of one questionnaire, as it was frozen."""

    assignment_id: UUID
    questionnaire: str
    party_kind: str
    requirement: int
    title: str
    answered: int
    shown: int
    is_ready: bool
    decided_at: datetime


def requirement_verdicts(actor: Actor, *, provider_id: UUID) -> list[SectionVerdict]:
    """Sections that carry one of the seven numbers, from the latest verdict of each
    questionnaire and kind of party the actor's organization gave this provider, for
    each engagement and for the vendor as a whole. One query."""
    rows = (
        ReviewOutcome.objects.visible_to(actor)
        .filter(
            assignment__client=actor.organization_id, assignment__provider=provider_id
        )
        .select_related("assignment__template")
        .order_by(
            "assignment__template_id",
            "assignment__party_kind",
            "assignment__engagement_id",
            "-decided_at",
        )
        .distinct(
            "assignment__template_id",
            "assignment__party_kind",
            "assignment__engagement_id",
        )
    )
    return [
        _verdict(row, section)
        for row in rows
        for section in row.sections
        if section["requirement"] is not None
    ]


def _verdict(row: ReviewOutcome, section: dict[str, Any]) -> SectionVerdict:
    return SectionVerdict(
        assignment_id=row.assignment_id,
        questionnaire=row.assignment.template.title,
        party_kind=row.assignment.get_party_kind_display(),
        requirement=section["requirement"],
        title=section["title"],
        answered=section["answered"],
        shown=section["shown"],
        is_ready=section["is_ready"],
        decided_at=row.decided_at,
    )
