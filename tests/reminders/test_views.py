"""Deadlines and policies by page and by API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.types import DueItem
from apps.notifications.models import Notification
from apps.reminders import actions, queries
from apps.reminders.enums import DutyKind
from apps.reminders.models import (
    ReminderDelivery,
    ReminderPolicy,
    ReminderPreference,
)
from apps.tenancy.actor import Actor, system
from apps.tenancy.enums import Permission
from tests.conftest import NOON, Cast
from tests.factories.notifications import make_notification
from tests.factories.reminders import make_delivery, make_due_item, make_policy

ClientFor = Callable[[Actor], Client]
JOB = system("reminders", {Permission.REMINDERS_EDIT, Permission.AGREEMENTS_VIEW})
POLICY = "/deadlines/reminders/agreement.expires/"


def test_deadlines_empty(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    page = client_for(cast.officer).get("/deadlines/").content.decode()
    assert "Nothing due" in page


def test_deadlines_by_month(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    duties += [
        make_due_item(cast.clinic, due=date(2026, 6, 1), title="Late <b>one</b>"),
        make_due_item(cast.clinic, engagement_id=cast.engagement.pk),
        make_due_item(cast.vendor, title="Not ours"),
    ]
    page = client_for(cast.officer).get("/deadlines/").content.decode()
    assert "Late &lt;b&gt;one&lt;/b&gt;" in page
    assert "14 days overdue" in page
    assert "June 2026" in page
    assert "in 7 days" in page
    assert "Patient chat" in page
    assert "Not ours" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?kind=drift.acceptance_ends", {"Drift"}),
        ("?engagement={engagement}", {"BAA"}),
        ("?kind=nonsense&engagement=nonsense", {"BAA", "Drift"}),
        ("?kind=gate.override_ends", set()),
    ],
)
def test_deadlines_filtered(
    cast: Cast,
    client_for: ClientFor,
    duties: list[DueItem],
    query: str,
    shown: set[str],
) -> None:
    duties += [
        make_due_item(cast.clinic, title="BAA", engagement_id=cast.engagement.pk),
        make_due_item(cast.clinic, title="Drift", kind=DutyKind.DRIFT_ACCEPTANCE_ENDS),
    ]
    url = "/deadlines/" + query.format(engagement=cast.engagement.pk)
    answer = client_for(cast.officer).get(url)
    months = answer.context["months"]
    assert {row.item.title for month in months for row in month.deadlines} == shown
    assert ("No deadline matches" in answer.content.decode()) == (not shown)


def test_deadlines_show_at_most_500(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    duties += [make_due_item(cast.clinic) for _ in range(queries.SHOWN + 1)]
    page = client_for(cast.officer).get("/deadlines/").content.decode()
    assert "The first 500 of 501 are shown" in page


def test_deadlines_export(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    duties += [
        make_due_item(cast.clinic, title="=1+1", engagement_id=cast.engagement.pk),
        make_due_item(cast.clinic, kind=DutyKind.DRIFT_ACCEPTANCE_ENDS),
    ]
    url = "/deadlines/export.csv?kind=agreement.expires"
    answer = client_for(cast.officer).get(url)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Due,Kind,What,Engagement",
        "2026-06-22,BAA ends,'=1+1,Patient chat",
    ]


def test_policies(cast: Cast, client_for: ClientFor) -> None:
    make_policy(cast.clinic, offsets=[-3, 0])
    page = client_for(cast.officer).get("/deadlines/reminders/").content.decode()
    assert "-3, 0" in page
    assert "-30, -14, -7, -1, 0, 1, 7, 14" in page
    assert client_for(cast.analyst).get("/deadlines/reminders/").status_code == 403


def test_policies_say_when_nobody_looks(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    client = client_for(cast.officer)
    assert "Not yet" in client.get("/deadlines/reminders/").content.decode()
    for hours, is_stalled in ((1, False), (2, True)):
        with clock.held(NOON - timedelta(hours=hours)):
            actions.send_due(by=JOB)
        page = client.get("/deadlines/reminders/").content.decode()
        assert ("Stalled" in page) == is_stalled


FORM = {
    "offsets": "-60, 0,7",
    "recipients": ["compliance_manager", "compliance_analyst"],
    "channels": ["email"],
    "escalate_after": "14",
    "escalate_to": ["compliance_reader"],
}


def test_policy(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    page = client.get(POLICY).content.decode()
    assert "-30, -14, -7, -1, 0, 1, 7, 14" in page
    assert "Vendor manager" not in page
    assert "agents themselves" not in page
    answer = client.post(POLICY, FORM)
    assert answer["Location"] == f"{POLICY}sends/"
    row = ReminderPolicy.objects.get()
    assert (row.offsets, row.channels, row.escalate_after, row.escalate_to) == (
        [-60, 0, 7],
        ["email"],
        14,
        ["compliance_reader"],
    )
    assert row.recipients == ["compliance_analyst", "compliance_manager"]
    page = client.get("/deadlines/reminders/").content.decode()
    assert "14 days overdue: Compliance reader" in page
    assert client.get("/deadlines/reminders/no.such/").status_code == 404


def test_policy_may_write_to_agents(cast: Cast, client_for: ClientFor) -> None:
    url = "/deadlines/reminders/certification.expires/"
    wanted = {
        "offsets": "-30",
        "recipients": ["vendor_manager"],
        "channels": ["inbox"],
        "tells_agents": "on",
    }
    client = client_for(cast.manager)
    assert "agents themselves" in client.get(url).content.decode()
    assert client.post(url, wanted).status_code == 302
    assert ReminderPolicy.objects.get().tells_agents
    assert client_for(cast.officer).get(url).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"offsets": ""}, "This field is required"),
        ({"offsets": "soon"}, "Write whole numbers separated by commas"),
        ({"offsets": "1.5"}, "Write whole numbers separated by commas"),
        ({"offsets": "-400"}, "Days lie between -365 (before) and 90 (after)"),
        ({"offsets": "٣,x"}, "Write whole numbers separated by commas"),
        ({"recipients": []}, "This field is required"),
        ({"recipients": ["vendor_manager"]}, "not one of the available choices"),
        ({"channels": ["pigeon"]}, "not one of the available choices"),
        ({"escalate_to": []}, "Escalation needs both"),
        ({"escalate_after": ""}, "Escalation needs both"),
        ({"escalate_after": "91"}, "Escalate 1 to 90 days after the due day"),
    ],
)
def test_policy_bad_input(
    cast: Cast, client_for: ClientFor, wrong: dict[str, Any], words: str
) -> None:
    answer = client_for(cast.officer).post(POLICY, FORM | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ReminderPolicy.objects.exists()


DELIVERY = "/deadlines/reminders/delivery/"
HOURS = {
    "cadence": "weekly",
    "weekday": "2",
    "send_at": "09:30",
    "quiet_from": "20:00",
    "quiet_until": "06:00",
    "zone": "Asia/Manila",
}


def test_delivery(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    page = client.get(DELIVERY).content.decode()
    assert 'value="08:00"' in page
    assert client.post(DELIVERY, HOURS)["Location"] == "/deadlines/reminders/"
    row = ReminderDelivery.objects.get()
    assert (row.zone, row.cadence, row.weekday, row.allows_preferences) == (
        "Asia/Manila",
        "weekly",
        2,
        False,
    )
    page = client.get("/deadlines/reminders/").content.decode()
    assert "One message a week, on Wednesday" in " ".join(page.split())
    assert "20:00 to 06:00, Asia/Manila" in " ".join(page.split())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"zone": "Mars/Phobos"}, "not one of the available choices"),
        ({"send_at": "25:00"}, "Enter a valid time"),
        ({"send_at": "05:00"}, "The sending time lies in the quiet hours"),
        ({"quiet_from": ""}, "Give both ends of the quiet hours"),
        ({"quiet_until": "20:00"}, "are the whole day"),
        ({"cadence": "hourly"}, "not one of the available choices"),
    ],
)
def test_delivery_bad_input(
    cast: Cast, client_for: ClientFor, wrong: dict[str, str], words: str
) -> None:
    answer = client_for(cast.officer).post(DELIVERY, HOURS | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ReminderDelivery.objects.exists()


MINE = "/deadlines/reminders/mine/"


def test_preference(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.reader)
    assert "As the organization does" in client.get(MINE).content.decode()
    assert client.post(MINE, {"cadence": "daily"})["Location"] == "/inbox/"
    row = ReminderPreference.objects.get()
    assert (row.membership.user, row.cadence, row.wants_email) == (
        cast.reader.user,
        "daily",
        False,
    )
    assert 'value="daily"' in client.get(MINE).content.decode()
    assert client.post(MINE, {"cadence": "hourly"}).status_code == 422


def test_preference_where_the_organization_decides(
    cast: Cast, client_for: ClientFor
) -> None:
    make_delivery(cast.clinic, allows_preferences=False)
    client = client_for(cast.officer)
    assert "Your organization decides" in client.get(MINE).content.decode()
    assert client.post(MINE, {"cadence": "daily"}).status_code == 422
    assert not ReminderPreference.objects.exists()


def test_sends(cast: Cast, client_for: ClientFor, duties: list[DueItem]) -> None:
    client = client_for(cast.officer)
    empty = client.get(f"{POLICY}sends/").content.decode()
    assert "Nothing to send" in empty
    assert "Nothing was sent" in empty
    duties += [
        make_due_item(cast.clinic, title="The BAA <Chat> ends"),
        make_due_item(cast.clinic, kind=DutyKind.DRIFT_ACCEPTANCE_ENDS),
    ]
    page = " ".join(client.get(f"{POLICY}sends/").content.decode().split())
    assert "Next time" in page
    assert "The BAA &lt;Chat&gt; ends" in page
    assert page.count("Olga Officer") - page.count("Olga Officer, ") >= 6
    actions.send_due(by=JOB)
    page = " ".join(client.get(f"{POLICY}sends/").content.decode().split())
    assert "Waiting to leave" in page
    assert "Not read yet" in page
    assert "Instead of 30 days before the due day, 14 days before" in page
    assert "Next time" not in page
    assert client_for(cast.analyst).get(f"{POLICY}sends/").status_code == 403


def test_sends_page_on(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    duties += [make_due_item(cast.clinic) for _ in range(13)]
    actions.send_due(by=JOB)
    client = client_for(cast.officer)
    first = client.get(f"{POLICY}sends/")
    assert len(first.context["sent"]) == 50
    rest = client.get(first.context["older_url"])
    assert len(rest.context["sent"]) == 2
    assert "Will be sent" not in rest.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_sends_take_the_same_queries(
    cast: Cast,
    client_for: ClientFor,
    duties: list[DueItem],
    count: int,
    django_assert_num_queries: Any,
) -> None:
    duties += [make_due_item(cast.clinic) for _ in range(count)]
    actions.send_due(by=JOB)
    client = client_for(cast.officer)
    with django_assert_num_queries(17 + 2):
        client.get(f"{POLICY}sends/")


def test_why(cast: Cast, client_for: ClientFor, duties: list[DueItem]) -> None:
    duties.append(make_due_item(cast.clinic))
    actions.send_due(by=JOB)
    row = Notification.objects.get(recipient=cast.officer.user)
    client = client_for(cast.officer)
    inbox = client.get("/inbox/").content.decode()
    assert "7 days before the due day" in inbox
    url = f"/deadlines/reminders/why/{row.pk}/"
    assert url in inbox
    assert f"http://127.0.0.1:8000{url}" in row.mail.body
    page = " ".join(client.get(url).content.decode().split())
    for words in (
        "reminder policy “BAA ends” (the portal&#x27;s default)",
        "The BAA “Chat” ends",
        "7 days before the due day",
        "Compliance manager",
        "Waiting to leave",
    ):
        assert words in page
    assert client_for(cast.second_officer).get(url).status_code == 404
    other = make_notification(cast.officer)
    assert client.get(f"/deadlines/reminders/why/{other.pk}/").status_code == 404


def test_api_deadlines(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    item = make_due_item(cast.clinic, engagement_id=cast.engagement.pk)
    duties += [item, make_due_item(cast.vendor)]
    client = client_for(cast.officer)
    expected = {
        "key": item.key,
        "kind": "agreement.expires",
        "due": "2026-06-22",
        "title": "The BAA “Chat” ends",
        "path": "/agreements/1/",
        "engagement_id": str(cast.engagement.pk),
    }
    found = client.get("/api/v1/deadlines/").json()
    assert found == {"results": [expected], "unread": []}
    past = client.get("/api/v1/deadlines/?first=2026-01-01&last=2026-02-01")
    assert past.json() == {"results": [], "unread": []}


@pytest.mark.parametrize(
    "query",
    [
        "first=soon",
        "first=2026-02-01&last=2026-01-01",
        "first=2020-01-01",
        "first=0001-01-01&last=0001-01-02",
        "first=9999-12-31&last=9999-12-31",
    ],
)
def test_api_deadlines_bad_window(
    cast: Cast, client_for: ClientFor, duties: list[DueItem], query: str
) -> None:
    answer = client_for(cast.officer).get(f"/api/v1/deadlines/?{query}")
    assert answer.status_code == 400


def test_api_delivery(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    url = "/api/v1/reminder-delivery/"
    usual = client.get(url).json()
    assert usual == {
        "zone": "UTC",
        "cadence": "immediate",
        "weekday": 0,
        "send_at": "08:00:00",
        "quiet_from": "19:00:00",
        "quiet_until": "07:00:00",
        "allows_preferences": True,
    }
    wanted = {"cadence": "daily", "send_at": "10:00"}
    done = client.post(url, wanted, content_type="application/json")
    assert done.json() == usual | wanted | {"send_at": "10:00:00"}
    assert client.get(url).json() == done.json()
    bad = client.post(url, {"send_at": "03:00"}, content_type="application/json")
    assert bad.status_code == 422
    assert client.get(url).json() == done.json()


def test_api_preference(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.lead)
    url = "/api/v1/reminder-preference/"
    assert client.get(url).json() == {"cadence": "", "wants_email": True}
    wanted = {"cadence": "weekly", "wants_email": False}
    assert client.post(url, wanted, content_type="application/json").json() == wanted
    assert client.get(url).json() == wanted
    make_delivery(cast.vendor, allows_preferences=False)
    refused = client.post(url, {}, content_type="application/json")
    assert refused.status_code == 409


def test_api_sent(cast: Cast, client_for: ClientFor, duties: list[DueItem]) -> None:
    duties += [make_due_item(cast.clinic), make_due_item(cast.vendor)]
    actions.send_due(by=JOB)
    client = client_for(cast.officer)
    url = "/api/v1/reminders-sent/"
    rows = client.get(url, {"kind": "agreement.expires"}).json()["results"]
    assert {(row["channel"], row["mail"]) for row in rows} == {
        ("email", "Waiting to leave"),
        ("inbox", "Not read yet"),
    }
    assert {row["offset"] for row in rows} == {-7}
    assert len(rows) == 4
    assert client.get(url, {"kind": "gate.override_ends"}).json()["results"] == []
    assert client_for(cast.analyst).get(url).status_code == 403


def test_api_policies(cast: Cast, client_for: ClientFor) -> None:
    make_policy(cast.vendor)
    client = client_for(cast.officer)
    wanted = {
        "kind": "agreement.expires",
        "offsets": [7, -7],
        "escalate_after": 3,
        "escalate_to": ["compliance_reader"],
    }
    answer = client.post(
        "/api/v1/reminder-policies/", wanted, content_type="application/json"
    )
    assert answer.status_code == 201
    (row,) = client.get("/api/v1/reminder-policies/").json()["results"]
    assert row == answer.json()
    assert row["offsets"] == [-7, 7]
    assert row["recipients"] == ["compliance_manager"]
    assert row["channels"] == ["email", "inbox"]
    assert (row["escalate_after"], row["tells_agents"]) == (3, False)
    bad = client.post(
        "/api/v1/reminder-policies/",
        wanted | {"offsets": []},
        content_type="application/json",
    )
    assert bad.status_code == 400
    analyst = client_for(cast.analyst)
    assert analyst.get("/api/v1/reminder-policies/").status_code == 403
