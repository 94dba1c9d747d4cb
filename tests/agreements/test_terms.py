"""What may be recorded as terms, checklist, signatures, amendment, termination."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.agreements.enums import (
    Layer,
    ProvisionStanding,
    Renewal,
    ReportingUnit,
    SigningMethod,
    SigningSide,
)
from apps.agreements.rules import (
    AgreementNotAcceptable,
    AgreementOverlaps,
    Period,
    ProvisionMark,
    ReportingWindow,
    check_amendment,
    check_documents,
    check_free,
    check_marks,
    check_signatures,
    check_signed_here,
    check_termination,
    check_terms,
    is_signed_by_both,
    required_ids,
)
from tests.factories.agreements import make_marks, make_signatures, make_terms

TODAY = date(2026, 6, 15)
HASH = "a" * 64
H, D, B = ReportingUnit.HOURS, ReportingUnit.DAYS, ReportingUnit.BUSINESS_DAYS


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"expires_on": date(2026, 1, 5)},
        {"renewal": Renewal.EVERGREEN, "expires_on": None},
        {"renewal": Renewal.AUTOMATIC, "notice_days": 0},
        {"reporting_value": 8760},
    ],
)
def test_check_terms_accepts(terms: dict[str, Any]) -> None:
    check_terms(make_terms(**terms))


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        ({"expires_on": date(2026, 1, 4)}, {"expires_on"}),
        ({"expires_on": None}, {"expires_on"}),
        ({"renewal": Renewal.EVERGREEN}, {"expires_on"}),
        ({"renewal": Renewal.AUTOMATIC}, {"notice_days"}),
        (
            {"renewal": Renewal.AUTOMATIC, "expires_on": None},
            {"expires_on", "notice_days"},
        ),
        ({"reporting_value": 0}, {"reporting_value"}),
        ({"reporting_value": 8761}, {"reporting_value"}),
        ({"notice_days": -1}, {"notice_days"}),
        ({"notice_days": 3651}, {"notice_days"}),
        ({"effective_on": date(1989, 12, 31)}, {"effective_on"}),
        ({"expires_on": date(2200, 1, 1)}, {"expires_on"}),
    ],
)
def test_check_terms_refuses(terms: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(AgreementNotAcceptable) as refused:
        check_terms(make_terms(**terms))
    assert set(refused.value.fields) == fields


def test_check_marks_accepts_the_required_lines_alone() -> None:
    wanted = set(required_ids(Layer.CLIENT_TO_VENDOR))
    marks = [mark for mark in make_marks() if mark.provision in wanted]
    check_marks(marks, Layer.CLIENT_TO_VENDOR)


def test_check_marks_lists_the_lines_that_are_not_marked() -> None:
    marks = [m for m in make_marks() if m.provision not in {"BAA-06", "BAA-15"}]
    with pytest.raises(AgreementNotAcceptable) as refused:
        check_marks(marks, Layer.CLIENT_TO_VENDOR)
    assert refused.value.fields == {
        "provisions": ["Say where each of these stands: BAA-06, BAA-15."]
    }


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        (ProvisionMark("BAA-01", ProvisionStanding.MET), "Marked more than once"),
        (ProvisionMark("BAA-99", ProvisionStanding.MET), "has no such provision"),
    ],
)
def test_check_marks_refuses(extra: ProvisionMark, text: str) -> None:
    with pytest.raises(AgreementNotAcceptable, match=text):
        check_marks([*make_marks(), extra], Layer.CLIENT_TO_VENDOR)


def test_check_marks_not_applicable_needs_a_reason() -> None:
    marks = make_marks()
    marks[16] = replace(marks[16], standing=ProvisionStanding.NOT_APPLICABLE)
    with pytest.raises(AgreementNotAcceptable, match="do not apply: BAA-17"):
        check_marks(marks, Layer.CLIENT_TO_VENDOR)
    marks[16] = replace(marks[16], reason="No electronic PHI.")
    check_marks(marks, Layer.CLIENT_TO_VENDOR)


def test_check_marks_what_every_agreement_says_cannot_be_set_aside() -> None:
    marks = make_marks()
    aside = {"standing": ProvisionStanding.NOT_APPLICABLE, "reason": "Not needed"}
    marks[14] = replace(marks[14], **aside)
    with pytest.raises(
        AgreementNotAcceptable, match="mark as missing what it does not say: BAA-15"
    ):
        check_marks(marks, Layer.CLIENT_TO_VENDOR)


def test_check_signatures_accepts_both_sides() -> None:
    signatures = make_signatures(signed_on=TODAY, document_sha256=HASH)
    check_signatures(signatures, document_sha256=HASH, today=TODAY)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"signed_on": TODAY + timedelta(days=1)}, "after today"),
        ({"name": " "}, "name and title"),
        ({"title": ""}, "name and title"),
        ({"document_sha256": "b" * 64}, "another document"),
    ],
)
def test_check_signatures_refuses(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(AgreementNotAcceptable, match=text):
        check_signatures(make_signatures(**changes), document_sha256=HASH, today=TODAY)


@pytest.mark.parametrize("kept", [0, 1])
def test_check_signatures_one_side_is_not_enough(kept: int) -> None:
    missing = ["recipient", "discloser"][kept]
    with pytest.raises(AgreementNotAcceptable, match=missing):
        check_signatures([make_signatures()[kept]], document_sha256=HASH, today=TODAY)


@pytest.mark.parametrize("own_side", [None, SigningSide.RECIPIENT])
def test_check_signed_here_somebody_else_is_refused(
    own_side: SigningSide | None,
) -> None:
    signature = make_signatures(method=SigningMethod.PORTAL)[0]
    with pytest.raises(AgreementNotAcceptable, match="sign in the portal"):
        check_signed_here([signature], own_side=own_side)


def test_check_signed_here_own_side_may() -> None:
    signature = make_signatures(method=SigningMethod.PORTAL)[0]
    check_signed_here([signature], own_side=SigningSide.DISCLOSER)


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        ([("discloser", HASH), ("recipient", HASH)], True),
        ([("discloser", HASH)], False),
        ([("discloser", HASH), ("recipient", "b" * 64)], False),
        ([], False),
    ],
)
def test_is_signed_by_both(signed: list[tuple[str, str]], *, expected: bool) -> None:
    assert is_signed_by_both(signed, HASH) is expected


def test_check_documents_of_a_stranger_or_in_quarantine() -> None:
    own, other = UUID(int=1), UUID(int=2)
    check_documents(owner=own, parties={own}, quarantined="")
    with pytest.raises(AgreementNotAcceptable, match="another organization"):
        check_documents(owner=other, parties={own}, quarantined="")
    with pytest.raises(AgreementNotAcceptable, match="in quarantine: macros"):
        check_documents(owner=own, parties={own}, quarantined="macros")


JAN, JUN, DEC = date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("taken", "wanted", "overlaps"),
    [
        ((JAN, JUN), (date(2026, 7, 1), DEC), False),
        ((JAN, JUN), (JUN, DEC), True),
        ((date(2026, 7, 1), DEC), (JAN, JUN), False),
        ((JUN, DEC), (JAN, JUN), True),
        ((JAN, None), (date(2030, 1, 1), None), True),
        ((JUN, None), (JAN, date(2026, 6, 29)), False),
    ],
)
def test_check_free(
    taken: tuple[date, date | None], wanted: tuple[date, date | None], *, overlaps: bool
) -> None:
    periods = [
        Period(
            effective_on=first,
            expires_on=last,
            renewal=Renewal.FIXED if last else Renewal.EVERGREEN,
        )
        for first, last in (taken, wanted)
    ]
    if not overlaps:
        check_free([("Old", periods[0])], periods[1])
        return
    with pytest.raises(AgreementOverlaps, match="The BAA “Old” already covers"):
        check_free([("Old", periods[0])], periods[1])


def test_check_free_ignores_what_never_took_effect() -> None:
    never = Period(effective_on=JUN, terminated_on=JAN, expires_on=DEC)
    check_free([("Never", never)], Period(effective_on=JAN, expires_on=DEC))


def test_check_amendment_may_be_back_dated_but_not_before_its_predecessor() -> None:
    current = Period(effective_on=JAN, expires_on=DEC)
    check_amendment(current, effective_on=date(2026, 1, 2))
    with pytest.raises(AgreementOverlaps, match="begins on a later day"):
        check_amendment(current, effective_on=JAN)


def test_check_amendment_of_a_terminated_one_is_refused() -> None:
    ended = Period(effective_on=JAN, expires_on=DEC, terminated_on=JUN)
    with pytest.raises(AgreementOverlaps, match="30 June 2026 is its last day"):
        check_amendment(ended, effective_on=DEC)


def test_check_termination_within_its_life() -> None:
    period = Period(effective_on=JAN, expires_on=DEC)
    check_termination(period, period, terminated_on=JAN, reason="Moved")
    check_termination(period, period, terminated_on=DEC, reason="Moved")


@pytest.mark.parametrize(
    ("changes", "terminated_on", "reason", "error"),
    [
        ({}, date(2025, 12, 31), "Moved", AgreementNotAcceptable),
        ({}, date(2027, 1, 1), "Moved", AgreementOverlaps),
        ({}, date(2999, 1, 1), "Moved", AgreementNotAcceptable),
        ({}, JUN, " ", AgreementNotAcceptable),
        ({"terminated_on": JUN}, JUN, "Moved", AgreementOverlaps),
    ],
)
def test_check_termination_refuses(
    changes: dict[str, Any], terminated_on: date, reason: str, error: type[Exception]
) -> None:
    period = Period(**{"effective_on": JAN, "expires_on": DEC} | changes)
    with pytest.raises(error):
        check_termination(period, period, terminated_on=terminated_on, reason=reason)


@pytest.mark.parametrize(
    ("value", "unit", "shortest", "longest"),
    [
        (24, H, 24, 24),
        (3, D, 72, 72),
        (1, B, 24, 72),
        (2, B, 48, 96),
        (5, B, 120, 168),
        (6, B, 192, 240),
        (10, B, 288, 336),
    ],
)
def test_window_hours(
    value: int, unit: ReportingUnit, shortest: int, longest: int
) -> None:
    window = ReportingWindow(value, unit)
    assert (window.shortest_hours, window.longest_hours) == (shortest, longest)


@pytest.mark.parametrize(
    ("down", "up", "expected"),
    [
        ((24, H), (24, H), False),
        ((25, H), (24, H), True),
        ((1, D), (24, H), False),
        ((2, D), (24, H), True),
        ((1, B), (72, H), False),
        ((1, B), (71, H), True),
        ((5, B), (5, B), False),
        ((6, B), (5, B), True),
        ((24, H), (1, B), False),
        ((25, H), (1, B), True),
    ],
)
def test_window_is_longer_than(
    down: tuple[int, ReportingUnit], up: tuple[int, ReportingUnit], *, expected: bool
) -> None:
    assert ReportingWindow(*down).is_longer_than(ReportingWindow(*up)) is expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(60, D, False), (61, D, True), (1440, H, False), (42, B, False), (43, B, True)],
)
def test_window_outer_limit_is_sixty_calendar_days(
    value: int, unit: ReportingUnit, *, expected: bool
) -> None:
    assert ReportingWindow(value, unit).is_over_outer_limit is expected


@given(start=st.dates(date(2026, 1, 1), date(2026, 1, 7)), days=st.integers(1, 60))
def test_window_business_days_bound_every_calendar(start: date, days: int) -> None:
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    window = ReportingWindow(days, B)
    taken = (day - start).days * 24
    assert window.shortest_hours <= taken <= window.longest_hours


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1, H, "1 hour"), (24, H, "24 hours"), (1, B, "1 business day")],
)
def test_window_in_words(value: int, unit: ReportingUnit, text: str) -> None:
    assert str(ReportingWindow(value, unit)) == text
