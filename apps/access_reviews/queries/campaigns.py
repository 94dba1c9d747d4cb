"""Campaigns, their lines, and what was compared with the review before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.urls import reverse

from apps.access_reviews.enums import Decision, Flag
from apps.access_reviews.models import (
    AccessGrant,
    Campaign,
    CampaignItem,
    Revocation,
    RevocationStep,
    System,
)
from apps.access_reviews.queries.items import (
    IS_ESCALATED,
    IS_OPEN,
    IS_UNDECIDED,
    WAITS_FOR_SECOND,
)
from apps.core import clock
from apps.core.errors import NotFound
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

# Longer than a job may take.
JOB_WITHIN = timedelta(minutes=10)


def campaigns(actor: AnyActor) -> QuerySet[Campaign]:
    """Campaigns of the actor's organization, newest first, with ``item_count`` and
    ``undecided_count``. A team lead sees those with lines of their own. One query."""
    actor.require(Permission.ACCESS_REVIEW)
    rows = Campaign.objects.visible_to(actor)
    if isinstance(actor, Actor) and not actor.can(Permission.ACCESS_VIEW):
        rows = rows.filter(items__reviewer=actor.user_id).distinct()
    return rows.select_related(
        "organization",
        "opened_by",
        "closed_by",
        "signed_off_by",
        "file",
        "previous",
        "reviewer",
    ).order_by("-opened_at", "-pk")


def _with_counts(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
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


def campaigns_page(actor: AnyActor, *, after: UUID | None, size: int) -> list[Campaign]:
    """A page of the list with counts, and one row more where there is another;
    ``after`` is the last one of the page before. One query, and one for the last."""
    rows = _with_counts(campaigns(actor))
    own = Campaign.objects.visible_to(actor)
    before = own.filter(pk=after).first() if after else None
    if before is not None:
        earlier = Q(opened_at=before.opened_at, pk__lt=before.pk)
        rows = rows.filter(Q(opened_at__lt=before.opened_at) | earlier)
    return list(rows[: size + 1])


def campaign(actor: AnyActor, pk: UUID) -> Campaign:
    """A campaign of the actor's organization; NotFound for any other. One query."""
    try:
        return campaigns(actor).get(pk=pk)
    except Campaign.DoesNotExist as error:
        raise NotFound from error


def campaign_for_job(pk: UUID) -> Campaign:
    """A campaign by id for a task. One query."""
    return Campaign.objects.select_related("organization", "previous", "reviewer").get(
        pk=pk
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


def open_campaign_named(name: str, systems: Collection[System]) -> bool:
    """Tell whether a review of that name over one of the systems is open. One query."""
    rows = Campaign.objects.filter(closed_at=None, cancelled_at=None)
    return rows.filter(name__iexact=name, systems__in=systems).exists()


def open_campaigns_of(system_id: UUID) -> list[Campaign]:
    """Campaigns still open over a system, for late arrivals. One query."""
    return list(
        Campaign.objects.filter(
            systems=system_id, closed_at=None, cancelled_at=None
        ).select_related("organization", "previous", "reviewer")
    )


def arrived(campaign: Campaign) -> QuerySet[AccessGrant]:
    """Grants present in the systems of a campaign that are no line of it. One query."""
    known = CampaignItem.objects.filter(campaign=campaign, grant=OuterRef("pk"))
    return AccessGrant.objects.filter(
        ~Exists(known),
        account__system__campaigns=campaign,
        absent_since=None,
        account__absent_since=None,
    )


def campaigns_behind() -> list[Campaign]:
    """Open campaigns that lack a grant of an export taken in some time ago, for a job:
    the one that was to add it may have ended. One query."""
    before = clock.now() - JOB_WITHIN
    known = CampaignItem.objects.filter(
        campaign=OuterRef(OuterRef("pk")), grant=OuterRef("pk")
    )
    missing = AccessGrant.objects.filter(
        ~Exists(known),
        account__system__campaigns=OuterRef("pk"),
        absent_since=None,
        account__absent_since=None,
        created_at__lt=before,
    )
    rows = Campaign.objects.filter(Exists(missing), closed_at=None, cancelled_at=None)
    return list(rows.select_related("organization", "previous", "reviewer"))


def campaigns_to_repeat() -> list[Campaign]:
    """Campaigns whose next one is due to open today or before, for a job. One query."""
    rows = Campaign.objects.filter(next_on__isnull=False)
    rows = rows.select_related("organization", "previous", "opened_by", "reviewer")
    return [
        row
        for row in rows
        if row.next_on and row.next_on <= clock.today(row.organization.time_zone)
    ]


def campaigns_without_document() -> list[Campaign]:
    """Campaigns signed off some time ago whose document was never made, for a job: the
    one that was to make it may have ended. One query."""
    before = clock.now() - JOB_WITHIN
    rows = Campaign.objects.filter(signed_off_at__lt=before, file=None)
    return list(rows.order_by("signed_off_at"))


def revocations_of(campaign: Campaign) -> list[Revocation]:
    """Revocations in the systems of a campaign since the one before was opened, each
    with its ``timeline``: from decisions, and of those who left. Two queries."""
    steps = RevocationStep.objects.select_related("by").order_by("at", "pk")
    rows = Revocation.objects.filter(system__campaigns=campaign)
    if campaign.previous is not None:
        rows = rows.filter(asked_at__gte=campaign.previous.opened_at)
    return list(
        rows.select_related("account", "grant__role", "system", "item")
        .defer("item__facts", "item__flags", "item__unknown", "item__subject")
        .prefetch_related(Prefetch("steps", queryset=steps, to_attr="timeline"))
        .order_by("asked_at", "item__number", "pk")
    )


def campaign_path(pk: UUID) -> str:
    """The page of a campaign."""
    return reverse("access_reviews:campaign", args=[pk])
