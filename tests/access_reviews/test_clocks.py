"""Clocks of revocations: hours on the instant, told once, judged as they ran then."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from apps.access_reviews import actions, queries, tasks
from apps.access_reviews.enums import RevocationState, RevocationStepKind
from apps.access_reviews.models import Revocation, RevocationStep
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.types import ConditionState
from apps.notifications.models import Notification
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.access_reviews import make_account, make_revocation, make_system
from tests.factories.workforce import make_agent

NEW_YORK = ZoneInfo("America/New_York")
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        # Clocks go forward in the night of 8 March 2026, and back on 1 November.
        (datetime(2026, 3, 7, 22, tzinfo=NEW_YORK), "8 March 23:00"),
        (datetime(2026, 10, 31, 22, tzinfo=NEW_YORK), "1 November 21:00"),
        (datetime(2026, 6, 1, 22, tzinfo=NEW_YORK), "2 June 22:00"),
    ],
)
def test_hours_run_on_the_instant_and_end_at_it(
    asked: datetime, due: str, cast: Cast
) -> None:
    agent = make_agent(cast.vendor, left_on=date(2026, 1, 31))
    make_account(make_system(cast.vendor, cast.engagement), agent=agent)
    with clock.held(asked.astimezone(UTC)):
        actions.open_for_leavers(cast.vendor.pk)
    row = Revocation.objects.get()
    assert f"{row.due_at.astimezone(NEW_YORK):%-d %B %H:%M}" == due
    with clock.held(row.due_at):
        assert seen(cast, row) == (RevocationState.OPEN, 0, ConditionState.SATISFIED, 0)
    with clock.held(row.due_at + MOMENT):
        assert seen(cast, row) == (
            RevocationState.OVERDUE,
            1,
            ConditionState.NOT_SATISFIED,
            1,
        )


def seen(
    cast: Cast, row: Revocation
) -> tuple[RevocationState, int, ConditionState, int]:
    """State, number in the list of overdue ones, verdict, and how many are told."""
    today = clock.today(cast.clinic.time_zone)
    [found] = queries.gate_conditions([cast.engagement], as_of=today)[
        cast.engagement.pk
    ]
    listed = queries.revocations(cast.manager, state=RevocationState.OVERDUE).count()
    return queries.state_now(row), listed, found.state, actions.alert_overdue()


def test_overdue_ones_of_a_system_are_told_together_and_once(cast: Cast) -> None:
    system = make_system(cast.vendor)
    for _ in range(30):
        make_revocation(make_account(system))
    make_revocation(make_account(make_system(cast.vendor)))
    assert actions.alert_overdue() == 31
    assert actions.alert_overdue() == 0
    told = Notification.objects.filter(
        kind="revocation.overdue", recipient=cast.manager.user
    )
    whats = sorted((each.context["what"], each.path) for each in told)
    assert [what for what, _ in whats] == ["30 accesses", "Access"]
    assert whats[0][1].endswith("?state=overdue")
    assert AuditEvent.objects.filter(type="revocations.overdue").count() == 2
    steps = RevocationStep.objects.filter(kind=RevocationStepKind.ALERTED)
    assert steps.count() == 31


def test_past_day_is_judged_by_the_clock_that_ran_then(cast: Cast) -> None:
    """Asked on 10 June 9:00 for 24 hours, done on 12 June, reopened on 14 June."""
    row = make_revocation(make_account(make_system(cast.vendor, cast.engagement)))
    at = row.asked_at
    for kind, days in (("done", 2), ("reopened", 4)):
        RevocationStep.objects.create(
            revocation=row, kind=kind, at=at + timedelta(days=days)
        )
    row.reopened_count, row.reopened_at = 1, at + timedelta(days=4)
    row.due_at = at + timedelta(days=5)
    row.save(update_fields=["reopened_count", "reopened_at", "due_at"])
    verdicts = {}
    with clock.held(at + timedelta(days=30)):
        for day in range(10, 17):
            [found] = queries.gate_conditions(
                [cast.engagement], as_of=date(2026, 6, day)
            )[cast.engagement.pk]
            verdicts[day] = found.state is ConditionState.SATISFIED
    assert verdicts == {
        10: True,
        11: False,
        12: True,
        13: True,
        14: True,
        15: False,
        16: False,
    }


def test_list_of_revocations_goes_on_past_its_first_page(
    cast: Cast, client_for: Callable[[Actor], Client]
) -> None:
    system = make_system(cast.vendor)
    for _ in range(101):
        make_revocation(make_account(system))
    make_revocation(make_account(make_system(cast.clinic)))
    client, seen_in = client_for(cast.manager), []
    query = "?state=running"
    while query:
        page = client.get(f"/access/revocations/{query}").content.decode()
        seen_in.append(re.findall(r"/access/revocations/([0-9a-f-]{36})/", page))
        found = re.search(r'href="(\?[^"]+)" rel="next"', page)
        query = html.unescape(found[1]) if found else ""
    assert [len(each) for each in seen_in] == [100, 1]
    assert len({pk for each in seen_in for pk in each}) == 101
    page = client.get("/access/revocations/?after=nonsense").content.decode()
    assert 'rel="first"' not in page


def test_sweep_tells_what_is_overdue(cast: Cast) -> None:
    make_revocation(make_account(make_system(cast.vendor)))
    tasks.sweep()
    assert Notification.objects.filter(kind="revocation.overdue").count() == 2
