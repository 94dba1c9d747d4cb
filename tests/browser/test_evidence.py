"""Evidence in a browser: samples handed in, everything served is a download."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import NewPage, assert_accessible
from tests.live import Live
from tests.shared_data import shared

pytestmark = pytest.mark.browser

PASSWORD = "a-long-enough-phrase-26"
LINK = re.compile(r"http://\S+/invitation/\S+")
AT_ONCE = 20


def _member(page: Page, live: Live) -> None:
    said = live.manage(
        *("found_organization", "--name", "Evidence Clinic", "--kind"),
        *("covered_entity", "--country", "US", "--time-zone", "UTC"),
        *("--manager-name", "Eve First", "--manager-email", "eve@clinic.test"),
    )
    found = LINK.search(said)
    assert found is not None
    page.goto(found[0])
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Accept invitation").click()
    page.goto(f"{live.url}/account/login/")
    if page.locator("input[name=login]").count():
        page.locator("input[name=login]").fill("eve@clinic.test")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button[type=submit]").first.click()


def test_nothing_that_is_handed_in_runs(live: Live, new_page: NewPage) -> None:
    page = new_page()
    dialogs: list[Dialog] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog))
    _member(page, live)
    samples = sorted(shared("data", "upload_safety").iterdir())
    samples += sorted(shared("data", "evidence_real").iterdir())
    accepted = 0
    for start in range(0, len(samples), AT_ONCE):
        page.goto(f"{live.url}/evidence/upload/")
        page.locator("input[type=file]").set_input_files(
            samples[start : start + AT_ONCE]
        )
        page.get_by_role("main").get_by_role("button", name="Upload files").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "What became of the files", timeout=120_000
        )
        accepted += page.get_by_text("Accepted", exact=True).count()
    assert_accessible(page)
    page.goto(f"{live.url}/evidence/")
    assert_accessible(page)
    _take_all(page, live, accepted)
    assert dialogs == []
    for path in ("assurance/", "assurance/coverage/", "assurance/policies/add/"):
        page.goto(f"{live.url}/{path}")
        assert_accessible(page)


def _take_all(page: Page, live: Live, accepted: int) -> None:
    """Open each file: what is served is saved, never shown."""
    links = page.get_by_role("main").locator("a[href*='/evidence/files/']")
    paths = [link.get_attribute("href") for link in links.all()]
    taken = 0
    for path in paths:
        page.goto(f"{live.url}{path}")
        file = page.locator("a[href^='/evidence/']", has=page.locator(".file-name"))
        if not file.count():
            continue
        before = page.url
        with page.expect_download() as downloading:
            file.click()
        assert downloading.value.failure() is None
        assert page.url == before
        taken += 1
    assert_accessible(page)
    assert taken == accepted
