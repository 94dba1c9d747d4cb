"""The chain of subcontractors as a tree of boxes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.charts.drawing import (
    LINE,
    PAPER,
    TONE_COLOURS,
    TONE_MARKS,
    drawing,
    joined,
    number,
    text,
    tone_of,
)

NODE_WIDTH = 400
INDENT = 30
GAP = 10
LINE_HEIGHT = 17
PADDING = 9
NAME_CHARACTERS = 44
DETAIL_CHARACTERS = 58


class ChainLike(Protocol):
    """What the tree needs of a node; rooms pass their own."""

    @property
    def name_shown(self) -> str:
        """The party as the reader may see it."""

    @property
    def children(self) -> Sequence[Any]:
        """Nodes one hop further down."""


@dataclass(frozen=True, slots=True)
class NodeState:
    """How a node of the tree stands: a word and its tone, and a line of detail."""

    word: str
    tone: str = "plain"
    detail: str = ""


StateOf = Callable[[Any], NodeState | None]


@dataclass(frozen=True, slots=True)
class _Box:
    """A placed node: its lines of text and where it stands."""

    depth: int
    top: float
    parent: int | None
    names: tuple[str, ...]
    details: tuple[str, ...]
    state: NodeState | None

    @property
    def left(self) -> float:
        return self.depth * INDENT + 0.5

    @property
    def height(self) -> float:
        lines = len(self.names) + len(self.details) + (1 if self.state else 0)
        return lines * LINE_HEIGHT + 2 * PADDING

    @property
    def bottom(self) -> float:
        return self.top + self.height


def chain_tree(
    root: ChainLike,
    *,
    states: StateOf | Mapping[Any, NodeState] | None = None,
    label: str = "Chain of subcontractors",
) -> SafeString:
    """The chain as a tree that reads from top to bottom, one box a party.

    ``states`` tells how a node stands: a function of the node, or a mapping by its
    ``engagement_id``. Without it an edge that waits for approval says so. A node may
    bring ``country``, ``services`` and ``channels``, which are shown under its name.
    """
    boxes = _place(root, _state_function(states))
    width = NODE_WIDTH + max(box.left for box in boxes) + 1
    body = [*_elbows(boxes), *(piece for box in boxes for piece in _draw(box))]
    return drawing(width, boxes[-1].bottom + 1, label, _outline(boxes), joined(body))


def _state_function(states: StateOf | Mapping[Any, NodeState] | None) -> StateOf:
    if states is None:
        return _own_state
    if isinstance(states, Mapping):
        return lambda node: states.get(node.engagement_id)
    return states


def _own_state(node: Any) -> NodeState | None:
    if getattr(node, "approved", True):
        return None
    return NodeState("waits for approval", "warn")


def _place(root: ChainLike, state_of: StateOf) -> list[_Box]:
    """Depth first, without recursion: a chain may be long."""
    boxes: list[_Box] = []
    waiting: list[tuple[Any, int, int | None]] = [(root, 0, None)]
    while waiting:
        node, depth, parent = waiting.pop()
        top = boxes[-1].bottom + GAP if boxes else 0.5
        boxes.append(_box(node, depth, top, parent, state_of(node)))
        index = len(boxes) - 1
        waiting.extend((child, depth + 1, index) for child in reversed(node.children))
    return boxes


def _box(
    node: Any, depth: int, top: float, parent: int | None, state: NodeState | None
) -> _Box:
    details = [*_wrapped(_facts(node), DETAIL_CHARACTERS)]
    if state:
        details += _wrapped(state.detail, DETAIL_CHARACTERS)
    return _Box(
        depth=depth,
        top=top,
        parent=parent,
        names=tuple(_wrapped(node.name_shown, NAME_CHARACTERS)),
        details=tuple(details),
        state=state,
    )


def _facts(node: Any) -> str:
    """Country, services and channels, where the node has them."""
    country = getattr(node, "country", "") or ""
    lists = [*getattr(node, "services", ()), *getattr(node, "channels", ())]
    shown = [str(getattr(item, "label", item)).replace("_", " ") for item in lists]
    return " · ".join(part for part in [country, ", ".join(shown)] if part)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=True)


def _elbows(boxes: Sequence[_Box]) -> Iterator[SafeString]:
    for box in boxes:
        if box.parent is None:
            continue
        above = boxes[box.parent]
        x = above.left + INDENT / 2
        y = box.top + box.height / 2
        yield format_html(
            '<path class="chart-line" d="M{} {}V{}H{}" fill="none" stroke="{}"/>',
            number(x),
            number(above.bottom),
            number(y),
            number(box.left),
            LINE,
        )


def _draw(box: _Box) -> Iterator[SafeString]:
    tone = tone_of(box.state.tone) if box.state else "plain"
    yield format_html(
        '<rect class="chart-box" x="{}" y="{}" width="{}" height="{}" rx="4" '
        'fill="{}" stroke="{}"/>',
        number(box.left),
        number(box.top),
        NODE_WIDTH,
        number(box.height),
        PAPER,
        LINE,
    )
    if box.state:
        yield format_html(
            '<rect class="tone-{} chart-tone" x="{}" y="{}" width="4" height="{}" '
            'fill="{}"/>',
            tone,
            number(box.left),
            number(box.top),
            number(box.height),
            TONE_COLOURS[tone],
        )
    yield from _lines(box, tone)


def _lines(box: _Box, tone: str) -> Iterator[SafeString]:
    x = box.left + 14
    y = box.top + PADDING + 12
    for name in box.names:
        yield text(x, y, name, weight=600)
        y += LINE_HEIGHT
    if box.state:
        yield format_html(
            '<text class="tone-{} chart-tone" x="{}" y="{}" fill="{}" '
            'font-weight="600">{} {}</text>',
            tone,
            number(x),
            number(y),
            TONE_COLOURS[tone],
            TONE_MARKS[tone],
            box.state.word,
        )
        y += LINE_HEIGHT
    for detail in box.details:
        yield text(x, y, detail, look="muted", size=12)
        y += LINE_HEIGHT


def _outline(boxes: Sequence[_Box]) -> str:
    """The whole tree in sentences, for those who do not see it."""
    said = []
    for box in boxes:
        place = (
            f"under {' '.join(boxes[box.parent].names)}"
            if box.parent is not None
            else "at the top"
        )
        state = f", {box.state.word}" if box.state else ""
        said.append(f"{' '.join(box.names)}, {place}{state}.")
    return " ".join(said)
