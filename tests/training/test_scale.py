"""Clearance at full size: 2,000 agents, 8 required courses, six years of records."""

from __future__ import annotations

import time
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.training import queries
from apps.training.models import Course, TrainingRecord
from apps.training.rules import valid_until
from apps.workforce.models import Agent, Assignment
from tests.conftest import Cast
from tests.factories.training import make_course, make_equivalence, make_requirement

TODAY = date(2026, 6, 15)
YEARS = range(2021, 2027)


def build(cast: Cast, *, agents: int, courses: int) -> list[Agent]:
    """Everybody repeats every course on 1 March; every tenth agent stopped in 2025."""
    people = Agent.objects.bulk_create(
        Agent(
            organization=cast.vendor,
            external_id=f"A-{number:05}",
            full_name=f"Agent {number}",
            joined_on=date(2021, 1, 1),
        )
        for number in range(agents)
    )
    Assignment.objects.bulk_create(
        Assignment(
            engagement=cast.engagement,
            agent=agent,
            channels=["chat"],
            effective_on=date(2026, 1, 5),
        )
        for agent in people
    )
    made = [make_course(cast.vendor) for _ in range(courses)]
    for course in made:
        make_requirement(cast.engagement, course)
    make_equivalence(made[0], made[-1].versions.get())
    TrainingRecord.objects.bulk_create(_records(people, made), batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return people


def _records(people: list[Agent], courses: list[Course]) -> list[TrainingRecord]:
    versions = {course.pk: course.versions.get() for course in courses}
    return [
        TrainingRecord(
            agent=agent,
            course=course,
            course_version=versions[course.pk],
            completed_on=(day := date(year, 3, 1)),
            valid_until=valid_until(day, 12),
            outcome="passed",
        )
        for number, agent in enumerate(people)
        for course in courses
        for year in YEARS
        if number % 10 or year < 2026
    ]


def check(cast: Cast, *, agents: int, courses: int) -> float:
    """Build, ask, compare; return the seconds the answers took."""
    people = build(cast, agents=agents, courses=courses)
    late = {agent.pk for agent in people[::10]}
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        coverage = queries.coverage(cast.engagement, as_of=TODAY)
        rows = queries.uncleared([cast.engagement.pk], as_of=TODAY)
    seconds = time.perf_counter() - started
    assert len(captured) == 4
    assert (coverage.agents, coverage.not_cleared) == (agents, len(late))
    assert {row.agent_id for row in rows} == late
    assert {row.since for row in rows} == {date(2026, 3, 2)}
    assert all(len(row.lacking) == courses for row in rows)
    return seconds


def test_clearance_of_many_agents_takes_four_queries(cast: Cast) -> None:
    check(cast, agents=40, courses=3)


@pytest.mark.scale
def test_clearance_of_two_thousand_agents(cast: Cast) -> None:
    seconds = check(cast, agents=2_000, courses=8)
    print(f"2,000 agents x 8 courses, 94,400 records: {seconds:.2f} s")  # noqa: T201
