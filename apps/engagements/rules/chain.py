"""The chain as a graph: edges, levels, circles, and the tree one party may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.core.errors import Conflict
from apps.engagements.enums import DisclosurePolicy

# Our own default: hops from the first engagement of a chain to its last.
MAX_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Edge:
    """Part of ``upstream`` is done through ``downstream`` (ids of engagements)."""

    upstream: UUID
    downstream: UUID


class SubcontractPartiesDoNotMeet(Conflict):
    """The provider upstream is not the client downstream."""

    default_code = "subcontract_parties"


class SubcontractClosesCircle(Conflict):
    """The chain would come back to an engagement it already holds."""

    default_code = "subcontract_circle"


class ChainTooDeep(Conflict):
    """The chain would have more levels than the portal follows."""

    default_code = "chain_too_deep"


def check_parties_meet(*, upstream_provider: UUID, downstream_client: UUID) -> None:
    """Raise SubcontractPartiesDoNotMeet unless the same party stands between.

    A business associate obtains its subcontractor's assurances itself; the covered
    entity contracts with no subcontractor. Source: 45 CFR 164.502(e)(1)(i)-(ii),
    164.308(b)(1)-(2).
    """
    if upstream_provider != downstream_client:
        raise SubcontractPartiesDoNotMeet(
            "A subcontract is carried by an engagement in which the provider is itself "
            "the client (45 CFR 164.502(e)(1), 164.308(b)). Choose or create that one."
        )


def check_edge(edges: Collection[Edge], *, new: Edge) -> None:
    """Raise unless ``new`` may join ``edges``: those whose periods meet its own.

    Refused: the same pair again, a circle (SubcontractClosesCircle), and more than
    ``MAX_LEVELS`` hops on any path through it (ChainTooDeep). Our own defaults.
    """
    if new in edges:
        raise Conflict(
            "This subcontract is already declared for that time. End the earlier one "
            "first, or choose another engagement."
        )
    levels = levels_with(edges, new=new)
    if levels is None:
        raise SubcontractClosesCircle(
            "The subcontract would lead the chain back to where it began. Choose an "
            "engagement that is not already upstream."
        )
    if levels > MAX_LEVELS:
        raise ChainTooDeep(
            f"The chain would have {levels} levels; the portal follows "
            f"{MAX_LEVELS}. Engage the subcontractor at a higher level."
        )


def levels_with(edges: Iterable[Edge], *, new: Edge) -> int | None:
    """Hops on the longest path through ``new``; None if it would close a circle.

    ``edges`` themselves hold no circle.
    """
    below: defaultdict[UUID, list[UUID]] = defaultdict(list)
    above: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for edge in edges:
        below[edge.upstream].append(edge.downstream)
        above[edge.downstream].append(edge.upstream)
    depths_below = _depths(new.downstream, below)
    if new.upstream in depths_below:
        return None
    depths_above = _depths(new.upstream, above)
    return max(depths_above.values()) + 1 + max(depths_below.values())


def _depths(start: UUID, following: defaultdict[UUID, list[UUID]]) -> dict[UUID, int]:
    """Longest distance from ``start`` of everything reached from it."""
    depths = {start: 0}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for there in following[here]:
            if depths[here] + 1 > depths.get(there, -1):
                depths[there] = depths[here] + 1
                waiting.append(there)
    return depths


@dataclass(frozen=True, slots=True)
class ChainNode:
    """One engagement of a chain as the viewing party may see it.

    ``name_shown`` is the provider's name, or "Undisclosed subcontractor" with its
    level and number; only it may be shown. Ids are for joining, never for pages.
    ``depth`` is 0 at the root. ``approved`` tells of the edge that leads here.
    Never holds price, agents or terms.
    """

    engagement_id: UUID
    edge_id: UUID | None
    organization_id: UUID
    client_id: UUID
    name_shown: str
    country: str
    services: tuple[str, ...]
    channels: tuple[str, ...]
    depth: int
    is_disclosed: bool
    approved: bool
    effective_on: date
    children: tuple[ChainNode, ...] = ()

    def walk(self) -> Iterator[ChainNode]:
        """This node and all below it, parents before children."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Chain:
    """All engagements downstream of one, on a day."""

    root: ChainNode
    as_of: date

    def nodes(self) -> Iterator[ChainNode]:
        """Every node, root first."""
        return self.root.walk()

    def subcontracts(self) -> tuple[ChainNode, ...]:
        """Every node but the root."""
        return tuple(self.nodes())[1:]

    def engagement_ids(self) -> set[UUID]:
        """Engagements on the chain, the root's included."""
        return {node.engagement_id for node in self.nodes()}


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the chain as stored: an engagement reached by a path of edges."""

    path: tuple[UUID, ...]
    engagement_id: UUID
    edge_id: UUID | None
    organization_id: UUID
    client_id: UUID
    name: str
    country: str
    disclosure_policy: str
    services: tuple[str, ...]
    channels: tuple[str, ...]
    approved: bool
    effective_on: date


def build_chain(links: Sequence[Link], *, as_of: date, viewer: UUID) -> Chain:
    """Return the tree of ``links`` as ``viewer`` (an organization) may see it.

    ``links`` is one root (path of length 1) and everything below, in the order the
    tree shows. A name is shown where the viewer is a party of the engagement, or
    where its own policy and that of each one between allow it. Our own default.
    """
    children: defaultdict[tuple[UUID, ...], list[Link]] = defaultdict(list)
    for link in links:
        children[link.path[:-1]].append(link)
    number = _numbering()

    def node(link: Link, *, depth: int, is_open: bool) -> ChainNode:
        is_disclosed = _is_disclosed(link, viewer=viewer, depth=depth, is_open=is_open)
        label = number(depth)
        return ChainNode(
            engagement_id=link.engagement_id,
            edge_id=link.edge_id,
            organization_id=link.organization_id,
            client_id=link.client_id,
            name_shown=link.name
            if is_disclosed
            else f"Undisclosed subcontractor {label}",
            country=link.country,
            services=link.services,
            channels=link.channels,
            depth=depth,
            is_disclosed=is_disclosed,
            approved=link.approved,
            effective_on=link.effective_on,
            children=tuple(
                node(below, depth=depth + 1, is_open=is_disclosed)
                for below in children[link.path]
            ),
        )

    (root,) = children[()]
    return Chain(root=node(root, depth=0, is_open=True), as_of=as_of)


def _is_disclosed(link: Link, *, viewer: UUID, depth: int, is_open: bool) -> bool:
    if depth == 0 or viewer in {link.client_id, link.organization_id}:
        return True
    return is_open and link.disclosure_policy == DisclosurePolicy.NAMED


def _numbering() -> Callable[[int], str]:
    """Numbers nodes "level.place"; the level counts organizations below the root."""
    counts: defaultdict[int, int] = defaultdict(int)

    def number(depth: int) -> str:
        counts[depth] += 1
        return f"{depth}.{counts[depth]}"

    return number
