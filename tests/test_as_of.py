"""Every tab of an engagement answers for any past day, in one way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from apps.drift.enums import Dimension, FindingState, Resolution
from apps.engagements.models import Subcontract
from apps.tenancy.actor import Actor
from apps.training.models import Requirement
from tests.conftest import Cast
from tests.factories.agreements import make_baa
from tests.factories.drift import make_finding, make_staff
from tests.factories.engagements import make_subcontract
from tests.factories.gate import make_ready

ClientFor = Callable[[Actor], Client]

TABS = [
    "/gate/{}/",
    "/agreements/engagement/{}/",
    "/agreements/chain/{}/",
    "/training/engagement/{}/",
    "/drift/engagement/{}/",
]


@pytest.mark.parametrize("tab", TABS)
def test_tab_offers_another_day(cast: Cast, client_for: ClientFor, tab: str) -> None:
    url = tab.format(cast.engagement.pk)
    text = client_for(cast.officer).get(url).content.decode()
    assert 'name="as_of"' in text
    assert "Show today" not in text
    past = client_for(cast.officer).get(url, {"as_of": "2026-03-31"})
    assert past.status_code == 200
    assert "31 Mar 2026" in past.content.decode()
    assert "Show today" in past.content.decode()


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    ("as_of", "sentence"),
    [
        ("2026-06-16", "Choose today (15 June 2026) or an earlier day."),
        ("31.3.2026", "Write the day as YYYY-MM-DD, for example 2026-03-31."),
    ],
)
def test_tab_on_a_bad_day_shows_today(
    cast: Cast, client_for: ClientFor, tab: str, as_of: str, sentence: str
) -> None:
    answer = client_for(cast.officer).get(
        tab.format(cast.engagement.pk), {"as_of": as_of}
    )
    assert answer.status_code == 422
    assert f"{sentence} Shown is today." in answer.content.decode()


def test_baa_on_a_past_day_leads_nowhere(cast: Cast, client_for: ClientFor) -> None:
    """What was not in force then cannot be mended now."""
    make_baa(cast.engagement, effective_on=date(2026, 4, 1))
    client = client_for(cast.officer)
    url = f"/agreements/engagement/{cast.engagement.pk}/"
    before = client.get(url, {"as_of": "2026-03-31"})
    assert before.context["verdict"] == "closed"
    assert not before.context["may_edit"]
    assert {one.fix_path for one in before.context["conditions"]} == {""}
    assert client.get(url).context["verdict"] == "open"


def test_chain_on_a_past_day(cast: Cast, client_for: ClientFor) -> None:
    edge = make_subcontract(cast.engagement)
    Subcontract.objects.filter(pk=edge.pk).update(ended_on=date(2026, 3, 31))
    client = client_for(cast.officer)
    url = f"/agreements/chain/{cast.engagement.pk}/"
    name = edge.downstream.provider.name
    assert name in client.get(url, {"as_of": "2026-03-31"}).content.decode()
    assert name not in client.get(url, {"as_of": "2026-04-01"}).content.decode()
    api = f"/api/v1/agreements/flow-down/{cast.engagement.pk}/"
    assert len(client.get(api, {"as_of": "2026-03-31"}).json()["hops"]) == 1
    assert client.get(api).json()["hops"] == []
    assert client.get(api, {"as_of": "2026-06-16"}).status_code == 400


def test_training_on_a_past_day(cast: Cast, client_for: ClientFor) -> None:
    make_ready(cast.engagement)
    Requirement.objects.update(ended_on=date(2026, 5, 31))
    client = client_for(cast.officer)
    url = f"/training/engagement/{cast.engagement.pk}/"
    past = client.get(url, {"as_of": "2026-05-31"}).content.decode()
    assert "2 of 2 agents are cleared on 31 May 2026." in past
    assert "without any required course" in client.get(url).content.decode()


def test_drift_on_a_past_day(cast: Cast, client_for: ClientFor) -> None:
    """A finding is shown as it stood, and not before it was detected."""
    make_baa(cast.engagement)
    make_staff(cast.engagement)
    make_finding(
        cast.engagement,
        acknowledged_at=datetime(2026, 6, 11, 9, tzinfo=UTC),
        acknowledged_by=cast.officer.user,
        resolved_at=datetime(2026, 6, 13, 9, tzinfo=UTC),
        resolution=Resolution.NOT_OBSERVED,
    )
    make_finding(
        cast.engagement,
        dimension=Dimension.SITE,
        value="s-9",
        detected_at=datetime(2026, 6, 10, 10, tzinfo=UTC),
    )
    client = client_for(cast.officer)

    def standing(day: str) -> list[list[FindingState]]:
        page = client.get(f"/drift/engagement/{cast.engagement.pk}/", {"as_of": day})
        return [
            [one.state for one in page.context[key]] for key in ("open", "resolved")
        ]

    detected, known = FindingState.DETECTED, FindingState.ACKNOWLEDGED
    assert standing("2026-06-09") == [[], []]
    assert standing("2026-06-10") == [[detected, detected], []]
    assert standing("2026-06-12") == [[detected, known], []]
    assert standing("2026-06-13") == [[detected], [FindingState.RESOLVED]]
