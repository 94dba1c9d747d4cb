"""Bodies of requests to the API are read or refused, never an error of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.parsers import JSONParser

from apps.tenancy.actor import Actor
from apps.tenancy.api.parsing import PlainJSONParser
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


def test_every_address_that_takes_json_reads_it_so() -> None:
    generator = SchemaGenerator()
    generator.get_schema(request=None, public=True)
    takers = {
        f"{path} {method}"
        for path, _, method, view in generator._get_paths_and_endpoints()
        for parser in view.get_parsers()
        if isinstance(parser, JSONParser) and not isinstance(parser, PlainJSONParser)
    }
    assert takers == set()
