"""What every write to a finding shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from apps.audit.actions import Subject
from apps.drift import queries
from apps.drift.models import DriftFinding
from apps.engagements.models import Engagement
from apps.notifications import actions as notifications
from apps.notifications.actions import Draft
from apps.notifications.registry import Message
from apps.tenancy.actor import AnyActor
from apps.tenancy.models import Membership


def about(row: DriftFinding, engagement: Engagement, *, by: AnyActor) -> Subject:
    """The finding, in the streams of both parties."""
    return Subject(
        obj=row,
        organization_id=by.organization_id or engagement.client_id,
        visible_to=frozenset({engagement.client_id, engagement.provider_id}),
        engagement_id=engagement.pk,
    )


def tell(
    message: Message,
    rows: Sequence[DriftFinding],
    *,
    to: Mapping[UUID, Sequence[Membership]],
    key: str = "",
    **context: str | int,
) -> None:
    """Send one message about each finding to the people ``to`` names by engagement.

    Each message shows what is observed, the clause and the evidence; nobody gets it
    twice for the same finding (or the same ``key``). Five queries whatever the
    number, none for no finding.
    """
    if not rows:
        return
    clauses = queries.clauses(rows)
    drafts = [
        Draft(
            membership=membership,
            context={
                "engagement": str(row.engagement),
                "dimension": row.get_dimension_display(),
                "observed": row.observed,
                "agreed": row.agreed,
                "clause": clauses[row.pk].text,
                "evidence": _evidence(row),
                **context,
            },
            path=queries.path_of(row),
            key=key or f"{message.kind}:{row.pk}",
        )
        for row in rows
        for membership in to[row.engagement_id]
    ]
    notifications.notify_each(message, drafts=drafts)


def _evidence(row: DriftFinding) -> str:
    """Counts and days only, never who."""
    lines = queries.evidence_lines(row)
    return "; ".join(f"{name}: {value}" for name, value in lines)
