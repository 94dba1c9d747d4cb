"""Drawings: geometry, words for those who do not see, and escaping."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import charts
from apps.core.charts.bars import BAR_WIDTH
from apps.core.charts.tree import INDENT, NODE_WIDTH

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('x')</script>&\""


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314  # our own text


def texts(drawing: str) -> list[str]:
    return [element.text or "" for element in parsed(drawing).iter(f"{SVG}text")]


def node(name: str, *children: Any, **facts: Any) -> SimpleNamespace:
    return SimpleNamespace(
        engagement_id=name, name_shown=name, children=children, **facts
    )


def segments(drawing: str) -> list[float]:
    return [
        float(rect.get("width", 0))
        for rect in parsed(drawing).iter(f"{SVG}rect")
        if rect.get("height") == "14" and "chart-tone" in rect.get("class", "")
    ]


def test_stacked_bar_divides_by_share() -> None:
    drawing = charts.stacked_bar([("a", 3, "good"), ("b", 1, "bad")], label="Agents")
    assert segments(drawing) == [BAR_WIDTH * 0.75 - 1.5, BAR_WIDTH * 0.25 - 1.5]
    assert texts(drawing) == ["3 a", "1 b"]


def test_stacked_bar_says_everything_in_words() -> None:
    drawing = charts.stacked_bar([("cleared", 3, "good")], label="Agents")
    root = parsed(drawing)
    assert root.findtext(f"{SVG}title") == "Agents"
    assert root.findtext(f"{SVG}desc") == "cleared: 3; 3 in all."
    assert root.get("role") == "img"


@pytest.mark.parametrize("parts", [[], [("none", 0, "good")]])
def test_stacked_bar_without_anything_draws_no_segment(parts: list[Any]) -> None:
    assert segments(charts.stacked_bar(parts, label="Agents")) == []


def test_stacked_bar_takes_an_unknown_tone_as_plain() -> None:
    assert "tone-plain" in charts.stacked_bar([("a", 1, "purple")], label="x")


@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=12))
def test_stacked_bar_never_leaves_its_track(counts: list[int]) -> None:
    parts = [(f"part {index}", count, "info") for index, count in enumerate(counts)]
    widths = segments(charts.stacked_bar(parts, label="x"))
    assert len(widths) == sum(count > 0 for count in counts)
    assert sum(widths) <= BAR_WIDTH + len(counts)


def test_sparkline_puts_high_values_up_and_marks_the_newest() -> None:
    root = parsed(charts.sparkline([1, 3], label="Coverage"))
    line = root.find(f"{SVG}polyline")
    dot = root.find(f"{SVG}circle")
    assert line is not None
    assert dot is not None
    assert line.get("points") == "4,24 116,4"
    assert (dot.get("cx"), dot.get("cy")) == ("116", "4")
    assert root.findtext(f"{SVG}desc") == "From 1 to 3; lowest 1, highest 3."


@pytest.mark.parametrize(
    ("values", "points"), [([5], "4,24"), ([2, 2, 2], "4,24 60,24 116,24")]
)
def test_sparkline_of_level_values_is_level(values: list[float], points: str) -> None:
    line = parsed(charts.sparkline(values, label="x")).find(f"{SVG}polyline")
    assert line is not None
    assert line.get("points") == points


def test_sparkline_without_values_says_so() -> None:
    root = parsed(charts.sparkline([], label="Coverage"))
    assert root.findtext(f"{SVG}desc") == "No values yet."
    assert root.find(f"{SVG}polyline") is None


def test_chain_tree_indents_and_stacks_in_reading_order() -> None:
    drawing = charts.chain_tree(node("A", node("B", node("C")), node("D")))
    boxes = [
        rect
        for rect in parsed(drawing).iter(f"{SVG}rect")
        if rect.get("class") == "chart-box"
    ]
    assert texts(drawing) == ["A", "B", "C", "D"]
    assert [float(box.get("x", 0)) for box in boxes] == [
        0.5,
        INDENT + 0.5,
        2 * INDENT + 0.5,
        INDENT + 0.5,
    ]
    tops = [float(box.get("y", 0)) for box in boxes]
    assert tops == sorted(tops)
    assert len(list(parsed(drawing).iter(f"{SVG}path"))) == 3


def test_chain_tree_says_who_stands_under_whom() -> None:
    states = {"B": charts.NodeState("no BAA", "bad", "First broken hop.")}
    drawing = charts.chain_tree(node("A", node("B")), states=states)
    description = parsed(drawing).findtext(f"{SVG}desc")
    assert description == "A, at the top. B, under A, no BAA."
    assert texts(drawing) == ["A", "B", "✕ no BAA", "First broken hop."]


def test_chain_tree_takes_a_function_of_states() -> None:
    drawing = charts.chain_tree(
        node("A"),
        states=lambda one: charts.NodeState(f"{one.name_shown} holds", "good"),
    )
    assert texts(drawing) == ["A", "✓ A holds"]


def test_chain_tree_without_states_shows_what_waits_for_approval() -> None:
    root = node("A", node("B", approved=False), approved=True)
    assert texts(charts.chain_tree(root)) == ["A", "B", "! waits for approval"]


def test_chain_tree_shows_country_services_and_channels() -> None:
    one = node("A", country="PH", services=["patient_support"], channels=["chat"])
    assert texts(charts.chain_tree(one)) == ["A", "PH · patient support, chat"]


def test_chain_tree_wraps_long_names() -> None:
    lines = texts(charts.chain_tree(node("Word " * 20)))
    assert len(lines) == 3
    assert max(map(len, lines)) <= 44


def test_chain_tree_draws_a_long_chain() -> None:
    root = node("last")
    for depth in range(1500):
        root = node(f"n{depth}", root)
    width = float(parsed(charts.chain_tree(root)).get("width", 0))
    assert width == NODE_WIDTH + 1500 * INDENT + 1.5


@pytest.mark.parametrize(
    "drawing",
    [
        charts.stacked_bar([(HOSTILE, 1, HOSTILE)], label=HOSTILE),
        charts.sparkline([1], label=HOSTILE),
        charts.chain_tree(
            node(HOSTILE, services=[HOSTILE]),
            states={HOSTILE: charts.NodeState(HOSTILE, HOSTILE, HOSTILE)},
            label=HOSTILE,
        ),
    ],
)
def test_drawings_escape_all_text(drawing: str) -> None:
    tags = {element.tag.removeprefix(SVG) for element in parsed(drawing).iter()}
    assert "script" not in tags
    assert "<script" not in drawing


def test_drawings_carry_no_style_attribute() -> None:
    drawing = charts.chain_tree(node("A", node("B", approved=False)))
    assert all("style" not in element.attrib for element in parsed(drawing).iter())
