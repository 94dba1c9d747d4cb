"""Last days known before they come: the clock runs from their end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from apps.access_reviews import actions, queries, rules, tasks
from apps.access_reviews.enums import RevocationState
from apps.access_reviews.models import (
    AccessPolicy,
    ForeseenLeaver,
    Revocation,
    RevocationStep,
)
from apps.core import clock
from apps.core.types import ConditionState
from apps.tenancy.actor import Actor
from apps.workforce.models import Agent
from tests.conftest import Cast
from tests.factories.access_reviews import make_account, make_system
from tests.factories.workforce import make_agent

HOUR = timedelta(hours=1)
MANILA = "Asia/Manila"


def leaver(cast: Cast, last_day: date, zone: str = MANILA) -> Agent:
    """An agent with one account, where leavers are to be out within an hour."""
    cast.vendor.time_zone = zone
    cast.vendor.save(update_fields=["time_zone"])
    AccessPolicy.objects.create(
        organization=cast.vendor, leaver_hours=1, decision_hours=24, dormant_days=90
    )
    agent = make_agent(cast.vendor, left_on=last_day)
    make_account(make_system(cast.vendor, cast.engagement), agent=agent)
    return agent


def roster_seen(cast: Cast, at: datetime) -> None:
    with clock.held(at):
        tasks.follow_roster(str(cast.vendor.pk))


def local(day: date, hour: int, minute: int = 0, zone: str = MANILA) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "last_day", "due"),
    [
        (MANILA, date(2026, 6, 15), "2026-06-15 17:00"),
        ("America/New_York", date(2026, 6, 15), "2026-06-16 05:00"),
        # The last day has 23 hours, then 25.
        ("America/New_York", date(2026, 3, 8), "2026-03-09 05:00"),
        ("America/New_York", date(2026, 11, 1), "2026-11-02 06:00"),
        # The next day begins at 01:00: there is no midnight.
        ("Africa/Cairo", date(2026, 4, 23), "2026-04-23 23:00"),
        ("Pacific/Kiritimati", date(2028, 2, 29), "2028-02-29 11:00"),
    ],
)
def test_known_before_it_runs_from_the_end_of_the_last_day(
    zone: str, last_day: date, due: str, cast: Cast
) -> None:
    leaver(cast, last_day, zone)
    roster_seen(cast, local(last_day - timedelta(days=1), 23, 50, zone))
    assert not Revocation.objects.exists()
    roster_seen(cast, local(last_day, 0, 5, zone))
    row = Revocation.objects.get()
    assert f"{row.due_at:%Y-%m-%d %H:%M}" == due
    assert (row.starts_at, row.clock_start) == (row.due_at - HOUR, row.due_at - HOUR)
    with clock.held(local(last_day, 23, 59, zone)):
        assert queries.state_now(row) is RevocationState.OPEN
        assert actions.alert_overdue() == 0
    with clock.held(row.due_at + timedelta(seconds=1)):
        assert queries.state_now(row) is RevocationState.OVERDUE
        assert actions.alert_overdue() == 1


def test_recorded_on_the_last_day_itself_runs_at_once(cast: Cast) -> None:
    day = date(2026, 6, 15)
    agent = leaver(cast, day)
    five = local(day, 17)
    roster_seen(cast, five)
    row = Revocation.objects.get(account__agent=agent)
    assert (row.starts_at, row.due_at - five) == (None, HOUR)


def test_day_moved_away_and_back_on_the_day_itself_was_not_known(cast: Cast) -> None:
    day = date(2026, 6, 15)
    agent = leaver(cast, day)
    for left_on, seen in ((day, 1), (date(2026, 7, 1), 2), (None, 3)):
        Agent.objects.filter(pk=agent.pk).update(left_on=left_on)
        roster_seen(cast, local(date(2026, 6, seen), 9))
        kept = ForeseenLeaver.objects.values_list("last_day", flat=True)
        assert list(kept) == ([left_on] if left_on else [])
    Agent.objects.filter(pk=agent.pk).update(left_on=day)
    roster_seen(cast, local(day, 17))
    assert Revocation.objects.get().starts_at is None


def test_found_only_after_the_last_day_runs_at_once(cast: Cast) -> None:
    """An export shows another account the day after."""
    day = date(2026, 6, 15)
    leaver(cast, day)
    roster_seen(cast, local(day - timedelta(days=3), 9))
    roster_seen(cast, local(day + timedelta(days=1), 9))
    assert Revocation.objects.get().starts_at is None


def test_ended_during_the_last_day_took_no_time_and_is_in_time(cast: Cast) -> None:
    day = date(2026, 6, 15)
    leaver(cast, day)
    roster_seen(cast, local(day - timedelta(days=1), 9))
    roster_seen(cast, local(day, 0, 5))
    row = Revocation.objects.get()
    with clock.held(local(day, 16)):
        actions.confirm_revocation(row, by=cast.manager, note="Ticket", proof=None)
        speed = queries.speed(cast.manager, since=local(day, 0))
    assert speed is not None
    assert speed.times == rules.Times(count=1, in_time=1, middle=0.0, worst=0.0)


def test_past_day_of_one_reopened_is_judged_from_the_end_of_the_last_day(
    cast: Cast,
) -> None:
    day = date(2026, 6, 15)
    leaver(cast, day)
    cast.clinic.time_zone = MANILA
    roster_seen(cast, local(day - timedelta(days=1), 9))
    roster_seen(cast, local(day, 0, 5))
    row = Revocation.objects.get()
    at = local(day + timedelta(days=1), 0, 30)
    for kind in ("done", "reopened"):
        at += timedelta(days=1)
        RevocationStep.objects.create(revocation=row, kind=kind, at=at)
    row.reopened_count, row.reopened_at, row.due_at = 1, at, at + HOUR
    row.save(update_fields=["reopened_count", "reopened_at", "due_at"])
    cast.engagement.client.time_zone = MANILA
    with clock.held(at + timedelta(days=9)):
        states = [
            queries.gate_conditions([cast.engagement], as_of=day + timedelta(days=n))[
                cast.engagement.pk
            ][0].state
            is ConditionState.SATISFIED
            for n in range(3)
        ]
    assert states == [True, False, True]


def test_page_and_timeline_say_since_when_the_clock_runs(
    cast: Cast, client_for: Callable[[Actor], Client]
) -> None:
    day = date(2026, 6, 15)
    leaver(cast, day)
    roster_seen(cast, local(day - timedelta(days=1), 9))
    roster_seen(cast, local(day, 0, 5))
    row = Revocation.objects.get()
    page = client_for(cast.manager).get(f"/access/revocations/{row.pk}/")
    text = " ".join(page.content.decode().split())
    assert "the end of the last day, which was known before it came" in text
    assert "known before, so the clock runs from 15 June 2026 16:00 UTC" in text
