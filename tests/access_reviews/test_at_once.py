"""With the real worker and two connections: at once, and one winner."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.enums import Decision
from apps.access_reviews.models import CampaignItem, ItemDecision, Revocation
from apps.core.errors import Conflict
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.workforce import actions as workforce
from apps.workforce.models import RosterImport
from tests.factories.access_reviews import (
    make_account,
    make_campaign,
    make_grant,
    make_system,
)
from tests.factories.tenancy import make_actor, make_organization
from tests.factories.workforce import make_agent
from tests.journeys.test_worker import _uploaded
from tests.live import Live

pytestmark = pytest.mark.worker


def test_two_managers_at_once_have_one_winner(live: Live) -> None:
    vendor = make_organization()
    managers = [make_actor(vendor, Role.VENDOR_MANAGER) for _ in range(2)]
    campaign = make_campaign(vendor, [make_grant(make_system(vendor))])
    item_pk = CampaignItem.objects.get(campaign=campaign).pk
    barrier, outcomes = Barrier(2), []

    def decide(actor: Actor, decision: Decision) -> None:
        item = queries.item(actor, item_pk)
        barrier.wait()
        try:
            answer = rules.Answer(decision, "Seen")
            actions.decide_item(item, by=actor, answer=answer, turn=item.turn)
            outcomes.append("won")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    decisions = (Decision.KEEP, Decision.REVOKE)
    threads = [
        Thread(target=decide, args=each)
        for each in zip(managers, decisions, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "won"]
    assert ItemDecision.objects.filter(item=item_pk).count() == 1


def test_leaver_in_a_roster_is_revoked_within_a_minute(live: Live) -> None:
    vendor = make_organization()
    manager = make_actor(vendor, Role.VENDOR_MANAGER)
    agent = make_agent(vendor)
    account = make_account(make_system(vendor), agent=agent)
    today = datetime.now(UTC).date().isoformat()
    job = _uploaded(
        manager,
        "Employee ID,Full name,Last working day\n"
        f"{agent.external_id},{agent.full_name},{today}\n",
    )
    live.wait_until(
        lambda: RosterImport.objects.get(pk=job.pk).state == "preview", what="preview"
    )
    with transaction.atomic():
        workforce.confirm_roster(RosterImport.objects.get(pk=job.pk), by=manager)
    live.wait_until(
        lambda: Revocation.objects.filter(account=account).exists(),
        what="a revocation of the leaver",
    )
