"""States, gaps, sites, grid and due days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assurance import rules
from apps.assurance.enums import (
    ActivityKind,
    CertificateState,
    Medium,
    RequestState,
    Standard,
    Topic,
)
from apps.assurance.rules import (
    CertificateTerms,
    SiteLine,
    SiteStanding,
    Statement,
    Term,
)
from apps.core.dates import Period, add_months
from apps.core.errors import Conflict, Invalid

ISO, SOC = Standard.ISO_27001, Standard.SOC2_TYPE2
State = CertificateState
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("term", "day", "state"),
    [
        (Term(ISO, YEAR), date(2024, 12, 31), State.AHEAD),
        (Term(ISO, YEAR), date(2025, 1, 1), State.CURRENT),
        (Term(ISO, YEAR), date(2025, 12, 31), State.CURRENT),
        (Term(ISO, YEAR), date(2026, 1, 1), State.LAPSED),
        (Term(SOC, YEAR), date(2026, 1, 1), State.GAP),
        (Term(SOC, YEAR), date(2026, 12, 31), State.GAP),
        (Term(SOC, YEAR), date(2027, 1, 1), State.LAPSED),
        (
            Term(SOC, YEAR, letters=(QUARTER,)),
            date(2026, 3, 31),
            State.BRIDGED,
        ),
        (Term(SOC, YEAR, letters=(QUARTER,)), date(2026, 4, 1), State.GAP),
        (
            Term(ISO, YEAR, letters=(QUARTER,)),
            date(2026, 4, 1),
            State.LAPSED,
        ),
        (
            Term(ISO, YEAR, date(2025, 6, 1)),
            date(2025, 5, 31),
            State.CURRENT,
        ),
        (
            Term(ISO, YEAR, date(2025, 6, 1)),
            date(2025, 6, 1),
            State.WITHDRAWN,
        ),
    ],
)
def test_state(term: Term, day: date, state: State) -> None:
    assert rules.state(term, day) is state


LATE = Period(date(2026, 5, 1), date(2026, 5, 31))
JULY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("letters", "until", "total", "bridged"),
    [
        ((), date(2026, 3, 31), 90, 0),
        ((QUARTER,), date(2026, 3, 31), 90, 90),
        ((QUARTER,), date(2026, 6, 30), 181, 90),
        ((LATE, QUARTER), date(2026, 6, 30), 181, 121),
        ((QUARTER, QUARTER), date(2026, 6, 30), 181, 90),
        ((Period(date(2025, 11, 1), date(2026, 1, 10)),), date(2026, 1, 31), 31, 10),
        ((Period(date(2026, 2, 1), date(2027, 1, 10)),), date(2026, 2, 28), 59, 28),
        ((LATE,), date(2026, 3, 31), 90, 0),
        ((), date(2026, 1, 1), 1, 0),
    ],
)
def test_seam(
    letters: tuple[Period, ...], until: date, total: int, bridged: int
) -> None:
    found = rules.seam(Term(SOC, YEAR, letters=letters), until=until)
    assert found is not None
    assert (found.total, found.bridged) == (total, bridged)
    assert found.uncovered == total - bridged
    assert found.days == Period(date(2026, 1, 1), until)


@pytest.mark.parametrize("until", [date(2025, 12, 31), date(2025, 3, 1)])
def test_no_seam_while_the_period_lasts(until: date) -> None:
    assert rules.seam(Term(SOC, YEAR), until=until) is None


offsets = st.integers(0, 500)


@given(st.lists(st.tuples(offsets, offsets), max_size=3), offsets)
def test_seam_counts_each_day_once(pairs: list[tuple[int, int]], until: int) -> None:
    start = date(2025, 8, 1)
    days = [start + timedelta(days=number) for number in range(501)]
    letters = tuple(Period(days[min(pair)], days[max(pair)]) for pair in pairs)
    found = rules.seam(Term(SOC, YEAR, letters=letters), until=days[until])
    between = [day for day in days[: until + 1] if day > date(2025, 12, 31)]
    covered = [day for day in between if any(one.contains(day) for one in letters)]
    counted = (found.total, found.bridged) if found else (0, 0)
    assert counted == (len(between), len(covered))


def test_covered_until_is_without_a_break() -> None:
    term = Term(SOC, YEAR, letters=(LATE, QUARTER))
    assert rules.covered_until(term) == date(2026, 3, 31)


def test_letter_days() -> None:
    assert rules.letter_days(JULY, JULY) == Period(JULY, JULY)
    with pytest.raises(Invalid, match="ends before it begins"):
        rules.letter_days(JULY, date(2026, 6, 30))


def test_renew_by() -> None:
    assert rules.renew_by(Term(ISO, YEAR)) == date(2025, 12, 31)
    assert rules.renew_by(Term(ISO, YEAR, letters=(QUARTER,))) == date(2026, 3, 31)
    assert rules.renew_by(Term(SOC, YEAR, letters=(QUARTER,))) == date(2026, 12, 31)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_certificate_holds_exactly_while_it_is_covered(day: date) -> None:
    term = Term(ISO, YEAR, letters=(QUARTER,))
    assert rules.holds(term, day) == (YEAR.first <= day <= date(2026, 3, 31))


def terms(**overrides: object) -> CertificateTerms:
    values: dict[str, object] = {
        "standard": ISO,
        "number": "",
        "certifying_body": "Assay",
        "scope_text": "All",
        "sites": (),
        "first_on": date(2025, 1, 1),
        "last_on": date(2027, 12, 31),
    }
    return CertificateTerms(**values | overrides)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "refused",
    [
        terms(last_on=date(2024, 12, 31)),
        terms(standard=SOC),
        terms(standard=Standard.SOC2_TYPE1, last_on=date(2025, 2, 1)),
    ],
)
def test_terms_refused(refused: CertificateTerms) -> None:
    with pytest.raises(Invalid) as error:
        rules.check_terms(refused, today=date(2026, 6, 15))
    assert list(error.value.fields) == ["last_on"]


def test_terms_accepted() -> None:
    rules.check_terms(terms(), today=date(2026, 6, 15))
    one_day = terms(standard=Standard.SOC2_TYPE1, last_on=date(2025, 1, 1))
    rules.check_terms(one_day, today=date(2026, 6, 15))


def test_letter_within_the_period_bridges_nothing() -> None:
    rules.check_letter(Term(SOC, YEAR), QUARTER)
    with pytest.raises(Invalid, match="31 Dec 2025"):
        rules.check_letter(
            Term(SOC, YEAR), Period(date(2025, 6, 1), date(2025, 12, 31))
        )


def test_sites_not_covered_come_first() -> None:
    used = {"mnl-1": 40, "CEB-2": 12}
    assert rules.compare_sites(["MNL-1", "DVO-3"], used) == [
        SiteLine("CEB-2", 12, SiteStanding.NOT_COVERED),
        SiteLine("mnl-1", 40, SiteStanding.COVERED),
        SiteLine("DVO-3", 0, SiteStanding.NOT_USED),
    ]


def test_a_paper_that_names_no_site_covers_none_for_sure() -> None:
    assert rules.compare_sites([], {"MNL-1": 3}) == [
        SiteLine("MNL-1", 3, SiteStanding.NOT_SAID)
    ]


def test_grid_shows_gaps_of_what_is_used_only() -> None:
    said = [Statement("Chat rules", frozenset({"chat"}), frozenset({"access"}))]
    grid = rules.grid(said, used={"chat", "voice"})
    chat = next(row for row in grid.rows if row.medium is Medium.CHAT)
    assert [cell.titles for cell in chat.cells if cell.topic is Topic.ACCESS] == [
        ("Chat rules",)
    ]
    assert grid.gaps == 2 * len(Topic) - 1
    assert len(grid.rows) == len(Medium)


@pytest.mark.parametrize(
    ("channels", "is_remote", "media"),
    [
        ((), False, set()),
        ((), True, {"remote_work"}),
        (("chat",), False, {"chat", "screenshots", "transcripts", "exports"}),
    ],
)
def test_media_needed(
    channels: tuple[str, ...], *, is_remote: bool, media: set[str]
) -> None:
    assert rules.media_needed(channels, is_remote=is_remote) == media


def test_every_kind_has_a_default_with_its_citation() -> None:
    found = rules.cadences()
    assert {kind: one.months for kind, one in found.items()} == {
        ActivityKind.ANNUAL_REVIEW: 12,
        ActivityKind.ACCESS_LOG_AUDIT: 3,
        ActivityKind.INCIDENT_TEST: 12,
        ActivityKind.RESTORE_TEST: 6,
        ActivityKind.SUBCONTRACTOR_REVIEW: 12,
    }
    assert all(one.citation.startswith("45 CFR 164.") for one in found.values())


@pytest.mark.parametrize(
    ("done", "due"),
    [
        ([], date(2026, 6, 30)),
        ([date(2026, 8, 31)], date(2026, 11, 30)),
        ([date(2026, 5, 1), date(2025, 5, 1)], date(2026, 8, 1)),
        # Put on record of the past: the first due day stays.
        ([date(2024, 5, 1)], date(2026, 6, 30)),
    ],
)
def test_next_due(done: list[date], due: date) -> None:
    assert rules.next_due(date(2026, 6, 30), 3, done=done) == due


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 60))
def test_next_due_is_calendar_months_later(day: date, months: int) -> None:
    due = rules.next_due(date(1999, 1, 1), months, done=[day])
    assert due == add_months(day, months)
    assert not rules.is_late(due, day=due)


@pytest.mark.parametrize("months", [0, 61])
def test_interval_refused(months: int) -> None:
    with pytest.raises(Invalid):
        rules.check_interval(months)


NOW = datetime(2026, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, RequestState.OPEN),
        ({"answered_at": NOW}, RequestState.ANSWERED),
        ({"answered_at": NOW, "returned_at": NOW}, RequestState.RETURNED),
        ({"answered_at": NOW, "accepted_at": NOW}, RequestState.ACCEPTED),
        ({"answered_at": NOW, "withdrawn_at": NOW}, RequestState.WITHDRAWN),
    ],
)
def test_request_state(facts: dict[str, datetime], state: RequestState) -> None:
    empty = dict.fromkeys(
        ("answered_at", "returned_at", "accepted_at", "withdrawn_at"), None
    )
    assert rules.request_state(**empty | facts) is state  # type: ignore[arg-type]


def test_a_closed_request_takes_nothing() -> None:
    with pytest.raises(Conflict, match="closed"):
        rules.check_state(RequestState.ACCEPTED, allowed={RequestState.OPEN})


@pytest.mark.parametrize("due", [date(2026, 6, 14), date(2027, 6, 16)])
def test_due_refused(due: date) -> None:
    with pytest.raises(Invalid):
        rules.check_due(due, today=date(2026, 6, 15))
