"""Who reviews what: standing rules, and lines given to somebody else."""

from __future__ import annotations

from django.db import transaction

from apps.access_reviews import queries, trail
from apps.access_reviews.actions.campaigns import open_locked, tell_reviewers
from apps.access_reviews.actions.systems import own_subject, require_own
from apps.access_reviews.models import Campaign, ReviewerRule, System
from apps.audit.actions import record
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization, User
from apps.workforce.models import Site


@transaction.atomic
def set_reviewer_rule(
    *,
    by: Actor,
    reviewer: User,
    system: System | None = None,
    engagement: Engagement | None = None,
    site: Site | None = None,
) -> ReviewerRule:
    """Say who reviews the lines of a system, a team, or both, from the next campaign
    and addendum on; event ``reviewer_rule.set``.

    A rule for the same lines that runs is ended by the new one. Raises Invalid for
    somebody who may not review, NotAllowed for a stranger's system, engagement or
    site.
    """
    by.require(Permission.ACCESS_SIGN_OFF)
    check_reviewer(by.organization, reviewer, field="reviewer")
    _check_own(by, system, engagement, site)
    Organization.objects.locked(by.organization.pk)
    parts = {"system": system, "engagement": engagement, "site": site}
    same = ReviewerRule.objects.filter(
        organization=by.organization, ended_at=None, **parts
    )
    same.update(ended_at=clock.now())
    rule = ReviewerRule.objects.create(
        organization=by.organization, reviewer=reviewer, **parts
    )
    _record(trail.REVIEWER_RULE_SET, rule, by=by)
    return rule


def _check_own(
    by: Actor, system: System | None, engagement: Engagement | None, site: Site | None
) -> None:
    own = by.organization_id
    parties = {engagement.client_id, engagement.provider_id} if engagement else {own}
    owners = {each.organization_id for each in (system, site) if each is not None}
    if own not in parties or owners - {own}:
        raise NotAllowed(
            "A rule names systems, sites and engagements of its own organization."
        )


@transaction.atomic
def end_reviewer_rule(rule: ReviewerRule, *, by: Actor) -> ReviewerRule:
    """End a rule; open campaigns keep their reviewers. Event ``reviewer_rule.ended``.
    Raises Conflict when it has ended."""
    by.require(Permission.ACCESS_SIGN_OFF)
    require_own(by, rule.organization)
    locked = ReviewerRule.objects.locked(rule.pk)
    if locked.ended_at is not None:
        raise Conflict("This rule has ended already.")
    locked.ended_at = clock.now()
    locked.save(update_fields=["ended_at"])
    _record(trail.REVIEWER_RULE_ENDED, locked, by=by)
    return locked


def _record(verb: Verb, rule: ReviewerRule, *, by: Actor) -> None:
    record(
        verb,
        by=by,
        about=own_subject(rule, rule.organization_id),
        facts={
            "reviewer_id": rule.reviewer_id,
            "system_id": rule.system_id,
            "engagement_id": rule.engagement_id,
            "site_id": rule.site_id,
        },
        personal={"lines": str(rule), "reviewer": str(rule.reviewer)},
    )


@transaction.atomic
def delegate_items(
    campaign: Campaign, *, by: Actor, selection: queries.Selection, to: User
) -> int:
    """Give lines that still need something to another reviewer, and tell them; return
    how many moved. Lines about that person stay where they are.

    Event ``campaign.delegated``. Raises Invalid for somebody who may not review.
    """
    by.require(Permission.ACCESS_REVIEW)
    by.require(Permission.ACCESS_VIEW)
    require_own(by, campaign.organization)
    locked = open_locked(campaign)
    check_reviewer(campaign.organization, to, field="to")
    among = queries.undecided(campaign).exclude(queries.about(to.email))
    moved = (
        queries.selected(campaign, selection, among=among)
        .exclude(reviewer=to)
        .update(reviewer=to)
    )
    record(
        trail.CAMPAIGN_DELEGATED,
        by=by,
        about=own_subject(locked, locked.organization_id),
        facts={"items": moved, "reviewer_id": to.pk},
        personal={"campaign": locked.name, "reviewer": str(to)},
    )
    if moved and to.pk != by.user_id:
        key = f"campaign.delegated:{locked.pk}:{clock.now().isoformat()}"
        tell_reviewers(campaign, {to.pk: moved}, key=key)
    return moved


def check_reviewer(organization: Organization, user: User, *, field: str) -> None:
    """Raise Invalid for somebody who may not review there. One query."""
    if not queries.reviewers(organization).filter(user=user).exists():
        text = "Choose a member who may review."
        raise Invalid(text, fields={field: [text]})
