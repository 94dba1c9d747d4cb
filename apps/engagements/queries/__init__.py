"""Reads of engagements, scope, the chain, grants, and the gate's conditions."""

from apps.engagements.queries.chains import chain, chains, upstream_ids
from apps.engagements.queries.conditions import gate_conditions
from apps.engagements.queries.engagements import (
    EngagementPage,
    Possibilities,
    declared_scopes,
    engagement,
    engagement_for_job,
    engagement_page,
    engagements,
    in_effect,
    parties,
    possibilities,
    scope_history,
    vendor,
    vendor_parties,
)
from apps.engagements.queries.grants import (
    GrantLine,
    grant,
    grant_lines,
    grants,
    grants_of,
    live_grant,
)
from apps.engagements.queries.subcontracts import (
    UpstreamUse,
    blockers_of_end,
    downstream_choices,
    edges_meeting,
    subcontract,
    subcontracts,
    upstream_edges,
)

__all__ = [
    "EngagementPage",
    "GrantLine",
    "Possibilities",
    "UpstreamUse",
    "blockers_of_end",
    "chain",
    "chains",
    "declared_scopes",
    "downstream_choices",
    "edges_meeting",
    "engagement",
    "engagement_for_job",
    "engagement_page",
    "engagements",
    "gate_conditions",
    "grant",
    "grant_lines",
    "grants",
    "grants_of",
    "in_effect",
    "live_grant",
    "parties",
    "possibilities",
    "scope_history",
    "subcontract",
    "subcontracts",
    "upstream_edges",
    "upstream_ids",
    "vendor",
    "vendor_parties",
]
