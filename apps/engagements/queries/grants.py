"""Grants as the parties and the reader see them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from apps.core import clock
from apps.core.errors import NotFound
from apps.engagements import grants as store
from apps.engagements.models import Engagement, EngagementGrant
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Membership, User


def grants_of(engagement: Engagement) -> QuerySet[EngagementGrant]:
    """Every grant on an engagement fetched through an actor, latest first: each party
    knows who may read about it, whoever gave the grant. One query."""
    return store.grants_of(engagement)


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant with its state in one word and whether the actor may take it back."""

    grant: EngagementGrant
    state: str
    is_revocable: bool


def grant_lines(actor: Actor, engagement: Engagement) -> list[GrantLine]:
    """``grants_of`` with the state today, in each granter's zone. One query."""
    actor.require(Permission.ENGAGEMENTS_GRANT)
    lines = []
    for row in grants_of(engagement):
        state = _state(row)
        mine = row.granted_by_id == actor.organization_id
        is_revocable = mine and state in {"live", "to come"}
        lines.append(GrantLine(grant=row, state=state, is_revocable=is_revocable))
    return lines


def _state(grant: EngagementGrant) -> str:
    """One word: revoked, to come, over or live."""
    today = clock.today(grant.granted_by.time_zone)
    if grant.revoked_at is not None:
        return "revoked"
    if today < grant.valid_from:
        return "to come"
    return "live" if today <= grant.valid_until else "over"


def grants(actor: Actor) -> QuerySet[EngagementGrant]:
    """Every grant on engagements the actor's organization is a party of. One query."""
    actor.require(Permission.ENGAGEMENTS_GRANT)
    return store.given_on_engagements_of(actor)


def grant(actor: Actor, pk: UUID) -> EngagementGrant:
    """One of ``grants``; NotFound for any other. One query."""
    found = grants(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def live_grant(actor: Actor, engagement: Engagement) -> EngagementGrant | None:
    """The grant under which this person reads the engagement today, if any.

    Of several the one that shows most, then the one that lasts longest. One query.
    """
    rows = store.given_to(actor.user, engagement)
    held = [row for row in rows if _state(row) == "live"]
    return max(held, key=lambda row: (row.names_agents, row.valid_until), default=None)


def live_grants(actor: Actor) -> list[EngagementGrant]:
    """Grants to this very person that hold today where the granter is, first to end
    first, with engagement, parties and granter. One query; a person has few."""
    rows = store.given_to(actor.user).select_related(
        "content_object__client", "content_object__provider", "granted_by"
    )
    ordered = rows.order_by("valid_until", "content_object__name", "pk")
    return [row for row in ordered if _state(row) == "live"]


def reader_with_email(email: str, *, engagement: Engagement) -> tuple[User, bool]:
    """The person with that address and whether a party's membership already lets
    them read. NotFound unless they are an active member somewhere. Two queries."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise NotFound
    rows = Membership.objects.live(clock.today(user.time_zone)).filter(user=user)
    organizations = set(rows.values_list("organization_id", flat=True))
    if not organizations:
        raise NotFound
    return user, bool(organizations & {engagement.client_id, engagement.provider_id})
