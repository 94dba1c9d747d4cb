"""The chain below and above an engagement, each in one recursive query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from apps.core.errors import NotFound
from apps.engagements.models import Engagement
from apps.engagements.rules import MAX_LEVELS, Chain, build_chain
from apps.engagements.rules.chain import Link

# Begun and not past the last day. The path guards against circles even if the
# database held one.
_RUNNING = """
    s.effective_on <= %(as_of)s
    AND (s.ended_on IS NULL OR s.ended_on >= %(as_of)s)
"""
# An answer counts from its instant, and a day ends where the client of the root is;
# of old answers only the date of who gave them is known.
_BELOW = f"""
WITH RECURSIVE chain (path, ends, engagement_id, edge_id) AS (
    SELECT ARRAY[e.id], (%(as_of)s::date + 1)::timestamp AT TIME ZONE o.time_zone,
        e.id, NULL::uuid
    FROM engagements_engagement e JOIN tenancy_organization o ON o.id = e.client_id
    WHERE e.id = ANY(%(ids)s)
    UNION ALL
    SELECT c.path || s.downstream_id, c.ends, s.downstream_id, s.id
    FROM chain c JOIN engagements_subcontract s ON s.upstream_id = c.engagement_id
    WHERE {_RUNNING}
        AND (s.refused_on IS NULL
            OR COALESCE(s.answered_at >= c.ends, s.refused_on > %(as_of)s))
        AND NOT s.downstream_id = ANY(c.path)
        AND cardinality(c.path) <= %(levels)s
)
SELECT c.path, c.engagement_id, c.edge_id, e.provider_id, e.client_id,
    o.name, o.country, e.disclosure_policy,
    COALESCE(s.services, d.services, '{{}}'), COALESCE(s.channels, d.channels, '{{}}'),
    s.id IS NULL OR NOT u.approves_subcontracts OR (s.approved_on IS NOT NULL
        AND COALESCE(s.answered_at < c.ends, s.approved_on <= %(as_of)s)),
    COALESCE(s.effective_on, e.started_on)
FROM chain c
JOIN engagements_engagement e ON e.id = c.engagement_id
JOIN tenancy_organization o ON o.id = e.provider_id
LEFT JOIN engagements_subcontract s ON s.id = c.edge_id
LEFT JOIN engagements_engagement u ON u.id = s.upstream_id
LEFT JOIN engagements_declaredscope d ON s.id IS NULL
    AND d.engagement_id = e.id AND d.effective_on <= %(as_of)s
    AND (d.superseded_on IS NULL OR d.superseded_on > %(as_of)s)
ORDER BY cardinality(c.path), s.effective_on, s.id
"""  # noqa: S608 - both parts are constants of this module; values are parameters
_ABOVE = f"""
WITH RECURSIVE above (engagement_id, depth) AS (
    SELECT unnest(%(ids)s::uuid[]), 0
    UNION
    SELECT s.upstream_id, a.depth + 1
    FROM above a JOIN engagements_subcontract s ON s.downstream_id = a.engagement_id
    WHERE {_RUNNING} AND a.depth < %(levels)s
        AND (s.refused_on IS NULL OR s.refused_on > %(as_of)s)
)
SELECT DISTINCT engagement_id FROM above
"""  # noqa: S608 - as above


def chain(engagement: Engagement, *, as_of: date, viewer: UUID | None = None) -> Chain:
    """Everything downstream of an engagement fetched through an actor, on a day.

    Refused edges are left out; edges that still wait for approval are in, marked.
    Names are shown as the root's client may see them, or ``viewer`` (the id of an
    organization that is a party of the root). One query.
    """
    viewers = {engagement.pk: viewer or engagement.client_id}
    found = _chains([engagement.pk], as_of=as_of, viewers=viewers)
    if engagement.pk not in found:
        raise NotFound
    return found[engagement.pk]


def chains(
    engagement_ids: Collection[UUID],
    *,
    as_of: date,
    viewers: Mapping[UUID, UUID] | None = None,
) -> dict[UUID, Chain]:
    """``chain`` of each engagement, seen by its client or the party ``viewers``
    names for it. One query in all."""
    return _chains(engagement_ids, as_of=as_of, viewers=viewers or {})


def _chains(
    engagement_ids: Collection[UUID], *, as_of: date, viewers: Mapping[UUID, UUID]
) -> dict[UUID, Chain]:
    by_root: defaultdict[UUID, list[Link]] = defaultdict(list)
    parameters = {"ids": list(engagement_ids), "as_of": as_of, "levels": MAX_LEVELS}
    for row in _rows(_BELOW, parameters):
        link = _link(row)
        by_root[link.path[0]].append(link)
    return {
        root: build_chain(
            links, as_of=as_of, viewer=viewers.get(root, links[0].client_id)
        )
        for root, links in by_root.items()
    }


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _link(row: tuple[Any, ...]) -> Link:
    return Link(
        path=tuple(row[0]),
        engagement_id=row[1],
        edge_id=row[2],
        organization_id=row[3],
        client_id=row[4],
        name=row[5],
        country=row[6],
        disclosure_policy=row[7],
        services=tuple(row[8]),
        channels=tuple(row[9]),
        approved=bool(row[10]),
        effective_on=row[11],
    )


def upstream_ids(engagement_id: UUID, *, as_of: date) -> set[UUID]:
    """The engagement and all it carries part of, at any distance. One query."""
    return upstreams([engagement_id], as_of=as_of)


def upstreams(engagement_ids: Collection[UUID], *, as_of: date) -> set[UUID]:
    """``upstream_ids`` of all of them together. One query."""
    parameters = {"ids": list(engagement_ids), "as_of": as_of, "levels": MAX_LEVELS}
    return {row[0] for row in _rows(_ABOVE, parameters)}
