"""Opening, deciding, closing and signing of access reviews."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.access_reviews import actions, queries, rules, tasks
from apps.access_reviews.enums import Decision
from apps.access_reviews.models import (
    AccessGrant,
    Campaign,
    CampaignItem,
    ItemDecision,
    Revocation,
    System,
)
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.evidence import queries as evidence
from apps.tenancy.actor import Actor
from tests.conftest import NOON, Cast
from tests.factories.access_reviews import (
    make_grant,
    make_role,
    make_snapshot,
    make_system,
)
from tests.factories.workforce import make_agent, make_assignment

DUE = date(2026, 6, 30)
KEEP = rules.Answer(Decision.KEEP, "Needed")
REVOKE = rules.Answer(Decision.REVOKE, "Not needed")


def terms(*systems: System, **overrides: object) -> actions.CampaignTerms:
    values = {"name": "June", "systems": systems, "due_on": DUE}
    return actions.CampaignTerms(**values | overrides)  # type: ignore[arg-type]


def opened(cast: Cast, *systems: System, **overrides: object) -> Campaign:
    return actions.open_campaign(by=cast.manager, terms=terms(*systems, **overrides))


def line(campaign: Campaign, number: int = 1) -> CampaignItem:
    return CampaignItem.objects.select_related("campaign__organization").get(
        campaign=campaign, number=number
    )


def test_population_is_frozen_with_its_flags(cast: Cast) -> None:
    system = make_system(cast.vendor, cast.engagement)
    agent = make_agent(cast.vendor)
    make_assignment(cast.engagement, agent)
    make_grant(system, key="B", has_mfa=False)
    grant = make_grant(system, key="A", agent=agent, has_mfa=True)
    make_snapshot(system)
    campaign = opened(cast, system)
    assert campaign.population_count == 2
    assert len(campaign.population_sha256) == 64
    assert [source["system"] for source in campaign.sources] == [system.name]
    first, second = campaign.items.all()
    assert first.flags == []
    assert first.unknown == ["excessive", "never_used", "dormant"]
    assert first.facts["agent_id"] == agent.external_id
    assert second.flags == ["orphan", "no_mfa"]
    grant.account.status = "suspended"
    grant.account.save(update_fields=["status"])
    assert line(campaign).facts["status"] == "active"


def test_campaign_without_accounts_or_in_the_past_is_refused(cast: Cast) -> None:
    system = make_system(cast.vendor)
    with pytest.raises(Invalid, match="hold no account"):
        opened(cast, system)
    make_grant(system)
    with pytest.raises(Invalid, match="due in the past"):
        opened(cast, system, due_on=date(2026, 6, 14))
    with pytest.raises(NotAllowed):
        actions.open_campaign(by=cast.other_manager, terms=terms(system))
    with pytest.raises(NotAllowed):
        actions.open_campaign(by=cast.lead, terms=terms(system))
    assert Campaign.objects.count() == 0


def test_two_campaigns_run_at_once_and_hash_alike(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    first, second = opened(cast, system), opened(cast, system, name="July")
    assert first.population_sha256 == second.population_sha256


def test_nobody_reviews_the_own_access(cast: Cast) -> None:
    system = make_system(cast.vendor)
    agent = make_agent(cast.vendor, email=cast.manager.user.email.upper())
    make_grant(system, agent=agent)
    campaign = opened(cast, system)
    with pytest.raises(NotAllowed, match="own access"):
        actions.decide_item(line(campaign), by=cast.manager, answer=KEEP, turn=0)
    outcome = actions.decide_many(
        campaign, by=cast.manager, selection=queries.Selection(), answer=KEEP
    )
    assert (outcome.decided, outcome.own) == (0, 1)
    actions.decide_item(line(campaign), by=cast.second_manager, answer=KEEP, turn=0)
    assert line(campaign).decision == "keep"


def test_later_decision_leaves_the_earlier_one_in_history(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    campaign = opened(cast, system)
    actions.decide_item(line(campaign), by=cast.manager, answer=KEEP, turn=0)
    actions.decide_item(line(campaign), by=cast.second_manager, answer=REVOKE, turn=1)
    found = queries.history(line(campaign))
    assert [(row.turn, row.decision, row.by) for row in found] == [
        (1, "keep", cast.manager.user),
        (2, "revoke", cast.second_manager.user),
    ]
    with pytest.raises(Conflict, match="withdraw its revocation"):
        actions.decide_item(line(campaign), by=cast.manager, answer=KEEP, turn=2)
    event = AuditEvent.objects.filter(type="access_items.decided").last()
    assert event is not None


def test_stale_decision_is_refused_and_changes_nothing(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    campaign = opened(cast, system)
    seen = line(campaign)
    actions.decide_item(seen, by=cast.manager, answer=REVOKE, turn=seen.turn)
    with pytest.raises(rules.AlreadyDecided):
        actions.decide_item(seen, by=cast.second_manager, answer=KEEP, turn=seen.turn)
    assert line(campaign).decision == "revoke"
    assert ItemDecision.objects.count() == 1


def test_privileged_access_is_kept_by_two(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system, make_role(system, is_privileged=True))
    campaign = opened(cast, system)
    actions.decide_item(line(campaign), by=cast.manager, answer=KEEP, turn=0)
    assert queries.progress(campaign).second == 1
    with pytest.raises(NotAllowed, match="second person"):
        actions.decide_item(line(campaign), by=cast.manager, answer=KEEP, turn=1)
    with pytest.raises(Conflict, match="1 wait for a second"):
        actions.close_campaign(campaign, by=cast.manager)
    actions.decide_item(line(campaign), by=cast.second_manager, answer=KEEP, turn=1)
    found = line(campaign)
    assert (found.decided_by, found.second_by) == (
        cast.manager.user,
        cast.second_manager.user,
    )
    assert queries.progress(campaign).undecided == 0


def test_team_lead_decides_own_lines_only(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    make_grant(system)
    campaign = opened(cast, system)
    moved = actions.delegate_items(
        campaign,
        by=cast.manager,
        selection=queries.Selection(numbers=(1,)),
        to=cast.lead.user,
    )
    assert moved == 1
    assert [row.number for row in queries.items(cast.lead, campaign)] == [1]
    with pytest.raises(NotFound):
        queries.item(cast.lead, line(campaign, 2).pk)
    with pytest.raises(NotAllowed, match="another reviewer"):
        actions.decide_item(line(campaign, 2), by=cast.lead, answer=KEEP, turn=0)
    actions.decide_item(line(campaign, 1), by=cast.lead, answer=KEEP, turn=0)


def test_change_names_the_role_and_takes_the_old_one_away(cast: Cast) -> None:
    system = make_system(cast.vendor)
    grant = make_grant(system)
    campaign = opened(cast, system)
    bare = rules.Answer(Decision.CHANGE, "Too much")
    with pytest.raises(rules.DecisionRefused) as refused:
        actions.decide_item(line(campaign), by=cast.manager, answer=bare, turn=0)
    assert list(refused.value.fields) == ["change_to"]
    full = rules.Answer(Decision.CHANGE, "Too much", "Viewer")
    actions.decide_item(line(campaign), by=cast.manager, answer=full, turn=0)
    revocation = Revocation.objects.get()
    assert (revocation.grant, revocation.item) == (grant, line(campaign))
    assert revocation.due_at == NOON + timedelta(hours=72)


def test_late_arrival_is_an_addendum_and_the_hash_stays(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    campaign = opened(cast, system)
    assert actions.add_late_arrivals(campaign) == 0
    make_grant(system)
    assert actions.add_late_arrivals(campaign) == 1
    assert actions.add_late_arrivals(campaign) == 0
    found = queries.campaign(cast.manager, campaign.pk)
    assert (found.addenda, found.population_sha256) == (1, campaign.population_sha256)
    assert [row.addendum for row in found.items.all()] == [0, 1]


def test_another_person_signs_off(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    make_snapshot(system)
    campaign = opened(cast, system)
    with pytest.raises(Conflict, match="1 lines are to be decided"):
        actions.close_campaign(campaign, by=cast.manager)
    actions.decide_item(line(campaign), by=cast.manager, answer=KEEP, turn=0)
    with pytest.raises(Conflict, match="This review is open"):
        actions.sign_off_campaign(campaign, by=cast.manager)
    actions.close_campaign(campaign, by=cast.manager)
    with pytest.raises(Conflict, match="closed"):
        actions.decide_item(line(campaign), by=cast.manager, answer=REVOKE, turn=1)
    with pytest.raises(NotAllowed, match="Another manager"):
        actions.sign_off_campaign(campaign, by=cast.manager)
    signed = actions.sign_off_campaign(campaign, by=cast.second_manager)
    assert signed.state == "signed off"
    types = AuditEvent.objects.order_by("pk").values_list("type", flat=True)
    assert [each for each in types if each.startswith("campaign")] == [
        "campaign.opened",
        "campaign.closed",
        "campaign.signed_off",
    ]


def test_next_campaign_compares_with_the_one_before(cast: Cast) -> None:
    system = make_system(cast.vendor)
    kept, gone = make_grant(system), make_grant(system)
    before = opened(cast, system, recurrence_months=3)
    for number in (1, 2):
        actions.decide_item(line(before, number), by=cast.manager, answer=KEEP, turn=0)
    actions.close_campaign(before, by=cast.manager)
    actions.sign_off_campaign(before, by=cast.second_manager)
    AccessGrant.objects.filter(pk=gone.pk).update(absent_since=NOON)
    fresh = make_grant(system)
    with clock.held(NOON + timedelta(days=91)):
        assert queries.campaigns_to_repeat() == []
    with clock.held(NOON + timedelta(days=92)):
        [due] = queries.campaigns_to_repeat()
        after = actions.repeat_campaign(due)
        assert actions.repeat_campaign(due) == before
        assert queries.campaigns_to_repeat() == []
    assert after.due_on == date(2026, 9, 30)
    comparison = queries.compared(after)
    assert comparison is not None
    assert (comparison.new, comparison.gone, comparison.unchanged) == (1, 1, 1)
    flags = {row.grant_id: row.flags for row in after.items.all()}
    assert "new" in flags[fresh.pk]
    assert "new" not in flags[kept.pk]


def test_review_opened_by_hand_leaves_the_next_one_as_it_was(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    before = opened(cast, system, recurrence_months=3)
    actions.decide_item(line(before), by=cast.manager, answer=KEEP, turn=0)
    actions.close_campaign(before, by=cast.manager)
    actions.sign_off_campaign(before, by=cast.second_manager)
    extra = opened(cast, system, name="Extra")
    assert extra.previous == before
    # A quarter is three months of the calendar, whatever the clocks do meanwhile.
    for year, month in ((2026, 9), (2026, 12), (2027, 3), (2027, 6)):
        with clock.held(datetime(year, month, 14, 23, 59, tzinfo=UTC)):
            assert queries.campaigns_to_repeat() == []
        with clock.held(datetime(year, month, 15, 0, 0, tzinfo=UTC)):
            [due] = queries.campaigns_to_repeat()
            assert due.name == "June"
            tasks.repeat(str(due.pk))
            tasks.repeat(str(due.pk))
            assert queries.campaigns_to_repeat() == []
    assert Campaign.objects.filter(name="June").count() == 5


def test_form_sent_twice_opens_one_review(
    cast: Cast, client_for: Callable[[Actor], Client]
) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    client = client_for(cast.manager)
    given = {"name": "June ", "due_on": "2026-06-30", "systems": [system.pk]}
    sent = [client.post("/access/campaigns/new/", given) for _ in range(2)]
    assert [each.status_code for each in sent] == [302, 422]
    assert "is open already" in sent[1].content.decode()
    assert Campaign.objects.count() == 1


def test_cancelled_campaign_needs_a_reason_and_never_repeats(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    campaign = opened(cast, system, recurrence_months=1)
    with pytest.raises(Invalid):
        actions.cancel_campaign(campaign, by=cast.manager, reason=" ")
    actions.cancel_campaign(campaign, by=cast.manager, reason="Wrong systems")
    with clock.held(NOON + timedelta(days=60)):
        assert queries.campaigns_to_repeat() == []


@pytest.mark.parametrize("count", [1, 3])
def test_opening_and_bulk_take_the_same_queries(cast: Cast, count: int) -> None:
    system = make_system(cast.vendor, cast.engagement)
    for _ in range(count):
        make_grant(system)
    with CaptureQueriesContext(connection) as opening:
        campaign = opened(cast, system)
    with CaptureQueriesContext(connection) as deciding:
        actions.decide_many(
            campaign, by=cast.manager, selection=queries.Selection(), answer=REVOKE
        )
    assert (len(opening), len(deciding)) == (OPENING, REVOKING)


OPENING = 29
REVOKING = 31


def test_document_names_decisions_reviewers_and_hashes(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    snapshot = make_snapshot(system)
    campaign = opened(cast, system)
    actions.decide_item(line(campaign), by=cast.manager, answer=REVOKE, turn=0)
    actions.close_campaign(campaign, by=cast.manager)
    signed = actions.sign_off_campaign(campaign, by=cast.second_manager)
    rendered = actions.render_campaign(queries.campaign_for_job(signed.pk))
    assert rendered.file is not None
    text = _text(rendered)
    for words in (
        snapshot.file.sha256[:20],
        campaign.population_sha256[:20],
        "Mara Manager",
        "Milo Second",
        "Not needed",
        "asked for",
    ):
        assert words in text
    again = actions.render_campaign(queries.campaign_for_job(signed.pk))
    assert again.file == rendered.file


def test_document_whose_job_was_lost_is_made_later(cast: Cast) -> None:
    system = make_system(cast.vendor)
    make_grant(system)
    campaign = opened(cast, system)
    actions.decide_item(line(campaign), by=cast.manager, answer=KEEP, turn=0)
    actions.close_campaign(campaign, by=cast.manager)
    actions.sign_off_campaign(campaign, by=cast.second_manager)
    assert queries.campaigns_without_document() == []
    with clock.held(NOON + timedelta(minutes=11)):
        assert queries.campaigns_without_document() == [campaign]
        tasks.render(str(campaign.pk))
        assert queries.campaigns_without_document() == []
    assert "Access review" in _text(queries.campaign_for_job(campaign.pk))


def _text(campaign: Campaign) -> str:
    assert campaign.file is not None
    with evidence.opened(campaign.file) as handle:
        pages = pypdf.PdfReader(io.BytesIO(handle.read())).pages
        return "\n".join(page.extract_text() for page in pages)
