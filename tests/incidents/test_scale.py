"""Ten thousand cases: the list, its filters and the running clocks stay quick."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.engagements.models import Engagement
from apps.incidents import queries
from apps.incidents.models import Clock, Incident
from tests.conftest import Cast
from tests.factories.engagements import make_engagement

CASES = 10_000
MOST_SECONDS = 2.0
FILTERS = {
    "not closed": queries.Filters(),
    "overdue": queries.Filters(state="overdue"),
    "drafts": queries.Filters(state="draft"),
    "closed": queries.Filters(state="closed"),
    "all": queries.Filters(state="all"),
    "one kind": queries.Filters(state="open", kind="misdirected"),
    "exercises": queries.Filters(exercises=True),
}


def make_cases(engagements: list[Engagement], number: int) -> None:
    """Cases over some engagements, two clocks each, every fourth overdue."""
    now = clock.now()
    rows = Incident.objects.bulk_create(
        [
            Incident(
                engagement=engagements[place % len(engagements)],
                reporter=engagements[place % len(engagements)].provider,
                kind="misdirected" if place % 3 else "access",
                summary="A chat transcript went to the wrong patient.",
                shared_at=None if place % 10 == 0 else now,
                created_at=now - timedelta(minutes=place),
            )
            for place in range(number)
        ],
        batch_size=2_000,
    )
    Clock.objects.bulk_create(
        [
            Clock(
                incident=row,
                obligated=row.engagement.client,
                code=code,
                duty=code.lower(),
                basis="federal",
                to_whom="each",
                citation="45 CFR 164.404(b)",
                start_on=date(2026, 6, 1),
                due_on=date(2026, 7, 31),
                due_at=now + timedelta(days=40 if place % 4 else -2, minutes=place),
                normal_due_on=date(2026, 7, 31),
                words="",
                rules_version="test",
            )
            for place, row in enumerate(rows)
            for code in ("INDIVIDUALS", "HHS")
        ],
        batch_size=2_000,
    )


def portfolio(cast: Cast, number: int) -> list[Engagement]:
    more = [
        make_engagement(client=cast.clinic, provider=cast.vendor, name=f"Desk {place}")
        for place in range(number)
    ]
    return [cast.engagement, *more]


def look(cast: Cast, filters: queries.Filters) -> tuple[int, float, int]:
    """Queries, seconds and lines of one page of the list."""
    begun = time.perf_counter()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = queries.incident_page(cast.officer, filters)
    return len(captured), time.perf_counter() - begun, len(page.lines)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3, 60])
def test_every_filter_takes_the_same_queries(cast: Cast, number: int) -> None:
    make_cases(portfolio(cast, 2), number)
    for name, filters in FILTERS.items():
        taken, _, lines = look(cast, filters)
        assert taken == (4 if lines else 2), name


@pytest.mark.scale
@pytest.mark.django_db(databases=["default", "owner"])
def test_ten_thousand_cases_while_statistics_say_there_are_none(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table looked at while it was empty, then filled: the planner expects no row."""

    def say(text: str) -> None:
        with capsys.disabled():
            sys.stderr.write(f"{text}\n")

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE incidents_incident, incidents_clock")
    make_cases(portfolio(cast, 40), CASES)
    for name, filters in FILTERS.items():
        taken, seconds, lines = look(cast, filters)
        say(f"{name}: {taken} queries, {seconds:.3f} s, {lines} lines")
        assert taken == (4 if lines else 2)
        assert seconds < MOST_SECONDS, f"{name} took {seconds:.1f} s"
    begun = time.perf_counter()
    running = list(queries.running_clocks(cast.officer)[:50])
    seconds = time.perf_counter() - begun
    say(f"running clocks, the first {len(running)}: {seconds:.3f} s")
    assert seconds < MOST_SECONDS
    days = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    begun = time.perf_counter()
    due = queries.due_items(cast.officer, **days)
    say(f"{len(due)} duties: {time.perf_counter() - begun:.3f} s")
    assert len(due) == 2 * CASES - 2 * CASES // 10
    begun = time.perf_counter()
    late = queries.gate_conditions([cast.engagement], as_of=date(2026, 8, 15))
    seconds = time.perf_counter() - begun
    say(f"condition of one engagement: {seconds:.3f} s")
    assert [one.code for one in late[cast.engagement.pk]] == [
        "incidents.notice_overdue"
    ]
    assert seconds < MOST_SECONDS
