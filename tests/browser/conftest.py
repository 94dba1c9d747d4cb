"""Headless Chromium; every console error and every CSP complaint fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.live import Live

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000
NewPage = Callable[..., Page]


@pytest.fixture
def live(live_portal: Live) -> Live:
    """The portal as seen from outside: these tests never touch its database."""
    return live_portal


@pytest.fixture(scope="session")
def chromium(live_portal: Live) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Return a person's own window; ``javascript`` off proves what works without."""
    complaints: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        # A page that refuses (404, 422) reads as a failed load of itself.
        is_page = "/static/" not in message.location.get("url", "")
        if message.type == "error" and not (
            is_page and "Failed to load resource" in message.text
        ):
            complaints.append(message.text)

    def opened(*, javascript: bool = True) -> Page:
        context = chromium.new_context(
            java_script_enabled=javascript, viewport={"width": 1360, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 A or AA that axe can see."""
    options = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }
    found = Axe().run(page, options=options).response["violations"]
    told = [
        f"{page.url}: {each['id']}: {node['html'][:200]}"
        for each in found
        for node in each["nodes"]
    ]
    assert told == []
