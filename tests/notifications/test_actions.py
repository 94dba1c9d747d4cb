"""Messages once, mails at least once."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core import clock, ids
from apps.core.errors import NotFound
from apps.notifications import actions, rules, tasks
from apps.notifications.models import Notification, OutgoingMail
from apps.notifications.registry import Message
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership
from tests.conftest import NOON, Cast
from tests.factories.notifications import make_notification, make_outgoing_mail
from tests.factories.tenancy import make_membership


class RefusingBackend(BaseEmailBackend):
    """A mail server that says no, quoting the address."""

    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPDataError(451, b"somebody@example.org is greylisted")


class UnreachableBackend(BaseEmailBackend):
    """No mail server."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError("no server at 10.0.0.1")


REFUSING = f"{__name__}.RefusingBackend"
UNREACHABLE = f"{__name__}.UnreachableBackend"


def managers(cast: Cast) -> list[Membership]:
    return list(
        Membership.objects.filter(
            organization=cast.clinic, role=Role.COMPLIANCE_MANAGER
        ).select_related("user", "organization")
    )


def notify(message: Message, memberships: list[Membership]) -> list[Notification]:
    return actions.notify(
        message,
        memberships=memberships,
        context={"what": "A <b>scope</b>"},
        path="/gate/1/",
        key="test:1",
    )


def test_notify_writes_inbox_and_mail(cast: Cast, message: Message) -> None:
    sent = notify(message, managers(cast))
    assert {row.recipient for row in sent} == {
        cast.officer.user,
        cast.second_officer.user,
    }
    first = OutgoingMail.objects.get(to=cast.officer.user.email)
    assert first.subject == "Happened: A <b>scope</b>"
    assert first.body == (
        "Hello Olga Officer,\n\nA <b>scope</b> & more.\n\n"
        "http://127.0.0.1:8000/gate/1/\n\nYou receive this by your role: "
        "Compliance manager of Lakeside Clinic.\nWhy did I get this? "
        f"http://127.0.0.1:8000/inbox/{first.notification_id}/why/\n"
    )
    assert first.message_id == f"<{first.pk}@127.0.0.1>"
    assert first.not_before == NOON + timedelta(minutes=1)


def test_notify_twice_sends_once(cast: Cast, message: Message) -> None:
    notify(message, managers(cast)[:1])
    again = notify(message, managers(cast))
    assert len(again) == 1
    assert Notification.objects.count() == OutgoingMail.objects.count() == 2


def test_notify_a_person_of_two_organizations_once(
    cast: Cast, message: Message
) -> None:
    mine = managers(cast)[:1]
    second = Membership.objects.create(
        user=mine[0].user, organization=cast.vendor, role=Role.VENDOR_MANAGER
    )
    assert len(notify(message, [*mine, second])) == 1


def test_notify_leaves_out_who_is_gone(cast: Cast, message: Message) -> None:
    ended = make_membership(
        cast.clinic, Role.COMPLIANCE_MANAGER, valid_until=date(2026, 6, 14)
    )
    inactive = make_membership(cast.clinic, Role.COMPLIANCE_MANAGER)
    inactive.user.is_active = False
    last_day = make_membership(
        cast.clinic, Role.COMPLIANCE_MANAGER, valid_until=date(2026, 6, 15)
    )
    sent = notify(message, [ended, inactive, last_day])
    assert [row.recipient for row in sent] == [last_day.user]


def test_notify_refuses_a_path_outside(cast: Cast, message: Message) -> None:
    with pytest.raises(ValueError, match="no path"):
        actions.notify(
            message, memberships=managers(cast), context={}, path="//x", key="test"
        )


def test_notify_nobody(cast: Cast, message: Message) -> None:
    assert notify(message, []) == []


@pytest.mark.parametrize("count", [1, 3])
def test_notify_takes_the_same_queries(
    cast: Cast, message: Message, count: int, django_assert_num_queries: Any
) -> None:
    people = [
        make_membership(cast.clinic, Role.COMPLIANCE_READER) for _ in range(count)
    ]
    # Savepoints, insert, which were new, mails.
    with django_assert_num_queries(5):
        notify(message, people)


def test_notify_enqueues_after_commit(
    cast: Cast, message: Message, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        notify(message, managers(cast))
    assert len(callbacks) == 1


def test_send_plain_mail(db: None, message: Message) -> None:
    sent = actions.send_plain_mail(
        to="new@example.org",
        subject="Two\nlines",
        template=message.template,
        context={"what": "Welcome", "recipient": "Nora", "organization": "Clinic"},
    )
    assert sent.notification is None
    assert sent.subject == "Two lines"
    assert sent.body.startswith("Hello Nora,\n\nWelcome & more.")


def test_send_mail_once_with_its_id(db: None) -> None:
    waiting = make_outgoing_mail()
    assert actions.send_mail(waiting.pk) is True
    assert actions.send_mail(waiting.pk) is False
    waiting.refresh_from_db()
    assert waiting.sent_at == NOON
    assert waiting.attempts == 1
    (sent,) = mail.outbox
    assert sent.to == ["somebody@example.org"]
    assert sent.message()["Message-ID"] == waiting.message_id
    assert sent.message()["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("backend", "error"),
    [(REFUSING, "SMTPDataError 451"), (UNREACHABLE, "ConnectionRefusedError")],
)
def test_send_mail_failure_is_kept_without_addresses(
    db: None, settings: LazySettings, backend: str, error: str
) -> None:
    settings.EMAIL_BACKEND = backend
    waiting = make_outgoing_mail()
    assert actions.send_mail(waiting.pk) is False
    waiting.refresh_from_db()
    assert waiting.sent_at is None
    assert waiting.attempts == 1
    assert waiting.last_error == error
    assert waiting.not_before == NOON + timedelta(minutes=2)


def test_send_mail_drops_the_text_of_a_plain_mail(cast: Cast) -> None:
    plain = make_outgoing_mail(body="secret link")
    told = make_outgoing_mail(
        body="no secret", notification=make_notification(cast.officer)
    )
    for waiting in (plain, told):
        actions.send_mail(waiting.pk)
        waiting.refresh_from_db()
    assert [plain.body, told.body] == ["", "no secret"]
    assert mail.outbox[0].body == "secret link"


def test_send_mail_after_a_failure_clears_the_error(db: None) -> None:
    waiting = make_outgoing_mail(attempts=3, last_error="TimeoutError")
    assert actions.send_mail(waiting.pk) is True
    waiting.refresh_from_db()
    assert (waiting.attempts, waiting.last_error) == (4, "")


def test_send_mail_gives_up_after_twelve(db: None) -> None:
    given_up = make_outgoing_mail(attempts=rules.MAX_ATTEMPTS)
    assert actions.send_mail(given_up.pk) is False
    assert actions.claim_overdue_mails() == []
    assert mail.outbox == []


@pytest.mark.parametrize(
    "to", ["a@one.org; b@two.org", "a@", "a@b@c.org", "a@b..org", "a@[1.2.3.4"]
)
def test_what_is_no_address_keeps_no_other_mail_back(db: None, to: str) -> None:
    """The mail backend raises for these; agents have them from rosters."""
    wanted = [
        make_outgoing_mail(),
        make_outgoing_mail(to=to),
        make_outgoing_mail(to="last@münchen.example"),
    ]
    tasks.send_mails([str(each.pk) for each in wanted])
    assert [each.to[0] for each in mail.outbox] == [wanted[0].to, wanted[2].to]
    assert actions.claim_overdue_mails() == []
    wanted[1].refresh_from_db()
    assert wanted[1].state_words == "Given up: not an e-mail address"


def test_claim_overdue_mails_leaves_them_to_one_worker(db: None) -> None:
    due = make_outgoing_mail()
    timed = make_outgoing_mail(not_before=NOON, created_at=NOON + timedelta(seconds=1))
    make_outgoing_mail(not_before=NOON + timedelta(seconds=1))
    make_outgoing_mail(sent_at=NOON)
    assert actions.claim_overdue_mails() == [due.pk, timed.pk]
    assert actions.claim_overdue_mails() == []
    with clock.held(NOON + timedelta(minutes=5)):
        assert len(actions.claim_overdue_mails()) == 3


@pytest.fixture
def other_worker(db: None) -> Iterator[BaseDatabaseWrapper]:
    """A second connection; what it commits is taken away afterwards."""
    other = connection.copy()
    yield other
    other.rollback()
    other.set_autocommit(autocommit=True)
    with other.cursor() as cursor:
        cursor.execute("DELETE FROM notifications_outgoingmail")
    other.close()


def test_send_mail_held_by_another_worker(other_worker: BaseDatabaseWrapper) -> None:
    pk = ids.uuid7()
    with other_worker.cursor() as cursor:
        cursor.execute(
            'INSERT INTO notifications_outgoingmail (id, created_at, "to", subject, '
            "body, message_id, attempts, last_error) "
            "VALUES (%s, now(), 'a@example.org', 's', 'b', '<1@x>', 0, '')",
            [pk],
        )
        other_worker.set_autocommit(autocommit=False)
        cursor.execute("SELECT 1 FROM notifications_outgoingmail FOR UPDATE")
        assert actions.send_mail(pk) is False
    assert mail.outbox == []


def test_sweep_outbox_enqueues(db: None, settings: LazySettings) -> None:
    make_outgoing_mail()
    tasks.sweep_outbox()
    assert OutgoingMail.objects.get().not_before == NOON + timedelta(minutes=5)


def test_task_sends(db: None) -> None:
    tasks.send_mails([str(make_outgoing_mail().pk)])
    assert len(mail.outbox) == 1


def test_mark_read_counts_the_first_time(cast: Cast) -> None:
    row = make_notification(cast.officer)
    assert actions.mark_read(row, by=cast.officer).read_at == NOON
    with clock.held(NOON + timedelta(hours=1)):
        assert actions.mark_read(row, by=cast.officer).read_at == NOON


def test_mark_read_of_somebody_else(cast: Cast) -> None:
    row = make_notification(cast.officer)
    with pytest.raises(NotFound):
        actions.mark_read(row, by=cast.second_officer)
    row.refresh_from_db()
    assert row.read_at is None


def test_mark_all_read_until_what_was_seen(cast: Cast) -> None:
    seen = make_notification(cast.officer)
    later = make_notification(cast.officer, created_at=NOON + timedelta(seconds=1))
    foreign = make_notification(cast.second_officer)
    assert actions.mark_all_read(by=cast.officer, until=NOON) == 1
    for row, read_at in [(seen, NOON), (later, None), (foreign, None)]:
        row.refresh_from_db()
        assert row.read_at == read_at
