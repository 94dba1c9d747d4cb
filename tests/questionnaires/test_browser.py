"""Two browsers on one questionnaire, with the network cut and a session ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from apps.core import clock
from apps.engagements.models import Engagement
from apps.questionnaires.models import Answer, Assignment
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from tests.factories.questionnaires import make_assignment, make_version
from tests.factories.tenancy import make_actor, make_organization
from tests.live import Live

pytestmark = pytest.mark.browser
PATIENCE_MS = 30_000


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A headless Chromium of the machine."""
    # Playwright keeps an event loop in this thread; the ORM is called beside it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()
        # Beside a running loop Django keeps connections of its own; let them go.
        connections.close_all()


def _sign_in(context: BrowserContext, live: Live, actor: Actor) -> None:
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live.url}]
    )


def _open(browser: Browser, live: Live, actor: Actor, row: Assignment) -> Page:
    context = browser.new_context()
    _sign_in(context, live, actor)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live.url}/questionnaires/{row.pk}/sheet/")
    return page


def _round() -> tuple[Actor, Actor, Assignment]:
    clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
    vendor = make_organization()
    engagement = Engagement.objects.create(
        client=clinic, provider=vendor, name="Chat", started_on=date(2026, 1, 5)
    )
    due = clock.today("UTC") + timedelta(days=30)
    row = make_assignment(
        engagement, version=make_version(clinic), due_on=due, series_due_on=due
    )
    first = make_actor(vendor, Role.VENDOR_MANAGER, name="Mara Manager")
    second = make_actor(vendor, Role.VENDOR_MANAGER, name="Milo Second")
    return first, second, row


def test_nothing_is_lost_and_nothing_overwritten(live: Live, chromium: Browser) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    first, second, row = _round()
    mara = _open(chromium, live, first, row)
    milo = _open(chromium, live, second, row)

    mara.locator("#q-1 input[value=yes]").check()
    expect(mara.locator("#s-1")).to_contain_text("Saved")
    expect(mara.locator("#answers-progress")).to_contain_text("1 of 3")

    milo.locator("#q-1 input[value=no]").check()
    expect(milo.locator("#s-1")).to_contain_text("Mara Manager answered meanwhile")
    assert Answer.objects.get(assignment=row, question_id="E-1").value == "yes"

    mara.context.set_offline(True)
    mara.locator("#q-3 input[name=value]").fill("24")
    expect(mara.locator("#s-3")).to_contain_text("no connection")
    mara.context.set_offline(False)
    expect(mara.locator("#s-3")).to_contain_text("Saved")

    Session.objects.all().delete()
    mara.locator("#q-2 textarea[name=note]").fill("Every door, also the old one")
    expect(mara.locator("#s-2")).to_contain_text("you are signed out")
    # Signing in again rotates the form token of pages that stayed open.
    mara.context.clear_cookies()
    _sign_in(mara.context, live, first)
    expect(mara.locator("#s-2")).to_contain_text("Saved")

    kept = {
        answer.question_id: (answer.value, answer.note)
        for answer in Answer.objects.filter(assignment=row)
    }
    assert kept == {
        "E-1": ("yes", ""),
        "E-2": (None, "Every door, also the old one"),
        "I-1": ("24", ""),
    }


def test_what_was_not_saved_comes_back_after_a_reload(
    live: Live, chromium: Browser
) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    first, _, row = _round()
    page = _open(chromium, live, first, row)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/answer/", lambda route: route.abort())
    page.locator("#q-1 textarea[name=note]").fill("Half a thought")
    expect(page.locator("#s-1")).to_contain_text("no connection")
    page.unroute("**/answer/")
    page.reload()
    expect(page.locator("#s-1")).to_contain_text("Saved")
    assert Answer.objects.get(assignment=row).note == "Half a thought"
    page.locator("#q-1 input[value=partial]").check()
    expect(page.locator("#q-4")).to_be_visible()
