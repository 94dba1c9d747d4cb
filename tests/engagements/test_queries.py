"""Who sees what: engagements, edges, the chain, grants; and how many queries."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from apps.core import clock
from apps.core.errors import NotAllowed, NotFound
from apps.core.types import ConditionState, Side
from apps.engagements import actions, queries
from apps.engagements.enums import DisclosurePolicy
from apps.engagements.models import Subcontract
from apps.engagements.queries.engagements import PAGE
from apps.engagements.queries.subcontracts import UpstreamUse
from apps.engagements.rules import Edge
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission, Role
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_registration,
    make_scope,
    make_subcontract,
)
from tests.factories.tenancy import make_actor, make_organization

TODAY = date(2026, 6, 15)
HIDDEN = DisclosurePolicy.UNDISCLOSED


# -- Visibility of engagements ------------------------------------------------
@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("officer", True),
        ("analyst", True),
        ("reader", True),
        ("manager", True),
        ("lead", True),
        ("outsider", False),
        ("other_manager", False),
        ("auditor", False),
    ],
)
def test_engagement_is_seen_by_its_parties(cast, name, sees):
    actor = getattr(cast, name)
    assert list(queries.engagements(actor)) == ([cast.engagement] if sees else [])
    if sees:
        assert queries.engagement(actor, cast.engagement.pk) == cast.engagement
    else:
        with pytest.raises(NotFound):
            queries.engagement(actor, cast.engagement.pk)


@pytest.mark.parametrize(
    ("change", "sees"),
    [
        ({}, True),
        ({"valid_from": TODAY, "valid_until": TODAY}, True),
        ({"valid_until": date(2026, 6, 14)}, False),
        ({"valid_from": date(2026, 6, 16)}, False),
        ({"revoked_at": datetime(2026, 6, 10, tzinfo=UTC)}, False),
    ],
)
@pytest.mark.parametrize("reader", ["auditor", "outsider"])
def test_engagement_is_seen_under_a_live_grant(cast, change, sees, reader):
    actor = getattr(cast, reader)
    make_grant(cast.engagement, actor.user, **change)
    other = make_engagement(client=cast.clinic, provider=cast.vendor)
    make_scope(cast.engagement)
    assert list(queries.engagements(actor)) == ([cast.engagement] if sees else [])
    assert len(queries.scope_history(actor, cast.engagement)) == (1 if sees else 0)
    with pytest.raises(NotFound):
        queries.engagement(actor, other.pk)


def test_grant_is_of_one_person_not_of_the_firm(cast):
    make_grant(cast.engagement, cast.auditor.user)
    colleague = make_actor(cast.audit_firm, Role.AUDITOR)
    assert list(queries.engagements(colleague)) == []


def test_grant_by_an_organization_that_is_no_party_shows_nothing(cast):
    make_grant(cast.engagement, cast.auditor.user, granted_by=cast.other_clinic)
    assert list(queries.engagements(cast.auditor)) == []


@pytest.mark.parametrize(("hour", "sees"), [(15, True), (16, False)])
def test_grant_ends_at_midnight_of_the_granter(cast, hour, sees):
    cast.clinic.time_zone = "Asia/Manila"
    cast.clinic.save(update_fields=["time_zone"])
    make_grant(cast.engagement, cast.auditor.user, valid_until=TODAY)
    cast.auditor.user.time_zone = "America/Los_Angeles"
    with clock.held(datetime(2026, 6, 15, hour, 30, tzinfo=UTC)):
        assert queries.engagements(cast.auditor).exists() is sees
        held = queries.live_grant(cast.auditor, cast.engagement)
        assert (held is not None) is sees


def test_jobs_see_every_engagement(cast):
    other = make_engagement(name="Another")
    job = system("gate", [Permission.ENGAGEMENTS_VIEW])
    assert list(queries.engagements(job)) == [other, cast.engagement]
    assert list(queries.engagements(job, is_ended=False)) == [other, cast.engagement]
    with pytest.raises(NotAllowed):
        queries.engagements(system("gate"))


def test_engagement_for_job(cast):
    assert queries.engagement_for_job(cast.engagement.pk) == cast.engagement
    with pytest.raises(NotFound):
        queries.engagement_for_job(cast.clinic.pk)


# -- Filters and pages --------------------------------------------------------
def test_engagements_are_filtered(cast):
    ended = make_engagement(
        client=cast.vendor,
        provider=cast.other_vendor,
        name="Overflow",
        tier=1,
        ended_on=date(2026, 6, 14),
    )
    last_day = make_engagement(
        client=cast.vendor, provider=cast.other_vendor, name="Spare", ended_on=TODAY
    )

    def found(**filters):
        return list(queries.engagements(cast.manager, **filters))

    assert found() == [ended, cast.engagement, last_day]
    assert found(q=" lakeside ") == [cast.engagement]
    assert found(q="otherline") == [ended, last_day]
    assert found(q="OVER") == [ended]
    assert found(tier=1) == [ended]
    assert found(side=Side.CLIENT) == [ended, last_day]
    assert found(side=Side.PROVIDER) == [cast.engagement]
    assert found(side=Side.BOTH) == [ended, cast.engagement, last_day]
    assert found(is_ended=True) == [ended]
    assert found(is_ended=False) == [cast.engagement, last_day]


def test_engagement_page_walks_by_key(cast):
    for number in range(PAGE * 2):
        make_engagement(
            client=cast.clinic, provider=cast.vendor, name=f"Work {number:03}"
        )
    first = queries.engagement_page(cast.officer)
    assert (len(first.rows), first.before) == (PAGE, "")
    second = queries.engagement_page(cast.officer, after=first.after)
    third = queries.engagement_page(cast.officer, after=second.after)
    assert [row.name for row in third.rows] == ["Work 099"]
    assert third.after == ""
    assert queries.engagement_page(cast.officer, before=third.before) == second
    again = queries.engagement_page(cast.officer, before=second.before)
    assert (again.rows, again.before) == (first.rows, "")


@pytest.mark.parametrize("key", ["nonsense", "018f0000-0000-7000-8000-000000000000"])
def test_engagement_page_at_an_unknown_key_is_the_first(cast, key):
    page = queries.engagement_page(cast.officer, after=key)
    assert page.rows == (cast.engagement,)


# -- Parties ------------------------------------------------------------------
def test_vendor_parties_are_those_one_may_engage(cast):
    listed = make_organization(name="Listed")
    registered = make_organization(name="Registered", registered_by=cast.clinic)
    make_registration(cast.clinic, listed)
    make_registration(cast.other_clinic, cast.other_vendor)
    assert list(queries.vendor_parties(cast.officer)) == [
        cast.vendor,
        listed,
        registered,
    ]
    assert list(queries.vendor_parties(cast.manager)) == []
    assert queries.vendor(cast.officer, listed.pk) == listed
    with pytest.raises(NotFound):
        queries.vendor(cast.officer, cast.other_vendor.pk)


def test_parties_are_the_other_sides(cast):
    make_engagement(client=cast.vendor, provider=cast.other_vendor)
    assert list(queries.parties(cast.manager)) == [cast.clinic, cast.other_vendor]
    assert list(queries.parties(cast.officer)) == [cast.vendor]
    assert list(queries.parties(cast.outsider)) == []


# -- Scope --------------------------------------------------------------------
@pytest.fixture
def history(cast):
    first = make_scope(
        cast.engagement,
        effective_on=date(2026, 2, 1),
        superseded_on=date(2026, 6, 15),
    )
    return [make_scope(cast.engagement, effective_on=date(2026, 6, 15)), first]


@pytest.mark.parametrize(
    ("day", "index"),
    [
        (date(2026, 1, 31), None),
        (date(2026, 2, 1), 1),
        (date(2026, 6, 14), 1),
        (date(2026, 6, 15), 0),
        (date(2030, 1, 1), 0),
    ],
)
def test_declared_scope_as_of_a_day(cast, history, day, index):
    expected = history[index] if index is not None else None
    found = queries.declared_scopes([cast.engagement.pk], as_of=day)
    assert found == ({cast.engagement.pk: expected} if expected else {})
    assert queries.scope_history(cast.officer, cast.engagement) == history
    assert queries.in_effect(history, as_of=day) == expected


# -- Chain --------------------------------------------------------------------
@pytest.fixture
def links(cast):
    """clinic → vendor → other vendor → a third, and a second below the vendor."""
    second = make_engagement(
        client=cast.vendor, provider=cast.other_vendor, name="Overflow"
    )
    third = make_engagement(
        client=cast.other_vendor,
        provider=make_organization(name="Nightline", country="CO"),
    )
    spare = make_engagement(
        client=cast.vendor, provider=make_organization(name="Spareline")
    )
    make_subcontract(cast.engagement, second)
    make_subcontract(second, third, effective_on=date(2026, 3, 2))
    make_subcontract(
        cast.engagement,
        spare,
        effective_on=date(2026, 4, 1),
        approved_on=None,
        services=["claims"],
        channels=[],
    )
    return second, third, spare


def names(chain):
    return [(node.depth, node.name_shown, node.approved) for node in chain.nodes()]


def test_chain_on_a_day(cast, links, django_assert_num_queries):
    make_scope(cast.engagement)
    with django_assert_num_queries(1):
        chain = queries.chain(cast.engagement, as_of=TODAY)
    assert names(chain) == [
        (0, "Careline", True),
        (1, "Otherline", True),
        (2, "Nightline", True),
        (1, "Spareline", False),
    ]
    root, _, third, spare = chain.nodes()
    assert (root.services, root.channels) == (("patient_support",), ("chat",))
    assert (root.effective_on, root.country) == (date(2026, 1, 5), "PH")
    assert (third.engagement_id, third.country) == (links[1].pk, "CO")
    assert (third.client_id, third.organization_id) == (
        cast.other_vendor.pk,
        links[1].provider_id,
    )
    assert (spare.services, spare.channels) == (("claims",), ())
    assert chain.engagement_ids() == {cast.engagement.pk, *(row.pk for row in links)}


# One in the afternoon in New York is one in the night of the next day in Manila.
ANSWERED = datetime(2026, 6, 15, 17, tzinfo=UTC)


@pytest.fixture
def waiting(cast, links):
    """A third level, which the vendor in Manila answers for a clinic in New York."""
    for party, zone in (
        (cast.clinic, "America/New_York"),
        (cast.vendor, "Asia/Manila"),
    ):
        party.time_zone = zone
        party.save(update_fields=["time_zone"])
    waitline = make_organization(name="Waitline")
    low = make_engagement(client=cast.other_vendor, provider=waitline)
    edge = make_subcontract(links[0], low, approved_on=None)
    return Subcontract.objects.get(pk=edge.pk)


def approved_below(cast, day):
    found = names(queries.chain(cast.engagement, as_of=day))
    return [approved for _, name, approved in found if name == "Waitline"]


def test_an_approval_counts_at_once_wherever_it_is_given(cast, waiting):
    with clock.held(ANSWERED):
        edge = actions.approve_subcontract(waiting, by=cast.manager)
    assert (edge.approved_on, edge.answered_at) == (date(2026, 6, 16), ANSWERED)
    assert approved_below(cast, date(2026, 6, 14)) == [False]
    assert approved_below(cast, TODAY) == [True]


def test_an_approval_after_midnight_of_the_root_counts_the_day_after(cast, waiting):
    """Eight in the evening in Manila is eight in the morning in New York."""
    with clock.held(datetime(2026, 6, 16, 12, tzinfo=UTC)):
        actions.approve_subcontract(waiting, by=cast.manager)
    assert approved_below(cast, TODAY) == [False]
    assert approved_below(cast, date(2026, 6, 16)) == [True]


def test_a_refusal_counts_at_once_wherever_it_is_given(cast, waiting):
    with clock.held(ANSWERED):
        actions.refuse_subcontract(waiting, by=cast.manager, reason="No BAA")
    assert approved_below(cast, date(2026, 6, 14)) == [False]
    assert approved_below(cast, TODAY) == []


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 2, 1), ["Careline"]),
        (date(2026, 2, 2), ["Careline", "Otherline"]),
        (date(2026, 3, 2), ["Careline", "Otherline", "Nightline"]),
        (date(2026, 4, 1), ["Careline", "Otherline", "Nightline", "Spareline"]),
    ],
)
def test_chain_follows_the_days_of_its_edges(cast, links, day, shown):
    chain = queries.chain(cast.engagement, as_of=day)
    assert [node.name_shown for node in chain.nodes()] == shown


def test_chain_ends_after_the_last_day_and_drops_refused_edges(cast):
    make_subcontract(cast.engagement, ended_on=date(2026, 6, 14))
    last_day = make_subcontract(cast.engagement, ended_on=TODAY)
    refused = make_subcontract(
        cast.engagement,
        approved_on=None,
        refused_on=TODAY,
        effective_on=date(2026, 6, 1),
    )

    def edges(day):
        chain = queries.chain(cast.engagement, as_of=day)
        return [node.edge_id for node in chain.subcontracts()]

    assert edges(TODAY) == [last_day.pk]
    assert refused.pk in edges(date(2026, 6, 14))


def test_chain_approval_is_as_of_the_day_and_only_where_demanded(cast):
    edge = make_subcontract(cast.engagement, approved_on=date(2026, 5, 1))
    (before,) = queries.chain(cast.engagement, as_of=date(2026, 4, 30)).subcontracts()
    (after,) = queries.chain(cast.engagement, as_of=date(2026, 5, 1)).subcontracts()
    assert (before.approved, after.approved) == (False, True)
    edge.approved_on = None
    edge.save(update_fields=["approved_on"])
    cast.engagement.approves_subcontracts = False
    cast.engagement.save(update_fields=["approves_subcontracts"])
    (node,) = queries.chain(cast.engagement, as_of=TODAY).subcontracts()
    assert node.approved is True


def test_chain_hides_undisclosed_names_from_the_client_only(cast, links):
    second = links[0]
    second.disclosure_policy = HIDDEN
    second.save(update_fields=["disclosure_policy"])
    as_client = queries.chain(cast.engagement, as_of=TODAY)
    assert [node.name_shown for node in as_client.nodes()] == [
        "Careline",
        "Undisclosed subcontractor 1.1",
        "Undisclosed subcontractor 2.1",
        "Spareline",
    ]
    as_vendor = queries.chain(cast.engagement, as_of=TODAY, viewer=cast.vendor.pk)
    assert [node.name_shown for node in as_vendor.nodes()] == [
        "Careline",
        "Otherline",
        "Nightline",
        "Spareline",
    ]


def test_chain_of_an_engagement_that_is_gone(cast):
    with pytest.raises(NotFound):
        queries.chain(type(cast.engagement)(client=cast.clinic), as_of=TODAY)


def test_chains_are_one_query_whatever_the_number(
    cast, links, django_assert_num_queries
):
    with django_assert_num_queries(1):
        one = queries.chains([cast.engagement.pk], as_of=TODAY)
    ids = [cast.engagement.pk, links[0].pk, links[2].pk]
    with django_assert_num_queries(1):
        three = queries.chains(ids, as_of=TODAY)
    assert list(one) == [cast.engagement.pk]
    assert set(three) == set(ids)
    assert names(three[links[0].pk]) == [
        (0, "Otherline", True),
        (1, "Nightline", True),
    ]
    assert queries.chains([], as_of=TODAY) == {}


def test_upstream_ids(cast, links, django_assert_num_queries):
    second, third, _ = links
    with django_assert_num_queries(1):
        found = queries.upstream_ids(third.pk, as_of=TODAY)
    assert found == {third.pk, second.pk, cast.engagement.pk}
    assert queries.upstream_ids(third.pk, as_of=date(2026, 2, 15)) == {third.pk}
    assert queries.upstream_ids(cast.engagement.pk, as_of=TODAY) == {cast.engagement.pk}


# -- Edges --------------------------------------------------------------------
def test_subcontracts_are_seen_by_the_parties_upstream(cast, links):
    def seen(actor):
        return [
            (row.shown_name, row.shown_downstream, row.shown_downstream_name)
            for row in queries.subcontracts(actor, cast.engagement)
        ]

    second, _, spare = links
    assert seen(cast.officer) == [("Spareline", None, ""), ("Otherline", None, "")]
    assert seen(cast.manager) == [
        ("Spareline", spare.pk, spare.name),
        ("Otherline", second.pk, "Overflow"),
    ]
    assert seen(cast.other_manager) == []
    assert seen(cast.outsider) == []
    assert seen(cast.auditor) == []
    make_grant(cast.engagement, cast.auditor.user)
    assert seen(cast.auditor) == seen(cast.officer)


def test_subcontract_two_levels_down_is_not_seen(cast, links):
    (deep,) = queries.subcontracts(cast.other_manager)
    assert deep.upstream == links[0]
    for actor in (cast.officer, cast.manager):
        if actor is cast.manager:
            assert queries.subcontract(actor, deep.pk) == deep
        else:
            with pytest.raises(NotFound):
                queries.subcontract(actor, deep.pk)


def test_subcontract_of_an_undisclosed_party_has_no_name_for_the_client(cast, links):
    links[0].disclosure_policy = HIDDEN
    links[0].save(update_fields=["disclosure_policy"])
    shown = {row.shown_name for row in queries.subcontracts(cast.officer)}
    assert shown == {"Spareline", "Undisclosed subcontractor"}


def test_sibling_vendor_sees_nothing(cast, links):
    sibling = make_actor(links[2].provider, Role.VENDOR_MANAGER)
    assert list(queries.engagements(sibling)) == [links[2]]
    assert list(queries.subcontracts(sibling)) == []


def test_subcontracts_are_one_query(cast, links, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [row.state for row in queries.subcontracts(cast.officer)] == [
            "waiting",
            "approved",
        ]


def test_downstream_choices_are_ones_own_as_client(cast, links):
    own = set(queries.downstream_choices(cast.manager, cast.engagement))
    assert own == {links[0], links[2]}
    assert list(queries.downstream_choices(cast.other_manager, links[0])) == [links[1]]


def test_upstream_is_named_to_the_client_alone(cast, links):
    second = links[0]
    assert queries.upstream_edges(cast.manager, second, as_of=TODAY) == [
        UpstreamUse(date(2026, 2, 2), cast.engagement.pk, "Patient chat")
    ]
    assert queries.upstream_edges(cast.other_manager, second, as_of=TODAY) == [
        UpstreamUse(date(2026, 2, 2), None, "")
    ]
    assert queries.upstream_edges(cast.manager, second, as_of=date(2026, 2, 1)) == []


def test_edges_meeting_a_period(cast):
    over = make_subcontract(cast.engagement, ended_on=date(2026, 6, 14))
    live = make_subcontract(cast.engagement)
    make_subcontract(cast.engagement, approved_on=None, refused_on=TODAY)

    def pair(edge):
        return Edge(edge.upstream_id, edge.downstream_id)

    assert queries.edges_meeting(TODAY, None) == {pair(live)}
    assert queries.edges_meeting(date(2026, 6, 14), None) == {pair(over), pair(live)}
    assert queries.edges_meeting(date(2026, 1, 1), date(2026, 2, 1)) == set()


# -- Grants -------------------------------------------------------------------
def test_grants_are_seen_by_managers_of_both_parties(cast):
    grant = make_grant(cast.engagement, cast.auditor.user)
    assert list(queries.grants_of(cast.engagement)) == [grant]
    for actor in (cast.officer, cast.manager):
        assert queries.grant(actor, grant.pk) == grant
    for actor in (cast.outsider, cast.other_manager):
        assert list(queries.grants(actor)) == []
        with pytest.raises(NotFound):
            queries.grant(actor, grant.pk)
    for actor in (cast.analyst, cast.lead, cast.auditor):
        with pytest.raises(NotAllowed):
            queries.grants(actor)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "live"),
        ({"valid_until": date(2026, 6, 14)}, "over"),
        ({"valid_from": date(2026, 6, 16)}, "to come"),
        ({"revoked_at": datetime(2026, 6, 10, tzinfo=UTC)}, "revoked"),
    ],
)
def test_grant_lines_say_the_state_and_who_takes_back(
    cast, change, state, django_assert_num_queries
):
    make_grant(cast.engagement, cast.auditor.user, **change)
    with django_assert_num_queries(1):
        (line,) = queries.grant_lines(cast.officer, cast.engagement)
    assert (line.state, line.is_revocable) == (state, state in {"live", "to come"})
    (line,) = queries.grant_lines(cast.manager, cast.engagement)
    assert line.is_revocable is False


def test_live_grant_is_the_one_that_shows_most(cast):
    assert queries.live_grant(cast.auditor, cast.engagement) is None
    make_grant(cast.engagement, cast.auditor.user)
    names_too = make_grant(
        cast.engagement,
        cast.auditor.user,
        granted_by=cast.vendor,
        names_agents=True,
        valid_until=TODAY,
    )
    make_grant(cast.engagement, cast.auditor.user, valid_until=date(2026, 6, 14))
    assert queries.live_grant(cast.auditor, cast.engagement) == names_too


# -- Possibilities ------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("officer", (True, True, True, False, True, False)),
        ("analyst", (True, True, True, False, False, False)),
        ("reader", (False,) * 6),
        ("manager", (True, False, True, True, False, True)),
        ("lead", (False,) * 6),
        ("auditor", (False,) * 6),
        ("outsider", (False,) * 6),
    ],
)
def test_possibilities(cast, name, expected):
    may = queries.possibilities(getattr(cast, name), cast.engagement)
    assert (
        may.declare_scope,
        may.decide_legal_agency,
        may.end,
        may.declare_subcontract,
        may.answer_subcontract,
        may.end_subcontract,
    ) == expected


# -- Conditions ---------------------------------------------------------------
def conditions(engagement, day=TODAY):
    rows = queries.gate_conditions([engagement], as_of=day)[engagement.pk]
    return {row.code: row for row in rows}


def states(engagement, day=TODAY):
    return [row.state for row in conditions(engagement, day).values()]


YES, NO = ConditionState.SATISFIED, ConditionState.NOT_SATISFIED


def test_conditions_hold(cast, links):
    make_scope(cast.engagement)
    cast.engagement.approves_subcontracts = False
    cast.engagement.save(update_fields=["approves_subcontracts"])
    found = conditions(cast.engagement)
    assert list(found) == [
        "engagement.active",
        "engagement.scope_declared",
        "engagement.subcontracts_approved",
    ]
    assert states(cast.engagement) == [YES, YES, YES]
    assert found["engagement.active"].since == date(2026, 1, 5)
    assert found["engagement.scope_declared"].since == date(2026, 1, 5)
    assert found["engagement.subcontracts_approved"].detail == (
        "All 3 subcontracts of the chain are approved."
    )


@pytest.mark.parametrize(
    ("day", "state", "detail"),
    [
        (date(2026, 1, 4), NO, "The engagement starts on 5 January 2026."),
        (date(2026, 1, 5), YES, "The engagement is active since 5 January 2026."),
        (date(2026, 5, 31), YES, "The engagement is active since 5 January 2026."),
        (date(2026, 6, 1), NO, "The engagement ended on 31 May 2026."),
    ],
)
def test_condition_active(cast, day, state, detail):
    cast.engagement.ended_on = date(2026, 5, 31)
    cast.engagement.save(update_fields=["ended_on"])
    found = conditions(cast.engagement, day)["engagement.active"]
    assert (found.state, found.detail) == (state, detail)
    assert found.due == (date(2026, 5, 31) if state is YES else None)


def test_condition_scope_declared_without_one(cast):
    found = conditions(cast.engagement)["engagement.scope_declared"]
    assert found.state is NO
    assert found.fix_path == f"/engagements/{cast.engagement.pk}/scope/"


def test_condition_subcontracts_names_who_waits_and_who_acts(cast, links):
    _, third, spare = links
    found = conditions(cast.engagement)["engagement.subcontracts_approved"]
    assert found.state is NO
    assert found.detail == "Waiting for the client's approval: Spareline."
    assert found.who_acts is Side.CLIENT
    spare.upstream_edges.update(approved_on=TODAY)
    third.upstream_edges.update(approved_on=None)
    found = conditions(cast.engagement)["engagement.subcontracts_approved"]
    assert (found.state, found.who_acts) == (NO, Side.PROVIDER)
    assert found.detail == "Waiting for the client's approval: Nightline."


def test_condition_subcontracts_without_any(cast):
    found = conditions(cast.engagement)["engagement.subcontracts_approved"]
    assert (found.state, found.detail) == (YES, "No subcontract is declared.")


def test_conditions_are_two_queries_whatever_the_number(
    cast, links, django_assert_num_queries
):
    for engagements in ([cast.engagement], [cast.engagement, links[0], links[1]]):
        with django_assert_num_queries(2):
            queries.gate_conditions(engagements, as_of=TODAY)
