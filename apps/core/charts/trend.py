"""Shares of a whole over time, as a line between 0 and 100 percent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.charts.drawing import (
    LINE,
    TONE_COLOURS,
    drawing,
    joined,
    number,
    text,
)

WIDTH = 480
HEIGHT = 150
LEFT = 44
RIGHT = 12
TOP = 10
BOTTOM = 26
MARKS = (0, 50, 100)
WIDE = 8  # pixels a digit or letter takes, near enough to keep labels inside

Point = tuple[str, float | None]


def share_trend(points: Sequence[Point], *, label: str) -> SafeString:
    """Percentages ``(when, 0 to 100 or None)``, oldest first.

    Where nothing could be counted the line has a gap. The description says every
    value; the labels under the line are the first and the last time.
    """
    said = "; ".join(f"{when}: {_in_words(value)}" for when, value in points)
    body = [*_scale(), *_runs(points), *_dots(points), *_ends(points)]
    return drawing(WIDTH, HEIGHT, label, f"{said or 'No values yet'}.", joined(body))


def _in_words(value: float | None) -> str:
    return "nothing to count" if value is None else f"{value:.0f} %"


def _x(index: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (index / max(count - 1, 1))


def _y(value: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / 100)


def _scale() -> Iterator[SafeString]:
    for mark in MARKS:
        yield format_html(
            '<path class="chart-line" d="M{} {}H{}" stroke="{}" stroke-width="0.5"/>',
            LEFT,
            number(_y(mark)),
            WIDTH - RIGHT,
            LINE,
        )
        said = f"{mark} %"
        yield text(LEFT - 6 - 7 * len(said), _y(mark) + 4, said, look="muted", size=12)


def _runs(points: Sequence[Point]) -> Iterator[SafeString]:
    """One line for each run of values without a gap."""
    run: list[str] = []
    for index, (_, value) in enumerate([*points, ("", None)]):
        if value is not None:
            run.append(f"{number(_x(index, len(points)))},{number(_y(value))}")
            continue
        if len(run) > 1:
            yield format_html(
                '<polyline class="tone-info chart-tone-line" points="{}" fill="none" '
                'stroke="{}" stroke-width="2"/>',
                " ".join(run),
                TONE_COLOURS["info"],
            )
        run = []


def _dots(points: Sequence[Point]) -> Iterator[SafeString]:
    for index, (_, value) in enumerate(points):
        if value is not None:
            yield format_html(
                '<circle class="tone-info chart-tone" cx="{}" cy="{}" r="{}" '
                'fill="{}"/>',
                number(_x(index, len(points))),
                number(_y(value)),
                "3.5" if index == len(points) - 1 else "2.5",
                TONE_COLOURS["info"],
            )


def _ends(points: Sequence[Point]) -> Iterator[SafeString]:
    if not points:
        return
    first, last = points[0][0], points[-1][0]
    yield text(LEFT, HEIGHT - 8, first, look="muted", size=12)
    if len(points) > 1:
        left = WIDTH - RIGHT - WIDE * 0.85 * len(last)
        yield text(left, HEIGHT - 8, last, look="muted", size=12)
