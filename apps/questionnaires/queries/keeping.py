"""Until when questionnaires keep the files of both parties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from apps.core.dates import local_date
from apps.engagements.models import Engagement
from apps.evidence.registry import Keeper, day_made
from apps.questionnaires import rules
from apps.questionnaires.models import (
    AnswerFile,
    Assignment,
    CorrectiveAction,
    Dossier,
)


def _with_ends(path: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """Rows with the assignment at ``path`` and with what ends it."""

    def rows(found: QuerySet[Any]) -> QuerySet[Any]:
        later = Assignment.objects.filter(
            previous=OuterRef(f"{path}__pk"),
            closed_at__isnull=False,
            withdrawn_at=None,
        )
        # Running ones come first, so a vendor that still serves has no last day.
        served = Engagement.objects.filter(
            client=OuterRef(f"{path}__client"), provider=OuterRef(f"{path}__provider")
        ).order_by(F("ended_on").desc(nulls_first=True))
        ended: QuerySet[Any] = found.select_related(
            f"{path}__provider", f"{path}__engagement"
        ).annotate(
            replaced_at=Subquery(later.order_by("closed_at").values("closed_at")[:1]),
            served_until=Subquery(served.values("ended_on")[:1]),
        )
        return ended

    return rows


def _ends(row: Any, assignment: Assignment) -> date | None:
    """When the answers of ``assignment`` no longer count, in days of the vendor."""
    engagement = assignment.engagement
    zone = assignment.provider.time_zone
    return rules.counts_until(
        closed_on=_on(assignment.closed_at, zone),
        withdrawn_on=_on(assignment.withdrawn_at, zone),
        replaced_on=_on(row.replaced_at, zone),
        ended_on=engagement.ended_on if engagement else row.served_until,
    )


def _on(instant: datetime | None, zone: str) -> date | None:
    return local_date(instant, zone) if instant else None


def _proof_ends(row: CorrectiveAction) -> date | None:
    """What proves a corrective action counts as long as the round that asked for it,
    at least until it was verified."""
    assignment = row.finding.assignment
    last = _ends(row, assignment)
    settled = _on(row.verified_at or row.done_at, assignment.provider.time_zone)
    return max(last, settled) if last and settled else last


ANSWER_FILE = Keeper(
    AnswerFile,
    lambda row: _ends(row, row.answer.assignment),
    page=lambda row: reverse("questionnaires:detail", args=[row.answer.assignment_id]),
    rows=_with_ends("answer__assignment"),
)
CORRECTIVE_ACTION = Keeper(
    CorrectiveAction,
    _proof_ends,
    page=lambda row: reverse("questionnaires:finding", args=[row.finding_id]),
    rows=_with_ends("finding__assignment"),
)
# A dossier says what was so on the day it was asked for.
DOSSIER = Keeper(
    Dossier,
    day_made,
    page=lambda row: reverse("questionnaires:detail", args=[row.assignment_id]),
    rows=lambda rows: rows.select_related(
        "organization",
        "assignment__template",
        "assignment__engagement",
        "assignment__provider",
    ),
)
