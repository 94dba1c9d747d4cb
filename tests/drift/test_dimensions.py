"""Every dimension of drift: it appears once, is told once, shows clause and evidence,
closes by reality or by amendment, and opens again as a new finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from apps.agreements.models import Agreement
from apps.core import clock
from apps.drift import actions, queries
from apps.drift.actions import DETECTOR, Counts
from apps.drift.enums import Dimension, Resolution
from apps.drift.models import DriftFinding
from apps.engagements.models import DeclaredScope, Subcontract
from apps.engagements.rules import ScopeTerms
from apps.notifications.models import Notification, OutgoingMail
from apps.tenancy.actor import Actor
from apps.workforce.models import Assignment, Site
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_agreement, make_baa, make_version
from tests.factories.drift import make_staff
from tests.factories.engagements import make_engagement, make_scope, make_subcontract
from tests.factories.workforce import make_site

pytestmark = pytest.mark.django_db

ClientFor = Callable[[Actor], Client]
TODAY = date(2026, 6, 15)
ONE = timedelta(days=1)
MANAGERS = 4  # two of each side
STRICT = ScopeTerms(
    services=("patient_support",),
    channels=("chat",),
    phi_categories=("demographic",),
    countries=("PH",),
    sites=("MNL-1",),
    systems=("Desk",),
    head_count_ceiling=2,
)


@pytest.fixture
def within(cast: Cast) -> Cast:
    """Two agents in Manila serve by chat, as agreed and as declared."""
    agreement = make_agreement(cast.engagement, title="Chat BAA")
    make_version(agreement, scope=STRICT, subcontractors=[])
    site = make_site(cast.vendor, code="MNL-1")
    make_staff(cast.engagement, 2, site=site)
    make_scope(cast.engagement, systems=["Desk"], head_count_ceiling=2)
    assert _detect(cast) == Counts()
    return cast


def _detect(cast: Cast) -> Counts:
    return actions.detect([cast.engagement.pk], by=DETECTOR)


# -- How reality leaves the scope and comes back ----------------------------------
def _hire(cast: Cast) -> None:
    make_staff(cast.engagement, 1, site=Site.objects.get(code="MNL-1"))


def _let_go(cast: Cast) -> None:
    """One agent is left: below the ceiling by the margin."""
    kept = Assignment.objects.values_list("pk", flat=True)[:1]
    Assignment.objects.exclude(pk__in=list(kept)).update(ended_on=TODAY - ONE)


def _assigned(**values: Any) -> Callable[[Cast], None]:
    return lambda cast: _update(Assignment, values)


def _placed(**values: Any) -> Callable[[Cast], None]:
    return lambda cast: _update(Site, values)


def _declared(**values: Any) -> Callable[[Cast], None]:
    return lambda cast: _update(DeclaredScope, values)


def _update(model: Any, values: dict[str, Any]) -> None:
    model.objects.update(**values)


def _subcontract(cast: Cast) -> None:
    below = make_engagement(client=cast.vendor, provider=cast.other_vendor)
    make_subcontract(cast.engagement, below)


def _end_subcontract(cast: Cast) -> None:
    Subcontract.objects.filter(ended_on=None).update(ended_on=TODAY - ONE)


def _lapse(cast: Cast) -> None:
    Agreement.objects.update(terminated_on=TODAY - ONE)


def _stop(cast: Cast) -> None:
    Assignment.objects.update(ended_on=TODAY - ONE)


def _go_on(cast: Cast) -> None:
    Assignment.objects.update(ended_on=None)


# -- How the agreement comes to permit it -----------------------------------------
def _amend(**terms: Any) -> Callable[[Cast], None]:
    """A new version from today on, wider in what is named."""

    def change(cast: Cast) -> None:
        agreement = Agreement.objects.get()
        listed = terms.get("subcontractors", lambda cast: [])(cast)
        scope = replace(
            STRICT, **{k: v for k, v in terms.items() if k != "subcontractors"}
        )
        if agreement.terminated_on is not None:
            agreement = make_agreement(cast.engagement)
        agreement.versions.update(superseded_on=TODAY)
        make_version(agreement, scope=scope, effective_on=TODAY, subcontractors=listed)

    return change


def _date_back(cast: Cast) -> None:
    """Another agreement that covers the days before."""
    make_baa(
        cast.engagement,
        scope=STRICT,
        effective_on=date(2026, 1, 1),
        expires_on=date(2026, 1, 4),
    )


@dataclass(frozen=True)
class Case:
    """One dimension: ways out of the scope, back into it, and to permit it."""

    out: Callable[[Cast], None]
    back: Callable[[Cast], None]
    permit: Callable[[Cast], None]
    observed: str
    agreed: str
    line: str
    provision: str = "BAA-02 Permitted uses named"
    evidence: dict[str, Any] = field(default_factory=dict)
    out_again: Callable[[Cast], None] | None = None


CASES = {
    Dimension.HEAD_COUNT: Case(
        _hire,
        _let_go,
        _amend(head_count_ceiling=5),
        "3 agents are assigned.",
        "At most 2 agents.",
        "scope line “Most agents”",
        evidence={"agents": 3, "count": 3, "limit": 2},
        out_again=_go_on,
    ),
    Dimension.CHANNEL: Case(
        _assigned(channels=["chat", "voice"]),
        _assigned(channels=["chat"]),
        _amend(channels=("chat", "voice")),
        "Voice is used.",
        "Permitted: Chat.",
        "scope line “Channels”",
    ),
    Dimension.SERVICE: Case(
        _declared(services=["patient_support", "claims"]),
        _declared(services=["patient_support"]),
        _amend(services=("patient_support", "claims")),
        "Claims and eligibility is declared.",
        "Permitted: Patient support.",
        "scope line “Services”",
    ),
    Dimension.PHI_CATEGORY: Case(
        _declared(phi_categories=["clinical"]),
        _declared(phi_categories=["demographic"]),
        _amend(phi_categories=("demographic", "clinical")),
        "Clinical information is declared.",
        "Permitted: Names and contact data.",
        "scope line “Kinds of PHI”",
    ),
    Dimension.SITE: Case(
        _placed(code="CEB-1"),
        _placed(code="MNL-1"),
        _amend(sites=("MNL-1", "CEB-1")),
        "CEB-1 is used by 2 agents.",
        "Permitted: MNL-1.",
        "scope line “Sites”",
        evidence={"agents": 2},
    ),
    Dimension.COUNTRY: Case(
        _placed(country="US"),
        _placed(country="PH"),
        _amend(countries=("PH", "US")),
        "US is used by 2 agents.",
        "Permitted: PH.",
        "scope line “Countries”",
        evidence={"agents": 2},
    ),
    Dimension.REMOTE_WORK: Case(
        _placed(is_remote=True),
        _placed(is_remote=False),
        _amend(remote_work=True),
        "2 agents are assigned to work from home.",
        "Work from home is not permitted.",
        "scope line “Remote work”",
        evidence={"agents": 2},
    ),
    Dimension.SUBCONTRACTOR: Case(
        _subcontract,
        _end_subcontract,
        _amend(subcontractors=lambda cast: [cast.other_vendor.pk]),
        "Otherline does part of the work; it is not listed.",
        "Only listed subcontractors.",
        "scope line “Subcontractors”",
        "BAA-09 Subcontractors bound alike",
        evidence={"is_listed": False, "is_approved": True},
    ),
    Dimension.SYSTEM: Case(
        _declared(systems=["Desk", "CRM"]),
        _declared(systems=["Desk"]),
        _amend(systems=("Desk", "CRM")),
        "CRM is declared.",
        "Permitted: Desk.",
        "scope line “Systems”",
    ),
    Dimension.EARLY_WORK: Case(
        _assigned(effective_on=date(2026, 1, 2)),
        _assigned(effective_on=date(2026, 1, 5)),
        _date_back,
        "The first agent was assigned from 2 January 2026.",
        "The first agreement is in force from 5 January 2026.",
        "first day in force",
        "BAA-01 Written before PHI moves",
        evidence={"began_on": "2026-01-02"},
    ),
    Dimension.LAPSED: Case(
        _lapse,
        _stop,
        _amend(),
        "2 agents are assigned.",
        "The last agreement ended on 14 June 2026.",
        "last day in force",
        "BAA-01 Written before PHI moves",
        evidence={"agents": 2},
        out_again=_go_on,
    ),
}


def test_every_dimension_has_its_case() -> None:
    assert list(CASES) == list(Dimension)


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> tuple[Dimension, Case]:
    return request.param, CASES[request.param]


def test_drift_appears_once(within: Cast, case: tuple[Dimension, Case]) -> None:
    dimension, shape = case
    shape.out(within)
    assert _detect(within) == Counts(detected=1)
    for _ in range(3):
        assert _detect(within) == Counts()
    row = DriftFinding.objects.get()
    assert (row.dimension, row.observed, row.agreed, row.evidence) == (
        dimension,
        shape.observed,
        shape.agreed,
        shape.evidence,
    )
    assert Notification.objects.filter(kind="drift.detected").count() == MANAGERS
    assert OutgoingMail.objects.count() == MANAGERS


def test_alert_shows_clause_and_evidence(
    within: Cast, case: tuple[Dimension, Case], client_for: ClientFor
) -> None:
    _, shape = case
    shape.out(within)
    _detect(within)
    row = DriftFinding.objects.get()
    clause = f"“Chat BAA”, version 1, {shape.line}; {shape.provision} (p. 2)"
    for mail in OutgoingMail.objects.all():
        assert f"Observed: {shape.observed}\nAgreed: {shape.agreed}\n" in mail.body
        assert f"\nClause: {clause}\n" in mail.body
        assert ("\nEvidence: " in mail.body) is bool(shape.evidence)
    for actor in (within.officer, within.manager):
        text = client_for(actor).get(f"/drift/{row.pk}/").content.decode()
        for part in (shape.observed, shape.agreed, shape.line, shape.provision, "p. 2"):
            assert escape(part) in text
        for name, _ in queries.evidence_lines(row):
            assert name in text


def test_drift_closes_by_reality_and_opens_again(
    within: Cast, case: tuple[Dimension, Case]
) -> None:
    _, shape = case
    shape.out(within)
    _detect(within)
    shape.back(within)
    assert _detect(within) == Counts(resolved=1)
    assert DriftFinding.objects.get().resolution == Resolution.NOT_OBSERVED
    with clock.held(NOON + timedelta(hours=1)):
        (shape.out_again or shape.out)(within)
        assert _detect(within) == Counts(detected=1)
    assert DriftFinding.objects.filter(resolved_at=None).count() == 1
    assert OutgoingMail.objects.count() == 2 * MANAGERS


def test_drift_closes_by_amendment(within: Cast, case: tuple[Dimension, Case]) -> None:
    _, shape = case
    shape.out(within)
    _detect(within)
    shape.permit(within)
    assert _detect(within) == Counts(resolved=1)
    assert DriftFinding.objects.get().resolution == Resolution.AMENDED
    assert OutgoingMail.objects.count() == MANAGERS


def test_drift_is_escalated_once(within: Cast, case: tuple[Dimension, Case]) -> None:
    _, shape = case
    shape.out(within)
    _detect(within)
    with clock.held(NOON + timedelta(days=4)):
        assert [actions.escalate(by=DETECTOR) for _ in range(3)] == [1, 0, 0]
    reminders = OutgoingMail.objects.filter(subject__contains="not acknowledged")
    assert reminders.count() == MANAGERS
    assert all(shape.line in mail.body for mail in reminders)


# -- At the ceiling --------------------------------------------------------------
@pytest.mark.parametrize("ceiling", [2, 5, 20, 100])
def test_one_agent_more_or_less_ten_times_is_one_finding(
    cast: Cast, ceiling: int
) -> None:
    make_baa(cast.engagement, scope=replace(STRICT, head_count_ceiling=ceiling))
    site = make_site(cast.vendor, code="MNL-1")
    make_staff(cast.engagement, ceiling, site=site)
    assert _detect(cast) == Counts()
    (one,) = make_staff(cast.engagement, 1, site=site)
    assert _detect(cast) == Counts(detected=1)
    for _ in range(10):
        Assignment.objects.filter(pk=one.pk).update(ended_on=TODAY - ONE)
        assert _detect(cast) == Counts(changed=1)
        Assignment.objects.filter(pk=one.pk).update(ended_on=None)
        assert _detect(cast) == Counts(changed=1)
    row = DriftFinding.objects.get()
    assert row.resolved_at is None
    assert OutgoingMail.objects.count() == MANAGERS


def test_at_the_ceiling_the_finding_says_when_it_closes(within: Cast) -> None:
    _hire(within)
    _detect(within)
    Assignment.objects.filter(pk=Assignment.objects.latest("id").pk).update(
        ended_on=TODAY - ONE
    )
    _detect(within)
    assert DriftFinding.objects.get().agreed == (
        "At most 2 agents. The finding closes at 1."
    )


# -- A back-dated amendment ------------------------------------------------------
def test_back_dated_amendment_is_looked_at_again(within: Cast) -> None:
    """Recorded today and in force since March: what was drift until now is none."""
    CASES[Dimension.CHANNEL].out(within)
    _detect(within)
    agreement = Agreement.objects.get()
    agreement.versions.update(superseded_on=date(2026, 3, 1))
    scope = replace(STRICT, channels=("chat", "voice"))
    make_version(
        agreement, scope=scope, effective_on=date(2026, 3, 1), subcontractors=[]
    )
    assert _detect(within) == Counts(resolved=1)
    assert DriftFinding.objects.get().resolution == Resolution.AMENDED
