"""Tags and filters of every template (built in, no load needed).

They turn values into words, tones and small marks; none reads the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.base import Node as TemplateNode
from django.template.context import Context
from django.templatetags.static import static
from django.utils import dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SHORT_HASH = 12
DUE_SOON_DAYS = 7
DUE_NEAR_DAYS = 30

# What a state, verdict or standing looks like: never the only sign of it.
TONES = {
    "satisfied": "good",
    "open": "good",
    "not_satisfied": "bad",
    "closed": "bad",
    "unknown": "warn",
}
STATE_ICONS = {
    "satisfied": "circle-check",
    "open": "shield-check",
    "not_satisfied": "circle-x",
    "closed": "shield-x",
    "unknown": "circle-question-mark",
}
VERDICT_ICONS = STATE_ICONS | {"unknown": "shield-question-mark"}
TONE_ICONS = {
    "good": "circle-check",
    "bad": "circle-x",
    "warn": "triangle-alert",
    "info": "info",
}
MESSAGE_TONES = {
    "success": "good",
    "error": "bad",
    "warning": "warn",
    "info": "info",
    "debug": "plain",
}
WORDS = {
    "satisfied": "satisfied",
    "not_satisfied": "not satisfied",
    "unknown": "unknown",
    "in_force": "in force",
    "proposed": "proposed",
    "own_default": "our own default",
    "client": "client acts",
    "provider": "vendor acts",
    "both": "both act",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of ``static/icons.svg``; decoration only, words stand beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.filter
def instant(value: datetime | None, zone: str = "UTC") -> str:
    """``15 Jun 2026, 20:00 Asia/Manila``: an aware instant in a named zone."""
    return f"{instant_short(value, zone)} {zone or 'UTC'}" if value else ""


@register.filter
def instant_short(value: datetime | None, zone: str = "UTC") -> str:
    """``15 Jun 2026, 20:00``, for columns whose heading names the zone."""
    if not value:
        return ""
    local = value.astimezone(ZoneInfo(zone or "UTC"))
    return str(dateformat.format(local, "j M Y, H:i"))


@register.filter
def days_until(due: date, today: date) -> int:
    """Days from today to the date; negative once it has passed."""
    return (due - today).days


@register.filter
def due_words(days: int) -> str:
    """``in 3 days``, ``today``, ``5 days overdue``."""
    if days == 0:
        return "today"
    unit = "day" if abs(days) == 1 else "days"
    return f"in {days} {unit}" if days > 0 else f"{-days} {unit} overdue"


@register.filter
def due_tone(days: int) -> str:
    """How pressing a date is: overdue, within a week, within a month, later."""
    if days < 0:
        return "bad"
    if days <= DUE_SOON_DAYS:
        return "warn"
    return "info" if days <= DUE_NEAR_DAYS else "plain"


@register.filter
def short_hash(sha256: str) -> str:
    """The first twelve digits, for reading; the whole hash stands in the title."""
    return f"{sha256[:SHORT_HASH]}…" if len(sha256) > SHORT_HASH else sha256


@register.filter
def tone(state: Any) -> str:
    """The tone of a condition's state or a verdict; ``plain`` for anything else."""
    return TONES.get(str(state), "plain")


@register.filter
def state_icon(state: Any) -> str:
    """The icon of a condition's state."""
    return STATE_ICONS.get(str(state), "circle-question-mark")


@register.filter
def verdict_icon(verdict: Any) -> str:
    """The icon of a verdict."""
    return VERDICT_ICONS.get(str(verdict), "shield-question-mark")


@register.filter
def tone_icon(name: str) -> str:
    """The icon of a tone; empty for ``plain``."""
    return TONE_ICONS.get(name, "")


@register.filter
def message_tone(level: str) -> str:
    """The tone of a Django message's level tag."""
    return MESSAGE_TONES.get(level, "info")


@register.filter
def words(value: Any) -> str:
    """A condition's state, legal status or side as people read it."""
    return WORDS.get(str(value), str(value).replace("_", " "))


@register.filter
def widget_kind(field: BoundField) -> str:
    """``checkbox``, ``choices`` (a group), ``file``, ``select``, ``text`` …"""
    kind = getattr(field.field.widget, "input_type", None)
    if field.use_fieldset:
        return "choices"
    if kind in {"checkbox", "file", "select"}:
        return str(kind)
    return "text"


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: object) -> str:
    """The page's query string with changes; ``None`` or empty removes a key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def may(context: Context, permission: str) -> bool:
    """Whether the person of this request holds the permission (``audit.view``).

    It hides links that would be refused; the page behind them refuses by itself.
    """
    request = getattr(context, "request", None)
    actor = getattr(request, "actor", None)
    return bool(actor is not None and actor.can(permission))


@register.simple_tag
def current_url(nav: Iterable[Any], path: str) -> str:
    """The address in the navigation that the page is, or lies under most closely."""
    urls = [link["url"] for entry in nav for link in entry.get("links", [entry])]
    above = [
        url for url in urls if path == url or (url != "/" and path.startswith(url))
    ]
    return str(max(above, key=len, default=""))


class OptionalNode(TemplateNode):
    """An element that is left out when nothing is in it."""

    child_nodelists = ("nodelist",)

    def __init__(self, tag: str, classes: FilterExpression, nodelist: NodeList) -> None:
        self.tag, self.classes, self.nodelist = tag, classes, nodelist

    def render(self, context: Context) -> SafeString:
        """Render the content first, the element only around something."""
        content = self.nodelist.render(context)
        if not content.strip():
            return SafeString("")
        return format_html(
            '<{tag} class="{classes}">{content}</{tag}>',
            tag=SafeString(self.tag),
            classes=self.classes.resolve(context),
            content=content,
        )


@register.tag
def optional(parser: Parser, token: Token) -> OptionalNode:
    """``{% optional p "lede" %}…{% endoptional %}``: the element, unless empty."""
    _, tag, classes = token.split_contents()
    nodelist = parser.parse(("endoptional",))
    parser.delete_first_token()
    return OptionalNode(tag, parser.compile_filter(classes), nodelist)
