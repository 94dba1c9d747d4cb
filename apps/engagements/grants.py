"""The one file that speaks to django-guardian: one person may read one engagement.

Everything else a person may do follows from membership and role; only this is stored
per object, in guardian's typed permission table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Permission as ModelPermission
from django.db.models import QuerySet
from guardian.ctypes import get_content_type

from apps.core import clock
from apps.engagements.models import Engagement, EngagementGrant
from apps.tenancy.actor import Actor
from apps.tenancy.models import Organization, User

READ = "read_engagement"


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What a grant covers; both days are inclusive, in the granter's zone."""

    reason: str
    valid_from: date
    valid_until: date
    names_agents: bool


def create(
    engagement: Engagement,
    *,
    reader: User,
    granted_by: Organization,
    granted_by_user: User | None,
    terms: GrantTerms,
) -> EngagementGrant:
    """Write the permission row with the facts of the grant on it."""
    permission = ModelPermission.objects.get(
        content_type=get_content_type(engagement), codename=READ
    )
    return EngagementGrant.objects.create(
        user=reader,
        permission=permission,
        content_object=engagement,
        granted_by=granted_by,
        granted_by_user=granted_by_user,
        reason=terms.reason,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        names_agents=terms.names_agents,
    )


def revoke(grant: EngagementGrant) -> None:
    """End a grant now; the row stays as history."""
    grant.revoked_at = clock.now()
    grant.save(update_fields=["revoked_at"])


def locked(grant: EngagementGrant) -> EngagementGrant:
    """The grant, held until the transaction ends."""
    return (
        EngagementGrant.objects.select_for_update(of=("self",))
        .select_related("user", "granted_by", "content_object")
        .get(pk=grant.pk)
    )


def grants_of(engagement: Engagement) -> QuerySet[EngagementGrant]:
    """Every grant ever given on an engagement, latest first. One query."""
    return (
        EngagementGrant.objects.filter(content_object=engagement)
        .select_related("user", "granted_by", "granted_by_user")
        .order_by("-granted_at", "-id")
    )


def given_on_engagements_of(actor: Actor) -> QuerySet[EngagementGrant]:
    """Every grant on engagements of the actor's organization. One query."""
    return (
        EngagementGrant.objects.filter(
            content_object__in=Engagement.objects.filter(
                Engagement.objects.all().of_party(actor)
            )
        )
        .select_related("user", "granted_by", "granted_by_user", "content_object")
        .order_by("-granted_at", "-id")
    )


def overlapping(
    engagement: Engagement,
    *,
    reader: User,
    granted_by: Organization,
    valid_from: date,
    valid_until: date,
) -> bool:
    """Whether this granter's live grants to the person touch these days."""
    return EngagementGrant.objects.filter(
        content_object=engagement,
        user=reader,
        granted_by=granted_by,
        revoked_at=None,
        valid_from__lte=valid_until,
        valid_until__gte=valid_from,
    ).exists()


def given_to(
    user: User, engagement: Engagement | None = None
) -> QuerySet[EngagementGrant]:
    """Grants of a person (on an engagement) that were not taken back. One query."""
    rows = EngagementGrant.objects.filter(user=user, revoked_at=None)
    if engagement is not None:
        rows = rows.filter(content_object=engagement)
    return rows.select_related("granted_by")
