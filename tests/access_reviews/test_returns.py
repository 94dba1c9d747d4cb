"""People who come back, and access a person decided to leave open."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from apps.access_reviews import actions, queries, tasks
from apps.access_reviews.enums import Flag, RevocationState
from apps.access_reviews.models import Revocation
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.types import ConditionState
from apps.workforce.models import Agent, EarlierPeriod
from tests.access_reviews.running import run
from tests.access_reviews.test_revocations import export
from tests.conftest import NOON, Cast
from tests.factories.access_reviews import make_account, make_grant, make_system
from tests.factories.workforce import make_agent, make_assignment

LEFT = date(2026, 6, 14)
LINE = "U1,ana,ana@careline.test,active,Agent"


def come_back(agent: Agent, on: date) -> None:
    """As the roster keeps somebody who comes back."""
    EarlierPeriod.objects.create(
        agent=agent, joined_on=agent.joined_on, left_on=agent.left_on or LEFT
    )
    agent.joined_on, agent.left_on = on, None
    agent.save(update_fields=["joined_on", "left_on"])


def leave(agent: Agent, on: date) -> None:
    agent.left_on = on
    agent.save(update_fields=["left_on"])


def states() -> list[RevocationState]:
    rows = Revocation.objects.order_by("asked_at", "pk")
    return [queries.state_now(row) for row in rows]


def test_revocation_lapses_when_the_agent_is_back_before_it_was_done(
    cast: Cast,
) -> None:
    system = make_system(cast.vendor, cast.engagement)
    agent = make_agent(cast.vendor, left_on=LEFT)
    make_account(system, agent=agent)
    make_account(make_system(cast.vendor), agent=agent)
    assert actions.open_for_leavers(cast.vendor.pk) == 2
    with clock.held(NOON + timedelta(days=2)):
        [found] = queries.gate_conditions([cast.engagement], as_of=date(2026, 6, 17))[
            cast.engagement.pk
        ]
        assert found.state is ConditionState.NOT_SATISFIED
        come_back(agent, date(2026, 6, 17))
        tasks.follow_roster(str(cast.vendor.pk))
        assert states() == [RevocationState.WITHDRAWN] * 2
        [found] = queries.gate_conditions([cast.engagement], as_of=date(2026, 6, 17))[
            cast.engagement.pk
        ]
        assert found.state is ConditionState.SATISFIED
    row = queries.revocation(cast.manager, Revocation.objects.all()[0].pk)
    steps = row.timeline  # type: ignore[attr-defined]
    assert [step.kind for step in steps] == ["asked", "withdrawn"]
    assert steps[1].note == "The agent this account belongs to is at work."
    assert AuditEvent.objects.filter(type="revocations.lapsed").count() == 2


def test_agent_who_is_back_is_not_taken_for_access_that_still_shows(
    cast: Cast, tmp_path: Path
) -> None:
    agent = make_agent(cast.vendor, email="ana@careline.test", left_on=LEFT)
    run(export(tmp_path, LINE), "Chat")
    tasks.follow_roster(str(cast.vendor.pk))
    row = queries.revocation(cast.manager, Revocation.objects.get().pk)
    actions.confirm_revocation(row, by=cast.manager, note="Ticket 1", proof=None)
    with clock.held(NOON + timedelta(days=3)):
        come_back(agent, date(2026, 6, 18))
        tasks.follow_roster(str(cast.vendor.pk))
        run(export(tmp_path, LINE), "Chat", "--complete")
        tasks.sweep()
    row = Revocation.objects.get()
    assert (row.reopened_count, row.done_at) == (0, NOON)
    with clock.held(NOON + timedelta(days=9)):
        leave(agent, date(2026, 6, 24))
        tasks.follow_roster(str(cast.vendor.pk))
        assert states() == [RevocationState.WITHDRAWN, RevocationState.OPEN]


def test_agent_who_is_to_come_back_later_has_left_until_then(cast: Cast) -> None:
    system = make_system(cast.vendor)
    agent = make_agent(cast.vendor, left_on=LEFT)
    come_back(agent, date(2026, 8, 1))
    account = make_grant(system, agent=agent).account
    [line] = queries.grant_lines(cast.vendor, [system])
    assert Flag.LEAVER_ACTIVE in line.flags.raised
    tasks.sweep()
    assert states() == [RevocationState.OPEN]
    assert Revocation.objects.get().account == account
    tasks.sweep()
    assert Revocation.objects.count() == 1
    with clock.held(datetime(2026, 8, 1, 12, tzinfo=ZoneInfo("UTC"))):
        tasks.sweep()
        assert states() == [RevocationState.WITHDRAWN]


def test_access_a_person_left_open_is_not_asked_for_again(cast: Cast) -> None:
    cast.vendor.time_zone = "Asia/Manila"
    cast.vendor.save(update_fields=["time_zone"])
    agent = make_agent(cast.vendor, left_on=date(2026, 6, 15))
    make_account(make_system(cast.vendor), agent=agent)
    # Five past midnight of the last day in Manila, the day before in UTC.
    with clock.held(datetime(2026, 6, 15, 0, 5, tzinfo=ZoneInfo("Asia/Manila"))):
        tasks.sweep()
    row = queries.revocation(cast.manager, Revocation.objects.get().pk)
    actions.withdraw_revocation(row, by=cast.manager, reason="Handover until July")
    tasks.sweep()
    assert states() == [RevocationState.WITHDRAWN]
    with clock.held(NOON + timedelta(days=10)):
        leave(agent, date(2026, 6, 20))
        tasks.sweep()
        assert states() == [RevocationState.WITHDRAWN, RevocationState.OPEN]


@pytest.mark.parametrize("by_hand", [True, False])
def test_service_that_goes_on_ends_the_revocation(cast: Cast, by_hand: bool) -> None:  # noqa: FBT001
    system = make_system(cast.vendor, cast.engagement)
    agent = make_agent(cast.vendor)
    make_account(system, agent=agent)
    served = make_assignment(cast.engagement, agent, ended_on=LEFT)
    tasks.sweep()
    assert states() == [RevocationState.OPEN]
    if by_hand:
        row = queries.revocation(cast.manager, Revocation.objects.get().pk)
        actions.withdraw_revocation(row, by=cast.manager, reason="Still needed")
    else:
        served.ended_on = None
        served.save(update_fields=["ended_on"])
    tasks.sweep()
    assert states() == [RevocationState.WITHDRAWN]
    served.ended_on = date(2026, 6, 20)
    served.save(update_fields=["ended_on"])
    with clock.held(NOON + timedelta(days=6)):
        tasks.sweep()
        assert states() == [RevocationState.WITHDRAWN, RevocationState.OPEN]
