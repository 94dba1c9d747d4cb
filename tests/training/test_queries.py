"""Clearance on any day, the grid, what the gate and the reminders learn."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from apps.core.errors import NotAllowed, NotFound
from apps.core.types import ConditionState
from apps.tenancy.actor import system
from apps.training import queries
from apps.training.enums import Timing
from apps.training.queries import Clearance
from apps.training.rules import CellState, Duty, Pass, is_met
from tests.conftest import Cast
from tests.factories.engagements import make_engagement, make_grant
from tests.factories.training import (
    make_certification,
    make_course,
    make_record,
    make_requirement,
    make_version,
)
from tests.factories.workforce import make_agent, make_assignment, make_site

TODAY = date(2026, 6, 15)


def cleared(cast: Cast, day: date = TODAY) -> Clearance:
    return queries.clearance([cast.engagement.pk], as_of=day)[cast.engagement.pk]


# -- Clearance ----------------------------------------------------------------
def test_nobody_known_is_nobody_cleared(cast: Cast) -> None:
    assert cleared(cast) == Clearance(0, 0)


def test_agent_without_requirement_is_cleared(cast: Cast) -> None:
    make_assignment(cast.engagement)
    assert cleared(cast) == Clearance(1, 1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 5), False),
        (date(2026, 2, 1), True),
        (date(2027, 2, 1), True),
        (date(2027, 2, 2), False),
    ],
)
def test_clearance_of_any_day_follows_the_records(
    cast: Cast, day: date, *, expected: bool
) -> None:
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course)
    agent = make_assignment(cast.engagement).agent
    make_record(agent, course, completed_on=date(2026, 2, 1))
    make_record(agent, course, completed_on=date(2026, 3, 1), outcome="failed")
    assert cleared(cast, day) == Clearance(1, int(expected))


def test_superseded_record_counts_no_longer(cast: Cast) -> None:
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course)
    agent = make_assignment(cast.engagement).agent
    new = make_record(agent, course, outcome="failed")
    make_record(agent, course, superseded_by=new)
    assert cleared(cast) == Clearance(1, 0)


@pytest.mark.parametrize(
    ("changes", "applies"),
    [
        ({}, True),
        ({"role": "team_lead"}, False),
        ({"role": "agent"}, True),
        ({"channel": "voice"}, False),
        ({"channel": "chat"}, True),
        ({"effective_on": date(2026, 6, 16)}, False),
        ({"effective_on": date(2026, 6, 15)}, True),
        ({"ended_on": date(2026, 6, 14)}, False),
        ({"ended_on": date(2026, 6, 15)}, True),
    ],
)
def test_requirement_applies_to_role_channel_and_day(
    cast: Cast, changes: dict, *, applies: bool
) -> None:
    make_assignment(cast.engagement)
    make_requirement(cast.engagement, make_course(cast.vendor), **changes)
    assert cleared(cast) == Clearance(1, int(not applies))


def test_every_requirement_must_be_met(cast: Cast) -> None:
    agent = make_assignment(cast.engagement).agent
    held, lacked = make_course(cast.vendor), make_course(cast.vendor)
    for course in (held, lacked):
        make_requirement(cast.engagement, course)
    make_record(agent, held)
    assert cleared(cast) == Clearance(1, 0)
    make_record(agent, lacked)
    assert cleared(cast) == Clearance(1, 1)


def test_database_and_rule_agree_on_every_day(cast: Cast) -> None:
    """Two assignments, four kinds of requirement, records before, within and after."""
    start = date(2026, 3, 1)
    days = [start + timedelta(days=n) for n in range(0, 70, 3)]
    cases = itertools.product(
        (Timing.BEFORE_CONTACT, Timing.WITHIN_DAYS),
        (start - timedelta(days=9), start + timedelta(days=9)),
        ([], [(start + timedelta(days=20), 1)], [(start - timedelta(days=30), 2)]),
    )
    for timing, required_from, attempts in cases:
        engagement = make_engagement(client=cast.clinic, provider=cast.vendor)
        agent = make_assignment(engagement, effective_on=start).agent
        passed = []
        course = make_course(cast.vendor)
        for completed_on, months in attempts:
            make_version(course, effective_on=completed_on, validity_months=months)
            row = make_record(agent, course, completed_on=completed_on)
            passed.append(Pass(row.completed_on, row.valid_until))
        make_requirement(
            engagement,
            course,
            timing=timing,
            within_days=30,
            effective_on=required_from,
        )
        duty = Duty(start, required_from, timing, 30)
        for day in days:
            found = queries.clearance([engagement.pk], as_of=day)[engagement.pk]
            expected = day < required_from or is_met(duty, day=day, passed=passed)
            assert found == Clearance(1, int(expected)), (timing, required_from, day)


def test_coverage_counts_valid_pending_and_missing(cast: Cast) -> None:
    course = make_course(cast.vendor, title="HIPAA Basics")
    make_requirement(cast.engagement, course, timing=Timing.WITHIN_DAYS, within_days=30)
    make_record(make_assignment(cast.engagement).agent, course)
    make_assignment(cast.engagement, effective_on=date(2026, 6, 1))
    make_assignment(cast.engagement)
    found = queries.coverage(cast.engagement, as_of=TODAY)
    assert (found.agents, found.cleared, found.not_cleared) == (3, 2, 1)
    [one] = found.requirements
    assert (one.applies, one.valid, one.pending, one.missing) == (3, 1, 1, 1)
    assert (one.role_label, one.channel_label) == ("", "")


def test_coverage_takes_two_queries_at_any_size(
    cast: Cast, django_assert_num_queries
) -> None:
    ids = [cast.engagement.pk]
    for _ in range(2):
        engagement = make_engagement(client=cast.clinic, provider=cast.vendor)
        make_assignment(engagement)
        make_requirement(engagement, make_course(cast.vendor))
        ids.append(engagement.pk)
    for wanted in (ids[:1], ids):
        with django_assert_num_queries(2):
            assert set(queries.coverages(wanted, as_of=TODAY)) == set(wanted)


# -- Grid and names -----------------------------------------------------------
def test_grid_says_a_word_for_each_agent_and_course(cast: Cast) -> None:
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course)
    site = make_site(cast.vendor, code="MNL-1")
    people = [
        make_assignment(
            cast.engagement, make_agent(cast.vendor, external_id=name), site=site
        ).agent
        for name in ("A-1", "A-2", "A-3")
    ]
    make_record(people[0], course)
    make_record(people[1], course, completed_on=date(2024, 1, 4))
    rows = queries.grid(cast.engagement, as_of=TODAY, courses=[course.pk])
    assert [
        (each.external_id, each.site, each.is_cleared, each.cells[0].state)
        for each in rows
    ] == [
        ("A-1", "MNL-1", True, CellState.VALID),
        ("A-2", "MNL-1", False, CellState.EXPIRED),
        ("A-3", "MNL-1", False, CellState.MISSING),
    ]
    assert rows[0].cells[0].until == date(2027, 1, 4)
    assert rows[1].cells[0].until == date(2025, 1, 4)


def test_grid_is_paged_and_narrowed(cast: Cast) -> None:
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course)
    people = [make_assignment(cast.engagement).agent for _ in range(3)]
    make_record(people[0], course)

    def names(**more: object) -> list:
        rows = queries.grid(
            cast.engagement,
            as_of=TODAY,
            courses=[course.pk],
            **more,  # type: ignore[arg-type]
        )
        return [row.agent_id for row in rows]

    ids = [agent.pk for agent in people]
    assert names(size=1) == ids[:2]
    assert names(after=ids[1]) == ids[2:]
    open_only = queries.GridFilter(state=queries.GridState.NOT_CLEARED)
    assert names(chosen=open_only) == ids[1:]


def test_grid_goes_by_name_where_names_are_shown(
    cast: Cast, django_assert_max_num_queries
) -> None:
    ids = [
        make_assignment(
            cast.engagement, make_agent(cast.vendor, full_name=name)
        ).agent_id
        for name in ("Dela Cruz, Ana", "Abad, Jun", "Dela Cruz, Ana", "Reyes, Mia")
    ]
    by_name = [ids[1], ids[0], ids[2], ids[3]]

    def page(**more: object) -> list:
        rows = queries.grid(
            cast.engagement,
            as_of=TODAY,
            courses=[],
            by_name=True,
            **more,  # type: ignore[arg-type]
        )
        return [row.agent_id for row in rows]

    assert page() == by_name
    for place in range(4):
        with django_assert_max_num_queries(4):
            assert page(after=by_name[place]) == by_name[place + 1 :]
    stranger = make_agent(cast.vendor, full_name="Aaa").pk
    assert page(after=stranger) == []


def test_grid_shows_the_last_day_left(cast: Cast) -> None:
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course, timing=Timing.WITHIN_DAYS, within_days=30)
    make_assignment(cast.engagement, effective_on=date(2026, 6, 1))
    [row] = queries.grid(cast.engagement, as_of=TODAY, courses=[course.pk])
    assert row.is_cleared
    assert (row.cells[0].state, row.cells[0].until) == (
        CellState.PENDING,
        date(2026, 7, 1),
    )


def test_grid_takes_four_queries_at_any_size(
    cast: Cast, django_assert_num_queries
) -> None:
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course)
    for size in (1, 2):
        make_record(make_assignment(cast.engagement).agent, course)
        with django_assert_num_queries(4):
            rows = queries.grid(cast.engagement, as_of=TODAY, courses=[course.pk])
            assert len(rows) == size


def test_names_are_for_the_provider_and_those_who_decide(cast: Cast) -> None:
    seen = {
        "officer": (True, True),
        "analyst": (True, True),
        "reader": (False, False),
        "manager": (True, True),
        "lead": (True, True),
        "auditor": (True, False),
    }
    for name, (agents, names) in seen.items():
        actor = getattr(cast, name)
        assert queries.may_see_agents(actor, cast.engagement) is agents
        assert queries.may_name_agents(actor, cast.engagement) is names
    make_grant(cast.engagement, cast.auditor.user, names_agents=True)
    assert queries.may_name_agents(cast.auditor, cast.engagement) is True
    job = system("report")
    assert queries.may_name_agents(job, cast.engagement)
    assert queries.may_see_agents(job, cast.engagement)


def test_annex_lists_every_attempt_up_to_the_day(
    cast: Cast, django_assert_num_queries
) -> None:
    course = make_course(
        cast.vendor, title="HIPAA Basics", version={"is_scenario_based": True}
    )
    make_requirement(cast.engagement, course)
    agent = make_assignment(cast.engagement).agent
    make_record(agent, course)
    make_record(agent, course, completed_on=date(2026, 6, 20))
    with django_assert_num_queries(5):
        [found] = queries.agents_training(cast.engagement, as_of=TODAY)
    assert (found.external_id, found.name, found.is_cleared) == (
        agent.external_id,
        agent.full_name,
        True,
    )
    [entry] = found.records
    assert (entry.course_title, entry.version_label, entry.topics) == (
        "HIPAA Basics",
        "2020",
        ("Privacy",),
    )
    assert entry.is_scenario_based
    assert (entry.completed_on, entry.valid_until) == (
        date(2026, 1, 4),
        date(2027, 1, 4),
    )


# -- Gate ---------------------------------------------------------------------
def conditions(cast: Cast) -> dict:
    found = queries.gate_conditions([cast.engagement], as_of=TODAY)
    return {each.code: each for each in found[cast.engagement.pk]}


def test_gate_without_requirement_or_agents(cast: Cast) -> None:
    found = conditions(cast)
    required = found["training.requirements_set"]
    assert required.state is ConditionState.NOT_SATISFIED
    assert required.fix_path == f"/training/engagement/{cast.engagement.pk}/"
    assert found["training.agents_cleared"].state is ConditionState.UNKNOWN


def test_gate_with_agents_but_no_requirement_is_unknown(cast: Cast) -> None:
    make_assignment(cast.engagement)
    found = conditions(cast)["training.agents_cleared"]
    assert (found.state, found.detail) == (
        ConditionState.UNKNOWN,
        "1 agent serves without any required course.",
    )


def test_gate_counts_and_never_names(cast: Cast) -> None:
    course = make_course(cast.vendor, title="HIPAA Basics")
    make_requirement(cast.engagement, course)
    make_record(make_assignment(cast.engagement).agent, course)
    assert conditions(cast)["training.agents_cleared"].detail == (
        "The one agent is cleared."
    )
    make_assignment(cast.engagement, make_agent(cast.vendor, full_name="Ann Alder"))
    found = conditions(cast)
    assert found["training.requirements_set"].detail == "Required: HIPAA Basics."
    assert found["training.agents_cleared"].state is ConditionState.NOT_SATISFIED
    assert found["training.agents_cleared"].detail == (
        "1 of 2 agents are cleared; 1 is not: HIPAA Basics: 1."
    )


def test_gate_takes_two_queries_at_any_size(
    cast: Cast, django_assert_num_queries
) -> None:
    engagements = [cast.engagement]
    for _ in range(2):
        engagements.append(make_engagement(client=cast.clinic, provider=cast.vendor))
    for wanted in (engagements[:1], engagements):
        with django_assert_num_queries(2):
            assert len(queries.gate_conditions(wanted, as_of=TODAY)) == len(wanted)


# -- Due ----------------------------------------------------------------------
def test_certifications_that_run_out_are_one_item_a_course_and_day(
    cast: Cast, django_assert_num_queries
) -> None:
    course = make_course(cast.vendor, title="HIPAA Basics")
    for day in (date(2025, 7, 1), date(2025, 7, 1), date(2025, 7, 2)):
        make_certification(make_agent(cast.vendor), course, completed_on=day)
    gone = make_agent(cast.vendor, left_on=date(2026, 1, 1))
    make_certification(gone, course, completed_on=date(2025, 7, 1))
    window = {"first": TODAY, "last": date(2026, 7, 2)}
    with django_assert_num_queries(2):
        found = queries.due_items(cast.manager, **window)
    assert [(each.title, each.due) for each in found] == [
        ("2 certifications in HIPAA Basics expire on 1 July 2026", date(2026, 7, 1)),
        ("1 certification in HIPAA Basics expires on 2 July 2026", date(2026, 7, 2)),
    ]
    assert found[0].key == f"certification:{course.pk}:none:2026-07-01"
    assert found[0].organization_id == cast.vendor.pk
    assert queries.due_items(system("reminders"), **window) == found
    for actor in (cast.officer, cast.other_manager, cast.reader):
        assert queries.due_items(actor, **window) == []


def test_window_of_due_items_is_inclusive(cast: Cast) -> None:
    course = make_course(cast.vendor)
    make_certification(make_agent(cast.vendor), course, completed_on=date(2025, 7, 1))
    day = date(2026, 7, 1)
    assert len(queries.due_items(cast.manager, first=day, last=day)) == 1
    after = day + timedelta(days=1)
    assert queries.due_items(cast.manager, first=after, last=after) == []


# -- Courses ------------------------------------------------------------------
def test_courses_are_the_organizations_own(cast: Cast) -> None:
    mine, theirs = make_course(cast.vendor), make_course(cast.other_vendor)
    make_certification(make_agent(cast.vendor), mine)
    [found] = queries.courses(cast.manager)
    assert (found, found.certified, found.newest_label) == (mine, 1, "2020")
    with pytest.raises(NotFound):
        queries.course(cast.manager, theirs.pk)
    assert list(queries.courses(cast.officer)) == []
    with pytest.raises(NotAllowed):
        queries.course_choices(cast.officer)


def test_standing_and_next_to_run_out(cast: Cast) -> None:
    course = make_course(cast.vendor)
    late = make_certification(make_agent(cast.vendor), course)
    soon = make_certification(
        make_agent(cast.vendor), course, completed_on=date(2025, 7, 1)
    )
    make_certification(make_agent(cast.vendor), course, completed_on=date(2024, 1, 1))
    found = queries.standing(course, as_of=TODAY)
    assert (found.valid, found.expired) == (2, 1)
    assert list(queries.expiring(course, as_of=TODAY)) == [soon, late]


def test_requirements_are_seen_by_both_parties(cast: Cast) -> None:
    row = make_requirement(cast.engagement, make_course(cast.vendor))
    for actor in (cast.officer, cast.reader, cast.manager, cast.lead):
        assert list(queries.requirements(actor)) == [row]
    for actor in (cast.outsider, cast.other_manager, cast.auditor):
        with pytest.raises(NotFound):
            queries.requirement(actor, row.pk)
