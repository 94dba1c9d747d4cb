"""What every drawing is made of: colours, text, the frame with its description.

Colours stand as attributes (for print) that the style sheet of the portal overrides
by class (for the themes).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

INK = "#18212c"
MUTED = "#556270"
LINE = "#7d8996"
PAPER = "#ffffff"
FONTS = "Inter, 'DejaVu Sans Condensed', 'DejaVu Sans', sans-serif"
TONE_COLOURS = {
    "good": "#15683f",
    "bad": "#ae1f1f",
    "warn": "#855000",
    "info": "#1f5f99",
    "plain": "#556270",
}
# A mark beside the word of a tone, so that colour is never alone.
TONE_MARKS = {"good": "✓", "bad": "✕", "warn": "!", "info": "i", "plain": "·"}


def drawing(
    width: float, height: float, title: str, description: str, body: SafeString
) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        'width="{w}" height="{h}" viewBox="0 0 {w} {h}" font-size="13" '
        'font-family="{fonts}" aria-label="{title}. {desc}">'
        "<title>{title}</title><desc>{desc}</desc>"
        "{body}</svg>",
        w=number(width),
        h=number(height),
        title=title,
        desc=description,
        fonts=FONTS,
        body=body,
    )


def number(value: float) -> str:
    """Coordinates with at most two decimals and no locale."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def joined(pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def text(
    x: float,
    y: float,
    text: str,
    *,
    look: str = "text",
    weight: int = 400,
    size: int = 13,
) -> SafeString:
    return format_html(
        '<text class="chart-{}" x="{}" y="{}" fill="{}" font-size="{}" '
        'font-weight="{}">{}</text>',
        look,
        number(x),
        number(y),
        MUTED if look == "muted" else INK,
        size,
        weight,
        text,
    )


def tone_of(name: str) -> str:
    return name if name in TONE_COLOURS else "plain"
