"""The inbox page and its API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from apps.notifications import queries
from apps.notifications.registry import Message
from apps.tenancy.actor import Actor
from tests.conftest import NOON, Cast
from tests.factories.notifications import make_notification

ClientFor = Callable[[Actor], Client]


def test_inbox_empty(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.officer).get("/inbox/")
    assert answer.status_code == 200
    assert "No messages" in answer.content.decode()


def test_inbox_shows_messages_to_every_role(
    cast: Cast, client_for: ClientFor, message: Message
) -> None:
    for actor in (cast.officer, cast.reader, cast.lead, cast.auditor):
        make_notification(actor, context={"what": "<i>drift</i>"})
        page = client_for(actor).get("/inbox/").content.decode()
        assert "It happened: &lt;i&gt;drift&lt;/i&gt;." in page
        assert "1 unread message for you" in page


def test_inbox_pages(cast: Cast, client_for: ClientFor) -> None:
    for number in range(queries.PAGE + 1):
        make_notification(cast.officer, created_at=NOON - timedelta(hours=number))
    client = client_for(cast.officer)
    first = client.get("/inbox/")
    second = client.get(first.context["older_url"])
    assert len(first.context["lines"]) == queries.PAGE
    assert len(second.context["lines"]) == 1
    assert second.context["older_url"] == ""
    assert second.context["newer_url"] == "/inbox/"
    assert client.get("/inbox/?after=nonsense").context["lines"][0].is_read is False


def test_read_and_open(cast: Cast, client_for: ClientFor) -> None:
    row = make_notification(cast.officer, path="/deadlines/")
    client = client_for(cast.officer)
    assert client.post(f"/inbox/{row.pk}/read/")["Location"] == "/inbox/"
    opened = client.post(f"/inbox/{row.pk}/read/", {"open": "1"})
    assert opened["Location"] == "/deadlines/"
    row.refresh_from_db()
    assert row.read_at == NOON


@pytest.mark.parametrize("url", ["/inbox/{}/read/", "/api/v1/notifications/{}/read/"])
def test_read_of_a_stranger(cast: Cast, client_for: ClientFor, url: str) -> None:
    row = make_notification(cast.outsider)
    answer = client_for(cast.officer).post(url.format(row.pk))
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_read_all(cast: Cast, client_for: ClientFor) -> None:
    row = make_notification(cast.officer)
    client = client_for(cast.officer)
    client.post("/inbox/read-all/", {"until": "never"})
    row.refresh_from_db()
    assert row.read_at is None
    client.post("/inbox/read-all/", {"until": NOON.isoformat()})
    row.refresh_from_db()
    assert row.read_at == NOON


def test_api_list_and_read(cast: Cast, client_for: ClientFor, message: Message) -> None:
    row = make_notification(cast.officer, context={"what": "drift"})
    make_notification(cast.outsider)
    client = client_for(cast.officer)
    (shown,) = client.get("/api/v1/notifications/").json()["results"]
    assert shown["line"] == "It happened: drift."
    assert shown["read_at"] is None
    answer = client.post(f"/api/v1/notifications/{row.pk}/read/")
    assert answer.status_code == 200
    assert answer.json()["read_at"] == "2026-06-15T12:00:00Z"


def test_api_signed_out(db: None) -> None:
    assert Client().get("/api/v1/notifications/").status_code == 401
    assert Client().get("/inbox/").status_code == 302


def test_why_names_the_role(cast: Cast, client_for: ClientFor) -> None:
    row = make_notification(cast.officer, reason="your role: Reader of <Clinic>")
    client = client_for(cast.officer)
    url = f"/inbox/{row.pk}/why/"
    assert url in client.get("/inbox/").content.decode()
    page = client.get(url).content.decode()
    assert "your role: Reader of &lt;Clinic&gt;" in page
    assert "No e-mail" in page
    assert client_for(cast.second_officer).get(url).status_code == 404


def test_inbox_leaves_out_what_went_by_mail_only(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_notification(cast.officer, is_in_inbox=False)
    client = client_for(cast.officer)
    assert str(row.pk) not in client.get("/inbox/").content.decode()
    assert client.get(f"/inbox/{row.pk}/why/").status_code == 200
