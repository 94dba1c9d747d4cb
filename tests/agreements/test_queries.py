"""Who sees which agreement, what is in force, and how many queries it takes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.agreements import queries
from apps.agreements.enums import (
    BaaStatus,
    HopReason,
    HopState,
    Layer,
    Renewal,
    SigningSide,
)
from apps.agreements.models import Agreement, AgreementVersion
from apps.agreements.rules import in_force_on
from apps.core.errors import NotAllowed, NotFound
from apps.engagements import queries as engagement_queries
from apps.engagements.enums import DisclosurePolicy
from apps.tenancy.actor import system
from apps.tenancy.enums import OrganizationKind, Permission
from tests.factories.agreements import (
    BEGINS,
    ENDS,
    SCOPE,
    make_agreement,
    make_baa,
    make_version,
)
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_scope,
    make_subcontract,
)
from tests.factories.tenancy import make_organization

TODAY = date(2026, 6, 15)
ONE = timedelta(days=1)


# -- Visibility ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("officer", True),
        ("analyst", True),
        ("reader", True),
        ("manager", True),
        ("outsider", False),
        ("other_manager", False),
        ("auditor", False),
    ],
)
def test_agreement_is_seen_by_its_parties(cast, name, sees):
    version = make_baa(cast.engagement)
    actor = getattr(cast, name)
    expected = [version.agreement] if sees else []
    assert list(queries.agreements(actor)) == expected
    if sees:
        assert queries.agreement(actor, version.agreement_id) == version.agreement
        assert queries.version(actor, version.pk) == version
    else:
        with pytest.raises(NotFound):
            queries.agreement(actor, version.agreement_id)
        with pytest.raises(NotFound):
            queries.version(actor, version.pk)


def test_agreements_team_lead_may_not_read(cast):
    with pytest.raises(NotAllowed):
        queries.agreements(cast.lead)


@pytest.mark.parametrize(
    ("change", "sees"),
    [({}, True), ({"valid_until": TODAY - ONE}, False), ({"revoked_at": True}, False)],
)
def test_agreement_is_seen_by_an_auditor_under_a_live_grant(cast, change, sees):
    version = make_baa(
        cast.engagement, make_engagement(client=cast.clinic, provider=cast.vendor)
    )
    if change.get("revoked_at"):
        change = {"revoked_at": version.created_at}
    make_grant(cast.engagement, cast.auditor.user, **change)
    expected = [version.agreement] if sees else []
    assert list(queries.agreements(cast.auditor)) == expected


def test_detail_shows_an_auditor_granted_engagements_only(cast):
    other = make_engagement(client=cast.clinic, provider=cast.vendor)
    version = make_baa(cast.engagement, other)
    make_grant(cast.engagement, cast.auditor.user)
    detail = queries.agreement_detail(cast.auditor, version.agreement, as_of=TODAY)
    assert detail.covered == (cast.engagement,)


def test_subcontract_agreement_is_hidden_from_the_client_above(cast):
    edge = make_subcontract(cast.engagement)
    version = make_baa(edge.downstream)
    with pytest.raises(NotFound):
        queries.agreement(cast.officer, version.agreement_id)
    assert queries.agreement(cast.manager, version.agreement_id)


# -- In force -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "is_current"),
    [(BEGINS - ONE, False), (BEGINS, True), (ENDS, True), (ENDS + ONE, False)],
)
def test_versions_in_force_by_day(cast, day, is_current):
    version = make_baa(cast.engagement)
    expected = {cast.engagement.pk: version} if is_current else {}
    assert queries.versions_in_force([cast.engagement.pk], as_of=day) == expected


def test_versions_in_force_needs_both_signatures_of_this_document(cast):
    agreement = make_agreement(cast.engagement)
    version = make_version(agreement, signed_by=[SigningSide.DISCLOSER])
    ids = [cast.engagement.pk]
    assert queries.versions_in_force(ids, as_of=TODAY) == {}
    version.signatures.create(
        side=SigningSide.RECIPIENT,
        name="Pat",
        title="Director",
        signed_on=BEGINS,
        method="wet",
        document_sha256="b" * 64,
    )
    assert queries.versions_in_force(ids, as_of=TODAY) == {}


def test_versions_in_force_stops_with_termination(cast):
    version = make_baa(cast.engagement)
    version.agreement.terminated_on = date(2026, 3, 31)
    version.agreement.save()
    ids = [cast.engagement.pk]
    assert queries.versions_in_force(ids, as_of=date(2026, 3, 31)) == {ids[0]: version}
    assert queries.versions_in_force(ids, as_of=date(2026, 4, 1)) == {}


def test_versions_in_force_one_agreement_over_several_engagements(cast):
    other = make_engagement(client=cast.clinic, provider=cast.vendor)
    version = make_baa(cast.engagement, other)
    found = queries.versions_in_force([cast.engagement.pk, other.pk], as_of=TODAY)
    assert found == {cast.engagement.pk: version, other.pk: version}


def test_history_is_kept_and_answers_any_past_day(cast):
    agreement = make_agreement(cast.engagement)
    first = make_version(agreement, superseded_on=date(2026, 4, 1))
    second = make_version(agreement, effective_on=date(2026, 4, 1))
    ids = [cast.engagement.pk]
    assert queries.versions_in_force(ids, as_of=date(2026, 3, 31)) == {ids[0]: first}
    assert queries.versions_in_force(ids, as_of=date(2026, 4, 1)) == {ids[0]: second}
    assert [one.row for one in queries.history(agreement)] == [second, first]


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    renewal=st.sampled_from(Renewal),
    length=st.integers(0, 40),
    superseded=st.none() | st.integers(1, 60),
    terminated=st.none() | st.integers(-5, 60),
    offset=st.integers(-10, 70),
    signed=st.sets(st.sampled_from(SigningSide)),
)
def test_in_force_in_the_database_is_the_rule(
    cast, renewal, length, superseded, terminated, offset, signed
):
    def day(number):
        return None if number is None else BEGINS + timedelta(days=number)

    as_of, ids = day(offset), [cast.engagement.pk]
    with transaction.atomic():
        agreement = make_agreement(cast.engagement, terminated_on=day(terminated))
        make_version(
            agreement,
            marks=[],
            renewal=renewal,
            expires_on=None if renewal is Renewal.EVERGREEN else day(length),
            superseded_on=day(superseded),
            signed_by=signed,
        )
        known = queries.version_facts(ids)[cast.engagement.pk]
        in_force = queries.versions_in_force(ids, as_of=as_of)
        transaction.set_rollback(True)
    by_rule = in_force_on(known, as_of)
    assert [row.pk for row in in_force.values()] == (
        [by_rule.version_id] if by_rule else []
    )


# -- Lists and counts ---------------------------------------------------------
def test_agreements_filters(cast):
    current = make_baa(cast.engagement)
    lapsed = make_baa(
        make_engagement(client=cast.clinic, provider=cast.vendor),
        expires_on=TODAY - ONE,
    )
    Agreement.objects.filter(pk=lapsed.agreement_id).update(title="Old chat BAA")

    def found(**filters):
        rows = queries.agreements(cast.officer, as_of=TODAY, **filters)
        return [row.pk for row in rows]

    assert found() == [lapsed.agreement_id, current.agreement_id]
    assert found(is_in_force=True) == [current.agreement_id]
    assert found(is_in_force=False) == [lapsed.agreement_id]
    assert found(q="old CHAT") == [lapsed.agreement_id]
    assert found(q=str(cast.vendor)) == [lapsed.agreement_id, current.agreement_id]


def test_agreement_page_goes_on_by_key(cast, monkeypatch):
    monkeypatch.setattr("apps.agreements.queries.lists.PAGE", 2)
    made = [
        make_baa(make_engagement(client=cast.clinic)).agreement_id for _ in range(3)
    ]
    first = queries.agreement_page(cast.officer, as_of=TODAY)
    assert [line.agreement.pk for line in first.lines] == [made[2], made[1]]
    second = queries.agreement_page(cast.officer, as_of=TODAY, before=first.older)
    assert [line.agreement.pk for line in second.lines] == [made[0]]
    assert second.older is None
    assert second.lines[0].standing.status is BaaStatus.IN_FORCE


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts_do_not_grow(cast, count, django_assert_num_queries):
    engagements = [make_engagement(client=cast.clinic) for _ in range(count)]
    for engagement in engagements:
        make_baa(engagement)
        make_scope(engagement)
        edge = make_subcontract(engagement)
        make_baa(edge.downstream)
    ids = [engagement.pk for engagement in engagements]
    with django_assert_num_queries(1):
        assert len(queries.versions_in_force(ids, as_of=TODAY)) == count
    with django_assert_num_queries(3):
        assert len(queries.gate_conditions(engagements, as_of=TODAY)) == count
    known = engagement_queries.declared(engagements, as_of=TODAY)
    with django_assert_num_queries(1):
        queries.gate_conditions(engagements, as_of=TODAY, known=known)
    with django_assert_num_queries(2):
        page = queries.agreement_page(cast.officer, as_of=TODAY)
    assert len(page.lines) == count


@pytest.mark.parametrize("count", [1, 3])
def test_detail_query_count_does_not_grow(cast, count, django_assert_num_queries):
    agreement = make_agreement(cast.engagement)
    for number in range(count):
        begins = BEGINS + timedelta(days=number)
        replaced = begins + ONE if number < count - 1 else None
        make_version(agreement, effective_on=begins, superseded_on=replaced)
    agreement = queries.agreement(cast.officer, agreement.pk)
    with django_assert_num_queries(5):
        detail = queries.agreement_detail(cast.officer, agreement, as_of=TODAY)
    assert len(detail.versions) == count


def test_layer_follows_who_discloses(cast):
    assert queries.layer_of(cast.clinic) is Layer.CLIENT_TO_VENDOR
    assert queries.layer_of(cast.vendor) is Layer.VENDOR_TO_SUBCONTRACTOR


def test_detail_sets_scope_beside_what_is_declared(cast):
    version = make_baa(cast.engagement)
    make_scope(cast.engagement, channels=["chat", "voice"], countries=["PH"])
    detail = queries.agreement_detail(cast.officer, version.agreement, as_of=TODAY)
    rows = {row.label: row for row in detail.scope}
    assert rows["Channels"].permitted == "Chat, E-mail"
    assert rows["Channels"].declared[0].text == "Chat, Voice"
    assert rows["Channels"].declared[0].is_beyond
    assert not rows["Countries"].declared[0].is_beyond
    assert rows["Sites"].permitted == "no limit"
    assert rows["Sites"].declared[0].text == "not stated"


# -- Flow-down ----------------------------------------------------------------
def chain_of_three(cast, **options):
    """Clinic → vendor → sub → deep, every hop with a BAA narrower than above."""
    make_baa(cast.engagement)
    sub = make_subcontract(cast.engagement).downstream
    deep = make_subcontract(sub).downstream
    make_baa(sub)
    make_baa(deep, **options)
    return sub, deep


NARROW = {
    "scope": type(SCOPE)(
        services=("patient_support",),
        channels=("chat",),
        phi_categories=("demographic",),
        countries=("PH",),
        head_count_ceiling=10,
    )
}


def narrow_chain(cast, *, deep_options=None):
    make_baa(cast.engagement)
    sub = make_subcontract(cast.engagement).downstream
    deep = make_subcontract(sub).downstream
    make_baa(sub, **NARROW)
    options = NARROW if deep_options is None else deep_options
    if options:
        make_baa(deep, **options)
    return sub, deep


def test_flow_down_holds_along_the_chain(cast):
    narrow_chain(cast)
    result = queries.flow_down(cast.engagement, as_of=TODAY)
    assert [hop.state for hop in result.hops] == [HopState.HOLDS] * 2
    assert result.since == date(2026, 2, 2)


def test_flow_down_names_the_first_broken_hop(cast):
    _, deep = narrow_chain(cast, deep_options={})
    result = queries.flow_down(cast.engagement, as_of=TODAY)
    assert [hop.engagement_id for hop in result.first_broken] == [deep.pk]
    (hop,) = result.first_broken
    assert (hop.depth, hop.status) == (2, BaaStatus.MISSING)
    assert [reason.kind for reason in hop.reasons] == [HopReason.NO_AGREEMENT]


def test_flow_down_wider_scope_breaks_the_hop(cast):
    sub, _ = chain_of_three(cast)
    result = queries.flow_down(cast.engagement, as_of=TODAY)
    assert [hop.engagement_id for hop in result.first_broken] == [sub.pk]


def test_flow_down_work_before_the_agreement_breaks_until_then(cast):
    make_baa(cast.engagement)
    edge = make_subcontract(cast.engagement)
    make_baa(edge.downstream, **NARROW, effective_on=edge.effective_on + ONE)
    (hop,) = queries.flow_down(cast.engagement, as_of=TODAY).hops
    assert [reason.kind for reason in hop.reasons] == [HopReason.STARTED_BEFORE]


def test_flow_down_an_amendment_after_the_start_does_not_break(cast):
    make_baa(cast.engagement)
    edge = make_subcontract(cast.engagement)
    agreement = make_agreement(edge.downstream)
    make_version(agreement, **NARROW, superseded_on=date(2026, 5, 1))
    make_version(agreement, **NARROW, effective_on=date(2026, 5, 1))
    assert queries.flow_down(cast.engagement, as_of=TODAY).state is HopState.HOLDS


def test_flow_down_client_sees_state_and_general_words_only(cast):
    narrow_chain(cast, deep_options={})
    result = queries.flow_down(cast.engagement, as_of=TODAY)
    assert [hop.is_detailed for hop in result.hops] == [False, False]
    assert [hop.version_id for hop in result.hops] == [None, None]
    assert [reason.detail for reason in result.hops[1].reasons] == [
        "No BAA covers this hop"
    ]


def test_flow_down_provider_sees_terms_of_its_own_hop_only(cast):
    make_baa(cast.engagement)
    sub = make_subcontract(cast.engagement).downstream
    deep = make_subcontract(sub).downstream
    version = make_baa(sub, missing=["BAA-15"], **NARROW)
    make_baa(deep, missing=["BAA-15"], **NARROW)
    result = queries.flow_down(cast.engagement, as_of=TODAY, viewer=cast.vendor.pk)
    own, below = result.hops
    assert (own.is_detailed, own.version_id) == (True, version.pk)
    assert own.reasons[0].detail == "Missing: BAA-15 Return or destroy."
    assert (below.is_detailed, below.version_id) == (False, None)
    assert below.reasons[0].detail == "Required provisions are missing from its BAA"


def test_flow_down_undisclosed_subcontractor_is_not_named(cast):
    hidden = make_organization(name="Secret Desk")
    downstream = make_engagement(
        client=cast.vendor,
        provider=hidden,
        disclosure_policy=DisclosurePolicy.UNDISCLOSED,
    )
    make_subcontract(cast.engagement, downstream)
    (hop,) = queries.flow_down(cast.engagement, as_of=TODAY).hops
    assert hop.name == "Undisclosed subcontractor 1.1"
    own = queries.flow_down(cast.engagement, as_of=TODAY, viewer=cast.vendor.pk)
    assert own.hops[0].name == "Secret Desk"


def test_flow_down_without_a_baa_above_is_not_known(cast):
    edge = make_subcontract(cast.engagement)
    make_baa(edge.downstream, **NARROW)
    (hop,) = queries.flow_down(cast.engagement, as_of=TODAY).hops
    assert hop.state is HopState.UNKNOWN


def test_flow_down_is_a_read_of_the_past(cast):
    sub, _ = narrow_chain(cast)
    agreement = AgreementVersion.objects.get(
        agreement__agreementcoverage__engagement=sub
    ).agreement
    agreement.terminated_on = date(2026, 5, 31)
    agreement.save()
    then = queries.flow_down(cast.engagement, as_of=date(2026, 5, 31))
    now = queries.flow_down(cast.engagement, as_of=date(2026, 6, 1))
    assert (then.state, now.state) == (HopState.HOLDS, HopState.BROKEN)
    assert now.first_broken[0].status is BaaStatus.LAPSED


def test_viewer_of_a_reader_with_a_grant_is_the_client(cast):
    assert queries.viewer_of(cast.manager, cast.engagement) == cast.vendor.pk
    assert queries.viewer_of(cast.officer, cast.engagement) == cast.clinic.pk
    assert queries.viewer_of(cast.auditor, cast.engagement) == cast.clinic.pk
    job = system("job", {Permission.AGREEMENTS_VIEW})
    assert queries.viewer_of(job, cast.engagement) == cast.clinic.pk


def test_nameable_subcontractors_are_known_ones(cast):
    named = make_organization(name="Beta Desk")
    hidden = make_organization(name="Alpha Desk")
    make_subcontract(
        cast.engagement, make_engagement(client=cast.vendor, provider=named)
    )
    make_subcontract(
        cast.engagement,
        make_engagement(
            client=cast.vendor,
            provider=hidden,
            disclosure_policy=DisclosurePolicy.UNDISCLOSED,
        ),
    )
    make_organization(name="Stranger", kind=OrganizationKind.VENDOR)

    def names(actor):
        rows = queries.nameable_subcontractors(actor, cast.engagement, as_of=TODAY)
        return [row.name for row in rows]

    assert names(cast.officer) == ["Beta Desk"]
    assert names(cast.manager) == ["Alpha Desk", "Beta Desk"]


def test_between_the_same_parties(cast):
    same = make_engagement(client=cast.clinic, provider=cast.vendor, name="Z voice")
    make_engagement(client=cast.clinic)
    found = queries.between_the_same(cast.officer, cast.engagement)
    assert found == [cast.engagement, same]
