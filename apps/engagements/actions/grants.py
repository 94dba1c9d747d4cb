"""Grants: a party lets one person read one engagement for a while."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.engagements import grants, messages, rules, trail
from apps.engagements.actions.common import (
    locked,
    require_party,
    require_text,
    subject,
)
from apps.engagements.models import Engagement, EngagementGrant
from apps.engagements.queries.grants import reader_with_email
from apps.notifications.actions import notify
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import User
from apps.tenancy.queries import live_memberships


@transaction.atomic
def grant_access(
    engagement: Engagement,
    *,
    by: AnyActor,
    email_of_user: str,
    reason: str,
    valid_from: date,
    valid_until: date,
    names_agents: bool,
) -> EngagementGrant:
    """Let the person with that address read the engagement on these inclusive days.

    An address without an account is refused in words; a manager who gives grants
    may learn that much. Days count in the zone of the giving organization.

    Steps: permission, lock, party, rule, person, row, record ``access.granted``,
    tell the person. Raises NotAllowed, Invalid, Conflict (reads already, or holds a
    grant over those days).
    """
    by.require(Permission.ENGAGEMENTS_GRANT)
    engagement = locked(engagement)
    giver = require_party(engagement, by)
    reason = require_text(reason, field="reason")
    rules.check_grant(
        valid_from=valid_from,
        valid_until=valid_until,
        today=clock.today(giver.organization.time_zone),
        names_agents=names_agents,
        is_provider=giver.organization_id == engagement.provider_id,
    )
    reader = _reader(email_of_user, engagement=engagement)
    terms = grants.GrantTerms(reason, valid_from, valid_until, names_agents)
    grant = _created(engagement, by=giver, reader=reader, terms=terms)
    record(
        trail.ACCESS_GRANTED,
        by=by,
        about=subject(grant, engagement=engagement, by=by),
        facts={
            "valid_from": valid_from,
            "valid_until": valid_until,
            "names_agents": names_agents,
        },
        personal={
            "engagement": engagement.name,
            "reader": str(reader),
            "reason": reason,
        },
    )
    _tell(grant)
    return grant


def _reader(email: str, *, engagement: Engagement) -> User:
    try:
        reader, is_insider = reader_with_email(email, engagement=engagement)
    except NotFound as error:
        raise Invalid(
            "Nobody with that address has an account. Ask the person's organization "
            "to invite them first.",
            fields={"email_of_user": ["No account has this address."]},
        ) from error
    if is_insider:
        raise Conflict(
            f"{reader} is a member of a party and reads the engagement without a "
            "grant.",
            fields={"email_of_user": ["Reads already, as a member of a party."]},
        )
    return reader


def _created(
    engagement: Engagement, *, by: Actor, reader: User, terms: grants.GrantTerms
) -> EngagementGrant:
    if grants.overlapping(
        engagement,
        reader=reader,
        granted_by=by.organization,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
    ):
        raise Conflict(
            f"{reader} already holds a grant of yours over some of these days. "
            "Revoke it first, or start after it ends."
        )
    return grants.create(
        engagement,
        reader=reader,
        granted_by=by.organization,
        granted_by_user=by.user,
        terms=terms,
    )


def _tell(grant: EngagementGrant) -> None:
    engagement = grant.content_object
    notify(
        messages.ACCESS_GRANTED,
        memberships=live_memberships(grant.user)[:1],
        context={
            "engagement": engagement.name,
            "granter": grant.granted_by.name,
            "valid_from": f"{grant.valid_from:%-d %B %Y}",
            "valid_until": f"{grant.valid_until:%-d %B %Y}",
        },
        path=reverse("engagements:detail", args=[engagement.pk]),
        key=f"{messages.ACCESS_GRANTED.kind}:{grant.pk}",
    )


@transaction.atomic
def revoke_access(grant: EngagementGrant, *, by: AnyActor) -> EngagementGrant:
    """Take a grant back; the next request of the person no longer reads.

    Steps: permission, lock engagement then grant, the organization that gave it,
    save, record ``access.revoked``. Raises NotAllowed, Conflict (revoked before).
    """
    by.require(Permission.ENGAGEMENTS_GRANT)
    engagement = locked(grant.content_object)
    grant = grants.locked(grant)
    if by.organization_id != grant.granted_by_id:
        raise NotAllowed(
            f"{grant.granted_by} gave this grant; only its managers take it back."
        )
    if grant.revoked_at is not None:
        raise Conflict("This grant was taken back before.")
    grants.revoke(grant)
    record(
        trail.ACCESS_REVOKED,
        by=by,
        about=subject(grant, engagement=engagement, by=by),
        personal={"engagement": engagement.name, "reader": str(grant.user)},
    )
    return grant
