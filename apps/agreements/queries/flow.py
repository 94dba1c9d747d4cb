"""Flow-down along a chain, told to each viewer in the words that are theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.agreements.queries.facts import version_facts
from apps.agreements.rules import (
    Branch,
    FlowDownResult,
    Hop,
    HopFacts,
    Standing,
    VersionFacts,
    branches,
    in_force_on,
    judge_hop,
    standing_on,
)
from apps.engagements import queries as engagement_queries
from apps.engagements.models import Engagement
from apps.engagements.rules import Chain, ChainNode
from apps.tenancy.actor import AnyActor

Versions = Mapping[UUID, tuple[VersionFacts, ...]]


def flow_down(
    engagement: Engagement, *, as_of: date, viewer: UUID | None = None
) -> FlowDownResult:
    """Every hop below an engagement fetched through an actor, judged on the day.

    ``viewer`` is the organization that reads, the root's client unless told
    otherwise: it sees terms only of hops whose two agreements it is a party of; of
    all others the state and general words. Two queries.
    """
    chain = engagement_queries.chain(engagement, as_of=as_of, viewer=viewer)
    versions = version_facts(chain.engagement_ids())
    return judged(chain, versions, viewer=viewer or engagement.client_id)


@dataclass(frozen=True, slots=True)
class ChainView:
    """The chain of an engagement as one party may see it, judged and as a tree."""

    chain: Chain
    flow: FlowDownResult
    root: Standing
    branches: tuple[Branch, ...]


def chain_view(actor: AnyActor, engagement: Engagement, *, as_of: date) -> ChainView:
    """The chain below an engagement fetched through the actor. Two queries."""
    viewer = viewer_of(actor, engagement)
    chain = engagement_queries.chain(engagement, as_of=as_of, viewer=viewer)
    versions = version_facts(chain.engagement_ids())
    flow = judged(chain, versions, viewer=viewer)
    return ChainView(
        chain=chain,
        flow=flow,
        root=standing_on(versions[engagement.pk], as_of),
        branches=branches(flow.hops, below=(engagement.pk,)),
    )


def viewer_of(actor: AnyActor, engagement: Engagement) -> UUID:
    """The party a reader counts as: its own where it is one, else the client."""
    parties = {engagement.client_id, engagement.provider_id}
    own = actor.organization_id
    return own if own is not None and own in parties else engagement.client_id


def reached(chains: Iterable[Chain]) -> set[UUID]:
    """Every engagement on any of the chains. Pure."""
    return {pk for chain in chains for pk in chain.engagement_ids()}


def judged(chain: Chain, versions: Versions, *, viewer: UUID) -> FlowDownResult:
    """The hops of a chain, given the versions of every engagement on it. Pure."""
    root = chain.root
    return FlowDownResult(
        engagement_id=root.engagement_id,
        as_of=chain.as_of,
        hops=tuple(
            _hops(
                root,
                (root.engagement_id,),
                (root.name_shown,),
                chain.as_of,
                versions,
                viewer,
            )
        ),
    )


def _hops(
    parent: ChainNode,
    path: tuple[UUID, ...],
    names: tuple[str, ...],
    as_of: date,
    versions: Versions,
    viewer: UUID,
) -> Iterator[Hop]:
    for node in parent.children:
        node_path = (*path, node.engagement_id)
        node_names = (*names, node.name_shown)
        yield _hop(parent, node, node_path, node_names, as_of, versions, viewer)
        yield from _hops(node, node_path, node_names, as_of, versions, viewer)


def _hop(
    parent: ChainNode,
    node: ChainNode,
    path: tuple[UUID, ...],
    names: tuple[str, ...],
    as_of: date,
    versions: Versions,
    viewer: UUID,
) -> Hop:
    own = versions[node.engagement_id]
    standing = standing_on(own, as_of)
    state, reasons = judge_hop(
        HopFacts(
            provider_id=node.organization_id,
            carries_services=node.services,
            carries_channels=node.channels,
            started_on=node.effective_on,
            upstream=in_force_on(versions[parent.engagement_id], as_of),
            standing=standing,
            at_start=in_force_on(own, node.effective_on),
        )
    )
    is_detailed = _is_party(viewer, node) and _is_party(viewer, parent)
    version = standing.version if is_detailed else None
    return Hop(
        engagement_id=node.engagement_id,
        edge_id=node.edge_id or node.engagement_id,
        path=path,
        names=names,
        state=state,
        status=standing.status,
        reasons=reasons
        if is_detailed
        else tuple(reason.without_terms() for reason in reasons),
        is_detailed=is_detailed,
        version_id=version.version_id if version else None,
        since=max(standing.since, node.effective_on) if standing.since else None,
    )


def _is_party(organization_id: UUID, node: ChainNode) -> bool:
    return organization_id in {node.client_id, node.organization_id}
