"""Two connections at once, and the real worker on what is asked of a whole vendor."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from apps.core import clock
from apps.core.errors import Conflict
from apps.gate.models import GateDecision
from apps.questionnaires import actions
from apps.questionnaires.actions.assignments import ALREADY_OPEN
from apps.questionnaires.enums import PartyKind
from apps.questionnaires.models import Assignment
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from tests.factories.engagements import make_engagement
from tests.factories.questionnaires import make_version
from tests.factories.tenancy import make_actor, make_organization
from tests.live import Live

pytestmark = pytest.mark.worker


def _judged(engagement_ids: set[object], text: str) -> bool:
    rows = GateDecision.objects.filter(engagement__in=engagement_ids)
    return {row.engagement_id for row in rows if text in str(row.conditions)} == (
        engagement_ids
    )


def test_a_vendor_wide_round_has_one_winner_and_reaches_the_gate(live: Live) -> None:
    clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
    vendor = make_organization()
    engagements = {
        make_engagement(client=clinic, provider=vendor, name=name).pk
        for name in ("Chat", "Calls")
    }
    officers = [make_actor(clinic, Role.COMPLIANCE_MANAGER) for _ in range(2)]
    version = make_version(clinic)
    due = clock.today("UTC") + timedelta(days=30)
    terms = actions.Terms(PartyKind.OPERATOR, ("chat",), due)
    barrier, outcomes = Barrier(2), []

    def ask(officer: Actor) -> None:
        barrier.wait()
        try:
            actions.assign_to_vendor(vendor, by=officer, version=version, terms=terms)
            outcomes.append("asked")
        except Conflict as refused:
            outcomes.append(refused.message)
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [ALREADY_OPEN, "asked"]
    row = Assignment.objects.get(provider=vendor)
    live.wait_until(
        lambda: _judged(engagements, "no verdict yet"), what="both judged when asked"
    )
    with transaction.atomic():
        actions.withdraw(row, by=officers[0], reason="Asked of the wrong vendor")
    live.wait_until(
        lambda: all(
            "Small questionnaire" not in str(_latest(pk).conditions)
            for pk in engagements
        ),
        what="both judged again when it was withdrawn",
    )


def _latest(engagement_id: object) -> GateDecision:
    return GateDecision.objects.filter(engagement=engagement_id).latest("decided_at")
