"""Outcome words, validity, clearance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.dates import Period
from apps.core.errors import Invalid
from apps.training.enums import Mode, Outcome, Timing
from apps.training.rules import (
    CellState,
    CourseVersionTerms,
    Demands,
    Duty,
    Pass,
    RequirementTerms,
    VersionTerm,
    Word,
    cell_state,
    check_version,
    checked_terms,
    counts_on,
    is_met,
    is_valid_on,
    last_day_to_meet,
    mode_of,
    outcome_of,
    satisfies,
    valid_until,
    version_on,
    word_of,
)
from apps.training.rules.outcomes import _MODES, _WORDS


# -- Words --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Passed", Word.PASSED),
        (" PASS ", Word.PASSED),
        ("Complete (Passed)", Word.PASSED),
        ("Failed", Word.FAILED),
        ("not-passed", Word.FAILED),
        ("Completed", Word.DONE),
        ("TRUE", Word.DONE),
        ("In Progress", Word.NOT_DONE),
        ("in_progress", Word.NOT_DONE),
        ("Dropped", Word.NOT_DONE),
        ("Not Attempted", Word.NOT_DONE),
        ("FALSE", Word.NOT_DONE),
        ("perhaps", None),
        ("", None),
    ],
)
def test_status_word_means(text: str, expected: Word | None) -> None:
    assert word_of(text) == expected


@pytest.mark.parametrize("table", [_WORDS, _MODES])
def test_no_word_means_two_things(table: dict) -> None:
    texts = [text for words in table.values() for text in words]
    assert sorted(texts) == sorted(set(texts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("E-Learning", Mode.ONLINE),
        ("Instructor-led", Mode.CLASSROOM),
        ("OJT", Mode.ON_THE_JOB),
        ("pigeon", Mode.UNKNOWN),
    ],
)
def test_mode_word_means(text: str, expected: Mode) -> None:
    assert mode_of(text) == expected


@pytest.mark.parametrize(
    ("word", "score", "mark", "expected"),
    [
        (Word.PASSED, None, None, Outcome.PASSED),
        (Word.PASSED, "10", "80", Outcome.PASSED),
        (Word.FAILED, "99", "80", Outcome.FAILED),
        (Word.DONE, "80", "80", Outcome.PASSED),
        (Word.DONE, "79.99", "80", Outcome.FAILED),
        (Word.DONE, None, "80", Outcome.PASSED),
        (Word.DONE, "10", None, Outcome.PASSED),
        (None, "79", "80", Outcome.FAILED),
        (None, None, None, Outcome.PASSED),
        (Word.NOT_DONE, "100", "80", None),
    ],
)
def test_outcome_of_an_attempt(
    word: Word | None, score: str | None, mark: str | None, expected: Outcome | None
) -> None:
    found = outcome_of(
        word,
        score=Decimal(score) if score else None,
        pass_mark=Decimal(mark) if mark else None,
    )
    assert found == expected


# -- Validity -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("completed_on", "months", "expected"),
    [
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2023, 3, 1), 12, date(2024, 3, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), None, None),
    ],
)
def test_last_day_of_validity(
    completed_on: date, months: int | None, expected: date | None
) -> None:
    assert valid_until(completed_on, months) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_validity_grows_with_months_and_with_days(day: date, months: int) -> None:
    last = valid_until(day, months)
    longer = valid_until(day, months + 1)
    later = valid_until(day + timedelta(days=1), months)
    assert last is not None
    assert longer is not None
    assert later is not None
    assert day < last < longer
    assert last <= later


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_training_on_the_same_day_every_year_leaves_no_gap(day: date) -> None:
    last = valid_until(day, 12)
    assert last is not None
    again = last
    assert is_valid_on(again, completed_on=again, valid_until=valid_until(again, 12))
    assert is_valid_on(last, completed_on=day, valid_until=last)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 14), False),
        (date(2026, 1, 15), True),
        (date(2027, 1, 15), True),
        (date(2027, 1, 16), False),
    ],
)
def test_both_ends_of_validity_are_inclusive(day: date, *, expected: bool) -> None:
    last = date(2027, 1, 15)
    assert (
        is_valid_on(day, completed_on=date(2026, 1, 15), valid_until=last) is expected
    )


def test_validity_without_end_lasts() -> None:
    day = date(2026, 1, 15)
    assert is_valid_on(date(2090, 1, 1), completed_on=day, valid_until=None)


def version(day: date, number: int) -> VersionTerm:
    return VersionTerm(UUID(int=number), day, 12, None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), 1),
        (date(2025, 12, 31), 1),
        (date(2026, 1, 1), 2),
        (date(2030, 1, 1), 2),
    ],
)
def test_version_of_a_day(day: date, expected: int | None) -> None:
    versions = [version(date(2020, 1, 1), 1), version(date(2026, 1, 1), 2)]
    found = version_on(versions, day)
    assert (found.pk.int if found else None) == expected


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"validity_months": 0}, "validity_months"),
        ({"validity_months": -1}, "validity_months"),
        ({"validity_months": 121}, "validity_months"),
        ({"window_starts_on": date(2026, 1, 1)}, "validity_months"),
        ({"grace_days": 30}, "grace_days"),
        ({"validity_months": 12, "grace_days": 366}, "grace_days"),
        ({"scenario_percent": 101, "is_scenario_based": True}, "scenario_percent"),
        ({"scenario_percent": 40}, "scenario_percent"),
        ({"scenario_percent": 0, "is_scenario_based": True}, "scenario_percent"),
    ],
)
def test_impossible_version_is_refused_at_its_field(terms: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_version(CourseVersionTerms("1", date(2026, 1, 1), **terms))
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("completed_on", "months", "starts_on", "expected"),
    [
        (date(2026, 3, 10), 12, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), 12, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), 12, date(2026, 1, 1), date(2027, 12, 31)),
        (date(2025, 12, 31), 12, date(2026, 1, 1), date(2025, 12, 31)),
        (date(2026, 1, 10), 6, date(2024, 1, 15), date(2026, 1, 14)),
        (date(2026, 1, 15), 6, date(2024, 1, 15), date(2026, 7, 14)),
        (date(2026, 2, 27), 1, date(2025, 12, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), 1, date(2025, 12, 31), date(2026, 3, 30)),
        (date(2025, 2, 27), 12, date(2024, 2, 29), date(2025, 2, 27)),
        (date(2028, 2, 28), 12, date(2024, 2, 29), date(2028, 2, 28)),
        (date(2028, 2, 29), 12, date(2024, 2, 29), date(2029, 2, 27)),
    ],
)
def test_fixed_window_ends_for_everybody_alike(
    completed_on: date, months: int, starts_on: date, expected: date
) -> None:
    found = valid_until(completed_on, months, window_starts_on=starts_on)
    assert found == expected


def test_version_needs_a_label_and_may_last_for_ever() -> None:
    with pytest.raises(Invalid):
        check_version(CourseVersionTerms(" ", date(2026, 1, 1)))
    check_version(CourseVersionTerms("1", date(2026, 1, 1), validity_months=None))


# -- Clearance ----------------------------------------------------------------
START = date(2026, 3, 1)
BEFORE = Duty(START, START, Timing.BEFORE_CONTACT)
WITHIN = Duty(START, START, Timing.WITHIN_DAYS, 30)


def test_before_contact_leaves_no_days() -> None:
    assert last_day_to_meet(BEFORE) is None
    assert not is_met(BEFORE, day=START, passed=[])


def test_days_run_from_the_later_of_assignment_and_requirement() -> None:
    assert last_day_to_meet(WITHIN) == date(2026, 3, 31)
    late = Duty(START, date(2026, 5, 1), Timing.WITHIN_DAYS, 30)
    assert last_day_to_meet(late) == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2026, 3, 31), True), (date(2026, 4, 1), False)]
)
def test_last_day_left_is_inclusive(day: date, *, expected: bool) -> None:
    assert is_met(WITHIN, day=day, passed=[]) is expected


def test_any_valid_pass_meets_a_duty() -> None:
    passed = [
        Pass(date(2024, 1, 1), date(2025, 1, 1)),
        Pass(date(2026, 2, 1), date(2027, 2, 1)),
    ]
    assert is_met(BEFORE, day=START, passed=passed)
    assert not is_met(BEFORE, day=date(2027, 2, 2), passed=passed)
    assert not is_met(BEFORE, day=date(2026, 1, 31), passed=passed)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("is_required is_valid was_passed holds_pass", CellState.VALID),
        ("is_valid is_pending was_passed holds_pass", CellState.VALID),
        ("is_required is_pending", CellState.PENDING),
        ("is_required was_passed", CellState.EXPIRED),
        ("is_required was_passed lacks_signature", CellState.EXPIRED),
        ("is_required was_passed holds_pass lacks_signature", CellState.UNSIGNED),
        ("is_required was_passed holds_pass", CellState.INSUFFICIENT),
        ("is_required", CellState.MISSING),
        ("is_required lacks_signature", CellState.MISSING),
        ("is_pending", CellState.NOT_REQUIRED),
    ],
)
def test_cell_says_one_word(facts: str, expected: CellState) -> None:
    known = set(facts.split())
    found = cell_state(
        is_required="is_required" in known,
        is_valid="is_valid" in known,
        is_pending="is_pending" in known,
        was_passed="was_passed" in known,
        holds_pass="holds_pass" in known,
        lacks_signature="lacks_signature" in known,
    )
    assert found is expected


# -- What a completion must be ------------------------------------------------
TAKEN = Pass(date(2026, 1, 31), date(2027, 1, 31), grace_days=14, scenario_percent=40)
SIGNED_LATER = replace(TAKEN, signed_on=date(2026, 2, 10))


@pytest.mark.parametrize(
    ("passed", "demands", "expected"),
    [
        ({}, {}, True),
        ({}, {"min_scenario_percent": 40}, True),
        ({}, {"min_scenario_percent": 41}, False),
        ({"scenario_percent": None}, {"min_scenario_percent": 1}, False),
        ({"language": "Tagalog"}, {"languages": ("tagalog", "english")}, True),
        ({"language": "Spanish"}, {"languages": ("tagalog", "english")}, False),
        ({}, {"languages": ("english",)}, False),
        ({"taught_in": ("English",)}, {"languages": ("english",)}, True),
        ({"taught_in": ("English", "Spanish")}, {"languages": ("english",)}, False),
        ({"equal_on": Period(date(2026, 1, 1))}, {}, True),
        (
            {"equal_on": Period(date(2026, 1, 1))},
            {"accepts_equivalents": False},
            False,
        ),
        ({}, {"needs_signature": True}, False),
        ({"signed_on": date(2026, 2, 10)}, {"needs_signature": True}, True),
    ],
)
def test_completion_is_of_the_kind_asked_for(
    passed: dict, demands: dict, *, expected: bool
) -> None:
    assert satisfies(replace(TAKEN, **passed), Demands(**demands)) is expected


SIGNED = {"needs_signature": True}


@pytest.mark.parametrize(
    ("day", "demands", "in_grace", "expected"),
    [
        (date(2027, 1, 31), {}, False, True),
        (date(2026, 2, 9), SIGNED, False, False),
        (date(2026, 2, 10), SIGNED, False, True),
        (date(2026, 2, 9), {}, False, True),
        (date(2027, 2, 1), {}, False, False),
        (date(2027, 2, 14), {}, True, True),
        (date(2027, 2, 15), {}, True, False),
        (date(2026, 7, 31), {"renew_months": 6}, False, True),
        (date(2026, 8, 1), {"renew_months": 6}, False, False),
        (date(2026, 8, 1), {"renew_months": 6}, True, False),
        (date(2027, 2, 1), {"renew_months": 24}, False, False),
        (date(2026, 1, 30), {}, True, False),
    ],
)
def test_earliest_end_counts_and_grace_is_the_courses(
    day: date, demands: dict, *, in_grace: bool, expected: bool
) -> None:
    assert (
        counts_on(day, SIGNED_LATER, Demands(**demands), in_grace=in_grace) is expected
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 6, 30), False),
        (date(2026, 7, 1), True),
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
    ],
)
def test_equal_version_counts_in_its_period_only(day: date, *, expected: bool) -> None:
    equal = replace(TAKEN, equal_on=Period(date(2026, 7, 1), date(2026, 9, 30)))
    assert counts_on(day, equal, Demands(), in_grace=True) is expected


def test_ninety_days_after_hire_run_from_hire() -> None:
    """Texas Health and Safety Code 181.101, HB 300."""
    duty = Duty(
        date(2026, 3, 1), START, Timing.AFTER_HIRE, 90, joined_on=date(2026, 2, 1)
    )
    assert last_day_to_meet(duty) == date(2026, 5, 30)
    early = replace(duty, required_from=date(2026, 1, 1))
    assert last_day_to_meet(early) == date(2026, 5, 2)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"timing": Timing.WITHIN_DAYS}, "within_days"),
        ({"timing": Timing.AFTER_HIRE, "within_days": 366}, "within_days"),
        ({"demands": Demands(renew_months=0)}, "renew_months"),
        ({"demands": Demands(renew_months=121)}, "renew_months"),
        ({"demands": Demands(min_scenario_percent=101)}, "min_scenario_percent"),
    ],
)
def test_impossible_requirement_is_refused_at_its_field(
    terms: dict, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        checked_terms(RequirementTerms(**terms))
    assert list(refused.value.fields) == [field]


def test_terms_are_kept_in_one_spelling() -> None:
    given = RequirementTerms(
        within_days=9, demands=Demands(languages=(" English", "ENGLISH", ""))
    )
    assert checked_terms(given) == RequirementTerms(
        demands=Demands(languages=("english",))
    )
