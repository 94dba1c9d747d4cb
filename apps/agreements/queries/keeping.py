"""Until when the files of a BAA are in effect, for the retention of evidence.

All files of one BAA go together: an amendment leaves the rest of the original
standing, and proposals, signatures and certificates tell how it came and ended.
"""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from apps.agreements.models import (
    Agreement,
    AgreementDraft,
    AgreementVersion,
    DisposalStatement,
    DraftVersion,
)
from apps.agreements.queries.endings import return_view
from apps.agreements.queries.facts import agreement_facts
from apps.agreements.rules import last_day, last_day_of_duties
from apps.core.dates import local_date
from apps.evidence.registry import Keeper


def last_in_effect(agreement: Agreement) -> date | None:
    """The last day, inclusive, on which a BAA or what it leaves behind binds; None
    while nothing ends it. At most three queries."""
    view = return_view(agreement)
    return last_day_of_duties(
        last_day(agreement_facts([agreement.pk])[agreement.pk][-1]),
        is_asked=view is not None and view.row.lifted_at is None,
        settled_on=view.settled_on if view else None,
    )


def _proposed_until(draft: AgreementDraft) -> date | None:
    """What was agreed lasts as the BAA does; what was withdrawn ended that day."""
    if draft.result is not None:
        return last_in_effect(draft.result.agreement)
    if draft.withdrawn_at is not None:
        return local_date(draft.withdrawn_at, draft.discloser.time_zone)
    return None


def _page(agreement_pk: object) -> str:
    return reverse("agreements:detail", args=[agreement_pk])


KEEPERS = (
    Keeper(
        AgreementVersion,
        lambda row: last_in_effect(row.agreement),
        page=lambda row: _page(row.agreement_id),
    ),
    Keeper(
        DisposalStatement,
        lambda row: last_in_effect(row.obligation.agreement),
        page=lambda row: _page(row.obligation.agreement_id),
    ),
    Keeper(
        AgreementDraft,
        _proposed_until,
        page=lambda row: reverse("agreements:draft", args=[row.pk]),
    ),
    Keeper(
        DraftVersion,
        lambda row: _proposed_until(row.draft),
        page=lambda row: reverse("agreements:draft", args=[row.draft_id]),
    ),
)
