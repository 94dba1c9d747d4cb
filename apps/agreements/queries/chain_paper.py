"""The chain as a drawing, as rows, and as a document of one reader's view."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from apps.agreements.enums import BaaStatus, HopState
from apps.agreements.queries.flow import ChainView
from apps.agreements.rules import Hop
from apps.audit.rules import canonical
from apps.core.charts import NodeState, chain_tree
from apps.core.errors import Conflict
from apps.core.pdf import Attached, render_pdf
from apps.engagements.enums import Channel, Service
from apps.engagements.models import Engagement, in_words
from apps.engagements.rules import ChainNode
from apps.tenancy.actor import Actor

TEMPLATE = "print/chain.html"
# Our own default: more than a web process should lay out.
MAX_HOPS = 200
# Boxes of a drawing below its root that fit on a page, names of two lines included.
DRAWN = 8
TONES = {HopState.HOLDS: "good", HopState.BROKEN: "bad", HopState.UNKNOWN: "warn"}


class ChainTooLongToPrint(Conflict):
    """The document would take too long to make while somebody waits."""

    default_code = "chain_too_long"


@dataclass(frozen=True, slots=True)
class HopRow:
    """One hop in words, as the reader may see it; ``place`` is "1.2.1"."""

    place: str
    name: str
    country: str
    services: str
    channels: str
    since: str
    is_approved: bool
    baa: str
    state: str
    tone: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChainDocument:
    """The bytes, and the SHA-256 of the facts attached to them."""

    content: bytes
    sha256: str


def chart_of(view: ChainView) -> str:
    """The tree with the state of each hop."""
    return _drawn(view, view.chain.root)


def drawings_of(view: ChainView) -> list[str]:
    """The tree cut so that each drawing fits a page: some of the first hops with all
    below them; a first hop with more than ``DRAWN`` hops is left to the table."""
    root, groups, room = view.chain.root, list[list[ChainNode]](), 0
    for child in root.children:
        size = sum(1 for _ in child.walk())
        if size > DRAWN:
            continue
        if size > room:
            groups.append([])
            room = DRAWN
        groups[-1].append(child)
        room -= size
    return [_drawn(view, replace(root, children=tuple(group))) for group in groups]


def _drawn(view: ChainView, root: ChainNode) -> str:
    """An edge leads to one engagement only, so it tells the hop."""
    hops = {hop.edge_id: hop for hop in view.flow.hops}
    status = view.root.status

    def state_of(node: ChainNode) -> NodeState:
        if node.edge_id is None:
            tone = "good" if status is BaaStatus.IN_FORCE else "bad"
            return NodeState(str(status.label), tone)
        hop = hops[node.edge_id]
        return NodeState(str(hop.state.label), TONES[hop.state])

    return chain_tree(root, states=state_of, label="Chain of BAAs")


def hop_rows(view: ChainView) -> list[HopRow]:
    """Hops in the order of the tree, parents before children, numbered by place."""
    places: dict[tuple[Any, ...], str] = {(view.chain.root.engagement_id,): ""}
    counts: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    rows = []
    for node, hop in zip(view.chain.subcontracts(), view.flow.hops, strict=True):
        above = hop.path[:-1]
        counts[above] += 1
        places[hop.path] = f"{places[above]}.{counts[above]}".removeprefix(".")
        rows.append(_row(places[hop.path], node, hop))
    return rows


def _row(place: str, node: ChainNode, hop: Hop) -> HopRow:
    return HopRow(
        place=place,
        name=hop.name,
        country=node.country,
        services=in_words(Service, list(node.services)),
        channels=in_words(Channel, list(node.channels)),
        since=f"{node.effective_on:%-d %b %Y}",
        is_approved=node.approved,
        baa=str(hop.status.label),
        state=str(hop.state.label),
        tone=TONES[hop.state],
        reasons=tuple((one.detail, one.citation) for one in hop.reasons),
    )


def chain_document(
    actor: Actor, engagement: Engagement, view: ChainView, *, at: datetime
) -> ChainDocument:
    """Lay out and render a view of the chain made for this actor. No query.

    The facts are attached as JSON; their SHA-256 stands at the foot of each page.
    Raises ChainTooLongToPrint, NotRendered.
    """
    rows = hop_rows(view)
    if len(rows) > MAX_HOPS:
        raise ChainTooLongToPrint(
            f"This chain has {len(rows)} hops; {MAX_HOPS} can be printed. Print the "
            "chain of one of its engagements."
        )
    facts = canonical(_facts(actor, engagement, view, rows, at=at))
    sha256 = hashlib.sha256(facts).hexdigest()
    context = {
        "engagement": engagement,
        "view": view,
        "rows": rows,
        "drawings": drawings_of(view),
        "broken": [hop.name for hop in view.flow.first_broken],
        "as_of": f"{view.chain.as_of:%-d %B %Y}",
        "actor": actor,
        "at": at,
        "sha256": sha256,
    }
    content = render_pdf(
        TEMPLATE,
        context,
        title=f"Chain of {engagement.name}, as of {context['as_of']}",
        author=str(actor.organization),
        created=at,
        attached=[Attached("chain.json", "The facts this document shows", facts)],
        sheets=("css/attestation.css",),
    )
    return ChainDocument(content, sha256)


def _facts(
    actor: Actor,
    engagement: Engagement,
    view: ChainView,
    rows: list[HopRow],
    *,
    at: datetime,
) -> dict[str, Any]:
    return {
        "engagement": str(engagement.pk),
        "name": engagement.name,
        "client": str(engagement.client),
        "provider": str(engagement.provider),
        "as_of": view.chain.as_of.isoformat(),
        "made_at": at.isoformat(),
        "made_for": str(actor.organization),
        "own_baa": view.root.status.value,
        "state": view.flow.state.value,
        "hops": [
            asdict(row) | {"reasons": [list(one) for one in row.reasons]}
            for row in rows
        ],
    }
