"""Sites of a provider and what is attested of their controls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from apps.core.errors import NotFound
from apps.core.types import DueItem
from apps.evidence.registry import Attachable, Keeper, day_made, of_organization
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.workforce.enums import Control, Standing
from apps.workforce.models import RosterImport, Site, SiteControl
from apps.workforce.rules import Attested, counts_until, standing


@dataclass(frozen=True, slots=True)
class ControlLine:
    """One control of a site on a day, and the attestation it rests on."""

    control: Control
    standing: Standing
    attestation: SiteControl | None
    counts_until: date | None


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site with all its controls on a day; ``worst`` is the first that lacks."""

    site: Site
    controls: tuple[ControlLine, ...]

    @property
    def worst(self) -> Standing:
        """Not in place before run out before never said before in place."""
        order = (Standing.NOT_IN_PLACE, Standing.EXPIRED, Standing.NOT_ATTESTED)
        found = {each.standing for each in self.controls}
        return next((each for each in order if each in found), Standing.IN_PLACE)

    @property
    def counts_until(self) -> date | None:
        """The day the first attestation runs out."""
        days = [each.counts_until for each in self.controls if each.counts_until]
        return min(days, default=None)


def sites(actor: AnyActor) -> QuerySet[Site]:
    """Sites of the actor's organization by code, each with ``agent_count`` of open
    assignments. One query."""
    actor.require(Permission.WORKFORCE_VIEW)
    is_open = Q(assignment__ended_on=None)
    return (
        Site.objects.visible_to(actor)
        .annotate(agent_count=Count("assignment__agent", filter=is_open, distinct=True))
        .order_by("code")
    )


def site(actor: AnyActor, pk: UUID) -> Site:
    """A site of the actor's organization; NotFound for any other. One query."""
    try:
        return sites(actor).select_related("organization").get(pk=pk)
    except Site.DoesNotExist as error:
        raise NotFound from error


def attestations_of(site: Site) -> QuerySet[SiteControl]:
    """Everything attested of one site, newest first. One query."""
    return (
        SiteControl.objects.filter(site=site)
        .select_related("attested_by", "file")
        .order_by("-attested_on", "-id")
    )


def site_lines(rows: Iterable[Site], *, on: date) -> list[SiteLine]:
    """Sites the caller may see with their controls on a day. One query more."""
    found = list(rows)
    latest = _latest([row.pk for row in found], on=on)
    return [
        SiteLine(row, tuple(_line(each, latest[row.pk], on=on) for each in Control))
        for row in found
    ]


def _latest(
    site_ids: Collection[UUID], *, on: date
) -> defaultdict[UUID, dict[str, SiteControl]]:
    rows = (
        SiteControl.objects.filter(site__in=site_ids, attested_on__lte=on)
        .select_related("attested_by", "file")
        .order_by("site_id", "control", "-attested_on", "-id")
        .distinct("site_id", "control")
    )
    found: defaultdict[UUID, dict[str, SiteControl]] = defaultdict(dict)
    for row in rows:
        found[row.site_id][row.control] = row
    return found


def _line(control: Control, known: dict[str, SiteControl], *, on: date) -> ControlLine:
    row = known.get(control.value)
    said = Attested(row.is_in_place, row.attested_on) if row else None
    return ControlLine(
        control=control,
        standing=standing(said, day=on),
        attestation=row,
        counts_until=said.counts_until if said and said.is_in_place else None,
    )


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Attestations of places people work from home that run out in the window.

    One item a site, on the day its first control runs out; of the actor's own
    organization, a job sees all. One query.
    """
    rows = (
        SiteControl.objects.visible_to(actor)
        .filter(site__is_remote=True)
        .order_by("site_id", "control", "-attested_on", "-id")
        .distinct("site_id", "control")
        .values_list(
            *("site", "site__name", "site__organization"),
            *("is_in_place", "attested_on"),
        )
    )
    known: defaultdict[tuple[Any, ...], list[Attested]] = defaultdict(list)
    for pk, name, organization_id, is_in_place, attested_on in rows:
        known[pk, name, organization_id].append(Attested(is_in_place, attested_on))
    found = []
    for (pk, name, organization_id), attested in known.items():
        due = counts_until(attested)
        if due is not None and first <= due <= last:
            found.append(_due(pk, name, organization_id, due))
    return found


def _due(pk: UUID, name: str, organization_id: UUID, due: date) -> DueItem:
    return DueItem(
        key=f"site_controls:{pk}",
        kind="site.attestation_ends",
        organization_id=organization_id,
        due=due,
        title=f"The attested controls of {name} run out on {due:%-d %B %Y}",
        path=reverse("workforce:site", args=[pk]),
        group="site_controls",
    )


def _own_sites(actor: AnyActor) -> QuerySet[Site]:
    if not actor.can(Permission.WORKFORCE_VIEW):
        return Site.objects.none()
    return Site.objects.visible_to(actor).order_by("code")


SITE = Attachable(
    "site", "Site", rows=_own_sites, search=("name", "code"), page="workforce:site"
)
CONTROL = Keeper(
    SiteControl,
    last_in_effect=lambda row: Attested(row.is_in_place, row.attested_on).counts_until,
    page=lambda row: reverse("workforce:site", args=[row.site_id]),
)
IMPORT = Keeper(
    RosterImport,
    last_in_effect=day_made,
    page=lambda row: reverse("workforce:import", args=[row.pk]),
    rows=of_organization,
)
