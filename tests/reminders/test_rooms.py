"""A room that cannot be read keeps nothing of the others back, and is caught up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from structlog.testing import capture_logs

from apps.core import clock
from apps.core.types import DueItem
from apps.notifications.models import OutgoingMail
from apps.reminders import actions, rules, tasks
from apps.reminders.enums import Cadence
from apps.reminders.models import LastPass, SentReminder
from apps.reminders.rules import Failure
from apps.tenancy.actor import Actor, system
from apps.tenancy.enums import Permission
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_baa
from tests.factories.reminders import make_delivery, make_due_item, make_policy
from tests.factories.training import make_certification, make_course
from tests.factories.workforce import make_agent, make_assignment

HOUR = timedelta(hours=1)
DUE = date(2026, 6, 22)
ClientFor = Callable[[Actor], Client]
BAA, TRAINING = "agreement.expires", "certification.expires"


@contextmanager
def unreadable(table: str) -> Iterator[None]:
    """The real provider meets a table without the columns it reads: a temporary one
    of the same name comes first for this connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (nothing integer)")
        yield
        cursor.execute(f"DROP TABLE pg_temp.{table}")


def world(cast: Cast) -> None:
    """A BAA and a training that end in a week."""
    make_baa(cast.engagement, effective_on=date(2026, 1, 5), expires_on=DUE)
    agent = make_agent(cast.vendor)
    make_assignment(cast.engagement, agent)
    make_certification(agent, make_course(cast.vendor), completed_on=date(2025, 6, 22))


def swept(at: datetime = NOON) -> list[dict[str, Any]]:
    """One pass of the real job; its log."""
    with clock.held(at), capture_logs() as logs:
        tasks.sweep()
    return [dict(line) for line in logs if line["log_level"] == "error"]


def sent(actor: Actor) -> list[str]:
    """Kinds of duties the person was reminded of, in order, by mail."""
    rows = SentReminder.objects.filter(recipient=actor.user, channel="email")
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_others_go_out_and_the_room_is_caught_up_once(cast: Cast) -> None:
    world(cast)
    with unreadable("agreements_agreementversion"):
        (error,) = swept()
        assert (error["event"], error["room"]) == (
            "reminders.room_failed",
            "agreements",
        )
        assert error["exc_info"]
        assert sent(cast.manager) == [TRAINING]
        swept(NOON + HOUR)
        assert LastPass.objects.get().failing == [("agreements", NOON)]
    assert swept(NOON + 2 * HOUR) == []
    assert LastPass.objects.get().failing == []
    assert sent(cast.manager) == [TRAINING, BAA]
    assert sent(cast.officer) == [BAA]
    swept(NOON + 3 * HOUR)
    assert sent(cast.manager) == [TRAINING, BAA]
    assert sent(cast.officer) == [BAA]


def test_days_missed_make_one_reminder_that_says_it_is_late(cast: Cast) -> None:
    world(cast)
    with unreadable("agreements_agreementversion"):
        for days in range(6):
            swept(NOON + timedelta(days=days))
        assert sent(cast.officer) == []
    swept(NOON + timedelta(days=6, hours=1))
    (row,) = SentReminder.objects.filter(recipient=cast.officer.user, channel="email")
    assert (row.offset, row.supersedes) == (-1, [-30, -14, -7])
    assert sent(cast.manager).count(BAA) == 1


def test_a_digest_of_the_slot_comes_again_for_what_was_unreadable(cast: Cast) -> None:
    world(cast)
    for party in (cast.clinic, cast.vendor):
        make_delivery(party, cadence=Cadence.WEEKLY)
    with unreadable("agreements_agreementversion"):
        swept()
        assert sent(cast.manager) == [TRAINING]
    swept(NOON + HOUR)
    swept(NOON + 2 * HOUR)
    assert sent(cast.manager) == [TRAINING, BAA]
    # What is recorded later in the week still waits for the next digest.
    make_baa(cast.engagement, effective_on=date(2026, 1, 5), expires_on=DUE)
    swept(NOON + 3 * HOUR)
    assert sent(cast.manager) == [TRAINING, BAA]
    assert OutgoingMail.objects.filter(to=cast.manager.user.email).count() == 2


def test_agents_that_cannot_be_written_to_keep_no_member_back(cast: Cast) -> None:
    world(cast)
    make_policy(cast.vendor, kind=TRAINING, offsets=[-7], tells_agents=True)
    with unreadable("training_certification"):
        errors = swept()
        assert [error["room"] for error in errors] == ["training", "training"]
        assert sent(cast.officer) == [BAA]
    swept(NOON + HOUR)
    assert SentReminder.objects.filter(recipient=None).count() == 1
    assert sent(cast.manager) == [BAA, TRAINING]


@pytest.mark.parametrize(
    "wrong", [{"path": "https://elsewhere.example"}, {"key": "k" * 121}]
)
def test_a_duty_that_cannot_be_sent_waits(
    cast: Cast, duties: list[DueItem], wrong: dict[str, str]
) -> None:
    job = system("reminders", {Permission.REMINDERS_EDIT, Permission.AGREEMENTS_VIEW})
    duties.append(make_due_item(cast.clinic, **wrong))
    with capture_logs() as logs:
        assert actions.send_due(by=job) == 0
    assert [line["event"] for line in logs] == ["reminders.room_failed"]
    assert not SentReminder.objects.exists()
    duties[:] = [make_due_item(cast.clinic)]
    assert actions.send_due(by=job) == 2


def test_policies_say_which_room_cannot_be_read(
    cast: Cast, client_for: ClientFor
) -> None:
    with unreadable("access_reviews_campaign"):
        swept()
    page = client_for(cast.officer).get("/deadlines/reminders/").content.decode()
    assert "Could not be read" in page
    assert "Duties of access reviews, since" in " ".join(page.split())
    swept(NOON + HOUR)
    page = client_for(cast.officer).get("/deadlines/reminders/").content.decode()
    assert "Could not be read" not in page


def test_lists_show_the_rest_and_say_which_room_is_missing(
    cast: Cast, client_for: ClientFor
) -> None:
    world(cast)
    client = client_for(cast.manager)
    missing = "Duties of agreements are missing here"
    pages = ("/deadlines/", "/deadlines/reminders/certification.expires/sends/")
    with unreadable("agreements_agreementversion"), capture_logs() as logs:
        for path in pages:
            page = " ".join(client.get(path).text.split())
            assert "1 certification in" in page, path
            assert missing in page, path
        only = client.get("/deadlines/?kind=agreement.expires").text
        assert "Nothing is due in what could be read." in only
        rows = client.get("/deadlines/export.csv").getvalue().decode().splitlines()
        found = client.get("/api/v1/deadlines/").json()
    assert f",Could not be read,{missing}," in rows
    assert len(rows) == 3
    assert [row["kind"] for row in found["results"]] == [TRAINING]
    assert found["unread"] == ["agreements"]
    errors = {line["event"] for line in logs if line["log_level"] == "error"}
    assert errors == {"reminders.room_failed"}
    assert missing not in client.get("/deadlines/").text
    assert client.get("/api/v1/deadlines/").json()["unread"] == []


def test_home_says_that_a_room_is_missing(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    client = client_for(cast.officer)
    assert "Nothing is due." in client.get("/").text
    duties.append(make_due_item(cast.clinic, key="k" * 121))
    page = client.get("/").text
    assert "Duties of tests are missing here" in page
    assert "Nothing is due in what could be read." in page


def test_failures_are_remembered_for_a_slot() -> None:
    since, last = NOON - 2 * HOUR, NOON - HOUR
    before = {"a": Failure(since, last), "b": Failure(since, since)}
    found = rules.failures_after(before, {"a", "b"}, last=last, now=NOON)
    assert found == {"a": Failure(since, NOON), "b": Failure(NOON, NOON)}
    later = NOON + timedelta(days=8)
    assert rules.failures_after(found, set(), last=NOON, now=later) == found
    assert rules.failures_after(found, {"c"}, last=NOON, now=later + HOUR) == {
        "c": Failure(later + HOUR, later + HOUR)
    }
