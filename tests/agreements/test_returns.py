"""PHI is asked for when a BAA ends by itself, and no more when one binds again."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.agreements import actions, queries, reactions, tasks, trail
from apps.agreements.enums import DisposalKind, Renewal
from apps.agreements.models import RenewalNotice, ReturnObligation
from apps.agreements.rules import Disposal, DisposalNotOpen
from apps.audit.models import AuditEvent
from apps.audit.subscriptions import Recorded, handlers_of
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.notifications.models import Notification
from apps.tenancy.actor import system
from compliance_portal.celery import app
from tests.conftest import NOON
from tests.factories.agreements import make_agreement, make_baa, make_version
from tests.factories.engagements import make_engagement
from tests.factories.tenancy import make_organization

pytestmark = pytest.mark.django_db
ENDED = date(2026, 5, 31)


def verbs(name):
    return AuditEvent.objects.filter(type=name).count()


def test_it_is_asked_for_once_with_its_day(cast):
    version = make_baa(cast.engagement, expires_on=ENDED, return_days=10)
    assert actions.settle_returns() == 1
    row = ReturnObligation.objects.get()
    assert (row.agreement, row.due_on, row.days, row.is_own_default) == (
        version.agreement,
        date(2026, 6, 10),
        10,
        False,
    )
    assert verbs("phi_return.asked") == 1
    told = Notification.objects.filter(kind="phi_return.asked")
    assert {one.recipient for one in told} == {
        cast.manager.user,
        cast.second_manager.user,
    }
    assert actions.settle_returns() == 0
    assert verbs("phi_return.asked") == 1
    (item,) = queries.due_items(
        cast.manager, first=date(2026, 6, 1), last=date(2026, 6, 30)
    )
    assert (item.kind, item.due) == ("agreement.return", date(2026, 6, 10))


@pytest.mark.parametrize(
    ("terms", "is_noticed", "count"),
    [
        ({"expires_on": date(2026, 6, 15)}, False, 0),
        ({"expires_on": date(2026, 6, 14)}, False, 1),
        ({"expires_on": ENDED, "renewal": Renewal.AUTOMATIC}, False, 0),
        ({"expires_on": ENDED, "renewal": Renewal.AUTOMATIC}, True, 1),
        ({"expires_on": None, "renewal": Renewal.EVERGREEN}, False, 0),
    ],
    ids=["last day", "day after", "renews", "renewal stopped", "evergreen"],
)
def test_which_end_asks(cast, terms, is_noticed, count):
    version = make_baa(cast.engagement, notice_days=30, **terms)
    if is_noticed:
        RenewalNotice.objects.create(
            version=version, given_on=date(2026, 4, 1), given_by="discloser", reason="x"
        )
    assert actions.settle_returns() == count


def test_the_day_ends_in_the_zone_of_the_discloser(cast):
    west = make_organization(time_zone="America/Los_Angeles")
    make_baa(make_engagement(client=west), expires_on=date(2026, 6, 14))
    with clock.held(NOON.replace(hour=6)):  # 23:00 on the 14th there
        assert actions.settle_returns() == 0
    with clock.held(NOON.replace(hour=7)):
        assert actions.settle_returns() == 1


def test_a_termination_asks_itself_and_what_it_asked_for_stays(cast):
    version = make_baa(cast.engagement)
    actions.terminate_agreement(
        version.agreement, by=cast.officer, terminated_on=ENDED, reason="Over"
    )
    make_baa(cast.engagement, effective_on=date(2026, 6, 1))
    assert actions.settle_returns() == 0
    assert ReturnObligation.objects.get().lifted_at is None


def test_a_termination_dated_back_does_not_ask_twice(cast):
    version = make_baa(cast.engagement, expires_on=ENDED)
    actions.settle_returns()
    actions.terminate_agreement(
        version.agreement,
        by=cast.officer,
        terminated_on=date(2026, 5, 1),
        reason="Over",
    )
    assert ReturnObligation.objects.count() == 1


def test_a_baa_that_another_replaced_asks_nothing(cast):
    make_baa(cast.engagement, expires_on=ENDED)
    make_baa(cast.engagement, effective_on=date(2026, 6, 1))
    assert actions.settle_returns() == 0


def test_one_engagement_left_bare_is_enough(cast):
    other = make_engagement(client=cast.clinic, provider=cast.vendor)
    both = make_agreement(cast.engagement, other)
    make_version(both, expires_on=ENDED)
    make_baa(cast.engagement, effective_on=date(2026, 6, 1))
    assert actions.settle_returns() == 1


def test_a_renewal_lifts_it_and_the_next_end_asks_again(cast):
    version = make_baa(cast.engagement, expires_on=ENDED)
    actions.settle_returns()
    version.superseded_on = date(2026, 6, 1)
    version.save(update_fields=["superseded_on"])
    make_version(
        version.agreement,
        number=2,
        effective_on=date(2026, 6, 1),
        expires_on=date(2026, 7, 31),
    )
    assert actions.settle_returns() == 1
    row = ReturnObligation.objects.get()
    assert row.lifted_at == NOON
    assert verbs("phi_return.lifted") == 1
    assert Notification.objects.filter(kind="phi_return.lifted").count() == 2
    with pytest.raises(DisposalNotOpen, match="A BAA binds again"):
        actions.state_disposal(
            row, by=cast.manager, stated=Disposal(DisposalKind.DESTROYED)
        )
    assert not queries.due_items(
        cast.manager, first=date(2026, 6, 1), last=date(2026, 7, 1)
    )
    with clock.held(NOON + timedelta(days=60)):
        assert actions.settle_returns() == 1
        assert actions.settle_returns() == 0
    again = ReturnObligation.objects.get(lifted_at=None)
    assert again.due_on == date(2026, 8, 30)


def test_one_stands_at_a_time(cast):
    version = make_baa(cast.engagement, expires_on=ENDED)
    actions.settle_returns()
    row = ReturnObligation.objects.get()
    row.pk = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    assert version.agreement.return_obligations.count() == 1


def test_the_job_needs_the_permission():
    with pytest.raises(NotAllowed):
        actions.settle_returns(by=system("stranger"))


def test_the_look_costs_the_same_for_more(cast):
    def quiet():
        actions.settle_returns()
        with CaptureQueriesContext(connection) as counted:
            assert actions.settle_returns() == 0
        return len(counted)

    make_baa(cast.engagement, expires_on=ENDED)
    one = quiet()
    for _ in range(3):
        make_baa(make_engagement(), expires_on=ENDED)
    assert quiet() == one


@pytest.mark.parametrize(
    "verb",
    [trail.AGREEMENT_RECORDED, trail.AGREEMENT_AMENDED, trail.RENEWAL_STOPPED],
    ids=lambda verb: verb.name,
)
def test_what_is_recorded_wakes_it(verb):
    assert reactions.settle_returns in handlers_of(verb.name)


def test_the_tasks_settle_one_engagement_and_all(cast):
    make_baa(cast.engagement, expires_on=ENDED)
    make_baa(make_engagement(), expires_on=ENDED)
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    try:
        reactions.settle_returns(
            Recorded("x", cast.clinic.pk, cast.engagement.pk, uuid4())
        )
        assert ReturnObligation.objects.count() == 1
        reactions.settle_returns(Recorded("x", cast.clinic.pk, None, uuid4()))
        assert ReturnObligation.objects.count() == 1
    finally:
        app.conf.update(task_always_eager=False, task_eager_propagates=False)
    tasks.sweep_returns()
    assert ReturnObligation.objects.count() == 2
