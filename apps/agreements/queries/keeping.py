"""Until when the files of a BAA are in effect, for the retention of evidence.

All files of one BAA go together: an amendment leaves the rest of the original
standing, and proposals, signatures and certificates tell how it came and ended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from apps.agreements.models import (
    AgreementDraft,
    AgreementVersion,
    DisposalStatement,
    DraftVersion,
    ReturnObligation,
)
from apps.agreements.queries.endings import view_of
from apps.agreements.queries.facts import facts, with_facts
from apps.agreements.rules import last_day, last_day_of_duties
from apps.core.dates import local_date
from apps.evidence.registry import Keeper


def _with_ends(path: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """Rows with what ends the BAA at ``path``. Three queries for all of them."""
    versions = with_facts(AgreementVersion.objects.order_by("effective_on", "number"))
    statements = DisposalStatement.objects.order_by("-id")
    returns = (
        ReturnObligation.objects.select_related("agreement__discloser")
        .prefetch_related(Prefetch("statements", statements))
        .order_by("-id")
    )
    return lambda rows: rows.select_related(path).prefetch_related(
        Prefetch(f"{path}__versions", versions, to_attr="judged"),
        Prefetch(f"{path}__return_obligations", returns, to_attr="returns"),
    )


def _last_in_effect(agreement: Any) -> date | None:
    """The last day, inclusive, on which a BAA or what it leaves behind binds; None
    while nothing ends it. The agreement comes from ``_with_ends``."""
    views = [view_of(row, row.statements.all()) for row in agreement.returns[:1]]
    view = views[0] if views else None
    return last_day_of_duties(
        last_day(facts(agreement.judged[-1])),
        is_asked=view is not None and view.row.lifted_at is None,
        settled_on=view.settled_on if view else None,
    )


def _proposed_until(draft: AgreementDraft) -> date | None:
    """What was agreed lasts as the BAA does; what was withdrawn ended that day."""
    if draft.result is not None:
        return _last_in_effect(draft.result.agreement)
    if draft.withdrawn_at is not None:
        return local_date(draft.withdrawn_at, draft.discloser.time_zone)
    return None


def _drafts(path: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """Rows with the draft at ``path`` ("" for drafts) and what ended it."""
    with_ends = _with_ends(f"{path}result__agreement")
    return lambda rows: with_ends(rows.select_related(f"{path}discloser"))


def _page(agreement_pk: object) -> str:
    return reverse("agreements:detail", args=[agreement_pk])


KEEPERS = (
    Keeper(
        AgreementVersion,
        lambda row: _last_in_effect(row.agreement),
        page=lambda row: _page(row.agreement_id),
        rows=_with_ends("agreement"),
    ),
    Keeper(
        DisposalStatement,
        lambda row: _last_in_effect(row.obligation.agreement),
        page=lambda row: _page(row.obligation.agreement_id),
        rows=_with_ends("obligation__agreement"),
    ),
    Keeper(
        AgreementDraft,
        _proposed_until,
        page=lambda row: reverse("agreements:draft", args=[row.pk]),
        rows=_drafts(""),
    ),
    Keeper(
        DraftVersion,
        lambda row: _proposed_until(row.draft),
        page=lambda row: reverse("agreements:draft", args=[row.draft_id]),
        rows=_drafts("draft__"),
    ),
)
