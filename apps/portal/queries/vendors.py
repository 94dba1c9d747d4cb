"""The vendors of an organization and what stands between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from apps.core.types import Side
from apps.engagements import queries as engagements
from apps.portal.queries.lines import EngagementLine, engagement_lines
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

PAGE = 50


@dataclass(frozen=True, slots=True)
class VendorLine:
    """A vendor of the actor's organization and what stands between them today."""

    vendor: Organization
    verdict: str
    verdict_label: str
    tier: int | None
    engagements: tuple[EngagementLine, ...]
    due: date | None


@dataclass(frozen=True, slots=True)
class VendorPage:
    """Vendors by name; ``after`` asks for the next page, "" when there is none."""

    rows: tuple[VendorLine, ...]
    after: str


def vendors(actor: Actor, *, q: str = "", after: str = "") -> VendorPage:
    """At most 50 vendors the actor's organization uses or has on its list.

    ``after`` is the name and id the page before ended with (``name|id``). The number
    of queries does not depend on how many there are.
    """
    actor.require(Permission.ENGAGEMENTS_VIEW)
    rows = engagements.vendor_parties(actor)
    if q.strip():
        rows = rows.filter(name__icontains=q.strip())
    name, _, pk = after.rpartition("|")
    if name and _is_id(pk):
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    last = f"{shown[-1].name}|{shown[-1].pk}" if len(found) > PAGE else ""
    return VendorPage(tuple(vendor_lines(actor, shown)), last)


def vendor_lines(actor: Actor, rows: Sequence[Organization]) -> list[VendorLine]:
    """What stands between the actor's organization and each of the vendors."""
    used = engagements.engagements(actor, side=Side.CLIENT, is_ended=False)
    lines = engagement_lines(
        actor, list(used.filter(provider__in=[row.pk for row in rows]))
    )
    of_vendor: defaultdict[UUID, list[EngagementLine]] = defaultdict(list)
    for line in lines:
        of_vendor[line.engagement.provider_id].append(line)
    return [_vendor_line(row, of_vendor[row.pk]) for row in rows]


def _vendor_line(vendor: Organization, lines: list[EngagementLine]) -> VendorLine:
    worst = lines[0].state.verdict if lines else None
    dues = [
        condition.due
        for line in lines
        for condition in line.state.conditions
        if condition.due is not None
    ]
    return VendorLine(
        vendor=vendor,
        verdict=worst.value if worst else "",
        verdict_label=str(worst.label) if worst else "No engagement",
        tier=min((line.engagement.tier for line in lines), default=None),
        engagements=tuple(lines),
        due=min(dues, default=None),
    )


def may_invite_first_manager(actor: Actor, vendor: Organization) -> bool:
    """Whether the vendor, put into the portal by the actor's organization, has nobody
    yet who could act for it. At most one query."""
    if vendor.registered_by_id != actor.organization_id:
        return False
    can = actor.can(Permission.MEMBERS_EDIT)
    return can and not tenancy.live_memberships_of(vendor).exists()


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
