"""Drawings as SVG text: the same in a page under our content policy and in a PDF.

Pure functions. All text is escaped, and each drawing carries a title and a
description that say everything the picture shows.
"""

from apps.core.charts.bars import sparkline, stacked_bar
from apps.core.charts.tree import ChainLike, NodeState, chain_tree
from apps.core.charts.trend import share_trend

__all__ = [
    "ChainLike",
    "NodeState",
    "chain_tree",
    "share_trend",
    "sparkline",
    "stacked_bar",
]
