"""Reminders once, whatever happens, and policies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Invalid, NotAllowed
from apps.core.types import DueItem
from apps.notifications.models import Notification, OutgoingMail
from apps.reminders import actions, tasks
from apps.reminders.enums import DutyKind, ReminderChannel
from apps.reminders.models import ReminderPolicy, SentReminder
from apps.reminders.rules import OffsetsRefused
from apps.tenancy.actor import system
from apps.tenancy.enums import OrganizationKind, Permission, Role
from apps.tenancy.models import Membership
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_baa
from tests.factories.reminders import make_due_item, make_policy
from tests.factories.tenancy import make_membership, make_organization

JOB = system("reminders", {Permission.REMINDERS_EDIT, Permission.AGREEMENTS_VIEW})
EXPIRES = DutyKind.AGREEMENT_EXPIRES


def told() -> dict[str, list[str]]:
    """Kinds of messages by person."""
    found: dict[str, list[str]] = {}
    for row in Notification.objects.select_related("recipient").order_by("pk"):
        found.setdefault(row.recipient.full_name, []).append(row.kind)
    return found


def test_send_due_tells_the_managers(cast: Cast, duties: list[DueItem]) -> None:
    duties += [make_due_item(cast.clinic), make_due_item(cast.vendor)]
    assert actions.send_due(by=JOB) == 4
    assert told() == {
        "Olga Officer": ["reminder.due"],
        "Omar Second": ["reminder.due"],
        "Mara Manager": ["reminder.due"],
        "Milo Second": ["reminder.due"],
    }
    mail = OutgoingMail.objects.get(to=cast.officer.user.email)
    assert mail.subject == "Due 22 June 2026: The BAA “Chat” ends"
    assert "http://127.0.0.1:8000/agreements/1/" in mail.body
    assert "This line stands for" not in mail.body


def test_send_due_writes_the_ledger(cast: Cast, duties: list[DueItem]) -> None:
    duties.append(make_due_item(cast.clinic))
    actions.send_due(by=JOB)
    mine = SentReminder.objects.filter(recipient=cast.officer.user).order_by("offset")
    message = Notification.objects.get(recipient=cast.officer.user)
    for channel in ReminderChannel:
        rows = mine.filter(channel=channel)
        assert [
            (row.offset, row.superseded_by_offset, row.notification) for row in rows
        ] == [(-30, -7, None), (-14, -7, None), (-7, None, message)]


def test_send_due_again_sends_nothing(cast: Cast, duties: list[DueItem]) -> None:
    duties.append(make_due_item(cast.clinic))
    assert actions.send_due(by=JOB) == 2
    ledger = SentReminder.objects.count()
    assert actions.send_due(by=JOB) == 0
    assert SentReminder.objects.count() == ledger
    with clock.held(NOON + timedelta(days=6)):
        assert actions.send_due(by=JOB) == 2


@pytest.mark.parametrize("outage", [0, 1, 3, 10, 45])
def test_send_due_after_an_outage(
    cast: Cast, duties: list[DueItem], outage: int
) -> None:
    duties.append(make_due_item(cast.clinic))
    with clock.held(NOON + timedelta(days=outage)):
        assert actions.send_due(by=JOB) == 2
    assert set(told()["Olga Officer"]) == {"reminder.due"}
    come = [o for o in (-30, -14, -7, -1, 0, 1, 7, 14) if 7 + o <= outage]
    rows = SentReminder.objects.filter(recipient=cast.officer.user, channel="inbox")
    assert sorted(rows.values_list("offset", flat=True)) == come
    assert rows.get(superseded_by_offset=None).offset == max(come)


def test_send_due_nothing_before_the_first_day(
    cast: Cast, duties: list[DueItem]
) -> None:
    duties.append(make_due_item(cast.clinic, due=date(2026, 7, 16)))
    assert actions.send_due(by=JOB) == 0
    duties.clear()
    assert actions.send_due(by=JOB) == 0


def test_send_due_by_the_date_of_the_organization(
    cast: Cast, duties: list[DueItem]
) -> None:
    east = make_organization(time_zone="Pacific/Kiritimati")
    west = make_organization(time_zone="Pacific/Pago_Pago")
    for place in (east, west):
        make_membership(place, Role.VENDOR_MANAGER, name=place.time_zone)
        make_policy(place)
        duties.append(make_due_item(place, due=date(2026, 6, 16)))
    with clock.held(datetime(2026, 6, 15, 12, 0, tzinfo=UTC)):
        actions.send_due(by=JOB)
    assert list(told()) == ["Pacific/Kiritimati"]


def test_send_due_follows_the_policy(cast: Cast, duties: list[DueItem]) -> None:
    make_policy(cast.clinic, offsets=[-60])
    duties.append(make_due_item(cast.clinic, due=date(2026, 8, 14)))
    duties.append(make_due_item(cast.vendor, due=date(2026, 8, 14)))
    assert actions.send_due(by=JOB) == 2
    assert set(told()) == {"Olga Officer", "Omar Second"}


def test_send_due_joins_a_group(cast: Cast, duties: list[DueItem]) -> None:
    duties += [make_due_item(cast.clinic, group="g") for _ in range(3)]
    assert actions.send_due(by=JOB) == 2
    mail = OutgoingMail.objects.get(to=cast.officer.user.email)
    assert mail.subject.endswith("ends, and 2 more like it")
    assert "This line stands for 3 duties." in mail.body


def test_send_due_becomes_a_digest(cast: Cast, duties: list[DueItem]) -> None:
    duties += [make_due_item(cast.clinic) for _ in range(20)]
    duties.append(make_due_item(cast.clinic, due=date(2026, 6, 1), title="Late"))
    duties.append(make_due_item(cast.vendor))
    assert actions.send_due(by=JOB) == 4
    assert told()["Olga Officer"] == ["reminder.digest"]
    assert told()["Mara Manager"] == ["reminder.due"]
    mail = OutgoingMail.objects.get(to=cast.officer.user.email)
    assert mail.subject == "21 deadlines need attention"
    assert "- Overdue since 1 June 2026: Late\n" in mail.body
    assert "and 1 more." in mail.body
    assert "http://127.0.0.1:8000/deadlines/" in mail.body
    digest = Notification.objects.get(recipient=cast.officer.user)
    sent = SentReminder.objects.filter(notification=digest, channel="inbox")
    assert sent.count() == 21


def test_send_due_passes_over_who_does_not_manage(
    cast: Cast, duties: list[DueItem]
) -> None:
    make_membership(
        cast.clinic, Role.COMPLIANCE_MANAGER, name="Gone", valid_until=date(2026, 6, 1)
    )
    duties += [make_due_item(cast.clinic), make_due_item(cast.audit_firm)]
    actions.send_due(by=JOB)
    assert set(told()) == {"Olga Officer", "Omar Second"}


def test_send_due_needs_permission(cast: Cast, duties: list[DueItem]) -> None:
    with pytest.raises(NotAllowed):
        actions.send_due(by=system("other"))


def test_send_due_rolled_back_is_sent_later(cast: Cast, duties: list[DueItem]) -> None:
    duties.append(make_due_item(cast.clinic, path="https://elsewhere.example"))
    with pytest.raises(ValueError, match="no path"):
        actions.send_due(by=JOB)
    assert not SentReminder.objects.exists()
    duties[:] = [make_due_item(cast.clinic)]
    assert actions.send_due(by=JOB) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_send_due_takes_the_same_queries(
    cast: Cast, duties: list[DueItem], count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
        make_membership(clinic, Role.COMPLIANCE_MANAGER)
        duties += [make_due_item(clinic), make_due_item(clinic)]
    with django_assert_num_queries(15):
        actions.send_due(by=JOB)


def test_send_due_while_another_pass_runs(cast: Cast, duties: list[DueItem]) -> None:
    duties.append(make_due_item(cast.clinic))
    other = connection.copy()
    try:
        other.set_autocommit(autocommit=False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [actions.PASS_LOCK])
        assert actions.send_due(by=JOB) == 0
        assert not SentReminder.objects.exists()
        other.rollback()
        assert actions.send_due(by=JOB) == 2
    finally:
        other.close()


def test_send_due_to_a_manager_of_both_parties_once(
    cast: Cast, duties: list[DueItem]
) -> None:
    Membership.objects.create(
        user=cast.officer.user, organization=cast.vendor, role=Role.VENDOR_MANAGER
    )
    item = make_due_item(cast.clinic)
    duties += [item, make_due_item(cast.vendor, key=item.key)]
    actions.send_due(by=JOB)
    assert told()["Olga Officer"] == ["reminder.due"]
    with clock.held(NOON + timedelta(hours=1)):
        assert actions.send_due(by=JOB) == 0


def test_sweep_reads_every_room(cast: Cast) -> None:
    make_baa(
        cast.engagement,
        effective_on=date(2026, 1, 1),
        expires_on=date(2026, 6, 20),
    )
    tasks.sweep()
    assert set(told()) == {
        "Olga Officer",
        "Omar Second",
        "Mara Manager",
        "Milo Second",
    }


def test_set_policy(cast: Cast) -> None:
    policy = actions.set_policy(by=cast.officer, kind=EXPIRES, offsets=[7, -60, 7])
    assert policy.offsets == [-60, 7]
    event = AuditEvent.objects.get()
    assert event.type == "reminder_policy.set"
    assert b'"offsets":[-60,7]' in bytes(event.body)
    again = actions.set_policy(by=cast.officer, kind=EXPIRES, offsets=[-60, 7])
    assert again == policy
    assert AuditEvent.objects.count() == 1
    changed = actions.set_policy(by=cast.officer, kind=EXPIRES, offsets=[0])
    assert (changed.pk, changed.offsets) == (policy.pk, [0])
    assert AuditEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "offsets", "error"),
    [
        (EXPIRES, [], OffsetsRefused),
        (EXPIRES, [-400], OffsetsRefused),
        ("no.such", [0], Invalid),
    ],
)
def test_set_policy_refused(
    cast: Cast, kind: str, offsets: list[int], error: type[Exception]
) -> None:
    with pytest.raises(error):
        actions.set_policy(by=cast.officer, kind=kind, offsets=offsets)
    assert not ReminderPolicy.objects.exists()
    assert not AuditEvent.objects.exists()


def test_set_policy_forbidden(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.set_policy(by=cast.analyst, kind=EXPIRES, offsets=[0])


def test_ledger_refuses_a_repeated_line(cast: Cast, duties: list[DueItem]) -> None:
    """The database is the last word, below every rule."""
    duties.append(make_due_item(cast.clinic))
    actions.send_due(by=JOB)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM reminders_sentreminder GROUP BY item, "
            'due, "offset", recipient_id, channel HAVING count(*) > 1) AS repeated'
        )
        assert cursor.fetchone() == (0,)
