"""A review of access, done with the keyboard alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, assert_accessible
from tests.browser.test_story import LINK, PASSWORD, _accept, _founded, _press
from tests.live import Live

pytestmark = pytest.mark.browser

DUE = (datetime.now(UTC).date() + timedelta(days=14)).isoformat()
EXPORT = (
    "id,login,email,status,role,mfa\n"
    "U1,ana,ana@brightline.example,active,Agent,yes\n"
    "U2,ben,ben@brightline.example,active,Agent,no\n"
    "U3,cy,cy@brightline.example,suspended,Viewer,yes\n"
)


def _signed_in(page: Page, live: Live) -> None:
    told = _founded(live, "vendor", "Keyline Contact", "kim@keyline.example")
    found = LINK.search(told)
    assert found
    _accept(page, found[0])
    if "/login/" in page.url:
        page.locator("input[name=login]").fill("kim@keyline.example")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button[type=submit]").first.click()
    expect(page.get_by_role("navigation", name="Areas").first).to_be_visible()


def _take_in(page: Page, live: Live, folder: Path) -> None:
    path = folder / "accounts.csv"
    path.write_text(EXPORT)
    page.goto(f"{live.url}/access/systems/new/")
    assert_accessible(page)
    page.get_by_label("Name", exact=True).fill("Chat desk")
    _press(page, "Add system")
    page.get_by_role("link", name="Upload an export").click()
    assert_accessible(page)
    page.get_by_label("Export", exact=True).set_input_files(path)
    page.get_by_label("This export is complete").check()
    _press(page, "Upload export")
    page.get_by_role("button", name="Take the export in").click()
    page.get_by_role("link", name="See who has access").click()
    expect(page.get_by_role("table", name="Accounts and roles")).to_contain_text("ana")
    assert_accessible(page)


def test_review_by_keyboard(live: Live, new_page: NewPage, tmp_path: Path) -> None:
    page = new_page()
    _signed_in(page, live)
    _take_in(page, live, tmp_path)
    page.goto(f"{live.url}/access/campaigns/new/")
    page.get_by_label("Name", exact=True).fill("June review")
    page.get_by_label("Due", exact=True).fill(DUE)
    page.get_by_label("Chat desk").check()
    _press(page, "Open review")
    assert_accessible(page)
    rows = page.locator("[data-review-row]")
    expect(rows).to_have_count(3)

    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.type("Known to us")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(rows.nth(0)).to_contain_text("Known to us")
    expect(rows.nth(1)).to_be_focused()

    page.keyboard.press("r")
    page.keyboard.type("Nobody knows this account")
    page.keyboard.press("Enter")
    expect(rows.nth(1)).to_contain_text("Nobody knows this account")
    expect(rows.nth(1)).to_contain_text("Revoke")

    page.goto(f"{live.url}/access/revocations/")
    assert_accessible(page)
    page.get_by_role("link", name="ben").click()
    assert_accessible(page)
    expect(page.get_by_role("main")).to_contain_text("Decided in a review")

    _without_javascript(new_page(javascript=False), live)


def _without_javascript(page: Page, live: Live) -> None:
    """The same screen as plain forms."""
    page.goto(f"{live.url}/account/login/")
    page.locator("input[name=login]").fill("kim@keyline.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.goto(f"{live.url}/access/campaigns/")
    page.get_by_role("link", name="June review").click()
    page.locator("#line-3").get_by_role("textbox").fill("Leave of absence")
    page.locator("#line-3").get_by_role("button", name="Keep").click()
    expect(page.locator("#line-3")).to_contain_text("Leave of absence")
