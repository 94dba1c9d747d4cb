"""What an export brings between the last decision and the close; the list."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from apps.access_reviews import actions, queries, rules, tasks
from apps.access_reviews.enums import Decision
from apps.access_reviews.models import AccessGrant, Campaign
from apps.core import clock
from apps.core.errors import Conflict
from apps.tenancy.actor import Actor
from tests.conftest import NOON, Cast
from tests.factories.access_reviews import make_campaign, make_grant, make_system

ClientFor = Callable[[Actor], Client]


def decided(cast: Cast, *grants: AccessGrant) -> Campaign:
    """An open review of the grants' system whose every line is decided."""
    terms = actions.CampaignTerms(
        name="June", systems=[grants[0].account.system], due_on=date(2026, 6, 30)
    )
    campaign = actions.open_campaign(by=cast.manager, terms=terms)
    keep_all(campaign, cast)
    return campaign


def keep_all(campaign: Campaign, cast: Cast) -> None:
    answer = rules.Answer(Decision.KEEP, "Needed")
    actions.decide_many(
        campaign, by=cast.manager, selection=queries.Selection(), answer=answer
    )


def test_close_names_what_came_meanwhile_and_waits_for_it(
    cast: Cast, client_for: ClientFor
) -> None:
    system = make_system(cast.vendor)
    campaign = decided(cast, make_grant(system))
    make_grant(system)
    make_grant(system, absent_since=clock.now())
    make_grant(make_system(cast.vendor))
    page = client_for(cast.manager).post(f"/access/campaigns/{campaign.pk}/close/")
    assert "1 access came with an export taken in since" in page.content.decode()
    campaign.refresh_from_db()
    assert campaign.state == "open"
    actions.add_late_arrivals(campaign)
    with pytest.raises(Conflict, match="1 lines are to be decided"):
        actions.close_campaign(campaign, by=cast.manager)
    keep_all(campaign, cast)
    assert actions.close_campaign(campaign, by=cast.manager).state == "closed"


def test_sweep_adds_what_the_job_of_an_export_did_not(cast: Cast) -> None:
    system = make_system(cast.vendor)
    campaign = decided(cast, make_grant(system))
    make_grant(system)
    tasks.sweep()
    assert campaign.items.count() == 1, "the job of the export may still run"
    with clock.held(NOON + timedelta(minutes=11)):
        tasks.sweep()
        tasks.sweep()
    campaign.refresh_from_db()
    assert (campaign.items.count(), campaign.addenda) == (2, 1)


def test_list_of_reviews_goes_on_past_its_first_page(
    cast: Cast, client_for: ClientFor
) -> None:
    grant = make_grant(make_system(cast.vendor))
    for _ in range(51):
        make_campaign(cast.vendor, [grant])
    foreign = make_campaign(cast.clinic, [make_grant(make_system(cast.clinic))])
    client, seen = client_for(cast.manager), []
    query = "?"
    while query:
        page = client.get(f"/access/campaigns/{query}").content.decode()
        seen.append(re.findall(r'th scope="row"><a href="[^"]+/([0-9a-f-]{36})/', page))
        found = re.search(r'href="(\?[^"]+)" rel="next"', page)
        query = html.unescape(found[1]) if found else ""
    assert [len(each) for each in seen] == [50, 1]
    assert len({pk for each in seen for pk in each}) == 51
    for odd in ("nonsense", foreign.pk):
        page = client.get(f"/access/campaigns/?after={odd}").content.decode()
        assert page.count('th scope="row"') == 50
