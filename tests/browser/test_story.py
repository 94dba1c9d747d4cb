"""The story a hospital, a vendor and an auditor live, told in a browser."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader, PdfWriter

from tests.browser.conftest import NewPage, assert_accessible
from tests.live import Live

pytestmark = pytest.mark.browser

PASSWORD = "a-long-enough-phrase-26"
TODAY = datetime.now(UTC).date()
LINK = re.compile(r"http://\S+/invitation/\S+")
# Zones far apart would make "today" two days; the story lives in one.
ZONE = "UTC"


def _day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def _accept(page: Page, link: str) -> None:
    page.goto(link)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Accept invitation").click()
    expect(page).not_to_have_url(link)


def _sign_in(page: Page, live: Live, email: str) -> None:
    page.goto(f"{live.url}/account/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    expect(page.get_by_role("navigation", name="Areas").first).to_be_visible()


def _founded(live: Live, kind: str, name: str, email: str) -> str:
    return live.manage(
        *("found_organization", "--name", name, "--kind", kind, "--country", "US"),
        *("--time-zone", ZONE, "--manager-name", "Pat First", "--manager-email", email),
    )


def _press(page: Page, name: str) -> None:
    """Press a button; whatever the page then complains about fails the test."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()
    assert page.get_by_role("alert").all_inner_texts() == []


def _register_vendor(page: Page, live: Live) -> None:
    page.goto(f"{live.url}/vendors/")
    page.get_by_role("link", name="Register vendor").first.click()
    assert_accessible(page)
    page.get_by_label("Registered name").fill("Brightline Contact")
    page.get_by_label("Country").fill("PH")
    page.get_by_label("Time zone").select_option(ZONE)
    _press(page, "Register vendor")
    page.goto(f"{live.url}/vendors/")
    page.get_by_role("link", name="Brightline Contact").click()
    page.get_by_role("link", name="Invite its first manager").click()
    page.get_by_label("E-mail address").fill("mia@brightline.example")
    page.get_by_label("Full name").fill("Mia Manager")
    page.get_by_role("radio", name="Vendor manager").check()
    _press(page, "Send invitation")


def _create_engagement(page: Page, live: Live) -> str:
    page.goto(f"{live.url}/engagements/new/")
    page.get_by_label("Vendor", exact=True).select_option(label="Brightline Contact")
    page.get_by_label("Name", exact=True).fill("Patient chat")
    page.get_by_label("Starts on").fill(_day(-60))
    _press(page, "Create engagement")
    found = re.search(r"[0-9a-f-]{36}", page.url)
    assert found
    pk = found[0]
    page.goto(f"{live.url}/engagements/{pk}/scope/")
    page.get_by_label("In effect from").fill(_day(-60))
    for box in ("Patient support", "Chat", "Names and contact data"):
        page.get_by_label(box, exact=True).check()
    page.get_by_label("Countries").fill("PH")
    _press(page, "Declare scope")
    return pk


def _record_baa(page: Page, live: Live, pk: str, folder: Path) -> None:
    page.goto(f"{live.url}/agreements/{pk}/record/")
    assert_accessible(page)
    document = folder / "baa.pdf"
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(document)
    page.get_by_label("Title of the BAA").fill("BAA with Brightline")
    page.get_by_label("Signed document").set_input_files(document)
    page.get_by_label("In force from").fill(_day(-60))
    page.get_by_label("Last day (optional)").fill(_day(300))
    page.get_by_label("Time to report incidents").fill("24")
    for box in ("Patient support", "Chat", "Names and contact data"):
        page.get_by_label(box, exact=True).check()
    page.get_by_label("Countries").fill("PH")
    for standing in page.locator("select[name$=_standing]").all():
        standing.select_option("met")
    for side, name in (("Discloser", "Pat First"), ("Recipient", "Mia Manager")):
        page.get_by_label(f"{side}: name").fill(name)
        page.get_by_label(f"{side}: title").fill("Manager")
        page.get_by_label(f"{side}: signed on").fill(_day(-60))
    _press(page, "Record BAA")
    expect(page.get_by_role("heading", level=1)).to_contain_text("BAA with Brightline")


def _upload(page: Page, url: str, what: str, table: Path, confirm: str) -> None:
    page.goto(url)
    page.locator("input[type=file]").set_input_files(table)
    _press(page, f"Upload {what}")
    page.get_by_role("button", name=confirm).click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    assert_accessible(page)


def _roster(folder: Path) -> Path:
    path = folder / "roster.csv"
    rows = [
        f"B-{number},{name},{_day(-200)},Patient chat,Agent,Chat,MNL-1,{_day(-50)}"
        for number, name in enumerate(("Ada Reyes", "Ben Cruz", "Cleo Tan"), start=1)
    ]
    header = (
        "Employee ID,Full name,Hire date,Engagement,Role,Channels,Site,Assigned from"
    )
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def _export(folder: Path, *numbers: int) -> Path:
    path = folder / f"training-{len(numbers)}.csv"
    rows = [f"B-{number},HIPAA-101,{_day(-55)},Completed" for number in numbers]
    header = "Employee ID,Course code,Completed on,Status"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def _staff(page: Page, live: Live, pk: str, folder: Path) -> None:
    page.goto(f"{live.url}/workforce/sites/new/")
    page.get_by_label("Code").fill("MNL-1")
    page.get_by_label("Name").fill("Manila")
    page.get_by_label("Country").fill("PH")
    _press(page, "Add site")
    roster = f"{live.url}/workforce/imports/upload/"
    _upload(page, roster, "roster", _roster(folder), "Import the roster")
    page.goto(f"{live.url}/training/courses/new/")
    page.get_by_label("Code").fill("HIPAA-101")
    page.get_by_label("Title").fill("HIPAA basics")
    page.get_by_label("Version").fill("1")
    page.get_by_label("Taught from").fill(_day(-400))
    page.get_by_label("Topics").fill("What PHI is\nMinimum necessary")
    page.get_by_label("Valid for months").fill("12")
    _press(page, "Add course")
    page.goto(f"{live.url}/training/engagement/{pk}/require/")
    page.get_by_label("Course", exact=True).select_option(label="HIPAA basics")
    page.get_by_label("From").fill(_day(-60))
    _press(page, "Require course")


def _train(page: Page, live: Live, table: Path) -> None:
    url = f"{live.url}/training/imports/upload/"
    _upload(page, url, "training file", table, "Import the records")


def _attest(page: Page, live: Live, pk: str) -> bytes:
    page.goto(f"{live.url}/reports/engagement/{pk}/")
    assert_accessible(page)
    _press(page, "Issue attestation")
    link = page.get_by_role("link", name="Download").first
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as waiting:
        link.click()
    return Path(waiting.value.path()).read_bytes()


def test_story(live: Live, new_page: NewPage, tmp_path: Path) -> None:
    clinic_link = _founded(live, "covered_entity", "Elm Clinic", "pat@elm.example")
    firm_link = _founded(live, "audit_firm", "Oak Audit", "ava@oak.example")

    officer = new_page()
    _accept(officer, clinic_link)
    _register_vendor(officer, live)
    pk = _create_engagement(officer, live)
    gate = f"{live.url}/gate/{pk}/"
    officer.goto(gate)
    expect(
        officer.get_by_text("PHI may not flow to Brightline Contact")
    ).to_be_visible()
    expect(officer.get_by_text("No BAA covers this engagement")).to_be_visible()
    assert_accessible(officer)

    _record_baa(officer, live, pk, tmp_path)
    invitation = live.mail_to("mia@brightline.example", about="/invitation/")
    manager = new_page()
    found = LINK.search(invitation)
    assert found
    _accept(manager, found[0])
    _staff(manager, live, pk, tmp_path)
    _train(manager, live, _export(tmp_path, 1, 2))
    manager.goto(gate)
    expect(manager.get_by_text("2 of 3 agents are cleared")).to_be_visible()
    expect(
        manager.get_by_text("PHI may not flow to Brightline Contact")
    ).to_be_visible()

    _train(manager, live, _export(tmp_path, 1, 2, 3))
    officer.goto(gate)
    expect(officer.get_by_text("PHI may flow to Brightline Contact")).to_be_visible()

    auditor = new_page()
    _accept(auditor, firm_link)
    auditor.goto(gate)
    expect(auditor.get_by_text("There is nothing here")).to_be_visible()
    manager.goto(f"{live.url}/engagements/{pk}/grants/new/")
    manager.get_by_label("E-mail address").fill("ava@oak.example")
    manager.get_by_label("Reason").fill("Annual review")
    manager.get_by_label("First day").fill(_day(0))
    manager.get_by_label("Last day").fill(_day(30))
    manager.get_by_label("May see the names of agents").check()
    _press(manager, "Grant access")
    text = _text_of(_attest(auditor, live, pk))
    for part in ("Ada Reyes", "Cleo Tan", "HIPAA basics", "Minimum necessary"):
        assert part in text
    assert date.fromisoformat(_day(-55)).isoformat() in text


def _text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_pages_work_without_javascript(live: Live, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    link = _founded(live, "covered_entity", "Ash Clinic", "sol@ash.example")
    _accept(page, link)
    page.goto(f"{live.url}/engagements/vendors/register/")
    page.get_by_label("Registered name").fill("Quietline")
    page.get_by_label("Country").fill("P1")
    page.get_by_role("main").get_by_role("button", name="Register vendor").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Registered name")).to_have_value("Quietline")
    page.get_by_label("Country").fill("PH")
    page.get_by_label("Time zone").select_option(ZONE)
    _press(page, "Register vendor")
    page.goto(f"{live.url}/vendors/")
    expect(page.get_by_role("link", name="Quietline")).to_be_visible()


def test_home_is_reached_by_keyboard(live: Live, new_page: NewPage) -> None:
    page = new_page()
    link = _founded(live, "covered_entity", "Fir Clinic", "kay@fir.example")
    _accept(page, link)
    _sign_in_again(page, live, "kay@fir.example")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    expect(page.locator(":focus")).to_have_attribute("name", "q")


def _sign_in_again(page: Page, live: Live, email: str) -> None:
    page.context.clear_cookies()
    _sign_in(page, live, email)
    page.goto(f"{live.url}/")
