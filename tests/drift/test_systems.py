"""Drift from access exports: a system with accounts that the BAA does not name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from apps.access_reviews import trail as access_reviews
from apps.access_reviews.models import Account, System
from apps.access_reviews.queries import observed_systems
from apps.audit.subscriptions import Recorded, handlers_of
from apps.core import clock
from apps.drift import actions, queries, reactions
from apps.drift.actions import DETECTOR, Counts
from apps.drift.enums import Resolution
from apps.drift.models import DriftFinding
from apps.engagements.rules import ScopeTerms
from apps.notifications.models import Notification
from compliance_portal.celery import app
from tests.conftest import NOON, Cast
from tests.factories.access_reviews import SEEN, make_account, make_system
from tests.factories.agreements import make_agreement, make_version
from tests.factories.drift import make_staff

pytestmark = pytest.mark.django_db
DESK = ScopeTerms(
    services=("patient_support",),
    channels=("chat",),
    phi_categories=("demographic",),
    systems=("Desk",),
)
TODAY = NOON.date()


@pytest.fixture
def at_once() -> Iterator[None]:
    """Tasks run where they are called."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def sheet(cast: Cast) -> System:
    """The BAA names Desk; an export shows an account in Sheets, too."""
    make_version(make_agreement(cast.engagement, title="Chat BAA"), scope=DESK)
    make_staff(cast.engagement)
    make_account(make_system(cast.vendor, cast.engagement, name="desk"))
    system = make_system(cast.vendor, cast.engagement, name="Sheets")
    make_account(system)
    return system


def detect(cast: Cast) -> Counts:
    return actions.detect([cast.engagement.pk], by=DETECTOR)


def test_a_system_outside_the_scope_is_one_finding_and_one_mail(
    cast: Cast, sheet: System
) -> None:
    assert detect(cast) == Counts(detected=1)
    row = DriftFinding.objects.get()
    assert (row.value, row.observed, row.agreed) == (
        "sheets",
        "Sheets is used.",
        "Permitted: Desk.",
    )
    assert queries.evidence_lines(row) == [
        ("Seen in", "an access export, which shows accounts in it")
    ]
    assert "scope line “Systems”" in queries.clauses([row])[row.pk].text
    for _ in range(10):
        extra = make_account(sheet)
        assert detect(cast) == Counts()
        extra.delete()
        assert detect(cast) == Counts()
    assert Notification.objects.filter(kind="drift.detected").count() == 4


def test_it_closes_when_the_accounts_are_gone_and_opens_again(
    cast: Cast, sheet: System
) -> None:
    detect(cast)
    gone = Account.objects.filter(system=sheet)
    gone.update(absent_since=NOON - timedelta(hours=1))
    assert detect(cast) == Counts(resolved=1)
    assert DriftFinding.objects.get().resolution == Resolution.NOT_OBSERVED
    gone.update(absent_since=None)
    assert detect(cast) == Counts(detected=1)
    assert DriftFinding.objects.count() == 2


def test_it_closes_by_an_amendment_that_names_the_system(
    cast: Cast, sheet: System
) -> None:
    detect(cast)
    agreement = cast.engagement.agreements.get()
    agreement.versions.update(superseded_on=TODAY)
    wider = replace(DESK, systems=("Desk", "Sheets"))
    make_version(agreement, scope=wider, effective_on=TODAY)
    assert detect(cast) == Counts(resolved=1)
    assert DriftFinding.objects.get().resolution == Resolution.AMENDED


def test_observed_systems_are_those_that_hold_phi_and_have_accounts(
    cast: Cast, sheet: System
) -> None:
    make_system(cast.vendor, cast.engagement, name="Nobody in it")
    make_account(
        make_system(cast.vendor, cast.engagement, name="Badges", holds_phi=False)
    )
    removed = make_system(cast.vendor, cast.engagement, name="Removed")
    make_account(removed, status="removed")
    ids = [cast.engagement.pk]
    assert observed_systems(ids, as_of=TODAY) == {ids[0]: ("Sheets", "desk")}
    before = SEEN.date() - timedelta(days=1)
    assert observed_systems(ids, as_of=before) == {ids[0]: ()}


@pytest.mark.parametrize(
    "verb",
    [
        access_reviews.SYSTEM_REGISTERED,
        access_reviews.SYSTEM_CHANGED,
        access_reviews.SNAPSHOT_IMPORTED,
    ],
    ids=lambda verb: verb.name,
)
def test_access_wakes_detection(verb: object) -> None:
    assert reactions.look_at_systems in handlers_of(verb.name)  # type: ignore[attr-defined]


def test_an_export_is_looked_at_and_a_system_taken_away_too(
    cast: Cast, sheet: System, at_once: None
) -> None:
    woken = Recorded("snapshot.imported", cast.vendor.pk, None, uuid4())
    reactions.look_at_systems(woken)
    assert DriftFinding.objects.get().resolved_at is None
    sheet.engagements.clear()
    reactions.look_at_systems(woken)
    assert DriftFinding.objects.get().resolution == Resolution.NOT_OBSERVED


def test_the_nightly_sweep_sees_it(cast: Cast, sheet: System) -> None:
    with clock.held(NOON + timedelta(days=1)):
        assert actions.sweep(by=DETECTOR) == Counts(detected=1)
        assert actions.sweep(by=DETECTOR) == Counts()
