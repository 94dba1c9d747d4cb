"""Tags and filters of the templates, the components, and what templates may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver

from apps.core.templatetags import ui
from apps.core.types import ConditionState, GateCondition, LegalStatus, Side

TEMPLATES = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
ALL_TEMPLATES = sorted(TEMPLATES.rglob("*.html"))
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def squeezed(html: str) -> str:
    return " ".join(html.split())


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


# -- Words of instants, dates, hashes -------------------------------------------
@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Manila", "15 Jun 2026, 20:00 Asia/Manila"),
        ("America/New_York", "15 Jun 2026, 08:00 America/New_York"),
        ("UTC", "15 Jun 2026, 12:00 UTC"),
        ("", "15 Jun 2026, 12:00 UTC"),
    ],
)
def test_instant_names_its_zone(zone: str, words: str) -> None:
    assert ui.instant(datetime(2026, 6, 15, 12, tzinfo=UTC), zone) == words


def test_instant_of_nothing_is_empty() -> None:
    assert ui.instant(None, "UTC") == ""
    assert ui.instant_short(None, "UTC") == ""


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-5, "5 days overdue", "bad"),
        (-1, "1 day overdue", "bad"),
        (0, "today", "warn"),
        (1, "in 1 day", "warn"),
        (7, "in 7 days", "warn"),
        (8, "in 8 days", "info"),
        (30, "in 30 days", "info"),
        (31, "in 31 days", "plain"),
    ],
)
def test_due_says_how_pressing_it_is(days: int, words: str, tone: str) -> None:
    assert ui.due_words(days) == words
    assert ui.due_tone(days) == tone


def test_days_until_counts_calendar_days() -> None:
    assert ui.days_until(date(2026, 3, 1), date(2026, 2, 27)) == 2


def test_short_hash_keeps_short_text() -> None:
    assert ui.short_hash(SHA256) == "9f86d081884c…"
    assert ui.short_hash("abc") == "abc"


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        (ConditionState.SATISFIED, "good"),
        (ConditionState.NOT_SATISFIED, "bad"),
        (ConditionState.UNKNOWN, "warn"),
        ("open", "good"),
        ("closed", "bad"),
        ("something", "plain"),
    ],
)
def test_tone_of_states_and_verdicts(state: object, tone: str) -> None:
    assert ui.tone(state) == tone


def test_words_fall_back_to_the_value_itself() -> None:
    assert ui.words(LegalStatus.OWN_DEFAULT) == "our own default"
    assert ui.words("head_count") == "head count"


# -- Tags ------------------------------------------------------------------------
def test_query_with_keeps_the_rest() -> None:
    request = RequestFactory().get("/?state=open&before=9")
    context = Context({"request": request})
    page = Template("{% query_with before=7 %} {% query_with before=None %}")
    assert page.render(context) == "?state=open&amp;before=7 ?state=open"


def test_optional_leaves_out_the_empty_element() -> None:
    source = '{% optional p "lede" %} {{ text }} {% endoptional %}'
    assert rendered(source, text="") == ""
    assert rendered(source, text="<b>") == '<p class="lede"> &lt;b&gt; </p>'


def test_may_asks_the_actor_of_the_request() -> None:
    request = RequestFactory().get("/")
    actor = SimpleNamespace(can=lambda permission: permission == "audit.view")
    request.actor = actor  # type: ignore[attr-defined]
    context = Context()
    context.request = request  # type: ignore[attr-defined]
    source = '{% may "audit.view" as one %}{% may "audit.edit" as other %}'
    page = Template(source + "{{ one|yesno }}, {{ other|yesno }}")
    assert page.render(context) == "yes, no"


def test_may_is_no_without_an_actor() -> None:
    source = '{% may "audit.view" as may_it %}{{ may_it|yesno }}'
    assert rendered(source) == "no"


NAV = [
    {"label": "Home", "url": "/"},
    {
        "label": "People",
        "links": [{"url": "/workforce/"}, {"url": "/workforce/sites/"}],
    },
]


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/", "/"),
        ("/workforce/", "/workforce/"),
        ("/workforce/agents/1/", "/workforce/"),
        ("/workforce/sites/new/", "/workforce/sites/"),
        ("/gate/1/", ""),
    ],
)
def test_current_url_is_the_closest_above(path: str, url: str) -> None:
    assert ui.current_url(NAV, path) == url


# -- Components ------------------------------------------------------------------
def a_condition(**changes: Any) -> GateCondition:
    given: dict[str, Any] = {
        "code": "agreement.in_force",
        "title": "BAA in force",
        "state": ConditionState.NOT_SATISFIED,
        "detail": "The BAA ended on 3 March 2026.",
        "citation": "45 CFR 164.504(e)",
        "legal_status": LegalStatus.IN_FORCE,
        "who_acts": Side.PROVIDER,
        "due": date(2026, 6, 10),
        "fix_path": "/agreements/1/",
        "fix_label": "Renew",
        "evidence": (SHA256,),
    }
    return GateCondition(**(given | changes))


def test_condition_tells_state_source_and_remedy() -> None:
    html = squeezed(
        render_to_string(
            "components/condition.html",
            {"condition": a_condition(), "today": date(2026, 6, 15)},
        )
    )
    for words in (
        "BAA in force",
        "not satisfied",
        "45 CFR 164.504(e) (in force)",
        "5 days overdue",
        "vendor acts",
        'href="/agreements/1/"',
        f"SHA-256 {SHA256}",
    ):
        assert words in html


def test_condition_that_holds_asks_nobody_to_act() -> None:
    html = render_to_string(
        "components/condition.html",
        {
            "condition": a_condition(
                state=ConditionState.SATISFIED, due=None, fix_path=""
            )
        },
    )
    assert "acts" not in html
    assert "condition-side" not in html


class Sample(forms.Form):
    """A field of each kind the components tell apart."""

    name = forms.CharField(help_text="As in the contract.")
    note = forms.CharField(required=False)
    channels = forms.MultipleChoiceField(
        choices=[("chat", "Chat")], widget=forms.CheckboxSelectMultiple
    )
    tier = forms.ChoiceField(choices=[("1", "One")])
    document = forms.FileField()
    sure = forms.BooleanField()
    secret = forms.CharField(widget=forms.HiddenInput)


def test_widget_kind_of_each_field() -> None:
    kinds = {field.name: ui.widget_kind(field) for field in Sample().visible_fields()}
    assert kinds == {
        "name": "text",
        "note": "text",
        "channels": "choices",
        "tier": "select",
        "document": "file",
        "sure": "checkbox",
    }


def test_form_fields_tie_help_and_errors_to_their_input() -> None:
    form = Sample({})
    html = squeezed(render_to_string("components/form_fields.html", {"form": form}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert '<a href="#id_channels_0">Channels: This field is required.</a>' in html
    assert '<fieldset class="field" aria-describedby="id_channels_error">' in html
    assert "Secret: This field is required." in html
    assert html.count("(optional)") == 1


def test_form_fields_without_errors_have_no_summary() -> None:
    html = render_to_string("components/form_fields.html", {"form": Sample()})
    assert "error-summary" not in html


def test_file_in_quarantine_has_no_link() -> None:
    file = SimpleNamespace(
        name="x.pdf", size=1, sha256=SHA256, quarantined_reason="It holds a program."
    )
    html = render_to_string("components/file.html", {"file": file, "url": "/f/"})
    assert 'href="/f/"' not in html
    assert "It holds a program." in html


def test_print_layout_keeps_its_style_unescaped_and_leaves_out_empty_parts() -> None:
    html = render_to_string(
        "layouts/print.html", {"title": "A <b>", "print_css": "a > b {}"}
    )
    assert "<style>a > b {}</style>" in squeezed(html).replace("&gt;", ">")
    assert "A &lt;b&gt;" in html
    assert 'class="annex"' not in html


def test_error_page_stands_without_any_context() -> None:
    assert "Something went wrong" in get_template("500.html").render({})


# -- Rules for every template ------------------------------------------------------
@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=name_of)
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    if "print" in path.parts or path.name == "print.html":
        pytest.skip("Documents carry their style sheet inline; no browser loads them.")
    source = path.read_text()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", source)


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=name_of)
def test_templates_compile_and_name_known_icons(path: Path) -> None:
    get_template(name_of(path))
    known = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    assert set(re.findall(r'{% icon "([^"]+)"', path.read_text())) <= known


def test_every_icon_of_a_state_or_tone_is_known() -> None:
    known = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    used = {*ui.STATE_ICONS.values(), *ui.VERDICT_ICONS.values()}
    assert used | set(ui.TONE_ICONS.values()) <= known


def _names_used() -> set[str]:
    pattern = re.compile(r"{% url ['\"]([a-z_:0-9]+)['\"]")
    return {
        name for path in ALL_TEMPLATES for name in pattern.findall(path.read_text())
    }


def _names_known(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{entry.namespace}:" if entry.namespace else ""
            yield from _names_known(entry, prefix + space)
        elif entry.name:
            yield prefix + entry.name


def test_templates_name_urls_that_exist() -> None:
    """A silent ``{% url … as x %}`` must not hide a misspelt name."""
    assert sorted(_names_used() - set(_names_known(get_resolver()))) == []


def test_components_open_with_a_comment_of_their_variables() -> None:
    missing = [
        name_of(path)
        for path in (TEMPLATES / "components").glob("*.html")
        if not path.read_text().lstrip().startswith(("{#", "{% comment %}"))
    ]
    assert missing == []


# -- Contrast ------------------------------------------------------------------------
def _themes() -> dict[str, dict[str, str]]:
    source = (STATIC / "src" / "portal.css").read_text()
    blocks = re.findall(r'name: "(portal-\w+)";(.*?)\n}', source, re.DOTALL)
    return {
        name: dict(re.findall(r"--color-([\w-]+): (#[0-9a-f]{6});", body))
        for name, body in blocks
    }


def _luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, contrast ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TONED = ("base-content", "muted", "primary", "success", "error", "warning", "info")


@pytest.mark.parametrize("theme", ["portal-light", "portal-dark"])
@pytest.mark.parametrize("ink", TONED)
@pytest.mark.parametrize("ground", ["base-100", "base-200"])
def test_text_contrast_is_aa(theme: str, ink: str, ground: str) -> None:
    colours = _themes()[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["portal-light", "portal-dark"])
@pytest.mark.parametrize("fill", ["primary", "success", "error", "warning", "info"])
def test_text_on_fills_is_aa(theme: str, fill: str) -> None:
    colours = _themes()[theme]
    assert contrast(colours[f"{fill}-content"], colours[fill]) >= 4.5


@pytest.mark.parametrize("theme", ["portal-light", "portal-dark"])
@pytest.mark.parametrize("mark", ["line-strong", "focus"])
def test_borders_and_focus_are_visible(theme: str, mark: str) -> None:
    colours = _themes()[theme]
    assert contrast(colours[mark], colours["base-100"]) >= 3
