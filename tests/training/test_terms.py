"""Terms of courses and requirements, what counts as equal, and past days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.training import actions, queries
from apps.training.enums import Timing
from apps.training.models import Course, Equivalence, Requirement
from apps.training.rules import CellState, CourseVersionTerms, Demands, RequirementTerms
from apps.workforce.models import Agent
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file
from tests.factories.training import (
    make_course,
    make_equivalence,
    make_record,
    make_requirement,
    make_version,
)
from tests.factories.workforce import make_agent, make_assignment

TODAY = date(2026, 6, 15)
TERMS = RequirementTerms(demands=Demands(renew_months=3))


def at_work(cast: Cast, **course: object) -> tuple[Agent, Course]:
    """An agent at work, and a required course valid 12 months."""
    agent = make_assignment(cast.engagement).agent
    made = make_course(cast.vendor, **course)
    make_requirement(cast.engagement, made)
    return agent, made


def is_cleared(engagement: Engagement, day: date) -> bool:
    found = queries.clearance([engagement.pk], as_of=day)[engagement.pk]
    return found.not_cleared == 0


def history(engagement: Engagement, until: date = TODAY) -> list[bool]:
    """Cleared or not on every day of the engagement before ``until``."""
    days = (until - engagement.started_on).days
    return [
        is_cleared(engagement, engagement.started_on + timedelta(days=n))
        for n in range(0, days, 7)
    ]


def types() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))


# -- The past stays -----------------------------------------------------------
def test_shorter_validity_from_a_day_leaves_every_past_day(cast: Cast) -> None:
    agent, course = at_work(cast)
    make_record(agent, course, completed_on=date(2026, 2, 1))
    before = history(cast.engagement)
    assert set(before) == {True, False}
    actions.add_course_version(
        course,
        by=cast.manager,
        version=CourseVersionTerms("short", TODAY, validity_months=1),
    )
    assert history(cast.engagement) == before
    assert is_cleared(cast.engagement, date(2027, 2, 1))
    make_record(agent, course, completed_on=date(2027, 3, 1))
    assert is_cleared(cast.engagement, date(2027, 4, 1))
    assert not is_cleared(cast.engagement, date(2027, 4, 2))


def test_shorter_interval_of_a_client_counts_from_its_day(cast: Cast) -> None:
    agent, course = at_work(cast)
    make_record(agent, course, completed_on=date(2026, 2, 1))
    before = history(cast.engagement)
    row = actions.change_requirement(
        Requirement.objects.get(), by=cast.officer, terms=TERMS, effective_on=TODAY
    )
    assert (row.renew_months, row.effective_on) == (3, TODAY)
    assert history(cast.engagement) == before
    assert is_cleared(cast.engagement, date(2026, 6, 14))
    assert not is_cleared(cast.engagement, TODAY)
    assert types() == ["requirement.ended", "requirement.added"]


def test_equal_course_counts_from_its_day_only(cast: Cast) -> None:
    agent, course = at_work(cast)
    other = make_course(cast.vendor, taught_by="Otherline")
    make_record(agent, other, completed_on=date(2026, 1, 1))
    before = history(cast.engagement)
    assert before == [False] * len(before)
    row = actions.accept_equivalence(
        course,
        by=cast.manager,
        accepted=other.versions.get(),
        effective_on=TODAY,
        reason=" The same contents. ",
        evidence=make_stored_file(cast.vendor),
    )
    assert (row.reason, row.decided_by) == ("The same contents.", cast.manager.user)
    assert history(cast.engagement) == before
    assert is_cleared(cast.engagement, TODAY)
    actions.end_equivalence(row, by=cast.manager, ended_on=TODAY)
    assert is_cleared(cast.engagement, TODAY)
    assert not is_cleared(cast.engagement, TODAY + timedelta(days=1))
    assert types() == ["equivalence.accepted", "equivalence.ended"]


# -- Terms in the database ----------------------------------------------------
@pytest.mark.parametrize(
    ("version", "demands", "record", "expected"),
    [
        ({"grace_days": 0}, {}, {"completed_on": date(2025, 6, 14)}, "expired"),
        ({"grace_days": 1}, {}, {"completed_on": date(2025, 6, 14)}, "pending"),
        ({"grace_days": 1}, {}, {"completed_on": date(2025, 6, 13)}, "expired"),
        ({}, {"renew_months": 6}, {"completed_on": date(2025, 12, 15)}, "valid"),
        ({}, {"renew_months": 6}, {"completed_on": date(2025, 12, 14)}, "insufficient"),
        ({}, {"min_scenario_percent": 50}, {}, "insufficient"),
        (
            {"scenario_percent": 50, "is_scenario_based": True},
            {"min_scenario_percent": 50},
            {},
            "valid",
        ),
        ({}, {"languages": ["tagalog"]}, {"language": "Tagalog"}, "valid"),
        ({}, {"languages": ["tagalog"]}, {"language": "English"}, "insufficient"),
        ({"languages": ["Tagalog"]}, {"languages": ["tagalog"]}, {}, "valid"),
        (
            {"languages": ["Tagalog", "English"]},
            {"languages": ["tagalog"]},
            {},
            "insufficient",
        ),
        ({}, {"needs_signature": True}, {}, "unsigned"),
        ({}, {"needs_signature": True}, {"signed_on": TODAY}, "valid"),
        ({}, {"needs_signature": True}, {"completed_on": date(2025, 6, 1)}, "expired"),
        (
            {},
            {"needs_signature": True, "min_scenario_percent": 50},
            {"signed_on": TODAY},
            "insufficient",
        ),
        (
            {"window_starts_on": date(2026, 6, 1)},
            {},
            {"completed_on": date(2026, 5, 31)},
            "expired",
        ),
        (
            {"window_starts_on": date(2026, 6, 1)},
            {},
            {"completed_on": date(2026, 6, 1)},
            "valid",
        ),
    ],
)
def test_grid_and_clearance_know_the_terms(
    cast: Cast, version: dict, demands: dict, record: dict, expected: str
) -> None:
    agent = make_assignment(cast.engagement).agent
    course = make_course(cast.vendor, version=version)
    make_requirement(cast.engagement, course, **demands)
    make_record(agent, course, **record)
    assert is_cleared(cast.engagement, TODAY) is (expected in {"valid", "pending"})
    [row] = queries.grid(cast.engagement, as_of=TODAY, courses=[course.pk])
    assert row.cells[0].state is CellState(expected)
    assert row.is_cleared is is_cleared(cast.engagement, TODAY)


def test_cell_says_the_day_the_requirement_sees(cast: Cast) -> None:
    """Six months for the client, a year for the course; an equal course as well."""
    agent, course = at_work(cast)
    other = make_course(cast.vendor)
    make_equivalence(course, other.versions.get())
    Requirement.objects.update(renew_months=6)
    make_record(agent, course, completed_on=date(2026, 1, 4))
    make_record(agent, other, completed_on=date(2026, 2, 4))
    [row] = queries.grid(cast.engagement, as_of=TODAY, courses=[course.pk, other.pk])
    assert [cell.until for cell in row.cells] == [date(2026, 8, 4), date(2027, 2, 4)]


def test_days_after_hire_run_from_joining(cast: Cast) -> None:
    """Texas Health and Safety Code 181.101, HB 300: 90 days."""
    agent = make_agent(cast.vendor, joined_on=date(2026, 3, 20))
    make_assignment(cast.engagement, agent, effective_on=date(2026, 6, 1))
    make_requirement(
        cast.engagement,
        make_course(cast.vendor),
        timing=Timing.AFTER_HIRE,
        within_days=90,
    )
    assert is_cleared(cast.engagement, date(2026, 6, 18))
    assert not is_cleared(cast.engagement, date(2026, 6, 19))


def test_client_may_refuse_what_the_provider_takes_as_equal(cast: Cast) -> None:
    agent, course = at_work(cast)
    other = make_course(cast.vendor)
    make_record(agent, other)
    make_equivalence(course, other.versions.get())
    assert is_cleared(cast.engagement, TODAY)
    Requirement.objects.update(accepts_equivalents=False)
    assert not is_cleared(cast.engagement, TODAY)


def test_only_the_version_accepted_counts(cast: Cast) -> None:
    agent, course = at_work(cast)
    other = make_course(cast.vendor)
    newer = make_version(other, effective_on=date(2026, 1, 1))
    make_equivalence(course, newer)
    make_record(agent, other, completed_on=date(2025, 12, 31))
    assert not is_cleared(cast.engagement, TODAY)
    make_record(agent, other, completed_on=date(2026, 1, 1))
    assert is_cleared(cast.engagement, TODAY)


# -- Refusals -----------------------------------------------------------------
def test_requirement_changes_after_it_began_and_to_something_else(cast: Cast) -> None:
    row = make_requirement(cast.engagement, make_course(cast.vendor))

    def change(**given: object) -> Requirement:
        values = {"by": cast.manager, "terms": TERMS, "effective_on": TODAY}
        return actions.change_requirement(row, **values | given)  # type: ignore[arg-type]

    with pytest.raises(Invalid) as refused:
        change(effective_on=row.effective_on)
    assert list(refused.value.fields) == ["effective_on"]
    with pytest.raises(Conflict):
        change(terms=RequirementTerms())
    with pytest.raises(Invalid):
        change(terms=replace(TERMS, timing=Timing.WITHIN_DAYS))
    for actor in (cast.reader, cast.lead, cast.outsider):
        with pytest.raises(NotAllowed):
            change(by=actor)
    assert Requirement.objects.get().ended_on is None
    change()
    with pytest.raises(Conflict):
        change(effective_on=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"effective_on": TODAY - timedelta(days=1)}, Invalid),
        ({"reason": " "}, Invalid),
        ({"accepted": "own"}, Invalid),
        ({"accepted": "foreign"}, NotAllowed),
        ({"evidence": "foreign"}, NotAllowed),
        ({"by": "lead"}, NotAllowed),
        ({"by": "officer"}, NotAllowed),
        ({"by": "other_manager"}, NotAllowed),
    ],
)
def test_equivalence_is_refused(
    cast: Cast, changes: dict, error: type[Exception]
) -> None:
    course = make_course(cast.vendor)
    things = {
        "own": course.versions.get(),
        "foreign": make_course(cast.other_vendor).versions.get(),
        "lead": cast.lead,
        "officer": cast.officer,
        "other_manager": cast.other_manager,
    }
    values = {
        "by": cast.manager,
        "accepted": make_course(cast.vendor).versions.get(),
        "effective_on": TODAY,
        "reason": "The same.",
        "evidence": None,
    }
    for key, value in changes.items():
        values[key] = things.get(value, value) if isinstance(value, str) else value
        if key == "evidence":
            values[key] = make_stored_file(cast.other_vendor)
    with pytest.raises(error):
        actions.accept_equivalence(course, **values)
    assert Equivalence.objects.count() == 0


def test_equivalence_ends_once_and_not_in_the_past(cast: Cast) -> None:
    course, other = make_course(cast.vendor), make_course(cast.vendor)
    row = make_equivalence(course, other.versions.get())
    with pytest.raises(Conflict):
        actions.accept_equivalence(
            course,
            by=cast.manager,
            accepted=other.versions.get(),
            effective_on=TODAY,
            reason="Again.",
        )
    with pytest.raises(Invalid):
        actions.end_equivalence(
            row, by=cast.manager, ended_on=TODAY - timedelta(days=1)
        )
    ended = actions.end_equivalence(row, by=cast.manager, ended_on=TODAY)
    with pytest.raises(Conflict):
        actions.end_equivalence(ended, by=cast.manager, ended_on=TODAY)
