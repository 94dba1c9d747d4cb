"""Long lists page by page, the gap between periods, and the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.assurance import queries
from apps.assurance.models import EvidenceRequest
from apps.core import clock
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.assurance import (
    make_activity,
    make_activity_record,
    make_certificate,
    make_evidence_request,
    make_letter,
    make_policy,
    make_share,
)

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]
ROOT = "/assurance/"
TODAY = date(2026, 6, 15)


def soc(cast: Cast, first: date, last: date, **overrides: object) -> object:
    return make_certificate(
        cast.vendor, standard="soc2_type2", first_on=first, last_on=last, **overrides
    )


def two_periods(cast: Cast) -> tuple[object, object]:
    """Nine months apart from each other by 92 days, of which a letter covers 61."""
    older = soc(cast, date(2024, 10, 1), date(2025, 9, 30))
    newer = soc(cast, date(2026, 1, 1), date(2026, 5, 31))
    make_letter(older, first_on=date(2025, 10, 1), last_on=date(2025, 11, 30))
    return older, newer


def test_days_between_two_periods(cast: Cast, client_for: ClientFor) -> None:
    older, newer = two_periods(cast)
    page = client_for(cast.manager).get(f"{ROOT}certificates/{older.pk}/")
    text = " ".join(page.text.split())
    assert "92 days before the next period:" in text
    assert "letters cover 61, nothing covers 31." in text
    assert "Ended, a newer one follows" in text
    latest = client_for(cast.manager).get(f"{ROOT}certificates/{newer.pk}/")
    text = " ".join(latest.text.split())
    assert "15 days since the period ended: nothing covers them." in text
    assert "All periods of SOC 2 Type II" in text


def test_a_letter_that_covers_it_all(cast: Cast) -> None:
    older, _ = two_periods(cast)
    make_letter(older, first_on=date(2025, 12, 1), last_on=date(2026, 1, 31))
    rows = queries.certificates(cast.manager)
    seams = [line.seam for line in queries.certificate_lines(rows, as_of=TODAY)]
    assert [(seam.total, seam.uncovered) for seam in seams if seam] == [
        (15, 15),
        (92, 0),
    ]


def test_a_reader_learns_of_no_paper_that_was_not_shared(cast: Cast) -> None:
    older, _ = two_periods(cast)
    make_share(older, cast.clinic)
    [line] = queries.certificate_lines(queries.certificates(cast.officer), as_of=TODAY)
    assert line.following_on is None
    withdrawn = soc(
        cast,
        date(2026, 2, 1),
        date(2026, 5, 1),
        withdrawn_on=date(2026, 5, 2),
        withdrawal_reason="Mistake",
    )
    lines = queries.certificate_lines(queries.certificates(cast.manager), as_of=TODAY)
    by_row = {one.certificate: one for one in lines}
    assert by_row[older].following_on == date(2026, 1, 1)
    assert by_row[withdrawn].seam is None


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("certificates/", lambda cast: make_certificate(cast.vendor)),
        ("policies/", lambda cast: make_policy(cast.vendor)),
        ("requests/", lambda cast: make_evidence_request(cast.engagement)),
    ],
)
def test_lists_turn_pages_in_a_fixed_number_of_queries(
    cast: Cast,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    make: Callable[[Cast], object],
) -> None:
    monkeypatch.setattr("apps.assurance.views.lists.PAGE", 3)
    browser = client_for(cast.manager)
    assert browser.get(f"{ROOT}{path}").status_code == 200
    counts, name = [], path.rstrip("/").replace("certificates", "lines")
    for _ in range(4):
        make(cast)
        with CaptureQueriesContext(connection) as captured:
            page = browser.get(f"{ROOT}{path}")
        counts.append(len(captured))
    assert counts[0] == counts[3]
    assert len(page.context[name]) == 3
    assert page.context["older_url"] == "?after=3"
    second = browser.get(f"{ROOT}{path}?after=3")
    assert len(second.context[name]) == 1
    assert (second.context["older_url"], second.context["newer_url"]) == (
        "",
        "?after=0",
    )


def test_lists_are_narrowed(cast: Cast, client_for: ClientFor) -> None:
    own = make_policy(cast.vendor, title="Chat conduct")
    make_policy(cast.vendor, title="Travel")
    browser = client_for(cast.manager)
    found = browser.get(f"{ROOT}policies/?q=chat&whose=own").context["policies"]
    assert found == [own.policy]
    page = browser.get(f"{ROOT}policies/?whose=others")
    assert "Nothing matches" in page.text
    assert browser.get(f"{ROOT}policies/?whose=x").status_code == 422
    mine = make_evidence_request(cast.engagement)
    make_evidence_request(
        cast.engagement, asked_by=cast.vendor, asked_of=cast.clinic, title="BAA copy"
    )
    make_evidence_request(cast.engagement, withdrawn_at=clock.now())
    wanted = browser.get(f"{ROOT}requests/?whose=own&state=open").context["requests"]
    assert wanted == [mine]
    closed = browser.get(f"{ROOT}requests/?state=closed").context["requests"]
    assert [row.withdrawn_at for row in closed] == [clock.now()]


def test_a_client_lists_what_vendors_show_it(cast: Cast, client_for: ClientFor) -> None:
    row = make_certificate(cast.vendor, number="IS 7")
    make_certificate(cast.vendor, number="IS 8")
    make_share(row, cast.clinic)
    page = client_for(cast.reader).get(f"{ROOT}certificates/")
    assert [line.certificate for line in page.context["lines"]] == [row]
    assert str(cast.vendor) in page.text


def test_calendar_of_a_year(cast: Cast, client_for: ClientFor) -> None:
    late = make_activity(
        cast.vendor, kind="restore_test", first_due_on=date(2026, 6, 14)
    )
    done = make_activity(cast.vendor, kind="access_log_audit", interval_months=3)
    make_activity_record(done, done_on=date(2026, 6, 1))
    make_certificate(cast.vendor, last_on=date(2027, 5, 31))
    make_certificate(cast.vendor, standard="pci_dss", last_on=date(2027, 6, 1))
    make_activity(cast.clinic, kind="incident_test")
    make_evidence_request(cast.engagement)
    months = queries.calendar(cast.manager, today=TODAY)
    assert [month.first for month in months] == [
        None,
        *(date(2026, number, 1) for number in range(6, 13)),
        *(date(2027, number, 1) for number in range(1, 6)),
    ]
    due = {month.first: [item.title for item in month.items] for month in months}
    assert due[None] == ["Restore test"]
    assert due[date(2026, 6, 1)] == ["Evidence requested: Restore protocol"]
    assert due[date(2026, 9, 1)] == ["Access-log audit"]
    assert [title[:16] for title in due[date(2027, 5, 1)]] == ["Certificate ends"]
    assert sum(len(month.items) for month in months) == 4
    kinds = [one.kind.value for one in queries.never_started(cast.manager)]
    assert kinds == ["annual_review", "incident_test", "subcontractor_review"]
    page = client_for(cast.manager).get(f"{ROOT}calendar/")
    assert f"/assurance/activities/{late.pk}/" in page.text
    assert "our own default; 45 CFR 164.308(a)(6)" in page.text


def test_calendar_is_empty_and_says_how_to_begin(
    cast: Cast, client_for: ClientFor
) -> None:
    months = queries.calendar(cast.manager, today=TODAY)
    assert [len(month.items) for month in months] == [0] * 12
    page = client_for(cast.manager).get(f"{ROOT}calendar/")
    assert "No activity started" in page.text
    assert len(page.context["never_started"]) == 5
    assert not EvidenceRequest.objects.exists()


def test_overview_shows_the_latest_and_how_many_more(
    cast: Cast, client_for: ClientFor
) -> None:
    two_periods(cast)
    for number in range(11):
        make_policy(cast.vendor, title=f"Policy {number:02}")
    page = client_for(cast.manager).get(ROOT)
    assert len(page.context["certificates"]) == 1
    assert "and 1 of earlier periods" in page.text
    assert len(page.context["policies"]) == 10
    assert "11 of ours" in page.text
