"""A campaign from opening to its document, small here and at ten thousand lines with
the marker ``scale``: the same queries, and no lost decision."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.enums import Decision
from apps.access_reviews.models import (
    AccessGrant,
    Account,
    Campaign,
    CampaignItem,
    ItemDecision,
    Revocation,
    System,
)
from apps.core import clock
from apps.core.errors import Conflict
from apps.evidence import queries as evidence
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from tests.access_reviews.running import at_once
from tests.conftest import Cast
from tests.factories.access_reviews import (
    make_campaign,
    make_grant,
    make_role,
    make_snapshot,
    make_system,
)
from tests.factories.tenancy import make_actor, make_organization
from tests.live import Live

ClientFor = Callable[[Actor], Client]
SIZES = [60, pytest.param(10_000, marks=pytest.mark.scale)]
# Queries of each step, whatever the number of lines.
EXPECTED = {
    "open": 40,
    "first page": 18,
    "revoke in bulk": 42,
    "keep in bulk": 23,
    "close": 32,
    "sign off": 44,
    "document": 34,
}


def _fill(system: System, size: int) -> None:
    """Accounts with a role each; every tenth is suspended."""
    role, now = make_role(system), clock.now()
    accounts = Account.objects.bulk_create(
        Account(
            organization=system.organization,
            system=system,
            key=f"K{number:05}",
            status="suspended" if number % 10 == 0 else "active",
            first_seen_at=now,
            last_seen_at=now,
        )
        for number in range(size)
    )
    AccessGrant.objects.bulk_create(
        AccessGrant(account=row, role=role, first_seen_at=now, last_seen_at=now)
        for row in accounts
    )


class Steps:
    """Queries and seconds of each step."""

    def __init__(self) -> None:
        self.queries: dict[str, int] = {}
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        with CaptureQueriesContext(connection) as seen:
            yield
        self.seconds[name] = round(time.perf_counter() - start, 2)
        self.queries[name] = len(seen)


@pytest.mark.parametrize("size", SIZES)
def test_campaign_goes_from_opening_to_document(
    size: int, cast: Cast, client_for: ClientFor
) -> None:
    system = make_system(cast.vendor, cast.engagement)
    make_snapshot(system)
    _fill(system, size)
    client, steps = client_for(cast.manager), Steps()
    with steps.step("open"):
        sent = client.post(
            "/access/campaigns/new/",
            {"name": "June", "due_on": "2026-06-30", "systems": [system.pk]},
        )
    campaign = Campaign.objects.get()
    assert (sent.status_code, campaign.population_count) == (302, size)
    page = f"/access/campaigns/{campaign.pk}/"
    with steps.step("first page"):
        assert client.get(page).content.decode().count("data-review-row") == 50
    suspended = size // 10
    # Those that can be signed in to belong to nobody: they go, the others stay.
    for name, data in (
        ("revoke in bulk", {"decision": "revoke", "flag": "orphan"}),
        ("keep in bulk", {"decision": "keep", "standing": "open"}),
    ):
        with steps.step(name):
            client.post(f"{page}bulk/", data | {"reason": "Seen in bulk"})
    assert Revocation.objects.count() == size - suspended
    assert ItemDecision.objects.count() == size
    with steps.step("close"):
        assert client.post(f"{page}close/").status_code == 302
    with steps.step("sign off"):
        client_for(cast.second_manager).post(f"{page}sign-off/")
    with steps.step("document"):
        actions.render_campaign(queries.campaign_for_job(campaign.pk))
    print(f"{size} lines: seconds {steps.seconds}, queries {steps.queries}")  # noqa: T201
    assert steps.queries == EXPECTED
    document = Campaign.objects.get().file
    assert document is not None
    with evidence.opened(document) as handle:
        reader = pypdf.PdfReader(io.BytesIO(handle.read()))
        text = " ".join(page.extract_text() for page in reader.pages)
        assert "access-review.json" in reader.attachments
    assert f"{size} lines were reviewed" in " ".join(text.split())


@pytest.mark.worker
@pytest.mark.parametrize("size", [20, pytest.param(10_000, marks=pytest.mark.scale)])
def test_two_managers_at_the_same_moment_lose_no_decision(
    size: int, live: Live
) -> None:
    vendor = make_organization()
    managers = [make_actor(vendor, Role.VENDOR_MANAGER) for _ in range(2)]
    system = make_system(vendor)
    _fill(system, size)
    campaign = actions.open_campaign(
        by=managers[0],
        terms=actions.CampaignTerms(
            name="Both", systems=[system], due_on=clock.today("UTC")
        ),
    )
    outcomes: dict[Decision, actions.BulkOutcome] = {}

    def decide(actor: Actor, decision: Decision) -> None:
        outcomes[decision] = actions.decide_many(
            campaign,
            by=actor,
            selection=queries.Selection(),
            answer=rules.Answer(decision, "At once"),
        )

    at_once(
        partial(decide, managers[0], Decision.KEEP),
        partial(decide, managers[1], Decision.REVOKE),
    )
    counts = Counter({each: found.decided for each, found in outcomes.items()})
    assert sorted(counts.values()) == [0, size]
    assert sorted(found.left for found in outcomes.values()) == [0, size]
    [winner] = [each for each, count in counts.items() if count]
    lines = CampaignItem.objects.filter(campaign=campaign)
    assert set(lines.values_list("decision", "turn")) == {(winner.value, 1)}
    assert ItemDecision.objects.filter(item__campaign=campaign).count() == size
    revoked = size if winner is Decision.REVOKE else 0
    assert Revocation.objects.filter(system=system).count() == revoked


@pytest.mark.worker
def test_two_managers_on_one_line_have_one_winner(live: Live) -> None:
    vendor = make_organization()
    managers = [make_actor(vendor, Role.VENDOR_MANAGER) for _ in range(2)]
    campaign = make_campaign(vendor, [make_grant(make_system(vendor))])
    item_pk = CampaignItem.objects.get(campaign=campaign).pk
    outcomes = []

    def decide(actor: Actor, decision: Decision) -> None:
        item = queries.item(actor, item_pk)
        answer = rules.Answer(decision, "Seen")
        try:
            actions.decide_item(item, by=actor, answer=answer, turn=0)
            outcomes.append("won")
        except Conflict:
            outcomes.append("refused")

    at_once(
        partial(decide, managers[0], Decision.KEEP),
        partial(decide, managers[1], Decision.REVOKE),
    )
    assert sorted(outcomes) == ["refused", "won"]
    assert ItemDecision.objects.filter(item=item_pk).count() == 1
