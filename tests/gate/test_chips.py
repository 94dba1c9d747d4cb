"""The verdict beside each engagement's name, on pages of lower rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from apps.engagements.models import Engagement
from apps.gate.templatetags.gate import verdicts
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.agreements import make_baa
from tests.factories.drift import make_finding
from tests.factories.engagements import make_engagement, make_grant, make_subcontract
from tests.factories.gate import make_override, make_ready
from tests.factories.workforce import make_assignment

ClientFor = Callable[[Actor], Client]


def _text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_engagements_show_their_verdicts(cast: Cast, client_for: ClientFor) -> None:
    make_ready(cast.engagement)
    make_engagement(client=cast.clinic, name="Closed one")
    text = _text(client_for(cast.reader), "/engagements/")
    assert text.count("PHI may flow") == 1
    assert text.count("PHI may not flow") == 1


def test_an_override_is_said_instead(cast: Cast, client_for: ClientFor) -> None:
    make_override(
        cast.engagement, requested_by=cast.officer, approved_by=cast.second_officer
    )
    text = _text(client_for(cast.manager), "/engagements/")
    assert "Overridden" in text
    assert "PHI may not flow" not in text


def test_drift_agreements_agents_and_the_workspace_show_them(
    cast: Cast, client_for: ClientFor
) -> None:
    version = make_baa(cast.engagement)
    make_finding(cast.engagement)
    agent = make_assignment(cast.engagement).agent
    make_grant(cast.engagement, cast.auditor.user)
    manager = client_for(cast.manager)
    for client, url in [
        (manager, "/drift/"),
        (manager, f"/agreements/{version.agreement_id}/"),
        (manager, f"/agreements/{version.agreement_id}/what-if/"),
        (manager, f"/workforce/agents/{agent.pk}/"),
        (client_for(cast.auditor), "/reports/workspace/"),
    ]:
        assert "PHI may not flow" in _text(client, url), url


def test_the_chain_below_is_shown_to_its_own_client_only(
    cast: Cast, client_for: ClientFor
) -> None:
    make_subcontract(cast.engagement)
    url = f"/engagements/{cast.engagement.pk}/"
    assert "PHI may not flow" in _text(client_for(cast.manager), url)
    assert "PHI may not flow" not in _text(client_for(cast.officer), url)


def test_verdicts_leaves_out_what_the_reader_may_not_see(cast: Cast) -> None:
    foreign = make_engagement()
    context = _context(cast.officer)
    assert set(verdicts(context, [cast.engagement, foreign])) == {cast.engagement.pk}


def test_verdicts_without_a_reader_or_rows_asks_nothing(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert verdicts(Context(), [cast.engagement]) == {}
        assert verdicts(_context(cast.officer), []) == {}
    shown = Template(
        "{% load gate %}{% verdicts rows as found %}{% verdict_chip found None %}"
    ).render(_context(cast.officer, rows=[]))
    assert shown.strip() == ""


def _context(actor: Actor, **values: Any) -> RequestContext:
    request = RequestFactory().get("/")
    request.actor = actor  # type: ignore[attr-defined]
    return RequestContext(request, values)


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/engagements/").status_code == 200
    return len(captured)


@pytest.mark.parametrize("with_baa", [False, True])
def test_list_queries_do_not_grow(
    cast: Cast, client_for: ClientFor, *, with_baa: bool
) -> None:
    client = client_for(cast.officer)

    def add(number: int) -> list[Engagement]:
        rows = [make_engagement(client=cast.clinic) for _ in range(number)]
        for row in rows if with_baa else []:
            make_baa(row)
            make_assignment(row)
        return rows

    add(1)
    few = _queries(client)
    add(3)
    assert _queries(client) == few
