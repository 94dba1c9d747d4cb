"""Who may review, and who reviews which lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import QuerySet

from apps.access_reviews import rules
from apps.access_reviews.models import ReviewerRule
from apps.access_reviews.queries.facts import GrantLine
from apps.access_reviews.queries.systems import running_today
from apps.core import clock
from apps.core.errors import NotFound
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership, Organization, User
from apps.workforce.models import Assignment, Site

REVIEWERS = {Role.VENDOR_MANAGER, Role.TEAM_LEAD, Role.COMPLIANCE_MANAGER}


def reviewers(organization: Organization) -> QuerySet[Membership]:
    """Members who may review, by name. One query."""
    rows = tenancy.members_with_roles({organization.pk}, REVIEWERS)
    return rows.order_by("user__full_name", "user_id")


def reviewer_named(organization: Organization, email: str) -> User:
    """The member with the address who may review; NotFound for any other. One query."""
    found = reviewers(organization).filter(user__email__iexact=email).first()
    if found is None:
        raise NotFound(f"No member with the address {email} may review.")
    return found.user


def sites(organization: Organization) -> QuerySet[Site]:
    """The organization's own sites, for teams. One query."""
    return Site.objects.filter(organization=organization).order_by("name", "pk")


def reviewer_rules(actor: AnyActor) -> QuerySet[ReviewerRule]:
    """Rules of the actor's organization that run, in their order. One query."""
    actor.require(Permission.ACCESS_VIEW)
    return (
        ReviewerRule.objects.visible_to(actor)
        .filter(ended_at=None)
        .select_related("organization", "reviewer", "system", "engagement", "site")
        .order_by("created_at", "pk")
    )


def reviewer_rule(actor: AnyActor, pk: UUID) -> ReviewerRule:
    """A running rule of the own organization; NotFound for any other. One query."""
    try:
        return reviewer_rules(actor).get(pk=pk)
    except ReviewerRule.DoesNotExist as error:
        raise NotFound from error


def reviewers_for(
    organization: Organization, lines: Sequence[GrantLine], *, named: User | None
) -> list[UUID | None]:
    """Who reviews each line: the person named, else whom the rules say; never the one
    it is about, nor a member who may not review any more. Three queries."""
    scopes = _scopes(organization, named)
    agents = {line.account.agent_id for line in lines if line.account.agent_id}
    teams = _teams(agents, organization) if scopes else {}
    return [
        rules.reviewer_for(
            scopes,
            system=line.account.system_id,
            teams=teams.get(line.account.agent_id, set()),
            subject=line.subject,
        )
        for line in lines
    ]


def _scopes(
    organization: Organization, named: User | None
) -> list[rules.ReviewerScope]:
    emails = dict(reviewers(organization).values_list("user", "user__email"))
    if named is not None:
        emails = {pk: email for pk, email in emails.items() if pk == named.pk}
        return [rules.ReviewerScope(pk, email) for pk, email in emails.items()]
    rows = ReviewerRule.objects.filter(organization=organization, ended_at=None)
    return [
        rules.ReviewerScope(
            row.reviewer_id,
            emails[row.reviewer_id],
            row.system_id,
            row.engagement_id,
            row.site_id,
        )
        for row in rows.order_by("created_at", "pk")
        if row.reviewer_id in emails
    ]


def _teams(
    agents: Collection[UUID], organization: Organization
) -> dict[UUID | None, set[rules.Team]]:
    found: dict[UUID | None, set[rules.Team]] = defaultdict(set)
    today = clock.today(organization.time_zone)
    rows = Assignment.objects.filter(running_today(today), agent__in=agents)
    for agent, engagement, site in rows.order_by().values_list(
        "agent", "engagement", "site"
    ):
        found[agent].add((engagement, site))
    return found
