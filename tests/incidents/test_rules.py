"""Decisions about incidents: discovery, clocks, holds, findings, penalties, text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Conflict, Invalid
from apps.engagements.enums import LegalAgency
from apps.incidents import rules
from apps.incidents.enums import (
    Duty,
    HoldForm,
    Learning,
    Method,
    Outcome,
    PartyRole,
    PenaltyTier,
)
from apps.incidents.rules import Case, Hold, Learned, Party, People, Window
from tests.shared_data import shared

DAYS = st.dates(date(2016, 1, 1), date(2035, 12, 31))
ZONES = st.sampled_from(
    ["UTC", "Asia/Manila", "America/New_York", "America/Los_Angeles", "Asia/Kolkata"]
)
MOMENTS = st.builds(
    lambda day, seconds: datetime.combine(day, time.min, UTC) + timedelta(0, seconds),
    DAYS,
    st.integers(0, 86_399),
)
STATES = st.dictionaries(
    st.sampled_from(["CA", "TX", "NY", "FL", "OH", "GA"]), st.integers(0, 5000)
)
HOLDS = st.builds(
    Hold,
    form=st.sampled_from(HoldForm),
    stated_on=DAYS,
    until=st.none() | DAYS,
)


def _owner(day: date, zone: str = "America/New_York") -> Party:
    return Party("CE", PartyRole.COVERED_ENTITY, zone, (Learned(on=day),))


def _due(case: Case, duty: Duty) -> date | None:
    return next(
        (one.due_on for one in rules.federal_deadlines(case) if one.duty == duty), None
    )


# -- Properties ------------------------------------------------------------


@given(day=DAYS, first=STATES, more=STATES)
def test_adding_residents_never_moves_discovery_or_delays_hhs(
    day: date, first: dict[str, int], more: dict[str, int]
) -> None:
    grown = {s: first.get(s, 0) + more.get(s, 0) for s in {*first, *more}}
    before = Case((_owner(day),), People(sum(first.values()), first))
    after = Case((_owner(day),), People(sum(grown.values()), grown))
    assert rules.discoveries(before.chain) == rules.discoveries(after.chain)
    assert _due(before, Duty.INDIVIDUALS) == _due(after, Duty.INDIVIDUALS)
    hhs = _due(before, Duty.HHS), _due(after, Duty.HHS)
    assert hhs[0] >= hhs[1]  # type: ignore[operator]


@given(day=DAYS, holds=st.lists(HOLDS, max_size=4))
def test_hold_never_brings_a_date_forward(day: date, holds: list[Hold]) -> None:
    people = People(900, {"GA": 900})
    free = rules.federal_deadlines(Case((_owner(day),), people))
    held = rules.federal_deadlines(Case((_owner(day),), people, holds={"CE": holds}))
    for one, other in zip(free, held, strict=True):
        assert other.code == one.code
        assert other.due_on >= one.due_on == other.normal_due_on


@given(at=MOMENTS, hours=st.integers(1, 240), zone=ZONES)
def test_hours_run_by_instant_whatever_the_clocks_do(
    at: datetime, hours: int, zone: str
) -> None:
    reached = rules.window_ends(hours, "hours", on=at.date(), at=at, zone=zone)
    assert reached.at - at == timedelta(hours=hours)


@given(day=DAYS, count=st.integers(0, 120), zone=ZONES)
def test_days_run_by_date_whatever_the_clocks_do(
    day: date, count: int, zone: str
) -> None:
    reached = rules.window_ends(count, "calendar_days", on=day, at=None, zone=zone)
    assert reached.on == day + timedelta(days=count)
    assert reached.at.astimezone(ZoneInfo(zone)).date() == reached.on


@given(at=MOMENTS, learner=ZONES, own=ZONES)
def test_discovery_is_the_earlier_local_date(
    at: datetime, learner: str, own: str
) -> None:
    party = Party("X", PartyRole.COVERED_ENTITY, own, (Learned(at=at, zone=learner),))
    local = {at.astimezone(ZoneInfo(zone)).date() for zone in (learner, own)}
    assert rules.discoveries([party])["X"].on == min(local)


@given(day=DAYS, later=st.integers(0, 90), up=st.integers(0, 90))
def test_agency_never_makes_the_principal_discover_later(
    day: date, later: int, up: int
) -> None:
    def owner_due(agency: LegalAgency) -> date:
        told = [day + timedelta(days=later), day + timedelta(days=later + up)]
        chain = (
            Party(
                "SUB",
                PartyRole.SUBCONTRACTOR,
                "UTC",
                (Learned(on=day),),
                agency,
                Learned(Learning.TOLD, on=told[0]),
            ),
            Party(
                "BA",
                PartyRole.BUSINESS_ASSOCIATE,
                "UTC",
                (),
                agency,
                Learned(Learning.TOLD, on=told[1]),
            ),
            Party("CE", PartyRole.COVERED_ENTITY, "UTC"),
        )
        return rules.discoveries(chain)["CE"].on

    assert owner_due(LegalAgency.AGENT) == day
    assert owner_due(LegalAgency.UNDECIDED) == day
    assert owner_due(LegalAgency.INDEPENDENT) == day + timedelta(days=later + up)


# -- Published timelines ---------------------------------------------------


@pytest.mark.parametrize(
    ("discovered", "reviewed", "told", "due", "late"),
    [
        # A vendor of eligibility services: the inquiry ended a month after discovery.
        (date(2023, 2, 5), date(2023, 3, 3), date(2023, 5, 31), date(2023, 4, 6), 55),
        # A dental practice: eleven months of inquiry after a week in a mailbox.
        (date(2025, 6, 2), date(2026, 5, 1), date(2026, 5, 4), date(2025, 8, 1), 276),
        # A health plan: notices eight months later.
        (
            date(2016, 8, 17),
            date(2017, 3, 1),
            date(2017, 4, 17),
            date(2016, 10, 16),
            183,
        ),
    ],
)
def test_clock_runs_from_discovery_not_from_the_end_of_the_inquiry(
    discovered: date, reviewed: date, told: date, due: date, late: int
) -> None:
    case = Case((_owner(discovered),), People(3464, {"WA": 3464}))
    [clock] = [c for c in rules.federal_deadlines(case) if c.duty == Duty.INDIVIDUALS]
    assert clock.due_on == due < reviewed or due < told
    sent = datetime.combine(told, datetime.min.time(), tzinfo=UTC) + timedelta(hours=16)
    zone = "America/New_York"
    assert rules.days_late(sent, due_on=due, due_at=clock.due_at, zone=zone) == late


# -- Clocks ----------------------------------------------------------------


def test_clock_says_its_arithmetic_and_citation() -> None:
    case = Case((_owner(date(2026, 3, 2)),), People(40, {"XX": 40}))
    individuals, hhs = rules.federal_deadlines(case)
    assert individuals.citation == "45 CFR 164.404(b)"
    assert individuals.words == (
        "Discovered 2 March 2026 (known on 2 March 2026) + 60 days = 1 May 2026."
    )
    assert hhs.words == (
        "Discovered 2 March 2026 (known on 2 March 2026); 31 December 2026 + 60 days = "
        "1 March 2027; 40 people in total."
    )


def test_date_clock_ends_with_the_day_in_the_obligated_zone() -> None:
    case = Case((_owner(date(2026, 3, 2), "America/Los_Angeles"),))
    [clock, _] = rules.federal_deadlines(case)
    assert clock.due_at.astimezone(UTC) == datetime(2026, 5, 2, 6, 59, 59, tzinfo=UTC)


def test_people_not_counted_yet_are_treated_as_many_for_hhs() -> None:
    case = Case((_owner(date(2026, 3, 2)),))
    assert [one.code for one in rules.federal_deadlines(case)] == [
        "FED-INDIVIDUALS",
        "FED-HHS-LARGE",
    ]


def test_finding_lifts_statutory_clocks_and_leaves_the_contract() -> None:
    party = Party(
        "BA", PartyRole.BUSINESS_ASSOCIATE, "UTC", (Learned(on=date(2026, 3, 2)),)
    )
    case = Case(
        (party,),
        windows={"BA": Window(5, "calendar_days", "BAA 1")},
        lifted=frozenset({"BA"}),
    )
    assert [one.code for one in rules.all_deadlines(case)] == ["CONTRACT"]


def test_hours_without_a_moment_run_from_the_start_of_the_day() -> None:
    party = Party(
        "BA",
        PartyRole.BUSINESS_ASSOCIATE,
        "Asia/Manila",
        (Learned(on=date(2026, 3, 2)),),
    )
    case = Case((party,), windows={"BA": Window(24, "hours", "BAA 1")})
    [clock] = rules.contract_deadlines(case)
    assert clock.due_at == datetime(2026, 3, 2, 16, 0, tzinfo=UTC)


def test_earliest_of_federal_state_and_contract_drives_alerts() -> None:
    case = Case((_owner(date(2026, 3, 2)),), People(700, {"CA": 700, "WA": 0}))
    clocks = rules.all_deadlines(case)
    first = rules.earliest(clocks, Duty.INDIVIDUALS)
    assert first is not None
    assert first.code == "CA-1280.15:individuals:discovery"
    assert first.due_on == date(2026, 3, 23)
    assert {one.state for one in clocks} == {"", "CA"}


def test_state_law_that_defers_to_hipaa_is_shown_and_not_counted() -> None:
    case = Case((_owner(date(2026, 3, 2)),), People(10, {"MD": 10}))
    [clock] = [one for one in rules.all_deadlines(case) if one.state]
    assert clock.is_advisory
    assert clock not in rules.counted(rules.all_deadlines(case))


def test_hold_stated_after_the_date_had_passed_moves_nothing() -> None:
    late = Hold(HoldForm.WRITTEN, date(2026, 6, 1), date(2026, 12, 31))
    case = Case((_owner(date(2026, 3, 2)),), holds={"CE": [late]})
    assert _due(case, Duty.INDIVIDUALS) == date(2026, 5, 1)


# -- Findings --------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "exception", "secured", "assessed", "reason", "field"),
    [
        (Outcome.LOW_PROBABILITY, "", False, False, "Read by nobody.", "outcome"),
        (Outcome.SECURED, "", False, True, "Encrypted.", "outcome"),
        (Outcome.EXCEPTION, "", False, True, "Colleague.", "exception"),
        (Outcome.EXCEPTION, "a_fourth", False, True, "Colleague.", "exception"),
        (Outcome.BREACH, "", False, False, " ", "reason"),
    ],
)
def test_finding_without_what_carries_it_is_refused(
    *,
    outcome: Outcome,
    exception: str,
    secured: bool,
    assessed: bool,
    reason: str,
    field: str,
) -> None:
    with pytest.raises(rules.FindingNotSupported) as refused:
        rules.check_finding(
            outcome,
            exception=exception,
            is_secured=secured,
            has_full_assessment=assessed,
            reason=reason,
        )
    assert list(refused.value.fields) == [field]


def test_breach_is_presumed_until_a_finding_says_otherwise() -> None:
    assert rules.notification().reason == "presumed to be a breach"
    assert rules.notification(outcome=Outcome.BREACH).is_required
    lifted = rules.notification(outcome=Outcome.EXCEPTION, exception="not_retained")
    assert (lifted.is_required, lifted.citation) == (False, "45 CFR 164.402(1)(iii)")
    assert not rules.notification(outcome=Outcome.LOW_PROBABILITY).is_required
    assert not rules.notification(outcome=Outcome.NO_PHI).is_required


def test_factor_without_weight_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_factors({"nature": ("low", "Names only."), "person": ("low", " ")})
    assert list(refused.value.fields) == ["person", "acquired", "mitigated"]


def test_one_person_cannot_confirm_alone() -> None:
    with pytest.raises(Conflict):
        rules.check_second_person(proposed_by=None, confirmed_by=None)


@pytest.mark.parametrize(("count", "is_posting"), [(0, False), (9, False), (10, True)])
def test_substitute_notice(*, count: int, is_posting: bool) -> None:
    assert rules.substitute_notice(count)[1] is is_posting


# -- Notices ---------------------------------------------------------------

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
ALL = {item.id for item in rules.federal().contents}


@pytest.mark.parametrize(
    ("duty", "method", "contents", "sent_at", "agreed", "field"),
    [
        (Duty.INDIVIDUALS, Method.FIRST_CLASS, ALL - {"steps"}, NOW, False, "contents"),
        (Duty.MEDIA, Method.PRESS, set(), NOW, False, "contents"),
        (Duty.INDIVIDUALS, Method.EMAIL, ALL, NOW, False, "people_agreed"),
        (Duty.HHS, Method.PHONE, ALL, NOW, False, "method"),
        (Duty.HHS, Method.OCR_PORTAL, ALL, NOW + timedelta(1), False, "sent_at"),
    ],
)
def test_notice_that_cannot_count_is_refused(
    *,
    duty: Duty,
    method: Method,
    contents: set[str],
    sent_at: datetime,
    agreed: bool,
    field: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_notice(
            duty,
            method=method,
            contents=contents,
            sent_at=sent_at,
            now=NOW,
            people_agreed=agreed,
        )
    assert list(refused.value.fields) == [field]


def test_email_counts_where_people_agreed() -> None:
    rules.check_notice(
        Duty.INDIVIDUALS,
        method=Method.EMAIL,
        contents=ALL,
        sent_at=NOW,
        now=NOW,
        people_agreed=True,
    )


# -- Free text -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("SSN 123-45-6789 was read out", ("a Social Security number",)),
        ("social security no: 123456789", ("a Social Security number",)),
        ("MRN: 00483921", ("a medical record number",)),
        ("patient ID AB-99123", ("a medical record number",)),
        ("born on 3 May 1961", ("a date of birth",)),
        ("DOB 05/03/61", ("a date of birth",)),
        ("d.o.b. 1961-05-03", ("a date of birth",)),
        ("On 3 May 2026 at 10:30 a chat went to the wrong patient", ()),
        ("Call 555-123-4567, ticket 20260503-0001", ()),
        ("900-12-3456 and 000-12-3456 are never issued", ()),
        ("the MRN field was visible to 12 agents", ()),
    ],
)
def test_text_that_looks_like_an_identifier(text: str, kinds: tuple[str, ...]) -> None:
    assert rules.suspected(text) == kinds


def test_suspected_text_is_refused_without_being_repeated() -> None:
    with pytest.raises(rules.LooksLikePhi) as refused:
        rules.check_free_text({"summary": "MRN 123456"}, is_confirmed=False)
    assert "123456" not in f"{refused.value.message}{refused.value.fields}"
    rules.check_free_text({"summary": "MRN 123456"}, is_confirmed=True)


# -- Penalties -------------------------------------------------------------


def _examples() -> list[dict[str, Any]]:
    try:
        text = shared("reference", "penalties.yaml").read_text("utf-8")
    except pytest.skip.Exception:
        return []
    return list(yaml.safe_load(text)["examples"])


@pytest.mark.parametrize("example", _examples(), ids=lambda one: one["id"])
def test_worked_penalty(example: dict[str, Any]) -> None:
    found = rules.exposure(
        assessed_on=example["assessed_on"],
        tier=PenaltyTier(example["tier"]),
        violations_by_year=example["violations_by_year"],
        provisions=example["provisions"],
        known_on=example.get("known_on"),
        corrected_on=example.get("corrected_on"),
    )
    said = {
        "period": found.table.id,
        "min": found.least,
        "max": found.most,
        "min_uncapped": found.least_uncapped,
        "max_uncapped": found.most_uncapped,
        "min_discretion": found.discretion_least,
        "max_discretion": found.discretion_most,
        "reason": found.reason,
    }
    assert {name: said[name] for name in example["expect"]} == example["expect"]


def test_every_table_follows_the_one_before() -> None:
    tables = rules.tables()
    for earlier, later in pairwise(tables[1:]):
        assert earlier.assessed_to is not None
        assert later.assessed_from == earlier.assessed_to + timedelta(days=1)


def test_years_older_than_six_are_left_out() -> None:
    found = rules.exposure(
        assessed_on=date(2026, 11, 25),
        tier=PenaltyTier.DID_NOT_KNOW,
        violations_by_year={2019: 5, 2020: 5},
    )
    assert [one.year for one in found.years] == [2020]


def test_discretion_cap_is_scaled_where_none_was_seen_and_says_so() -> None:
    found = rules.exposure(
        assessed_on=date(2020, 2, 1),
        tier=PenaltyTier.DID_NOT_KNOW,
        violations_by_year={2019: 1000},
    )
    assert found.is_discretion_scaled
    assert found.discretion_least == 29761
    early = rules.exposure(
        assessed_on=date(2019, 4, 29),
        tier=PenaltyTier.DID_NOT_KNOW,
        violations_by_year={2018: 1},
    )
    assert early.discretion_least is None


# -- Names -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "is_close"),
    [
        ("BeneSys, Inc.", "Benesys", True),
        (
            "Warby Parker Inc. (f/k/a JAND Inc. d/b/a Warby Parker)",
            "Warby Parker",
            True,
        ),
        ("The Iowa Clinic, P.C.", "Iowa Clinic PC", True),
        ("Virta Health ", "Erlanger Health", False),
        ("Acme Corp", "", False),
    ],
)
def test_likeness_of_names(*, one: str, other: str, is_close: bool) -> None:
    assert (rules.likeness(one, other) >= rules.CLOSE_ENOUGH) is is_close
