"""Counts as a stacked bar, values over time as a sparkline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.charts.drawing import (
    LINE,
    PAPER,
    TONE_COLOURS,
    drawing,
    joined,
    number,
    text,
    tone_of,
)

# -- Stacked bar --------------------------------------------------------------
BAR_WIDTH = 480
BAR_HEIGHT = 14
LEGEND_COLUMNS = 2
LEGEND_ROW = 22


def stacked_bar(parts: Sequence[tuple[str, int, str]], *, label: str) -> SafeString:
    """One bar of counted parts ``(label, count, tone)`` with its legend below.

    Parts of zero stand in the legend only. Without anything to count the bar is
    empty and says so.
    """
    total = sum(count for _, count, _ in parts)
    rows = -(-len(parts) // LEGEND_COLUMNS)
    said = ", ".join(f"{name}: {count}" for name, count, _ in parts) or "nothing"
    body = [_bar_track(), *_segments(parts, total), *_legend(parts)]
    height = BAR_HEIGHT + 8 + rows * LEGEND_ROW
    return drawing(BAR_WIDTH, height, label, f"{said}; {total} in all.", joined(body))


def _bar_track() -> SafeString:
    return format_html(
        '<rect class="chart-box" x="0.5" y="0.5" width="{}" height="{}" rx="3" '
        'fill="{}" stroke="{}"/>',
        BAR_WIDTH - 1,
        BAR_HEIGHT - 1,
        PAPER,
        LINE,
    )


def _segments(
    parts: Sequence[tuple[str, int, str]], total: int
) -> Iterator[SafeString]:
    left = 0.0
    for _, count, tone in parts:
        if count <= 0:
            continue
        width = BAR_WIDTH * count / total
        # A hair of paper between segments tells neighbours of one tone apart.
        yield format_html(
            '<rect class="tone-{0} chart-tone" x="{1}" y="0" width="{2}" height="{3}" '
            'rx="2" fill="{4}"/>',
            tone_of(tone),
            number(left),
            number(max(width - 1.5, 1)),
            BAR_HEIGHT,
            TONE_COLOURS[tone_of(tone)],
        )
        left += width


def _legend(parts: Sequence[tuple[str, int, str]]) -> Iterator[SafeString]:
    column = BAR_WIDTH / LEGEND_COLUMNS
    for index, (name, count, tone) in enumerate(parts):
        x = (index % LEGEND_COLUMNS) * column
        y = BAR_HEIGHT + 8 + (index // LEGEND_COLUMNS) * LEGEND_ROW
        yield format_html(
            '<rect class="tone-{0} chart-tone" x="{1}" y="{2}" width="10" height="10" '
            'rx="2" fill="{3}"/>',
            tone_of(tone),
            number(x),
            number(y + 4),
            TONE_COLOURS[tone_of(tone)],
        )
        yield text(x + 17, y + 13.5, f"{count} {_clipped(name, 28)}")


def _clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


# -- Sparkline ----------------------------------------------------------------
SPARK_WIDTH = 120
SPARK_HEIGHT = 28
SPARK_MARGIN = 4


def sparkline(values: Sequence[float], *, label: str) -> SafeString:
    """A line of values over time, oldest first, with a dot at the newest."""
    if not values:
        return drawing(
            SPARK_WIDTH, SPARK_HEIGHT, label, "No values yet.", SafeString("")
        )
    points = _points(values)
    said = f"From {values[0]:g} to {values[-1]:g}; "
    said += f"lowest {min(values):g}, highest {max(values):g}."
    body = format_html(
        '<polyline class="tone-info chart-tone-line" points="{}" fill="none" '
        'stroke="{}" stroke-width="1.5"/>'
        '<circle class="tone-info chart-tone" cx="{}" cy="{}" r="2.5" fill="{}"/>',
        " ".join(f"{number(x)},{number(y)}" for x, y in points),
        TONE_COLOURS["info"],
        number(points[-1][0]),
        number(points[-1][1]),
        TONE_COLOURS["info"],
    )
    return drawing(SPARK_WIDTH, SPARK_HEIGHT, label, said, body)


def _points(values: Sequence[float]) -> list[tuple[float, float]]:
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = (SPARK_WIDTH - 2 * SPARK_MARGIN) / max(len(values) - 1, 1)
    depth = SPARK_HEIGHT - 2 * SPARK_MARGIN
    return [
        (
            SPARK_MARGIN + index * step,
            SPARK_MARGIN + depth * (1 - (value - low) / span),
        )
        for index, value in enumerate(values)
    ]
