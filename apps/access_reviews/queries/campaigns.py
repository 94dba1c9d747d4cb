"""Campaigns, their lines, and what was compared with the review before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, F, Func, Prefetch, Q, QuerySet
from django.urls import reverse

from apps.access_reviews import rules
from apps.access_reviews.enums import Decision, Flag, ItemStanding
from apps.access_reviews.models import (
    Campaign,
    CampaignItem,
    ItemDecision,
    Revocation,
    RevocationStep,
    System,
)
from apps.core import clock
from apps.core.errors import NotFound
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership, Organization, User

REVIEWERS = {Role.VENDOR_MANAGER, Role.TEAM_LEAD, Role.COMPLIANCE_MANAGER}
PAGE = 50

# Where a line stands, as conditions; ``rules.standing`` says the same of one.
IS_OPEN = Q(decision=Decision.NONE)
IS_ESCALATED = Q(decision=Decision.ESCALATE)
WAITS_FOR_SECOND = Q(
    decision__in=(Decision.KEEP, Decision.CHANGE),
    second_by=None,
    flags__contains=[Flag.PRIVILEGED],
)
IS_UNDECIDED = IS_OPEN | IS_ESCALATED | WAITS_FOR_SECOND
_STANDINGS = {
    ItemStanding.OPEN: IS_OPEN,
    ItemStanding.ESCALATED: IS_ESCALATED,
    ItemStanding.SECOND: WAITS_FOR_SECOND,
    ItemStanding.DECIDED: ~IS_UNDECIDED,
}


def campaigns(actor: AnyActor) -> QuerySet[Campaign]:
    """Campaigns of the actor's organization, newest first, with ``item_count`` and
    ``undecided_count``. A team lead sees those with lines of their own. One query."""
    actor.require(Permission.ACCESS_REVIEW)
    rows = Campaign.objects.visible_to(actor)
    if isinstance(actor, Actor) and not actor.can(Permission.ACCESS_VIEW):
        rows = rows.filter(items__reviewer=actor.user_id).distinct()
    return rows.select_related(
        "organization", "opened_by", "closed_by", "signed_off_by", "file", "previous"
    ).order_by("-opened_at", "-pk")


def with_counts(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Campaigns with ``item_count`` and ``undecided_count``. One query."""
    undecided = Q()
    for each in (
        Q(items__decision=Decision.NONE),
        Q(items__decision=Decision.ESCALATE),
        Q(
            items__decision__in=(Decision.KEEP, Decision.CHANGE),
            items__second_by=None,
            items__flags__contains=[Flag.PRIVILEGED],
        ),
    ):
        undecided |= each
    return rows.annotate(
        item_count=Count("items", distinct=True),
        undecided_count=Count("items", filter=undecided, distinct=True),
    )


def campaign(actor: AnyActor, pk: UUID) -> Campaign:
    """A campaign of the actor's organization; NotFound for any other. One query."""
    try:
        return campaigns(actor).get(pk=pk)
    except Campaign.DoesNotExist as error:
        raise NotFound from error


def campaign_for_job(pk: UUID) -> Campaign:
    """A campaign by id for a task. One query."""
    return Campaign.objects.select_related("organization", "previous").get(pk=pk)


def items(
    actor: AnyActor,
    campaign: Campaign,
    *,
    standing: str = "",
    flag: str = "",
    system: UUID | None = None,
) -> QuerySet[CampaignItem]:
    """Lines of a campaign the actor may review, in order; a team lead's own only.
    One query."""
    rows = reviewable(actor).filter(campaign=campaign)
    if standing in ItemStanding.values:
        rows = rows.filter(_STANDINGS[ItemStanding(standing)])
    if flag in Flag.values:
        rows = rows.filter(flags__contains=[flag])
    if system is not None:
        rows = rows.filter(system=system)
    return rows


def reviewable(actor: AnyActor) -> QuerySet[CampaignItem]:
    """Lines of all campaigns the actor may review; a team lead's own. One query."""
    actor.require(Permission.ACCESS_REVIEW)
    rows = CampaignItem.objects.visible_to(actor)
    if isinstance(actor, Actor) and not actor.can(Permission.ACCESS_VIEW):
        rows = rows.filter(reviewer=actor.user_id)
    return rows.select_related(
        "reviewer", "decided_by", "second_by", "campaign__organization", "system"
    ).order_by("number", "pk")


def item(actor: AnyActor, pk: UUID) -> CampaignItem:
    """One line the actor may review; NotFound for any other. One query."""
    try:
        return reviewable(actor).get(pk=pk)
    except CampaignItem.DoesNotExist as error:
        raise NotFound from error


def history(item: CampaignItem) -> QuerySet[ItemDecision]:
    """Every decision on a line, first to last. One query."""
    return ItemDecision.objects.filter(item=item).select_related("by").order_by("turn")


def line_of(row: CampaignItem) -> rules.Standing:
    """A line as the rules see it. No query."""
    return rules.Standing(
        decision=Decision(row.decision),
        is_privileged=Flag.PRIVILEGED in row.flags,
        decided_by=row.decided_by_id,
        second_by=row.second_by_id,
        turn=row.turn,
    )


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line with where it stands, its flags in words, and whether it is about the
    reader."""

    row: CampaignItem
    standing: ItemStanding
    flags: tuple[Flag, ...]
    unknown: tuple[Flag, ...]
    is_own: bool
    may_second: bool


def item_lines(actor: Actor, rows: Sequence[CampaignItem]) -> list[ItemLine]:
    """Lines for a page. No query."""
    return [_item_line(actor, row) for row in rows]


def _item_line(actor: Actor, row: CampaignItem) -> ItemLine:
    standing = rules.standing(line_of(row))
    is_second = standing is ItemStanding.SECOND
    return ItemLine(
        row=row,
        standing=standing,
        flags=tuple(Flag(each) for each in row.flags),
        unknown=tuple(Flag(each) for each in row.unknown),
        is_own=rules.is_own(row.subject, actor.user.email),
        may_second=is_second and row.decided_by_id != actor.user_id,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """Lines of a campaign by what was decided and where they stand."""

    total: int
    undecided: int
    open: int
    escalated: int
    second: int
    kept: int
    revoked: int
    changed: int

    @property
    def decided(self) -> int:
        """Lines that need nothing more."""
        return self.total - self.undecided


def progress(campaign: Campaign) -> Progress:
    """How far a campaign is. One query."""
    found = CampaignItem.objects.filter(campaign=campaign).aggregate(
        total=Count("pk"),
        undecided=Count("pk", filter=IS_UNDECIDED),
        open=Count("pk", filter=IS_OPEN),
        escalated=Count("pk", filter=IS_ESCALATED),
        second=Count("pk", filter=WAITS_FOR_SECOND),
        kept=Count("pk", filter=Q(decision=Decision.KEEP)),
        revoked=Count("pk", filter=Q(decision=Decision.REVOKE)),
        changed=Count("pk", filter=Q(decision=Decision.CHANGE)),
    )
    return Progress(**found)


def flag_counts(campaign: Campaign) -> dict[str, int]:
    """How many lines raise each flag. One query."""
    rows = (
        CampaignItem.objects.filter(campaign=campaign)
        .annotate(flag=_unnested())
        .order_by()
        .values_list("flag")
        .annotate(count=Count("pk"))
    )
    return dict(rows)


def _unnested() -> Any:
    return Func(F("flags"), function="unnest", output_field=CharField())


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from the review before, in lines."""

    previous: Campaign
    new: int
    gone: int
    unchanged: int
    still_there_though_revoked: int


def compared(campaign: Campaign) -> Comparison | None:
    """A campaign beside the one before; None where there was none. Two queries."""
    if campaign.previous is None:
        return None
    own = set(
        CampaignItem.objects.filter(campaign=campaign).values_list("grant", flat=True)
    )
    before = dict(
        CampaignItem.objects.filter(campaign=campaign.previous).values_list(
            "grant", "decision"
        )
    )
    revoked = {pk for pk, decision in before.items() if decision == Decision.REVOKE}
    return Comparison(
        previous=campaign.previous,
        new=len(own - set(before)),
        gone=len(set(before) - own),
        unchanged=len(own & set(before)),
        still_there_though_revoked=len(own & revoked),
    )


def reviewed_grants(campaign: Campaign | None) -> set[UUID] | None:
    """Grants of a campaign; None for none. One query."""
    if campaign is None:
        return None
    rows = CampaignItem.objects.filter(campaign=campaign)
    return set(rows.values_list("grant", flat=True))


def last_signed_off(
    organization: Organization, systems: Collection[System]
) -> Campaign | None:
    """The newest campaign signed off that reviewed one of the systems. One query."""
    return (
        Campaign.objects.filter(
            organization=organization,
            signed_off_at__isnull=False,
            systems__in=systems,
        )
        .order_by("-opened_at")
        .first()
    )


def open_campaigns_of(system_id: UUID) -> list[Campaign]:
    """Campaigns still open over a system, for late arrivals. One query."""
    return list(
        Campaign.objects.filter(
            systems=system_id, closed_at=None, cancelled_at=None
        ).select_related("organization", "previous")
    )


def campaigns_to_repeat() -> list[Campaign]:
    """Campaigns whose next one is due to open today or before, for a job. One query."""
    rows = Campaign.objects.filter(next_on__isnull=False, followers=None)
    rows = rows.select_related("organization", "previous", "opened_by")
    return [
        row
        for row in rows
        if row.next_on and row.next_on <= clock.today(row.organization.time_zone)
    ]


def reviewers(organization: Organization) -> QuerySet[Membership]:
    """Members who may review, by name. One query."""
    rows = tenancy.members_with_roles({organization.pk}, REVIEWERS)
    return rows.order_by("user__full_name", "user_id")


def all_items(campaign: Campaign) -> QuerySet[CampaignItem]:
    """Every line with who decided, for the document. One query."""
    return (
        CampaignItem.objects.filter(campaign=campaign)
        .select_related("decided_by", "second_by", "reviewer")
        .order_by("number")
    )


def revocations_of(campaign: Campaign) -> list[Revocation]:
    """Revocations in the systems of a campaign since the one before was opened, each
    with its ``timeline``: from decisions, and of those who left. Two queries."""
    steps = RevocationStep.objects.select_related("by").order_by("at", "pk")
    rows = Revocation.objects.filter(system__campaigns=campaign)
    if campaign.previous is not None:
        rows = rows.filter(asked_at__gte=campaign.previous.opened_at)
    return list(
        rows.select_related("account", "grant__role", "system", "proof", "item")
        .prefetch_related(Prefetch("steps", queryset=steps, to_attr="timeline"))
        .order_by("asked_at", "item__number", "pk")
    )


def grants_of_items(item_ids: Sequence[UUID]) -> list[CampaignItem]:
    """Lines with grant and system, for the revocations they lead to. One query."""
    rows = CampaignItem.objects.filter(pk__in=item_ids).defer("facts")
    return list(rows.select_related("grant", "system__organization"))


def reviewers_by_system(campaign: Campaign) -> dict[UUID, User]:
    """Who reviews each system of a campaign, as it was opened. One query."""
    rows = (
        CampaignItem.objects.filter(campaign=campaign, reviewer__isnull=False)
        .select_related("reviewer")
        .order_by("system_id", "number")
        .distinct("system_id")
    )
    return {row.system_id: row.reviewer for row in rows if row.reviewer}


def campaign_path(pk: UUID) -> str:
    """The page of a campaign."""
    return reverse("access_reviews:campaign", args=[pk])
