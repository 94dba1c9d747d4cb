"""A whole round in two browsers, by people who lose their network and their session,
and the round a year later, down to its dossier."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, Request, expect
from pypdf import PdfReader

from apps.core import clock
from apps.core.dates import add_months
from apps.engagements.models import Engagement
from apps.questionnaires import actions
from apps.questionnaires.models import Answer, Assignment, Dossier
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from tests.factories.engagements import make_engagement
from tests.factories.questionnaires import make_version
from tests.factories.tenancy import make_actor, make_organization
from tests.live import Live
from tests.questionnaires.test_browser import PATIENCE_MS, _sign_in, chromium

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


class Desk:
    """A browser at which one person after the other signs in."""

    def __init__(self, browser: Browser, live: Live) -> None:
        self.live = live
        self.context = browser.new_context(accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)

    def sit(self, actor: Actor) -> None:
        """Sign in."""
        self.context.clear_cookies()
        _sign_in(self.context, self.live, actor)

    def open(self, path: str) -> Page:
        """Go to a page of the portal."""
        self.page.goto(self.live.url + path)
        return self.page

    def press(self, name: str) -> None:
        """Press a button and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()


def _answer(page: Page, number: int, css: str, value: str = "") -> None:
    field = page.locator(f"#q-{number} {css}")
    if value:
        field.fill(value)
    else:
        field.check()


def _saved(page: Page, number: int) -> None:
    expect(page.locator(f"#s-{number} [data-saved]")).to_be_visible()
    expect(page.locator(f"#s-{number} [data-waiting]")).to_have_count(0)


def _decide(page: Page, number: int, label: str, reason: str = "") -> None:
    if reason:
        page.locator(f"#dr-{number}").fill(reason)
    item = page.locator(f"#r-{number}")
    item.get_by_role("button", name=label, exact=True).click()
    expect(page.locator(f"#d-{number}")).to_contain_text(label)


def _assign(desk: Desk, officer: Actor, engagement: Engagement) -> Assignment:
    """The client asks on its page."""
    desk.sit(officer)
    page = desk.open(f"/questionnaires/engagement/{engagement.pk}/assign/")
    page.get_by_label("Questionnaire", exact=False).first.select_option(
        label="Small questionnaire, version 1"
    )
    page.get_by_label("Chat", exact=True).check()
    desk.press("Assign the questionnaire")
    return Assignment.objects.get(engagement=engagement)


def _hand_in(desk: Desk, row: Assignment) -> None:
    desk.open(f"/questionnaires/{row.pk}/submit/")
    desk.press("Hand in")


def _close(desk: Desk, row: Assignment) -> None:
    desk.open(f"/questionnaires/{row.pk}/close/")
    desk.press("Close the review")


def test_a_round_and_the_one_a_year_later(
    live: Live, chromium: Browser, tmp_path: Path
) -> None:
    """By hand. First round: E-1 yes, weight 5, is 1; E-2 "1.2", second of three,
    weight 2, is 1/2; I-1 24 hours, weight 3, accepted with a gap, is 1/2:
    (5 + 1 + 1.5) / 10 = 0.75, conditional. A year later I-1 is accepted: 0.90."""
    expect.set_options(timeout=PATIENCE_MS)
    clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
    vendor = make_organization()
    officer = make_actor(clinic, Role.COMPLIANCE_MANAGER, name="Olga Officer")
    mara = make_actor(vendor, Role.VENDOR_MANAGER, name="Mara Manager")
    milo = make_actor(vendor, Role.VENDOR_MANAGER, name="Milo Second")
    lee = make_actor(vendor, Role.TEAM_LEAD, name="Lee Lead")
    make_version(clinic)
    one, other = Desk(chromium, live), Desk(chromium, live)
    row = _assign(other, officer, make_engagement(client=clinic, provider=vendor))

    # Three people answer; the network goes, and a session ends.
    one.sit(mara)
    sheet = one.open(f"/questionnaires/{row.pk}/sheet/")
    sheet.locator("#to-INC").select_option(label="Lee Lead")
    sheet.locator("section", has=sheet.locator("#to-INC")).get_by_role(
        "button", name="Hand to a colleague"
    ).click()
    expect(sheet.get_by_text("Lee Lead answers this section.")).to_be_visible()
    _answer(sheet, 1, "input[value=yes]")
    _saved(sheet, 1)
    Session.objects.all().delete()
    _answer(sheet, 1, "textarea[name=note]", "AES-256, every disk")
    expect(sheet.locator("#s-1")).to_contain_text("you are signed out")

    other.sit(milo)
    second = other.open(f"/questionnaires/{row.pk}/sheet/")
    other.context.set_offline(True)
    _answer(second, 2, 'input[value="1.2"]')
    expect(second.locator("#s-2")).to_contain_text("no connection")
    one.sit(mara)
    _saved(sheet, 1)
    other.context.set_offline(False)
    _saved(second, 2)
    other.sit(lee)
    third = other.open(f"/questionnaires/{row.pk}/sheet/")
    expect(third.locator("form[data-answer]")).to_have_count(2)
    small = _one_small_request(third)
    _saved(third, 3)
    assert len(small) == 1
    sent, received = small[0]
    assert (sent < 600, received < 1500) == (True, True), small

    kept = Answer.objects.filter(assignment=row).order_by("question_id")
    assert [(a.question_id, a.value, a.note, str(a.answered_by)) for a in kept] == [
        ("E-1", "yes", "AES-256, every disk", "Mara Manager"),
        ("E-2", "1.2", "", "Milo Second"),
        ("I-1", "24", "", "Lee Lead"),
    ]

    # Handed in, changed on request, accepted, closed.
    _hand_in(one, row)
    other.sit(officer)
    review = other.open(f"/questionnaires/{row.pk}/review/")
    _decide(review, 1, "Accept")
    _decide(review, 2, "Request change", "Until when is 1.2 in use?")
    _decide(review, 3, "Accept with gap", "Our contract says 12 hours")
    other.press("Send back for changes")
    sheet = one.open(f"/questionnaires/{row.pk}/sheet/")
    expect(sheet.locator("form[data-answer]")).to_have_count(2)  # E-2, and I-2 unasked
    expect(sheet.locator("#q-2")).to_contain_text("Until when is 1.2 in use?")
    _answer(sheet, 2, "textarea[name=note]", "Until March; the load balancer")
    _saved(sheet, 2)
    _hand_in(one, row)
    review = other.open(f"/questionnaires/{row.pk}/review/")
    expect(review.locator("#d-1")).to_contain_text("Accept")
    _decide(review, 2, "Accept")
    _close(other, row)
    expect(other.page.locator("main")).to_contain_text("0.7500")
    expect(other.page.locator("main")).to_contain_text("Accepted with a gap")
    expect(other.page.locator("main")).to_contain_text("1 of 7")

    # A year later the series comes round by itself, with what was said.
    due = add_months(row.due_on, 12) - timedelta(days=40)
    with clock.held(datetime(due.year, due.month, due.day, 12, tzinfo=UTC)):
        [follower] = [
            found for found in actions.open_next_rounds() if found.previous_id == row.pk
        ]
    sheet = one.open(f"/questionnaires/{follower.pk}/sheet/")
    expect(sheet.locator("#q-1")).to_contain_text("Carried over; save it to confirm")
    one.press("Confirm all 2 taken-over answers of this section as still true")
    _answer(sheet, 3, "input[name=value]", "12")
    _saved(sheet, 3)
    sheet = one.open(f"/questionnaires/{follower.pk}/sheet/")
    expect(sheet.locator("#q-1")).to_contain_text("The same as last time")
    expect(sheet.locator("#q-3")).to_contain_text("Changed since")
    _hand_in(one, follower)
    review = other.open(f"/questionnaires/{follower.pk}/review/")
    expect(review.locator("#r-3")).to_contain_text("changed since last time")
    expect(review.locator("#r-3")).to_contain_text("24 hours")
    other.press("Accept what is unchanged since last time")
    review.locator("#rt-1").click()
    for key in ("j", "j", "j", "k", "j", "a"):  # by keyboard: down to I-1, accept
        review.keyboard.press(key)
    expect(review.locator("#d-3")).to_contain_text("Accept")
    _close(other, follower)
    expect(other.page.locator("main")).to_contain_text("0.9000")

    text = _dossier(other, follower, tmp_path)
    for words in (
        "Verdict: Pass. Score 0.9000, coverage 1.0000, 3 of 3 questions answered",
        "2 of 7: Encryption in transit and at rest",
        "Not asked",
        "Last time: 24 hours; changed since",
        "12 hours",
        "Until March; the load balancer",
    ):
        assert words in text, words


def _one_small_request(page: Page) -> list[tuple[int, int]]:
    """Bytes sent and received for each request that saving one answer takes."""
    seen: list[tuple[int, int]] = []

    def count(request: Request) -> None:
        response = request.response()
        assert response is not None
        seen.append((len(request.post_data_buffer or b""), len(response.body())))

    page.on("requestfinished", count)
    _answer(page, 3, "input[name=value]", "24")
    page.locator("#q-3").get_by_role("button", name="Save").focus()
    _saved(page, 3)
    page.wait_for_timeout(2_500)  # the delayed trigger of typing has passed, too
    page.remove_listener("requestfinished", count)
    return seen


def _dossier(desk: Desk, row: Assignment, folder: Path) -> str:
    """Ask for the document, wait for the worker, take it, read it."""
    desk.open(f"/questionnaires/{row.pk}/")
    desk.press("Make a dossier as of now")
    desk.live.wait_until(
        lambda: Dossier.objects.filter(assignment=row, file__isnull=False).exists(),
        what="the dossier",
    )
    desk.open(f"/questionnaires/{row.pk}/")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="dossier").last.click()
    path = folder / "dossier.pdf"
    download.value.save_as(path)
    pages = [page.extract_text() for page in PdfReader(path).pages]
    return " ".join(" ".join(pages).split())
