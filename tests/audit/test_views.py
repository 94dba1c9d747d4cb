"""The trail page shows an organization its own stream."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from apps.tenancy.actor import Actor
from tests.audit.test_actions import _record
from tests.conftest import Cast

ClientFor = Callable[[Actor], Client]


def test_trail_reads_as_sentences(cast: Cast, client_for: ClientFor) -> None:
    _record(cast)
    answer = client_for(cast.manager).get("/audit/")
    assert answer.status_code == 200
    assert "Olga Officer tried 3 times on Patient chat." in answer.content.decode()


def test_trail_hides_what_others_did(cast: Cast, client_for: ClientFor) -> None:
    _record(cast)
    answer = client_for(cast.outsider).get("/audit/")
    assert answer.status_code == 200
    assert "tried" not in answer.content.decode()


def test_trail_is_forbidden_to_readers(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.reader).get("/audit/").status_code == 403


def test_trail_takes_the_same_queries_for_one_and_three_events(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Callable
) -> None:
    client = client_for(cast.officer)
    client.get("/audit/")
    _record(cast)
    with django_assert_max_num_queries(20) as one:
        client.get("/audit/")
    _record(cast)
    _record(cast)
    with django_assert_max_num_queries(20) as three:
        client.get("/audit/")
    assert len(one) == len(three)


def test_odd_page_key_shows_the_first_page(cast: Cast, client_for: ClientFor) -> None:
    for odd in ("x", "-1", "9" * 40, "%0A"):
        assert client_for(cast.officer).get(f"/audit/?before={odd}").status_code == 200
