"""Who reviews what: rules, delegation by system, team and line, and bulk decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.enums import Decision
from apps.access_reviews.models import (
    Campaign,
    CampaignItem,
    ItemDecision,
    ReviewerRule,
    Revocation,
    System,
)
from apps.audit.models import AuditEvent
from apps.core import clock, ids
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.notifications.models import Notification
from apps.tenancy.actor import Actor
from tests.conftest import NOON, Cast
from tests.factories.access_reviews import (
    make_campaign,
    make_grant,
    make_role,
    make_system,
)
from tests.factories.workforce import make_agent, make_assignment, make_site

ClientFor = Callable[[Actor], Client]
DUE = date(2026, 6, 30)
SYSTEM, OTHER, ENGAGEMENT, SITE = (ids.uuid7() for _ in range(4))
ANNA, BEN, CLEO, DAN = (ids.uuid7() for _ in range(4))
SCOPES = (
    rules.ReviewerScope(ANNA, "anna@x.test"),
    rules.ReviewerScope(BEN, "ben@x.test", system=SYSTEM),
    rules.ReviewerScope(CLEO, "cleo@x.test", engagement=ENGAGEMENT),
    rules.ReviewerScope(DAN, "dan@x.test", engagement=ENGAGEMENT, site=SITE),
)


@pytest.mark.parametrize(
    ("system", "teams", "subject", "expected"),
    [
        (OTHER, set(), (), ANNA),
        (SYSTEM, set(), (), BEN),
        (SYSTEM, {(ENGAGEMENT, None)}, (), CLEO),
        (OTHER, {(ENGAGEMENT, SITE)}, (), DAN),
        (OTHER, {(ids.uuid7(), SITE)}, (), ANNA),
        (SYSTEM, {(ENGAGEMENT, SITE)}, ("dan@x.test",), CLEO),
        (OTHER, set(), ("ANNA@x.test",), None),
    ],
)
def test_closest_rule_of_somebody_else_holds(
    system: object, teams: set[object], subject: tuple[str, ...], expected: object
) -> None:
    found = rules.reviewer_for(SCOPES, system=system, teams=teams, subject=subject)  # type: ignore[arg-type]
    assert found == expected


@given(
    st.permutations(SCOPES), st.sets(st.sampled_from(["anna", "ben", "cleo", "dan"]))
)
def test_nobody_is_ever_named_for_the_own_access(
    scopes: list[rules.ReviewerScope], names: set[str]
) -> None:
    subject = {f"{name}@x.test" for name in names}
    found = rules.reviewer_for(
        scopes, system=SYSTEM, teams={(ENGAGEMENT, SITE)}, subject=subject
    )
    emails = {scope.reviewer: scope.email for scope in SCOPES}
    assert found is None or emails[found] not in subject


def opened(cast: Cast, *systems: System, **overrides: object) -> Campaign:
    values = {"name": "June", "systems": systems, "due_on": DUE} | overrides
    terms = actions.CampaignTerms(**values)  # type: ignore[arg-type]
    return actions.open_campaign(by=cast.manager, terms=terms)


def reviewers_of(campaign: Campaign) -> list[object]:
    rows = CampaignItem.objects.filter(campaign=campaign).order_by("number")
    return [row.reviewer for row in rows.select_related("reviewer")]


def test_campaign_and_addendum_follow_the_rules(cast: Cast) -> None:
    system = make_system(cast.vendor, cast.engagement, name="A")
    site = make_site(cast.vendor)
    agent = make_agent(cast.vendor)
    make_assignment(cast.engagement, agent, site=site)
    actions.set_reviewer_rule(by=cast.manager, reviewer=cast.second_manager.user)
    actions.set_reviewer_rule(by=cast.manager, reviewer=cast.lead.user, site=site)
    make_grant(system, key="1")
    make_grant(system, key="2", agent=agent)
    campaign = opened(cast, system)
    assert reviewers_of(campaign) == [cast.second_manager.user, cast.lead.user]
    told = Notification.objects.filter(kind="campaign.opened")
    assert {(each.recipient, each.context["items"]) for each in told} == {
        (cast.second_manager.user, 1),
        (cast.lead.user, 1),
    }
    make_grant(system, key="3", email=cast.second_manager.user.email)
    assert actions.add_late_arrivals(campaign) == 1
    assert reviewers_of(campaign)[2] is None


def test_named_reviewer_stands_above_the_rules(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system, key="1")
    make_grant(system, key="2", email=cast.lead.user.email)
    actions.set_reviewer_rule(by=cast.manager, reviewer=cast.manager.user)
    campaign = opened(cast, system, reviewer=cast.lead.user, recurrence_months=1)
    assert reviewers_of(campaign) == [cast.lead.user, None]
    with clock.held(NOON + timedelta(days=31)):
        after = actions.repeat_campaign(queries.campaign_for_job(campaign.pk))
    assert reviewers_of(after) == [cast.lead.user, None]


def test_new_rule_for_the_same_lines_ends_the_old_one(cast: Cast) -> None:
    system = make_system(cast.vendor)
    first = actions.set_reviewer_rule(
        by=cast.manager, reviewer=cast.lead.user, system=system
    )
    second = actions.set_reviewer_rule(
        by=cast.manager, reviewer=cast.manager.user, system=system
    )
    assert list(queries.reviewer_rules(cast.manager)) == [second]
    with pytest.raises(Conflict):
        actions.end_reviewer_rule(first, by=cast.manager)
    actions.end_reviewer_rule(second, by=cast.manager)
    assert queries.reviewer_rules(cast.manager).count() == 0
    types = AuditEvent.objects.filter(type__startswith="reviewer_rule")
    assert [each.type for each in types.order_by("pk")] == [
        "reviewer_rule.set",
        "reviewer_rule.set",
        "reviewer_rule.ended",
    ]


def test_rule_is_refused_for_strangers(cast: Cast) -> None:
    with pytest.raises(Invalid, match="may review"):
        actions.set_reviewer_rule(by=cast.manager, reviewer=cast.officer.user)
    foreign = make_system(cast.clinic)
    with pytest.raises(NotAllowed):
        actions.set_reviewer_rule(
            by=cast.manager, reviewer=cast.lead.user, system=foreign
        )
    with pytest.raises(NotAllowed):
        actions.set_reviewer_rule(by=cast.lead, reviewer=cast.lead.user)
    assert ReviewerRule.objects.count() == 0


def test_lines_are_given_by_system_and_team_and_never_to_the_subject(
    cast: Cast,
) -> None:
    first = make_system(cast.vendor, cast.engagement, name="A")
    second = make_system(cast.vendor, cast.engagement, name="B")
    site = make_site(cast.vendor)
    agent = make_agent(cast.vendor)
    make_assignment(cast.engagement, agent, site=site)
    grants = [
        make_grant(first, key="1"),
        make_grant(second, key="2"),
        make_grant(second, key="3", agent=agent),
        make_grant(second, key="4", email=cast.lead.user.email),
    ]
    campaign = make_campaign(cast.vendor, grants)

    def give(**selection: object) -> int:
        chosen = queries.Selection(**selection)  # type: ignore[arg-type]
        return actions.delegate_items(
            campaign, by=cast.manager, selection=chosen, to=cast.lead.user
        )

    assert give(engagement=cast.engagement.pk, site=site.pk) == 1
    assert reviewers_of(campaign) == [None, None, cast.lead.user, None]
    assert give(system=second.pk) == 1
    assert give() == 1
    assert reviewers_of(campaign) == [cast.lead.user] * 3 + [None]
    told = Notification.objects.filter(recipient=cast.lead.user)
    assert [each.context["items"] for each in told] == [1]


def test_decided_lines_stay_with_who_decided(cast: Cast) -> None:
    campaign = make_campaign(cast.vendor, [make_grant(make_system(cast.vendor))])
    answer = rules.Answer(Decision.REVOKE, "Seen")
    actions.decide_many(
        campaign, by=cast.manager, selection=queries.Selection(), answer=answer
    )
    moved = actions.delegate_items(
        campaign, by=cast.manager, selection=queries.Selection(), to=cast.lead.user
    )
    assert moved == 0


@pytest.mark.parametrize(
    ("decision", "change_to", "revocations"),
    [("keep", "", 0), ("revoke", "", 2), ("change", "Viewer", 2), ("escalate", "", 0)],
)
def test_bulk_takes_every_decision_with_a_reason(
    decision: str,
    change_to: str,
    revocations: int,
    cast: Cast,
    client_for: ClientFor,
) -> None:
    system = make_system(cast.vendor)
    campaign = make_campaign(cast.vendor, [make_grant(system), make_grant(system)])
    client = client_for(cast.manager)
    path = f"/access/campaigns/{campaign.pk}/bulk/"
    data = {"decision": decision, "change_to": change_to}
    assert client.post(path, data).status_code == 422
    assert ItemDecision.objects.count() == 0
    assert client.post(path, data | {"reason": "All seen"}).status_code == 302
    rows = CampaignItem.objects.filter(campaign=campaign)
    assert set(rows.values_list("decision", "reason", "change_to")) == {
        (decision, "All seen", change_to)
    }
    assert Revocation.objects.count() == revocations


def test_bulk_change_names_the_role(cast: Cast, client_for: ClientFor) -> None:
    campaign = make_campaign(cast.vendor, [make_grant(make_system(cast.vendor))])
    answer = client_for(cast.manager).post(
        f"/access/campaigns/{campaign.pk}/bulk/",
        {"decision": "change", "reason": "Too much"},
    )
    assert answer.status_code == 422
    assert "Name the role that is enough" in answer.content.decode()


def test_escalated_lines_are_told_and_decided_by_another(cast: Cast) -> None:
    campaign = make_campaign(cast.vendor, [make_grant(make_system(cast.vendor))])
    whole = queries.Selection()

    def decide(actor: Actor, decision: Decision) -> tuple[int, int]:
        outcome = actions.decide_many(
            campaign, by=actor, selection=whole, answer=rules.Answer(decision, "Look")
        )
        return outcome.decided, outcome.left

    assert decide(cast.manager, Decision.ESCALATE) == (1, 0)
    told = Notification.objects.filter(kind="access_items.escalated")
    assert [each.recipient for each in told] == [cast.second_manager.user]
    assert decide(cast.manager, Decision.KEEP) == (0, 1)
    assert decide(cast.second_manager, Decision.KEEP) == (1, 0)


def test_second_reviewer_confirms_word_for_word(cast: Cast) -> None:
    system = make_system(cast.vendor)
    grant = make_grant(system, make_role(system, is_privileged=True))
    campaign = make_campaign(cast.vendor, [grant])
    whole = queries.Selection()

    def decide(actor: Actor, role: str) -> tuple[int, int, int]:
        outcome = actions.decide_many(
            campaign,
            by=actor,
            selection=whole,
            answer=rules.Answer(Decision.CHANGE, "Too much", role),
        )
        return outcome.decided, outcome.seconded, outcome.left

    assert decide(cast.manager, "Viewer") == (1, 0, 0)
    assert decide(cast.second_manager, "Editor") == (0, 0, 1)
    assert decide(cast.second_manager, "Viewer") == (0, 1, 0)
    assert queries.progress(campaign).undecided == 0


def test_reviewers_page_sets_and_ends_rules(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.manager)
    assert "No rule yet" in client.get("/access/reviewers/").content.decode()
    system = make_system(cast.vendor, name="Chat desk")
    member = queries.reviewers(cast.vendor).get(user=cast.lead.user)
    bad = client.post("/access/reviewers/", {"system": system.pk})
    assert (bad.status_code, ReviewerRule.objects.count()) == (422, 0)
    client.post("/access/reviewers/", {"system": system.pk, "reviewer": member.pk})
    rule = ReviewerRule.objects.get()
    page = client.get("/access/reviewers/").content.decode()
    assert "End the rule for Chat desk" in page
    assert client.post(f"/access/reviewers/{rule.pk}/end/").status_code == 302
    assert queries.reviewer_rules(cast.manager).count() == 0


def test_delegate_page_needs_both_ends_of_a_range(
    cast: Cast, client_for: ClientFor
) -> None:
    system = make_system(cast.vendor)
    campaign = make_campaign(cast.vendor, [make_grant(system), make_grant(system)])
    member = queries.reviewers(cast.vendor).get(user=cast.lead.user)
    client, path = (
        client_for(cast.manager),
        f"/access/campaigns/{campaign.pk}/delegate/",
    )
    for bad in ({"first": 2}, {"first": 2, "last": 1}):
        assert client.post(path, {"to": member.pk} | bad).status_code == 422
    done = client.post(path, {"to": member.pk, "first": 2, "last": 2})
    assert done.status_code == 302
    assert reviewers_of(campaign) == [None, cast.lead.user]
    narrowed = client_for(cast.lead).get(f"/access/campaigns/{campaign.pk}/")
    assert narrowed.content.decode().count("data-review-row") == 1
