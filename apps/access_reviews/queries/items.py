"""Lines of campaigns: who may see them, where they stand, and which are meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.access_reviews import rules
from apps.access_reviews.enums import Decision, Flag, ItemStanding
from apps.access_reviews.models import (
    AgentAlias,
    Campaign,
    CampaignItem,
    ItemDecision,
    System,
)
from apps.access_reviews.queries.systems import running_today
from apps.core import clock
from apps.core.errors import NotFound
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import User
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
    (agents of an engagement, of a site), by number, or from one number to another.
    What is empty narrows nothing.
    """

    standing: str = ""
    flag: str = ""
    system: UUID | None = None
    engagement: UUID | None = None
    site: UUID | None = None
    numbers: tuple[int, ...] = ()
    between: tuple[int, int] | None = None


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
    if selection.between:
        rows = rows.filter(number__range=selection.between)
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


def about(email: str) -> Q:
    """Condition on lines about the person with the address, in any case: it stood so
    when the line was frozen, or the account has since been matched with them."""
    word = email.casefold()
    alias = AgentAlias.objects.filter(
        agent=OuterRef("grant__account__agent"),
        organization=OuterRef("campaign__organization"),
        alias=word,
    )
    return (
        Q(subject__contains=[word])
        | Q(grant__account__agent__email__iexact=email)
        | Q(grant__account__email__iexact=email)
        | Q(grant__account__login__iexact=email)
        | Q(Exists(alias))
    )


def own_lines(rows: QuerySet[CampaignItem], actor: Actor) -> set[UUID]:
    """Which of these lines are about the actor. One query."""
    own = rows.filter(about(actor.user.email)).order_by()
    return set(own.values_list("pk", flat=True))


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
    """Lines for a page. One query."""
    shown = CampaignItem.objects.filter(pk__in=[row.pk for row in rows])
    own = own_lines(shown, actor)
    return [_item_line(actor, row, is_own=row.pk in own) for row in rows]


def _item_line(actor: Actor, row: CampaignItem, *, is_own: bool) -> ItemLine:
    standing = rules.standing(line_of(row))
    is_second = standing is ItemStanding.SECOND
    return ItemLine(
        row=row,
        standing=standing,
        flags=tuple(Flag(each) for each in row.flags),
        unknown=tuple(Flag(each) for each in row.unknown),
        is_own=is_own,
        may_second=is_second and row.decided_by_id != actor.user_id,
    )


def all_items(campaign: Campaign) -> list[CampaignItem]:
    """Every line with who decided, in order, for hash and document. Two queries:
    reviewers are few beside lines."""
    rows = list(CampaignItem.objects.filter(campaign=campaign).order_by("number"))
    pks = {pk for row in rows for pk in (row.decided_by_id, row.second_by_id)}
    people = User.objects.in_bulk(pks - {None})
    for row in rows:
        row.decided_by = people.get(row.decided_by_id)
        row.second_by = people.get(row.second_by_id)
    return rows


def grants_of_items(
    rows: Sequence[CampaignItem],
) -> list[tuple[UUID, UUID, UUID, UUID]]:
    """Line, account, system and grant of each, for revocations. One query."""
    found = CampaignItem.objects.filter(pk__in=[row.pk for row in rows])
    return list(found.values_list("pk", "grant__account", "system", "grant"))


def systems_of_items(rows: Sequence[CampaignItem]) -> dict[UUID, System]:
    """The systems the lines are about, by id. One query."""
    pks = {row.system_id for row in rows}
    return System.objects.select_related("organization").in_bulk(pks)
