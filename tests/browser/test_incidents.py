"""Three layers in a browser, twice: contractors, then agents, with both case files.

A team lead reports on a telephone; each hop tells the next; the dates follow.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import NewPage, assert_accessible
from tests.browser.test_story import LINK, PASSWORD, _accept, _founded, _press, _sign_in
from tests.live import Live

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
TWO_MINUTES = 120
ZONE = "America/New_York"


@dataclass(frozen=True)
class People:
    """One window for each person of the chain."""

    officer: Page
    manager: Page
    sub_manager: Page
    sub_lead: Page


def _join(live: Live, page: Page, email: str) -> None:
    found = LINK.search(live.mail_to(email, about="invitation"))
    assert found
    _accept(page, found[0])
    if "/login/" in page.url:
        _sign_in(page, live, email)


def _vendor(page: Page, live: Live, name: str, zone: str, email: str) -> None:
    page.goto(f"{live.url}/engagements/vendors/register/")
    page.get_by_label("Registered name").fill(name)
    page.get_by_label("Country").fill("US")
    page.get_by_label("Time zone").select_option(zone)
    _press(page, "Register vendor")
    page.goto(f"{live.url}/vendors/?q={name}")
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Invite its first manager").click()
    _invite(page, email, "Vendor manager")


def _invite(page: Page, email: str, role: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Full name").fill(email.partition("@")[0].title())
    page.get_by_role("radio", name=role).check()
    _press(page, "Send invitation")


def _engage(page: Page, live: Live, vendor: str, name: str, agency: str) -> str:
    page.goto(f"{live.url}/engagements/new/")
    page.get_by_label("Vendor", exact=True).select_option(label=vendor)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Starts on").fill("2025-01-02")
    page.get_by_label("Legal agency").select_option(agency)
    page.get_by_label("Reason").first.fill("As the parties agreed.")
    _press(page, "Create engagement")
    found = re.search(r"[0-9a-f-]{36}", page.url)
    assert found
    return found[0]


def _carry(page: Page, live: Live, upper: str, through: str) -> None:
    """The subcontract, declared by the provider of the upper engagement."""
    page.goto(f"{live.url}/engagements/{upper}/subcontracts/declare/")
    page.get_by_label("Through our engagement").select_option(
        label=f"{through} (Nightlayer)"
    )
    for box in ("Patient support", "Chat"):
        page.get_by_label(box, exact=True).check()
    page.get_by_label("In effect from").fill("2025-01-03")
    _press(page, "Declare subcontract")


def _settle(live: Live, new_page: NewPage) -> People:
    pages = People(*(new_page() for _ in range(4)))
    told = _founded(
        live, "covered_entity", "Threefold Clinic", "olga@threefold.example"
    )
    found = LINK.search(told)
    assert found
    _accept(pages.officer, found[0])
    if "/login/" in pages.officer.url:
        _sign_in(pages.officer, live, "olga@threefold.example")
    _vendor(pages.officer, live, "Midlayer Contact", ZONE, "mona@midlayer.example")
    _join(live, pages.manager, "mona@midlayer.example")
    _vendor(pages.manager, live, "Nightlayer", "Asia/Manila", "nora@nightlayer.example")
    _join(live, pages.sub_manager, "nora@nightlayer.example")
    pages.sub_manager.goto(f"{live.url}/members/invite/")
    _invite(pages.sub_manager, "lino@nightlayer.example", "Team lead")
    _join(live, pages.sub_lead, "lino@nightlayer.example")
    return pages


def _report(page: Page, live: Live, engagement: str) -> str:
    """Intake on a telephone; the seconds it takes are those of the machine, the
    fields those a person fills in."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    begun = time.monotonic()
    page.goto(f"{live.url}/incidents/")
    page.get_by_role("link", name="Report an incident").first.click()
    page.get_by_label("Engagement").select_option(label=engagement)
    page.get_by_label("What happened").select_option("misdirected")
    page.get_by_label("In two or three sentences").fill("A transcript went astray.")
    page.get_by_label("When your side first knew").fill("2026-01-05T22:00")
    page.get_by_label("Time zone of that clock").select_option("Asia/Manila")
    page.get_by_label("Who noticed").fill("Team lead of the night shift")
    page.get_by_label("How many patients").fill("80")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    _press(page, "Write incident down")
    assert time.monotonic() - begun < TWO_MINUTES
    expect(page.get_by_role("main")).to_contain_text("Draft, own side only")
    found = re.search(r"[0-9a-f-]{36}", page.url)
    assert found
    return found[0]


def _share(page: Page, live: Live, case: str, day: str) -> None:
    page.goto(f"{live.url}/incidents/{case}/")
    page.get_by_role("link", name="Tell the other side").click()
    page.get_by_label("When they were told").fill(f"{day}T10:00")
    page.get_by_label("Time zone of that clock").select_option(ZONE)
    page.get_by_label("How", exact=True).select_option("email")
    assert_accessible(page)
    _press(page, "Tell and share case")


def _newest_case(page: Page, live: Live, engagement: str) -> str:
    page.goto(f"{live.url}/incidents/")
    row = page.get_by_role("row").filter(has_text=engagement).first
    row.get_by_role("link").click()
    found = re.search(r"[0-9a-f-]{36}", page.url)
    assert found
    return found[0]


def _case_file(page: Page, live: Live, case: str, path: Path) -> str:
    page.goto(f"{live.url}/incidents/{case}/")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Case file (PDF)").click()
    downloading.value.save_as(path)
    texts = [one.extract_text() for one in PdfReader(path).pages]
    return " ".join(" ".join(texts).split())


def _through(people: People, live: Live, upper: str, lower: str) -> tuple[str, str]:
    """From the report below to both hops told; the two cases."""
    below = _report(people.sub_lead, live, lower)
    for page in (people.manager, people.officer):
        page.goto(f"{live.url}/incidents/{below}/")
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("Case")
    _share(people.sub_manager, live, below, "2026-02-20")
    above = _newest_case(people.manager, live, upper)
    people.officer.goto(f"{live.url}/incidents/")
    expect(people.officer.get_by_role("main")).not_to_contain_text(upper)
    people.manager.goto(f"{live.url}/incidents/{above}/count/")
    people.manager.get_by_label("People affected in total").fill("80")
    people.manager.get_by_label("By State of residence").fill("MI 80")
    _press(people.manager, "Record count")
    _share(people.manager, live, above, "2026-04-01")
    return below, above


def _chain(people: People, live: Live, name: str, agency: str) -> tuple[str, str]:
    upper, lower = f"{name} chat", f"{name} night chat"
    pk = _engage(people.officer, live, "Midlayer Contact", upper, agency)
    _engage(people.manager, live, "Nightlayer", lower, agency)
    _carry(people.manager, live, pk, lower)
    return upper, lower


def test_three_layers_of_contractors_and_of_agents(
    live: Live, new_page: NewPage, tmp_path: Path
) -> None:
    people = _settle(live, new_page)
    officer = people.officer

    below, above = _through(
        people, live, *_chain(people, live, "Contractor", "independent")
    )
    officer.goto(f"{live.url}/incidents/{above}/")
    assert_accessible(officer)
    expect(officer.get_by_role("table", name="Clocks").first).to_contain_text(
        "31 May 2026"
    )
    top = _case_file(officer, live, above, tmp_path / "contractors-top.pdf")
    assert "31 May 2026" in top
    assert "told by the party below" in top
    assert "Nightlayer" not in top
    # The party in the middle sees both hops, the lower one its own alone.
    middle = _case_file(people.manager, live, above, tmp_path / "middle.pdf")
    assert "Nightlayer to Midlayer Contact" in middle
    assert "Midlayer Contact to Threefold Clinic" in middle
    low = _case_file(people.sub_manager, live, below, tmp_path / "contractors-low.pdf")
    assert "6 March 2026" in low
    assert "Met in time" in low
    assert "Threefold" not in low

    below, above = _through(people, live, *_chain(people, live, "Agent", "agent"))
    officer.goto(f"{live.url}/incidents/{above}/")
    expect(officer.locator("#next")).to_contain_text("by 6 March 2026")
    top = _case_file(officer, live, above, tmp_path / "agents-top.pdf")
    assert "legal agent" in top
    assert "26 days late" in top
    low = _case_file(people.sub_manager, live, below, tmp_path / "agents-low.pdf")
    assert "6 March 2026" in low

    _letter(officer, live, above)
    _main_pages(people, live)
    _by_keyboard_without_javascript(new_page(javascript=False), live)


def _letter(page: Page, live: Live, case: str) -> None:
    """A letter begun, completed, finished, and recorded as sent."""
    page.goto(f"{live.url}/incidents/{case}/letters/")
    page.get_by_label("Letter", exact=True).select_option("individual")
    _press(page, "Begin letter")
    assert_accessible(page)
    page.get_by_label("What happened").fill("It went astray; known on 5 January 2026.")
    page.get_by_label("What information was involved").fill("Names.")
    page.get_by_label("What you can do").fill("Read letters from your health plan.")
    page.get_by_label("What we are doing").fill("We changed how transcripts are sent.")
    page.get_by_label("How to reach us").fill(
        "Call 800-555-0100 or a@threefold.example"
    )
    _press(page, "Save letter")
    _press(page, "Finish letter")
    page.get_by_role("link", name="Record that it went out").click()
    assert_accessible(page)
    page.get_by_label("In words").fill("All 80 patients")
    page.get_by_label("How", exact=True).select_option("first_class")
    page.get_by_label("When it went out").fill("2026-04-02T10:00")
    page.get_by_label("Time zone of that clock").select_option(ZONE)
    _press(page, "Record notice")
    expect(page.get_by_role("table", name="Notices")).to_contain_text(
        "Letter to an individual"
    )


def _main_pages(people: People, live: Live) -> None:
    for path in ("", "contacts/", "readings/", "register/", "register/matches/"):
        people.officer.goto(f"{live.url}/incidents/{path}")
        assert_accessible(people.officer)
    people.sub_lead.goto(f"{live.url}/incidents/report/")
    assert_accessible(people.sub_lead)


def _by_keyboard_without_javascript(page: Page, live: Live) -> None:
    page.goto(f"{live.url}/account/login/")
    page.locator("input[name=login]").fill("lino@nightlayer.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{live.url}/incidents/report/")
    page.get_by_label("In two or three sentences").focus()
    page.keyboard.type("MRN 00483921 was read out.")
    page.get_by_label("When your side first knew").fill("2026-01-05T22:00")
    page.get_by_label("Who noticed").focus()
    page.keyboard.type("Team lead")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("a medical record number")
    page.get_by_label("In two or three sentences").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("A number was read out.")
    page.get_by_label("Who noticed").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Draft, own side only")
