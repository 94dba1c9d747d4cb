"""A review of access, done with the keyboard alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

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
    "U4,di,di@brightline.example,suspended,Viewer,yes\n"
) + "".join(f"V{number:02},,,suspended,Viewer,yes\n" for number in range(50))
# A week of days, each event within the hour; the last by somebody unknown.
LOG = "time,user,action,ip,result\n" + "".join(
    f"2026-06-{day:02}T09:00:00Z,{user},view,10.0.0.1,ok\n"
    for day, user in enumerate(["ana"] * 4 + ["ghost"], start=1)
)
PAGES = ("", "imports/", "compare/", "policy/", "reviewers/", "campaigns/", "logs/")


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
    expect(rows).to_have_count(50)
    _decide_lines(page, rows)
    _without_javascript(new_page(javascript=False), live)
    _turn_pages_and_decide_the_rest(page, rows)

    page.goto(f"{live.url}/access/revocations/")
    assert_accessible(page)
    page.get_by_role("link", name="ben").click()
    assert_accessible(page)
    expect(page.get_by_role("main")).to_contain_text("Decided in a review")
    _audit_a_log(page, live, tmp_path)
    for path in PAGES:
        page.goto(f"{live.url}/access/{path}")
        assert_accessible(page)


def _decide_lines(page: Page, rows: Locator) -> None:
    """Move, note, keep, revoke, escalate and open a line; no hand leaves the keys."""
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

    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("e")
    page.keyboard.type("Ask the desk")
    page.keyboard.press("Enter")
    expect(rows.nth(2)).to_contain_text("Escalate")

    expect(rows.nth(3)).to_be_focused()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Line 4")
    assert_accessible(page)
    page.go_back()


def _turn_pages_and_decide_the_rest(page: Page, rows: Locator) -> None:
    page.reload()
    page.keyboard.press("]")
    expect(rows).to_have_count(4)
    page.keyboard.press("[")
    expect(rows).to_have_count(50)
    page.keyboard.press("b")
    expect(page.get_by_label("Decision", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Suspended, kept for the record")
    page.keyboard.press("Enter")
    # Two decided by key, one without JavaScript, one escalated by the same person.
    expect(page.get_by_role("main")).to_contain_text("50 lines decided")


def _audit_a_log(page: Page, live: Live, folder: Path) -> None:
    """From a sample to its findings, with the worker in between."""
    path = folder / "log.csv"
    path.write_text(LOG)
    page.goto(f"{live.url}/access/logs/new/")
    assert_accessible(page)
    page.get_by_label("Sample of the log").set_input_files(path)
    page.get_by_label("System", exact=True).select_option("Chat desk")
    page.get_by_label("Time zone").select_option("UTC")
    _press(page, "Upload sample")
    page.get_by_role("button", name="Check the log").click()
    expect(page.get_by_role("table", name="Required fields")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("By 1 account that no export")
    assert_accessible(page)


def _without_javascript(page: Page, live: Live) -> None:
    """The same screen as plain forms."""
    page.goto(f"{live.url}/account/login/")
    page.locator("input[name=login]").fill("kim@keyline.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.goto(f"{live.url}/access/campaigns/")
    page.get_by_role("link", name="June review").click()
    page.locator("#line-4").get_by_role("textbox").fill("Leave of absence")
    page.locator("#line-4").get_by_role("button", name="Keep").click()
    expect(page.locator("#line-4")).to_contain_text("Leave of absence")
