"""URLs that cannot be read, the log of requests, where a request came from."""

from __future__ import annotations

import logging

import pytest
from django.test import Client, RequestFactory

from apps.core.addresses import address_of
from apps.core.middleware import RequestLogMiddleware

SECRET = "nNn7-a-secret-of-a-link"
ID = "01901c5e-0000-7000-8000-000000000000"


@pytest.mark.parametrize("url", ["/search/?q=a%00b", "/vendors/?after=%00", "/a%00b/"])
def test_a_nul_in_a_url_is_a_bad_request(url: str) -> None:
    assert Client().get(url).status_code == 400


@pytest.mark.parametrize(
    ("url", "logged"),
    [
        ("/search/?q=Maria+Santos", "GET /search/"),
        (f"/invitation/{SECRET}/", "GET /invitation/…/"),
        (
            f"/account/password/reset/key/7-{SECRET}/",
            "GET /account/password/reset/key/…-…/",
        ),
        (f"/reports/{ID}/", f"GET /reports/{ID}/"),
        (f"/nowhere/{SECRET}/", "GET (no such page)"),
    ],
)
def test_the_log_names_the_page_and_no_secret(url: str, logged: str) -> None:
    request = RequestFactory().get(url)
    assert RequestLogMiddleware.format_request(request) == logged


def test_requests_are_logged_without_address_and_secret(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        Client().get(f"/invitation/{SECRET}/?name=Maria", REMOTE_ADDR="203.0.113.9")
    assert "request_finished" in caplog.text
    assert SECRET not in caplog.text
    assert "Maria" not in caplog.text
    assert "203.0.113.9" not in caplog.text


@pytest.mark.parametrize(
    ("proxies", "heard", "address"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (0, "", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings, proxies: int, heard: str, address: str
) -> None:
    settings.PROXIES = proxies
    sent = {"HTTP_X_FORWARDED_FOR": heard} if heard else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **sent)
    assert address_of(request) == address
