"""Lines of campaigns: who may see them, where they stand, and which are meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.access_reviews import rules
from apps.access_reviews.enums import Decision, Flag, ItemStanding
from apps.access_reviews.models import Campaign, CampaignItem, ItemDecision
from apps.access_reviews.queries.systems import running_today
from apps.core import clock
from apps.core.errors import NotFound
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.workforce.models import Assignment

# Where a line stands, as conditions; ``rules.standing`` says the same of one.
IS_OPEN = Q(decision=Decision.NONE)
IS_ESCALATED = Q(decision=Decision.ESCALATE)
WAITS_FOR_SECOND = Q(
    decision__in=(Decision.KEEP, Decision.CHANGE),
    second_by=None,
    flags__contains=[Flag.PRIVILEGED],
)
IS_UNDECIDED = IS_OPEN | IS_ESCALATED | WAITS_FOR_SECOND
STANDINGS = {
    ItemStanding.OPEN: IS_OPEN,
    ItemStanding.ESCALATED: IS_ESCALATED,
    ItemStanding.SECOND: WAITS_FOR_SECOND,
    ItemStanding.DECIDED: ~IS_UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which lines of a campaign: of a standing, with a flag, in a system, about a team
    (agents of an engagement, of a site), or by number. What is empty narrows nothing.
    """

    standing: str = ""
    flag: str = ""
    system: UUID | None = None
    engagement: UUID | None = None
    site: UUID | None = None
    numbers: tuple[int, ...] = ()


EVERY = Selection()


def items(
    actor: AnyActor, campaign: Campaign, selection: Selection = EVERY
) -> QuerySet[CampaignItem]:
    """Lines of a campaign the actor may review, in order; a team lead's own only.
    One query."""
    return selected(campaign, selection, among=reviewable(actor))


def selected(
    campaign: Campaign, selection: Selection, *, among: QuerySet[CampaignItem]
) -> QuerySet[CampaignItem]:
    """Lines of the campaign that are selected among some. One query."""
    rows = among.filter(campaign=campaign)
    if selection.standing in ItemStanding.values:
        rows = rows.filter(STANDINGS[ItemStanding(selection.standing)])
    if selection.flag in Flag.values:
        rows = rows.filter(flags__contains=[selection.flag])
    if selection.system is not None:
        rows = rows.filter(system=selection.system)
    if selection.numbers:
        rows = rows.filter(number__in=selection.numbers)
    named = {"engagement": selection.engagement, "site": selection.site}
    team = {name: pk for name, pk in named.items() if pk is not None}
    if not team:
        return rows
    # Agents who belong to the team today, where the reviewing organization is.
    today = clock.today(campaign.organization.time_zone)
    of_team = Assignment.objects.filter(
        running_today(today), agent=OuterRef("grant__account__agent"), **team
    )
    return rows.filter(Exists(of_team))


def undecided(campaign: Campaign) -> QuerySet[CampaignItem]:
    """Lines of a campaign that still need something. One query."""
    return CampaignItem.objects.filter(IS_UNDECIDED, campaign=campaign)


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
        change_to=row.change_to,
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


def all_items(campaign: Campaign) -> QuerySet[CampaignItem]:
    """Every line with who decided, for the document. One query."""
    return (
        CampaignItem.objects.filter(campaign=campaign)
        .select_related("decided_by", "second_by", "reviewer")
        .order_by("number")
    )


def grants_of_items(item_ids: Sequence[UUID]) -> list[CampaignItem]:
    """Lines with grant and system, for the revocations they lead to. One query."""
    rows = CampaignItem.objects.filter(pk__in=item_ids).defer("facts")
    return list(rows.select_related("grant", "system__organization"))
