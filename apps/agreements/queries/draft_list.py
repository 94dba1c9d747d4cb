"""The list of negotiations, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from apps.agreements.enums import DraftState
from apps.agreements.models import AgreementDraft, DraftCoverage, DraftVersion
from apps.agreements.queries.drafts import drafts, facts_of, side_of
from apps.agreements.queries.lists import PAGE
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A row of the list of negotiations."""

    draft: AgreementDraft
    state: DraftState
    is_my_turn: bool


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Rows of one page; ``older`` is the key of the next one, None on the last."""

    lines: tuple[DraftLine, ...]
    older: UUID | None


def draft_page(
    actor: AnyActor,
    *,
    engagement: Engagement | None = None,
    before: UUID | None = None,
) -> DraftPage:
    """At most 50 negotiations older than ``before``, with their state. Four queries."""
    latest = DraftVersion.objects.filter(draft=OuterRef("pk")).order_by("-number")
    every = drafts(actor).annotate(latest=Subquery(latest.values("pk")[:1]))
    if engagement is not None:
        covering = DraftCoverage.objects.filter(engagement=engagement)
        every = every.filter(pk__in=covering.values("draft"))
    if before is not None:
        every = every.filter(pk__lt=before)
    found = list(every[: PAGE + 1])
    shown = found[:PAGE]
    return DraftPage(
        lines=tuple(_draft_lines(actor, shown)),
        older=shown[-1].pk if len(found) > PAGE else None,
    )


def _draft_lines(actor: AnyActor, found: Sequence[Any]) -> list[DraftLine]:
    rows: QuerySet[DraftVersion] = DraftVersion.objects.filter(
        pk__in=[row.latest for row in found]
    ).prefetch_related("acceptances", "signatures")
    by_draft = {row.draft_id: row for row in rows}
    return [_draft_line(actor, row, by_draft[row.pk]) for row in found]


def _draft_line(
    actor: AnyActor, draft: AgreementDraft, latest: DraftVersion
) -> DraftLine:
    facts = facts_of(draft, latest, latest.acceptances.all(), latest.signatures.all())
    return DraftLine(draft, facts.state, side_of(actor, draft) in facts.waits_for())
