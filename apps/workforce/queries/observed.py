"""What a roster shows about engagements on a day: for drift, the gate, reports."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from apps.workforce.models import Assignment


@dataclass(frozen=True, slots=True)
class ObservedWorkforce:
    """Facts about one engagement on one day. Sites and countries are of assignments
    that name a site; ``first_assigned_on`` is the first day anybody ever served."""

    engagement_id: UUID
    head_count: int = 0
    channels: frozenset[str] = frozenset()
    sites: dict[str, int] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)
    remote_count: int = 0
    first_assigned_on: date | None = None


def assignments_on(
    engagement_ids: Collection[UUID], *, as_of: date
) -> QuerySet[Assignment]:
    """Assignments running on the day of agents who have not left before it.

    For rooms above that decide what a person may see of it. One query.
    """
    return Assignment.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=as_of),
        Q(agent__left_on=None) | Q(agent__left_on__gte=as_of),
        engagement__in=engagement_ids,
        effective_on__lte=as_of,
    )


def observed_facts(
    engagement_ids: Collection[UUID], *, as_of: date
) -> dict[UUID, ObservedWorkforce]:
    """Facts by engagement, for each id asked. Three queries whatever the number."""
    running = assignments_on(engagement_ids, as_of=as_of)
    channels = _channels(running)
    sites, countries, remote, heads = _places(running)
    first = dict(
        Assignment.objects.filter(engagement__in=engagement_ids)
        .values_list("engagement")
        .annotate(first=Min("effective_on"))
        .order_by("engagement")
    )
    return {
        pk: ObservedWorkforce(
            engagement_id=pk,
            head_count=heads.get(pk, 0),
            channels=frozenset(channels.get(pk, ())),
            sites=sites.get(pk, {}),
            countries=countries.get(pk, {}),
            remote_count=remote.get(pk, 0),
            first_assigned_on=first.get(pk),
        )
        for pk in engagement_ids
    }


def _channels(running: QuerySet[Assignment]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    rows = running.order_by().values_list("engagement", "channels").distinct()
    for engagement_id, channels in rows:
        found.setdefault(engagement_id, set()).update(channels)
    return found


Counts = dict[UUID, dict[str, int]]


def _places(
    running: QuerySet[Assignment],
) -> tuple[Counts, Counts, dict[UUID, int], dict[UUID, int]]:
    """Head counts by site, by country, of remote sites, and in all.

    An agent has one assignment an engagement and day, so counts add up.
    """
    sites: Counts = {}
    countries: Counts = {}
    remote: dict[UUID, int] = {}
    heads: dict[UUID, int] = {}
    rows = (
        running.order_by()
        .values_list("engagement", "site__code", "site__country", "site__is_remote")
        .annotate(count=Count("id"))
    )
    for engagement_id, code, country, is_remote, count in rows:
        heads[engagement_id] = heads.get(engagement_id, 0) + count
        if code is None:
            continue
        sites.setdefault(engagement_id, {})[code] = count
        of_country = countries.setdefault(engagement_id, {})
        of_country[country] = of_country.get(country, 0) + count
        if is_remote:
            remote[engagement_id] = remote.get(engagement_id, 0) + count
    return sites, countries, remote, heads
