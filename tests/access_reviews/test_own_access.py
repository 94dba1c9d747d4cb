"""Nobody reviews their own access, however it comes to be theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.enums import AccountKind, Decision
from apps.access_reviews.models import AgentAlias, CampaignItem, ReviewerRule
from apps.core.errors import NotAllowed
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.access_reviews import make_campaign, make_grant, make_system
from tests.factories.workforce import make_agent

ClientFor = Callable[[Actor], Client]
KEEP = rules.Answer(Decision.KEEP, "Needed")
EVERY = queries.Selection()


def line(number: int = 1) -> CampaignItem:
    return CampaignItem.objects.select_related("campaign__organization").get(
        number=number
    )


def refused(cast: Cast, client_for: ClientFor) -> None:
    """One by one, in bulk and by delegation; the page says so."""
    campaign = line().campaign
    with pytest.raises(NotAllowed, match="own access"):
        actions.decide_item(line(), by=cast.manager, answer=KEEP, turn=line().turn)
    outcome = actions.decide_many(
        campaign, by=cast.manager, selection=EVERY, answer=KEEP
    )
    assert (outcome.decided, outcome.seconded, outcome.own) == (0, 0, 1)
    to = cast.manager.user
    assert not actions.delegate_items(
        campaign, by=cast.second_manager, selection=EVERY, to=to
    )
    page = client_for(cast.manager).get(f"/access/campaigns/{campaign.pk}/")
    assert "Your own access: another reviewer decides." in page.content.decode()
    assert line().decision == ""


def test_account_matched_with_the_reviewer_after_opening(
    cast: Cast, client_for: ClientFor
) -> None:
    system = make_system(cast.vendor)
    account = make_grant(system, login="chat-7", email="").account
    make_campaign(cast.vendor, list(account.grants.all()))
    agent = make_agent(cast.vendor, email=cast.manager.user.email.upper())
    actions.match_account(
        account,
        by=cast.second_manager,
        agent=agent,
        kind=AccountKind.PERSON,
        note="",
    )
    refused(cast, client_for)


def test_agent_known_by_an_alias_that_is_the_reviewers_address(
    cast: Cast, client_for: ClientFor
) -> None:
    agent = make_agent(cast.vendor, email="private@example.test")
    AgentAlias.objects.create(
        organization=cast.vendor, agent=agent, alias=cast.manager.user.email.casefold()
    )
    grant = make_grant(make_system(cast.vendor), agent=agent)
    ReviewerRule.objects.create(organization=cast.vendor, reviewer=cast.manager.user)
    terms = actions.CampaignTerms(
        name="June", systems=[grant.account.system], due_on=agent.joined_on.max
    )
    actions.open_campaign(by=cast.manager, terms=terms)
    assert line().reviewer is None
    refused(cast, client_for)


def test_second_look_at_own_access_is_left_for_others(cast: Cast) -> None:
    grant = make_grant(make_system(cast.vendor), email=cast.manager.user.email.title())
    campaign = make_campaign(cast.vendor, [grant])
    CampaignItem.objects.update(flags=["privileged"])
    actions.decide_item(line(), by=cast.second_manager, answer=KEEP, turn=0)
    with pytest.raises(NotAllowed, match="own access"):
        actions.decide_item(line(), by=cast.manager, answer=KEEP, turn=1)
    outcome = actions.decide_many(
        campaign, by=cast.manager, selection=EVERY, answer=KEEP
    )
    assert (outcome.seconded, outcome.own) == (0, 1)


def test_bulk_decides_nothing_that_arrived_after_the_page(
    cast: Cast, client_for: ClientFor
) -> None:
    system = make_system(cast.vendor)
    campaign = make_campaign(cast.vendor, [make_grant(system)])
    client, path = client_for(cast.manager), f"/access/campaigns/{campaign.pk}/"
    page = client.get(path).content.decode()
    assert "One decision for the line that waits" in page
    assert 'name="last" value="1"' in page
    make_grant(system)
    assert actions.add_late_arrivals(campaign) == 1
    client.post(f"{path}bulk/", {"decision": "keep", "reason": "All seen", "last": "1"})
    assert [line(1).decision, line(2).decision] == ["keep", ""]


def test_lines_are_given_by_a_range_of_any_length(
    cast: Cast, client_for: ClientFor
) -> None:
    campaign = make_campaign(cast.vendor, [make_grant(make_system(cast.vendor))])
    member = cast.lead.user.memberships.get(organization=cast.vendor)
    client_for(cast.manager).post(
        f"/access/campaigns/{campaign.pk}/delegate/",
        {"to": member.pk, "first": "1", "last": "9" * 18},
    )
    assert line().reviewer == cast.lead.user
