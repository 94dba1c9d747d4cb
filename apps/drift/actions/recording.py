"""What every write to a finding shares."""

from __future__ import annotations

from django.urls import reverse

from apps.audit.actions import Subject
from apps.drift.models import DriftFinding
from apps.engagements.models import Engagement
from apps.notifications import actions as notifications
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
    row: DriftFinding,
    *,
    memberships: list[Membership],
    key: str = "",
    **context: str | int,
) -> None:
    """Send one message about a finding, at most once to each person by ``key``
    (the finding itself if none is given)."""
    notifications.notify(
        message,
        memberships=memberships,
        context={
            "engagement": str(row.engagement),
            "dimension": row.get_dimension_display(),
            **context,
        },
        path=reverse("drift:detail", args=[row.pk]),
        key=key or f"{message.kind}:{row.pk}",
    )
