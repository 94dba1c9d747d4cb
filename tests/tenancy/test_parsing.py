"""Bodies of requests to the API are read or refused, never an error of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.tenancy.actor import Actor
from tests.conftest import Cast

DEEP = 3000


@pytest.mark.parametrize("name", ["incidents-list", "engagements-list", "files-list"])
@pytest.mark.parametrize(
    "body",
    ['{"a":' * DEEP, "[" * DEEP, '{"a":', "\x00", "nul", r'{"kind": "\ud800"}'],
)
def test_json_that_cannot_be_read_is_refused(
    cast: Cast, client_for: Callable[[Actor], Client], name: str, body: str
) -> None:
    answer = client_for(cast.manager).post(
        reverse(f"api:{name}"), body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"
    assert answer.json()["message"].startswith("JSON parse error")
