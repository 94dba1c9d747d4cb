"""Who was not cleared since when, held against clearance day by day."""

from __future__ import annotations

import itertools
import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.training import queries
from apps.training.enums import Timing
from tests.conftest import Cast
from tests.factories.training import (
    make_course,
    make_equivalence,
    make_record,
    make_requirement,
    make_version,
)
from tests.factories.workforce import make_agent, make_assignment

FIRST, LAST = date(2026, 1, 5), date(2026, 6, 15)


def test_since_runs_over_changed_terms_and_assignments(cast: Cast) -> None:
    """A new requirement row and a new assignment begin no new stretch."""
    course = make_course(cast.vendor, title="HIPAA Basics")
    agent = make_agent(cast.vendor, external_id="A-1")
    make_assignment(cast.engagement, agent, ended_on=date(2026, 3, 31))
    make_assignment(cast.engagement, agent, effective_on=date(2026, 4, 1))
    make_requirement(cast.engagement, course, ended_on=date(2026, 4, 30))
    make_requirement(
        cast.engagement, course, effective_on=date(2026, 5, 1), renew_months=6
    )
    make_record(agent, course, completed_on=date(2025, 2, 1))
    [found] = queries.uncleared([cast.engagement.pk], as_of=LAST)
    assert (found.since, found.days, found.lacking) == (
        date(2026, 2, 2),
        134,
        ("HIPAA Basics",),
    )
    assert (found.external_id, found.agent_id) == ("A-1", agent.pk)
    assert queries.uncleared([cast.engagement.pk], as_of=date(2026, 2, 1)) == []


def test_gap_between_two_passes_is_a_stretch_of_its_own(cast: Cast) -> None:
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course)
    agent = make_assignment(cast.engagement).agent
    make_record(agent, course, completed_on=date(2025, 3, 1))
    make_record(agent, course, completed_on=date(2026, 4, 1))

    def since(day: date) -> list[date]:
        return [row.since for row in queries.uncleared([cast.engagement.pk], as_of=day)]

    assert since(date(2026, 3, 1)) == since(date(2026, 4, 1)) == []
    assert since(date(2026, 3, 2)) == since(date(2026, 3, 31)) == [date(2026, 3, 2)]
    assert since(date(2027, 4, 1)) == []
    assert since(date(2030, 1, 1)) == [date(2027, 4, 2)]


def build(cast: Cast, chance: random.Random) -> None:
    """Agents, courses and requirements with every term, drawn at random."""

    def day(most: int) -> date:
        return FIRST + timedelta(days=chance.randrange(-60, most))

    courses = [
        make_course(
            cast.vendor,
            version={
                "validity_months": chance.choice([None, 1, 3]),
                "grace_days": 0,
                "languages": chance.choice([[], ["English"], ["English", "Tagalog"]]),
            },
        )
        for _ in range(3)
    ]
    for course in courses:
        make_version(
            course,
            effective_on=FIRST,
            validity_months=2,
            grace_days=chance.choice([0, 10]),
            scenario_percent=60,
            is_scenario_based=True,
        )
        first = day(60)
        make_requirement(
            cast.engagement,
            course,
            effective_on=first,
            ended_on=chance.choice([None, first + timedelta(days=70)]),
            timing=chance.choice(Timing.values),
            within_days=20,
            role=chance.choice(["", "agent"]),
            channel=chance.choice(["", "chat", "voice"]),
            renew_months=chance.choice([None, 1]),
            min_scenario_percent=chance.choice([0, 50]),
            languages=chance.choice([[], ["english"]]),
            accepts_equivalents=chance.choice([True, False]),
            needs_signature=chance.choice([True, False]),
        )
    for course, other in itertools.pairwise(courses):
        for version in other.versions.all():
            first = day(90)
            make_equivalence(
                course,
                version,
                effective_on=first,
                ended_on=chance.choice([None, first + timedelta(days=40)]),
            )
    for _ in range(12):
        agent = make_agent(
            cast.vendor,
            joined_on=day(1),
            left_on=chance.choice([None, None, date(2026, 5, 1)]),
        )
        make_assignment(
            cast.engagement,
            agent,
            role=chance.choice(["agent", "team_lead"]),
            channels=chance.choice([["chat"], ["voice", "chat"]]),
            effective_on=day(30),
            ended_on=date(2026, 3, 31),
        )
        make_assignment(
            cast.engagement,
            agent,
            effective_on=date(2026, 4, chance.randrange(1, 20)),
            ended_on=chance.choice([None, date(2026, 6, 1)]),
        )
        taken: set[tuple[Any, ...]] = set()
        for _ in range(6):
            course = chance.choice(courses)
            key = (course.pk, when := day(140))
            if key not in taken:
                taken.add(key)
                make_record(
                    agent,
                    course,
                    completed_on=when,
                    outcome=chance.choice(["passed", "passed", "failed"]),
                    language=chance.choice(["", "English", "Tagalog"]),
                    signed_on=chance.choice(
                        [None, when, when + timedelta(days=chance.randrange(40))]
                    ),
                )


@pytest.mark.parametrize("seed", range(3))
def test_histories_agree_with_clearance_on_every_day(cast: Cast, seed: int) -> None:
    build(cast, random.Random(seed))  # noqa: S311 - repeatable, not secret
    pk = cast.engagement.pk
    since: dict[Any, date] = {}
    stretches = 0
    # Nobody serves before the first day of all.
    for number in range(-61, (LAST - FIRST).days):
        day = FIRST + timedelta(days=number)
        expected = queries.agents_not_cleared([pk], as_of=day)[pk]
        since = {agent: since.get(agent, day) for agent in expected}
        if number % 3:
            continue
        rows = queries.uncleared([pk], as_of=day)
        assert {row.agent_id: row.since for row in rows} == since, day
        assert all(row.lacking for row in rows)
        stretches += len(rows)
    assert stretches > 0


def test_list_takes_two_queries_whatever_its_length(cast: Cast) -> None:
    make_requirement(cast.engagement, make_course(cast.vendor))
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_assignment(cast.engagement)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            rows = queries.uncleared([cast.engagement.pk], as_of=LAST)
        counts.append((len(rows), len(captured)))
    assert counts == [(1, 2), (3, 2)]
