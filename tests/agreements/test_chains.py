"""Chains as they go wrong: each verdict and each sentence, for who may read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from apps.agreements import queries
from apps.agreements.enums import BaaStatus, HopState, ReportingUnit
from apps.agreements.models import Agreement
from apps.core.types import ConditionState, GateCondition
from apps.engagements import actions as engagement_actions
from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.models import Engagement, Subcontract
from apps.engagements.rules import ScopeTerms
from apps.engagements.rules.chain import ChainTooDeep, SubcontractClosesCircle
from apps.gate import queries as gate
from apps.gate.enums import Verdict
from apps.tenancy.enums import Role
from tests.conftest import Cast
from tests.factories.agreements import make_agreement, make_baa, make_version
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.gate import make_ready
from tests.factories.tenancy import make_actor, make_organization

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)
ONE = timedelta(days=1)
WORK_BEGAN = date(2026, 2, 2)
NARROW = ScopeTerms(
    services=(Service.PATIENT_SUPPORT,),
    channels=(Channel.CHAT,),
    phi_categories=(PhiCategory.DEMOGRAPHIC,),
    countries=("PH",),
    head_count_ceiling=10,
)
DECLARE_AGAIN = "End the subcontract and declare it again from a day that is covered."
Change = Callable[[Engagement], None]


@dataclass(frozen=True)
class Links:
    """Clinic → Careline (open but for its chain) → Nightline."""

    top: Engagement
    hop: Engagement


@pytest.fixture
def links(cast: Cast) -> Links:
    return _linked(cast)


def _linked(cast: Cast, **terms: Any) -> Links:
    top = make_ready(cast.engagement, **terms)
    Agreement.objects.filter(recipient=cast.vendor).update(title="Chat BAA")
    nightline = make_organization(name="Nightline")
    hop = make_engagement(client=cast.vendor, provider=nightline, name="Night chat")
    make_subcontract(top, hop, effective_on=WORK_BEGAN)
    return Links(top, hop)


def flow_of(engagement: Engagement, *, as_of: date = TODAY) -> GateCondition:
    """What the gate says of the chain; all else at that gate holds."""
    state = gate.verdicts([engagement], as_of=as_of)[engagement.pk]
    (flow,) = [one for one in state.conditions if one.code == "agreement.flow_down"]
    others = {one.state for one in state.conditions if one is not flow}
    assert others == {ConditionState.SATISFIED}
    expected = {
        ConditionState.SATISFIED: Verdict.OPEN,
        ConditionState.NOT_SATISFIED: Verdict.CLOSED,
        ConditionState.UNKNOWN: Verdict.UNKNOWN,
    }
    assert state.verdict == expected[flow.state]
    return flow


def nothing(hop: Engagement) -> None:
    """No BAA at all."""


def baa(**overrides: Any) -> Change:
    """A BAA of the hop; narrower than the one above unless told otherwise."""
    return lambda hop: _record(hop, **overrides)


def _record(hop: Engagement, **overrides: Any) -> None:
    agreement = make_agreement(hop, title="Night BAA")
    make_version(agreement, **{"scope": NARROW} | overrides)


def renewed_after(first_ends: date, second_begins: date) -> Change:
    """Two versions with whatever lies between them."""

    def change(hop: Engagement) -> None:
        agreement = make_agreement(hop, title="Night BAA")
        make_version(
            agreement, scope=NARROW, expires_on=first_ends, superseded_on=second_begins
        )
        make_version(agreement, scope=NARROW, effective_on=second_begins)

    return change


@dataclass(frozen=True)
class Case:
    """How the hop's BAA stands, and what each side reads about it."""

    change: Change
    status: BaaStatus
    client_reads: str
    vendor_reads: str
    as_of: date = TODAY


BROKEN = {
    "no_baa": Case(
        nothing,
        BaaStatus.MISSING,
        "Nightline: No BAA covers this hop.",
        "No BAA covers this hop. Record the signed BAA with the subcontractor.",
    ),
    "begins_after_work": Case(
        baa(effective_on=date(2026, 3, 3)),
        BaaStatus.IN_FORCE,
        "Nightline: Work began before its BAA was in force.",
        "Work began on 2 February 2026 without a BAA in force; “Night BAA”, version 1, "
        f"begins on 3 March 2026. {DECLARE_AGAIN}",
    ),
    "signed_after_work_and_dated_back": Case(
        baa(signed_on=date(2026, 2, 3)),
        BaaStatus.IN_FORCE,
        "Nightline: Work began before its BAA was in force.",
        "Work began on 2 February 2026, but “Night BAA”, version 1, was signed on "
        f"3 February 2026 only. {DECLARE_AGAIN}",
    ),
    "wider_scope": Case(
        baa(scope=replace(NARROW, channels=("chat", "voice"), countries=())),
        BaaStatus.IN_FORCE,
        "Nightline: Its BAA permits more than the BAA above passes on.",
        "Permits more than the BAA above passes on: channel Voice, "
        "no limit of country.",
    ),
    "expired_yesterday": Case(
        baa(expires_on=TODAY - ONE),
        BaaStatus.LAPSED,
        "Nightline: The BAA of this hop is not in force.",
        "The BAA “Night BAA”, version 1, ended on 14 June 2026.",
    ),
    "in_the_gap_of_one_day": Case(
        renewed_after(date(2026, 6, 13), TODAY),
        BaaStatus.LAPSED,
        "Nightline: The BAA of this hop is not in force.",
        "The BAA “Night BAA”, version 1, ended on 13 June 2026.",
        as_of=date(2026, 6, 14),
    ),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_broken_hop_closes_the_gate_above(links: Links, case: Case) -> None:
    case.change(links.hop)
    flow = flow_of(links.top, as_of=case.as_of)
    assert (flow.state, flow.detail) == (
        ConditionState.NOT_SATISFIED,
        case.client_reads,
    )
    (hop,) = queries.flow_down(
        links.top, as_of=case.as_of, viewer=links.hop.client_id
    ).hops
    assert (hop.state, hop.status) == (HopState.BROKEN, case.status)
    assert [reason.detail for reason in hop.reasons] == [case.vendor_reads]


def test_a_subcontract_that_carries_more_than_is_permitted(links: Links) -> None:
    """Billing by neither BAA, e-mail by the one above only."""
    baa()(links.hop)
    edge = Subcontract.objects.filter(downstream=links.hop)
    edge.update(
        services=["billing_support", "patient_support"], channels=["chat", "email"]
    )
    flow = flow_of(links.top)
    assert (flow.state, flow.detail) == (
        ConditionState.NOT_SATISFIED,
        "Nightline: It does more than its BAA or the BAA above permits.",
    )
    (hop,) = queries.flow_down(links.top, as_of=TODAY, viewer=links.hop.client_id).hops
    (reason,) = hop.reasons
    assert reason.detail == (
        "Carries what its BAA or the BAA above does not permit: service Billing "
        "support, channel E-mail."
    )
    assert reason.citation == "45 CFR 164.504(e)(2)(i), 164.504(e)(5)"


@pytest.mark.parametrize(
    ("value", "unit", "state", "sentence"),
    [
        (72, ReportingUnit.HOURS, HopState.HOLDS, ""),
        (3, ReportingUnit.DAYS, HopState.HOLDS, ""),
        (73, ReportingUnit.HOURS, HopState.BROKEN, "73 hours"),
        (5, ReportingUnit.DAYS, HopState.BROKEN, "5 calendar days"),
        (1, ReportingUnit.BUSINESS_DAYS, HopState.HOLDS, ""),
        (2, ReportingUnit.BUSINESS_DAYS, HopState.BROKEN, "2 business days"),
    ],
)
def test_window_of_72_hours_above(
    cast: Cast, value: int, unit: ReportingUnit, state: HopState, sentence: str
) -> None:
    links = _linked(cast, reporting_value=72)
    _record(links.hop, reporting_value=value, reporting_unit=unit)
    (hop,) = queries.flow_down(links.top, as_of=TODAY, viewer=links.hop.client_id).hops
    assert hop.state is state
    reads = f"Reports within {sentence}, but the BAA above asks for 72 hours."
    assert [one.detail for one in hop.reasons] == ([reads] if sentence else [])
    flow = flow_of(links.top)
    assert flow.detail == (
        "Nightline: It may report incidents later than the BAA above asks."
        if sentence
        else "The hop carries every duty of the BAA above."
    )


def test_renewed_with_a_gap_of_one_day_holds_from_the_renewal_on(links: Links) -> None:
    renewed_after(date(2026, 6, 13), TODAY)(links.hop)
    told = [flow_of(links.top, as_of=TODAY + timedelta(days=n)) for n in (-2, -1, 0)]
    assert [(one.state.value, one.since) for one in told] == [
        ("satisfied", WORK_BEGAN),
        ("not_satisfied", None),
        ("satisfied", TODAY),
    ]


def test_renewed_without_a_gap_never_breaks(links: Links) -> None:
    renewed_after(date(2026, 6, 14), TODAY)(links.hop)
    for back in range(3):
        flow = flow_of(links.top, as_of=TODAY - timedelta(days=back))
        assert (flow.state, flow.since) == (ConditionState.SATISFIED, WORK_BEGAN)


def test_two_paths_of_which_one_is_broken(links: Links) -> None:
    """Both of Careline's subcontractors use Deepline; one has no BAA with it."""
    _record(links.hop)
    dayline = make_organization(name="Dayline")
    day = make_engagement(client=links.top.provider, provider=dayline)
    make_subcontract(links.top, day)
    make_baa(day, scope=NARROW)
    deepline = make_organization(name="Deepline")
    sound = make_engagement(client=links.hop.provider, provider=deepline)
    broken = make_engagement(client=dayline, provider=deepline)
    make_subcontract(links.hop, sound)
    make_subcontract(day, broken)
    make_baa(sound, scope=NARROW)
    flow = flow_of(links.top)
    assert flow.detail == "Deepline: No BAA covers this hop."
    result = queries.flow_down(links.top, as_of=TODAY)
    assert [(hop.names[1:], hop.state) for hop in result.hops] == [
        (("Nightline",), HopState.HOLDS),
        (("Nightline", "Deepline"), HopState.HOLDS),
        (("Dayline",), HopState.HOLDS),
        (("Dayline", "Deepline"), HopState.BROKEN),
    ]
    assert [hop.names for hop in result.first_broken] == [
        ("Careline", "Dayline", "Deepline")
    ]


def test_one_engagement_on_two_paths_is_judged_on_each(links: Links) -> None:
    """Night and weekend work reach the same Deepline engagement; only the night BAA
    permits what Deepline's does."""
    _record(links.hop)
    weekend = make_engagement(
        client=links.top.provider, provider=links.hop.provider, name="Weekend chat"
    )
    make_subcontract(links.top, weekend)
    make_baa(weekend, scope=replace(NARROW, head_count_ceiling=2))
    deep = make_engagement(
        client=links.hop.provider, provider=make_organization(name="Deepline")
    )
    make_subcontract(links.hop, deep)
    make_subcontract(weekend, deep)
    make_baa(deep, scope=replace(NARROW, head_count_ceiling=5))
    result = queries.flow_down(links.top, as_of=TODAY)
    (broken,) = result.first_broken
    assert broken.path == (links.top.pk, weekend.pk, deep.pk)
    assert [hop.state for hop in result.hops if hop.engagement_id == deep.pk] == [
        HopState.HOLDS,
        HopState.BROKEN,
    ]
    assert flow_of(links.top).detail == (
        "Deepline: Its BAA permits more than the BAA above passes on."
    )


def test_the_first_broken_hop_of_a_path_is_named_alone(links: Links) -> None:
    deep = make_engagement(
        client=links.hop.provider, provider=make_organization(name="Deepline")
    )
    make_subcontract(links.hop, deep)
    assert flow_of(links.top).detail == "Nightline: No BAA covers this hop."


def test_two_vendors_that_share_a_subcontractor_are_judged_apart(
    cast: Cast, links: Links
) -> None:
    """Nightline has a BAA with Careline and none with Otherline."""
    _record(links.hop)
    other = make_ready(
        make_engagement(client=cast.clinic, provider=cast.other_vendor, name="Other")
    )
    shared = make_engagement(client=cast.other_vendor, provider=links.hop.provider)
    make_subcontract(other, shared)
    assert flow_of(links.top).detail == "The hop carries every duty of the BAA above."
    assert flow_of(other).detail == "Nightline: No BAA covers this hop."
    both = gate.verdicts([links.top, other], as_of=TODAY)
    assert [both[one.pk].verdict for one in (links.top, other)] == [
        Verdict.OPEN,
        Verdict.CLOSED,
    ]


# -- Circles and depth, whatever the way in ---------------------------------------
CIRCLE = (
    "The subcontract would lead the chain back to where it began. Choose an "
    "engagement that is not already upstream."
)


@dataclass(frozen=True)
class Ring:
    """Clinic → Careline → Nightline → Clinic: the last edge would close it."""

    last: Engagement
    first: Engagement
    manager: Any


@pytest.fixture
def ring(cast: Cast, links: Links) -> Ring:
    back = make_engagement(client=links.hop.provider, provider=cast.clinic)
    make_subcontract(links.hop, back)
    return Ring(back, links.top, make_actor(cast.clinic, Role.VENDOR_MANAGER))


def _values(edge: Ring, *, of: str = "downstream") -> dict[str, Any]:
    return {
        of: str(edge.first.pk),
        "services": ["patient_support"],
        "channels": ["chat"],
        "effective_on": "2026-06-15",
    }


def test_circle_through_the_page_is_refused(ring: Ring, client_for: Any) -> None:
    url = reverse("engagements:declare_subcontract", args=[ring.last.pk])
    answer = client_for(ring.manager).post(url, _values(ring))
    assert answer.status_code == 422
    assert CIRCLE in answer.content.decode()
    assert Subcontract.objects.count() == 2


def test_circle_through_the_api_is_refused(ring: Ring, client_for: Any) -> None:
    answer = client_for(ring.manager).post(
        reverse("api:subcontracts-list"),
        {"upstream": str(ring.last.pk), **_values(ring)},
        content_type="application/json",
    )
    assert answer.status_code == 409
    assert answer.json() == {
        "code": "subcontract_circle",
        "message": CIRCLE,
        "fields": {},
    }
    assert Subcontract.objects.count() == 2


def test_circle_through_the_action_is_refused(ring: Ring) -> None:
    with pytest.raises(SubcontractClosesCircle, match="back to where it began"):
        engagement_actions.declare_subcontract(
            ring.last,
            by=ring.manager,
            downstream=ring.first,
            services=["patient_support"],
            channels=["chat"],
            effective_on=TODAY,
        )


def _create(ring: Ring) -> None:
    make_subcontract(ring.last, ring.first)


def _bulk_create(ring: Ring) -> None:
    Subcontract.objects.bulk_create(
        [
            Subcontract(
                upstream=ring.last, downstream=ring.first, effective_on=WORK_BEGAN
            )
        ]
    )


def _move(ring: Ring) -> None:
    """An edge between the same parties is turned to an engagement upstream."""
    elsewhere = make_engagement(client=ring.first.client, provider=ring.first.provider)
    edge = make_subcontract(ring.last, elsewhere)
    Subcontract.objects.filter(pk=edge.pk).update(downstream=ring.first)


def _prolong(ring: Ring) -> None:
    """Two edges that never met are made to overlap."""
    Subcontract.objects.filter(upstream=ring.first).update(ended_on=date(2026, 3, 31))
    edge = make_subcontract(
        ring.last, ring.first, effective_on=date(2026, 4, 1), ended_on=TODAY
    )
    Subcontract.objects.filter(pk=edge.pk).update(effective_on=date(2026, 3, 31))


def _revive(ring: Ring) -> None:
    """A refused edge is made as if it never had been."""
    edge = make_subcontract(
        ring.last, ring.first, approved_on=None, refused_on=WORK_BEGAN
    )
    Subcontract.objects.filter(pk=edge.pk).update(refused_on=None)


def _import(ring: Ring) -> None:
    """A row loaded by SQL, past every line of our code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO engagements_subcontract SELECT (jsonb_populate_record(edge, "
            "jsonb_build_object('id', gen_random_uuid(), 'upstream_id', %s::text, "
            "'downstream_id', %s::text))).* FROM engagements_subcontract edge LIMIT 1",
            [str(ring.last.pk), str(ring.first.pk)],
        )


@pytest.mark.parametrize(
    "way", [_create, _bulk_create, _import, _move, _prolong, _revive]
)
def test_circle_through_the_orm_or_an_import_is_refused(
    ring: Ring, way: Callable[[Ring], None]
) -> None:
    with (
        pytest.raises(IntegrityError, match="the subcontract closes a circle"),
        transaction.atomic(),
    ):
        way(ring)
    assert Subcontract.objects.count() == 2


def _deep(cast: Cast, levels: int) -> list[Engagement]:
    """A chain of so many hops, each with a BAA as narrow as the one above."""
    chain = [make_ready(cast.engagement)]
    for number in range(1, levels + 1):
        provider = make_organization(name=f"Tier {number + 1}")
        below = make_engagement(client=chain[-1].provider, provider=provider)
        make_subcontract(chain[-1], below)
        make_baa(below, scope=NARROW)
        chain.append(below)
    return chain


def test_six_levels_hold(cast: Cast, django_assert_num_queries: Any) -> None:
    _deep(cast, 6)
    assert flow_of(cast.engagement).detail == (
        "The 6 hops carry every duty of the BAA above."
    )
    with django_assert_num_queries(2):
        result = queries.flow_down(cast.engagement, as_of=TODAY)
    assert [hop.depth for hop in result.hops] == [1, 2, 3, 4, 5, 6]


def test_the_fault_at_the_sixth_level_closes_every_gate_above(cast: Cast) -> None:
    chain = _deep(cast, 6)
    Agreement.objects.filter(recipient=chain[-1].provider).update(
        terminated_on=TODAY - ONE
    )
    assert flow_of(cast.engagement).detail == (
        "Tier 7: The BAA of this hop is not in force."
    )
    found = queries.gate_conditions(chain, as_of=TODAY)
    flows = [found[one.pk][-1].state for one in chain]
    assert flows == [ConditionState.NOT_SATISFIED] * 6 + [ConditionState.SATISFIED]


@pytest.mark.parametrize("way", ["action", "orm", "above"])
def test_seven_levels_are_refused(cast: Cast, way: str) -> None:
    """At the bottom through the action and the ORM; at the top through the ORM."""
    chain = _deep(cast, 6)
    deepest = chain[-1]
    seventh = make_engagement(client=deepest.provider)
    if way == "action":
        manager = make_actor(deepest.provider, Role.VENDOR_MANAGER)
        with pytest.raises(ChainTooDeep) as refusal:
            engagement_actions.declare_subcontract(
                deepest,
                by=manager,
                downstream=seventh,
                services=["patient_support"],
                channels=["chat"],
                effective_on=TODAY,
            )
        assert refusal.value.message == (
            "The chain would have 7 levels; the portal follows 6. Engage the "
            "subcontractor at a higher level."
        )
        return
    pair = (deepest, seventh)
    if way == "above":
        pair = (make_engagement(provider=cast.clinic), chain[0])
    with (
        pytest.raises(IntegrityError, match="the chain would have 7 levels"),
        transaction.atomic(),
    ):
        make_subcontract(*pair)
