"""Deadlines and policies by page and by API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from apps.core.types import DueItem
from apps.reminders import queries
from apps.reminders.enums import DutyKind
from apps.reminders.models import ReminderPolicy
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.reminders import make_due_item, make_policy

ClientFor = Callable[[Actor], Client]
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


def test_policy(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    assert "-30, -14, -7, -1, 0, 1, 7, 14" in client.get(POLICY).content.decode()
    answer = client.post(POLICY, {"offsets": "-60, 0,7"})
    assert answer["Location"] == "/deadlines/reminders/"
    assert ReminderPolicy.objects.get().offsets == [-60, 0, 7]
    assert client.get("/deadlines/reminders/no.such/").status_code == 404


@pytest.mark.parametrize("offsets", ["", "soon", "1.5", "-400", "٣,x"])
def test_policy_bad_input(cast: Cast, client_for: ClientFor, offsets: str) -> None:
    answer = client_for(cast.officer).post(POLICY, {"offsets": offsets})
    assert answer.status_code == 422
    assert not ReminderPolicy.objects.exists()


def test_api_deadlines(
    cast: Cast, client_for: ClientFor, duties: list[DueItem]
) -> None:
    item = make_due_item(cast.clinic, engagement_id=cast.engagement.pk)
    duties += [item, make_due_item(cast.vendor)]
    client = client_for(cast.officer)
    assert client.get("/api/v1/deadlines/").json() == [
        {
            "key": item.key,
            "kind": "agreement.expires",
            "due": "2026-06-22",
            "title": "The BAA “Chat” ends",
            "path": "/agreements/1/",
            "engagement_id": str(cast.engagement.pk),
        }
    ]
    past = client.get("/api/v1/deadlines/?first=2026-01-01&last=2026-02-01")
    assert past.json() == []


@pytest.mark.parametrize(
    "query",
    ["first=soon", "first=2026-02-01&last=2026-01-01", "first=2020-01-01"],
)
def test_api_deadlines_bad_window(
    cast: Cast, client_for: ClientFor, duties: list[DueItem], query: str
) -> None:
    answer = client_for(cast.officer).get(f"/api/v1/deadlines/?{query}")
    assert answer.status_code == 400


def test_api_policies(cast: Cast, client_for: ClientFor) -> None:
    make_policy(cast.vendor)
    client = client_for(cast.officer)
    wanted = {"kind": "agreement.expires", "offsets": [7, -7]}
    answer = client.post(
        "/api/v1/reminder-policies/", wanted, content_type="application/json"
    )
    assert answer.status_code == 201
    (row,) = client.get("/api/v1/reminder-policies/").json()["results"]
    assert row == answer.json()
    assert row["offsets"] == [-7, 7]
    bad = client.post(
        "/api/v1/reminder-policies/",
        wanted | {"offsets": []},
        content_type="application/json",
    )
    assert bad.status_code == 400
    analyst = client_for(cast.analyst)
    assert analyst.get("/api/v1/reminder-policies/").status_code == 403
