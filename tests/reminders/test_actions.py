"""Reminders once, whatever happens, and policies."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.types import DueItem
from apps.notifications.models import Notification, OutgoingMail
from apps.reminders import actions, tasks
from apps.reminders.actions import choosing
from apps.reminders.enums import Cadence, DutyKind, ReminderChannel
from apps.reminders.models import (
    LastPass,
    ReminderDelivery,
    ReminderPolicy,
    ReminderPreference,
    SentReminder,
)
from apps.reminders.rules import Delivery, DeliveryRefused, OffsetsRefused, Policy
from apps.tenancy.actor import system
from apps.tenancy.enums import OrganizationKind, Permission, Role
from apps.tenancy.models import Membership
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_baa
from tests.factories.engagements import make_engagement
from tests.factories.reminders import (
    make_delivery,
    make_due_item,
    make_policy,
    make_preference,
)
from tests.factories.tenancy import make_membership, make_organization
from tests.factories.training import make_certification, make_course
from tests.factories.workforce import make_agent, make_assignment

JOB = system("reminders", {Permission.REMINDERS_EDIT, Permission.AGREEMENTS_VIEW})
TRAINING_JOB = system("reminders", {Permission.REMINDERS_EDIT})
EXPIRES = DutyKind.AGREEMENT_EXPIRES


def terms(*offsets: int, **others: Any) -> Policy:
    """A policy for the managers of a covered entity."""
    recipients = frozenset({Role.COMPLIANCE_MANAGER})
    return replace(Policy(offsets=offsets, recipients=recipients), **others)


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
    mine = SentReminder.objects.filter(recipient=cast.officer.user)
    message = Notification.objects.get(recipient=cast.officer.user)
    assert [
        (row.channel, row.offset, row.supersedes, row.notification, row.slot)
        for row in mine.order_by("channel")
    ] == [
        (channel, -7, [-30, -14], message, NOON.date())
        for channel in sorted(ReminderChannel)
    ]
    row = mine[0]
    assert (row.role, row.kind, row.title) == (
        "compliance_manager",
        "agreement.expires",
        "The BAA “Chat” ends",
    )


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
    assert [[*row.supersedes, row.offset] for row in rows] == [come]


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
        make_delivery(place)
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
    assert (
        "- Overdue since 1 June 2026: Late [BAA ends: 14 days after the due day]\n"
        in mail.body
    )
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


@pytest.mark.parametrize("count", [1, 3])
def test_send_due_takes_the_same_queries(
    cast: Cast, duties: list[DueItem], count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
        make_membership(clinic, Role.COMPLIANCE_MANAGER)
        duties += [make_due_item(clinic), make_due_item(clinic)]
    # Two savepoints a room and two around the agents.
    with django_assert_num_queries(20):
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
    policy = actions.set_policy(by=cast.officer, kind=EXPIRES, terms=terms(7, -60, 7))
    assert policy.offsets == [-60, 7]
    event = AuditEvent.objects.get()
    assert event.type == "reminder_policy.set"
    assert b'"offsets":[-60,7]' in bytes(event.body)
    again = actions.set_policy(by=cast.officer, kind=EXPIRES, terms=terms(-60, 7))
    assert again == policy
    assert AuditEvent.objects.count() == 1
    changed = actions.set_policy(by=cast.officer, kind=EXPIRES, terms=terms(0))
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
        actions.set_policy(by=cast.officer, kind=kind, terms=terms(*offsets))
    assert not ReminderPolicy.objects.exists()
    assert not AuditEvent.objects.exists()


def test_set_policy_forbidden(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.set_policy(by=cast.analyst, kind=EXPIRES, terms=terms(0))


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


def test_send_due_waits_for_the_sending_time_and_quiet_hours(
    cast: Cast, duties: list[DueItem]
) -> None:
    duties.append(make_due_item(cast.clinic, due=date(2026, 6, 29)))
    make_policy(cast.clinic, offsets=[-14])
    for hour, messages in ((3, 0), (7, 0), (8, 2), (20, 0)):
        with clock.held(datetime(2026, 6, 15, hour, 21, tzinfo=UTC)):
            assert actions.send_due(by=JOB) == messages
    late = make_due_item(cast.clinic, due=date(2026, 6, 29))
    duties[:] = [late]
    with clock.held(datetime(2026, 6, 15, 23, tzinfo=UTC)):
        assert actions.send_due(by=JOB) == 0
    with clock.held(datetime(2026, 6, 16, 7, tzinfo=UTC)):
        assert actions.send_due(by=JOB) == 2
    assert not SentReminder.objects.exclude(slot=date(2026, 6, 15)).exists()


def test_send_due_after_an_outage_sends_one_message_that_says_so(
    cast: Cast, duties: list[DueItem]
) -> None:
    with clock.held(datetime(2026, 6, 8, 12, tzinfo=UTC)):
        actions.send_due(by=JOB)
    duties += [
        make_due_item(cast.clinic, due=date(2026, 6, 18 + day), title=f"Duty {day}")
        for day in range(1, 4)
    ]
    make_policy(cast.clinic, offsets=[-7])
    assert actions.send_due(by=JOB) == 2
    assert told()["Olga Officer"] == ["reminder.digest"]
    mail = OutgoingMail.objects.get(to=cast.officer.user.email)
    assert (
        "The first of these was planned for 12 June 2026 and comes 3 days late: "
        "the portal sent nothing in between.\n" in mail.body
    )
    digest = Notification.objects.get(recipient=cast.officer.user)
    assert "lines" in digest.context


def test_send_due_of_a_duty_recorded_late_says_so(
    cast: Cast, duties: list[DueItem]
) -> None:
    """Twenty days are left where the policy says thirty: sent once, at once."""
    with clock.held(NOON - timedelta(hours=1)):
        actions.send_due(by=JOB)
    duties.append(make_due_item(cast.clinic, due=date(2026, 7, 5)))
    assert actions.send_due(by=JOB) == 2
    mail = OutgoingMail.objects.get(to=cast.officer.user.email)
    assert (
        "This was planned for 5 June 2026 and comes 10 days late: the duty, your role "
        "or the policy was recorded after that day.\n" in mail.body
    )
    with clock.held(NOON + timedelta(days=1)):
        assert actions.send_due(by=JOB) == 0


def test_send_due_as_a_mail_reads(cast: Cast, duties: list[DueItem]) -> None:
    duties.append(make_due_item(cast.clinic))
    actions.send_due(by=JOB)
    mail = OutgoingMail.objects.get(to=cast.officer.user.email)
    assert mail.body == (
        "Hello Olga Officer,\n"
        "\n"
        "Due 22 June 2026:\n"
        "The BAA “Chat” ends.\n"
        "\n"
        "Act here:\n"
        "\n"
        "http://127.0.0.1:8000/agreements/1/\n"
        "\n"
        "You receive this by reminder policy “BAA ends” (the portal's default): 7 "
        "days before the due day, 22 June 2026, to every Compliance manager of "
        "Lakeside Clinic.\n"
        "Why did I get this? http://127.0.0.1:8000/deadlines/reminders/why/"
        f"{mail.notification_id}/\n"
    )


def test_send_due_to_roles_and_channels_of_the_policy(
    cast: Cast, duties: list[DueItem]
) -> None:
    make_policy(
        cast.clinic,
        offsets=[-7, 0],
        recipients=[Role.COMPLIANCE_ANALYST],
        channels=[ReminderChannel.EMAIL],
        escalate_after=1,
        escalate_to=[Role.COMPLIANCE_MANAGER],
    )
    duties.append(make_due_item(cast.clinic))
    assert actions.send_due(by=JOB) == 1
    assert set(told()) == {"Ana Analyst"}
    assert not Notification.objects.get().is_in_inbox
    assert [row.channel for row in SentReminder.objects.all()] == ["email"]
    with clock.held(NOON + timedelta(days=8)):
        assert actions.send_due(by=JOB) == 3
    (escalated,) = SentReminder.objects.filter(recipient=cast.officer.user)
    assert (escalated.offset, escalated.is_escalation) == (1, True)
    assert "escalated 1 day after the due day" in escalated.notification.reason


def test_send_due_daily_digest_once_a_day(cast: Cast, duties: list[DueItem]) -> None:
    make_delivery(cast.clinic, cadence=Cadence.DAILY)
    duties += [make_due_item(cast.clinic) for _ in range(2)]
    assert actions.send_due(by=JOB) == 2
    assert told()["Olga Officer"] == ["reminder.digest"]
    duties.append(make_due_item(cast.clinic))
    with clock.held(NOON + timedelta(hours=6)):
        assert actions.send_due(by=JOB) == 0
    with clock.held(NOON + timedelta(hours=12)):
        assert actions.send_due(by=JOB) == 2
    assert told()["Olga Officer"] == ["reminder.digest", "reminder.due"]


def test_send_due_as_a_person_chose(cast: Cast, duties: list[DueItem]) -> None:
    make_preference(cast.officer)
    duties.append(make_due_item(cast.clinic))
    assert actions.send_due(by=JOB) == 2
    assert [row.to for row in OutgoingMail.objects.all()] == [
        cast.second_officer.user.email
    ]
    make_delivery(cast.clinic, allows_preferences=False)
    with clock.held(NOON + timedelta(days=7)):
        assert actions.send_due(by=JOB) == 2
    assert OutgoingMail.objects.filter(to=cast.officer.user.email).count() == 1


def test_send_due_writes_to_agents(cast: Cast, duties: list[DueItem]) -> None:
    course = make_course(cast.vendor, title="HIPAA Basics")
    for leaver in (None, date(2026, 6, 1)):
        agent = make_agent(cast.vendor, full_name="Canary Name", left_on=leaver)
        make_certification(agent, course, completed_on=date(2025, 6, 22))
    assert actions.send_due(by=TRAINING_JOB) == 0
    make_policy(
        cast.vendor, kind="certification.expires", offsets=[-7], tells_agents=True
    )
    assert actions.send_due(by=TRAINING_JOB) == 1
    (row,) = SentReminder.objects.all()
    assert (row.recipient, row.notification, row.channel) == (None, None, "email")
    assert row.mail.body == (
        "Hello,\n"
        "\n"
        "your training at Careline needs to be renewed:\n"
        "\n"
        "- HIPAA Basics: is valid until 22 June 2026 (7 days before the due day)\n"
        "\n"
        "Please ask your manager at Careline when and how to take it again. This mail "
        "needs no answer, and there is nothing to sign in to.\n"
        "\n"
        "You receive this because Careline keeps your training in the Compliance "
        "Portal: its reminder policy “Training lapses” also writes to the agents "
        "themselves, on the days named beside each line.\n"
    )
    assert actions.send_due(by=TRAINING_JOB) == 0


def test_send_due_of_training_by_engagement_and_course(cast: Cast) -> None:
    course = make_course(cast.vendor, title="HIPAA Basics")
    second = make_engagement(client=cast.other_clinic, provider=cast.vendor, name="Two")
    for number, engagement in enumerate((cast.engagement, cast.engagement, second)):
        agent = make_agent(cast.vendor, full_name="Canary Name")
        make_assignment(engagement, agent)
        done = date(2025, 6, 20 + number)
        make_certification(agent, course, completed_on=done)
    tasks.sweep()
    mails = OutgoingMail.objects.filter(to=cast.manager.user.email)
    both, single = sorted(mail.subject for mail in mails)
    assert both == (
        "Due 20 June 2026: 2 certifications in HIPAA Basics expire (Patient chat), "
        "from 20 June 2026 to 21 June 2026"
    )
    assert single == (
        "Due 22 June 2026: 1 certification in HIPAA Basics expires on 22 June 2026 "
        "(Two)"
    )
    for mail in mails:
        assert "/training/engagement/" in mail.body
        assert "Canary" not in mail.body


def test_send_due_notes_the_pass(cast: Cast, duties: list[DueItem]) -> None:
    duties.append(make_due_item(cast.clinic))
    actions.send_due(by=JOB)
    with clock.held(NOON + timedelta(minutes=15)):
        actions.send_due(by=JOB)
    (row,) = LastPass.objects.all()
    assert (row.ran_at, row.sent) == (NOON + timedelta(minutes=15), 0)
    assert row.holder.endswith(f":{os.getpid()}")


def test_set_policy_records_what_changed(cast: Cast) -> None:
    escalation = {
        "escalate_after": 3,
        "escalate_to": frozenset({Role.COMPLIANCE_READER}),
    }
    actions.set_policy(by=cast.officer, kind=EXPIRES, terms=terms(0, **escalation))
    body = bytes(AuditEvent.objects.get().body)
    assert b'{"f":"escalate_after","from":null,"to":3}' in body
    assert b'"recipients":["compliance_manager"]' in body


def test_set_delivery(cast: Cast) -> None:
    wanted = Delivery(zone="UTC", cadence=Cadence.DAILY)
    row = actions.set_delivery(by=cast.officer, terms=wanted)
    # The organization's own zone is followed, not copied.
    assert row.zone == ""
    assert row.terms("Asia/Manila").zone == "Asia/Manila"
    event = AuditEvent.objects.get()
    assert event.type == "reminder_delivery.set"
    assert b'{"f":"cadence","from":"immediate","to":"daily"}' in bytes(event.body)
    assert actions.set_delivery(by=cast.officer, terms=wanted) == row
    assert AuditEvent.objects.count() == 1
    with pytest.raises(NotAllowed):
        actions.set_delivery(by=cast.analyst, terms=wanted)
    with pytest.raises(DeliveryRefused):
        actions.set_delivery(by=cast.officer, terms=Delivery(zone="Nowhere"))


def test_set_preference(cast: Cast) -> None:
    row = actions.set_preference(
        by=cast.lead, cadence=Cadence.WEEKLY, wants_email=False
    )
    assert (row.cadence, row.wants_email) == ("weekly", False)
    assert AuditEvent.objects.get().type == "reminder_preference.set"
    same = actions.set_preference(
        by=cast.lead, cadence=Cadence.WEEKLY, wants_email=False
    )
    assert same == row
    assert AuditEvent.objects.count() == 1
    make_delivery(cast.vendor, allows_preferences=False)
    with pytest.raises(Conflict):
        actions.set_preference(by=cast.lead, cadence=None, wants_email=True)


def test_if_the_trail_fails_nothing_is_set(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(choosing, "record", refuse)
    with pytest.raises(RuntimeError):
        actions.set_policy(by=cast.officer, kind=EXPIRES, terms=terms(0))
    with pytest.raises(RuntimeError):
        actions.set_delivery(by=cast.officer, terms=Delivery(cadence=Cadence.DAILY))
    with pytest.raises(RuntimeError):
        actions.set_preference(by=cast.lead, cadence=None, wants_email=False)
    assert not ReminderPolicy.objects.exists()
    assert not ReminderDelivery.objects.exists()
    assert not ReminderPreference.objects.exists()
