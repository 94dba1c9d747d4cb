"""Scope comparison, the chain as a graph, ends, answers and grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Conflict, Invalid
from apps.engagements import rules
from apps.engagements.enums import Channel, DisclosurePolicy, PhiCategory, Service
from apps.engagements.rules import NO_LIMIT, Edge, ScopeTerms
from apps.engagements.rules.chain import (
    ChainTooDeep,
    Link,
    SubcontractClosesCircle,
    SubcontractPartiesDoNotMeet,
)

LIMIT = ScopeTerms(
    services=("patient_support",),
    channels=("chat", "email"),
    phi_categories=("demographic",),
    countries=("PH",),
    sites=("MNL-1",),
    systems=("Desk",),
    head_count_ceiling=20,
)


# -- Scope --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ()),
        ({"channels": ("chat",)}, ()),
        ({"services": ("claims", "patient_support")}, (("service", "claims"),)),
        ({"channels": ("chat", "voice")}, (("channel", "voice"),)),
        ({"phi_categories": ("billing",)}, (("phi_category", "billing"),)),
        ({"countries": ("CO", "PH")}, (("country", "CO"),)),
        ({"sites": ("BOG-1",)}, (("site", "BOG-1"),)),
        ({"sites": ("mnl-1",)}, ()),
        ({"systems": ("Desk", "Other")}, (("system", "Other"),)),
        ({"head_count_ceiling": 20}, ()),
        ({"head_count_ceiling": 21}, (("head_count", "21"),)),
        ({"head_count_ceiling": None}, ()),
        ({"remote_work": True}, (("remote_work", "yes"),)),
        ({"hours": "day and night"}, ()),
        (
            {"channels": ("voice",), "countries": ("US",), "remote_work": True},
            (("channel", "voice"), ("country", "US"), ("remote_work", "yes")),
        ),
    ],
)
def test_excess_names_what_goes_beyond(change, expected):
    assert replace(LIMIT, **change).excess(LIMIT) == expected


@pytest.mark.parametrize("field", ["countries", "sites", "systems"])
def test_excess_of_places_is_empty_when_the_limit_is_silent(field):
    assert LIMIT.excess(replace(LIMIT, **{field: ()})) == ()


@pytest.mark.parametrize("field", ["services", "channels", "phi_categories"])
def test_excess_of_uses_is_everything_when_the_limit_is_silent(field):
    dimension = rules.DIMENSIONS[field][0]
    expected = tuple((dimension, value) for value in getattr(LIMIT, field))
    assert LIMIT.excess(replace(LIMIT, **{field: ()})) == expected


def test_wider_than_counts_silence_as_no_limit():
    silent = replace(LIMIT, countries=(), head_count_ceiling=None)
    assert silent.excess(LIMIT) == ()
    assert silent.wider_than(LIMIT) == (("country", NO_LIMIT), ("head_count", NO_LIMIT))
    assert LIMIT.wider_than(silent) == ()


def test_carried_by_keeps_what_both_name():
    carried = LIMIT.carried_by(
        services=["patient_support", "claims"], channels=["chat"]
    )
    assert carried == replace(LIMIT, channels=("chat",))


def test_terms_are_read_from_any_row_and_tidied():
    row = SimpleNamespace(
        services=["claims", "claims"],
        channels=[],
        phi_categories=[],
        countries=["PH", " CO "],
        sites=[""],
        systems=[],
        head_count_ceiling=None,
        remote_work=True,
        hours="weekdays",
    )
    assert ScopeTerms.of(row) == ScopeTerms(
        services=("claims",), countries=("CO", "PH"), remote_work=True, hours="weekdays"
    )


def words(choices):
    return st.lists(st.sampled_from(choices.values), max_size=4).map(tuple)


terms = st.builds(
    ScopeTerms,
    services=words(Service),
    channels=words(Channel),
    phi_categories=words(PhiCategory),
    countries=st.lists(st.sampled_from(["PH", "CO", "US"]), max_size=3).map(tuple),
    sites=st.lists(st.sampled_from(["A", "b", "C"]), max_size=3).map(tuple),
    head_count_ceiling=st.none() | st.integers(1, 50),
    remote_work=st.booleans(),
)


@given(terms)
def test_nothing_goes_beyond_itself(scope):
    assert scope.excess(scope) == ()
    assert scope.wider_than(scope) == ()


@given(terms, terms, terms)
def test_no_wider_is_transitive(low, middle, high):
    if not low.wider_than(middle) and not middle.wider_than(high):
        assert low.wider_than(high) == ()


@given(terms, words(Service), words(Channel))
def test_carried_terms_are_within_the_whole(scope, services, channels):
    carried = scope.carried_by(services=services, channels=channels)
    assert carried.excess(scope) == ()


@given(terms, terms)
def test_excess_names_only_what_the_scope_names(scope, limit):
    for dimension, value in scope.excess(limit):
        named = {name: field for field, (name, _) in rules.DIMENSIONS.items()}
        if dimension in named:
            assert value in getattr(scope, named[dimension])
            assert value not in getattr(limit, named[dimension])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"services": ()}, "services"),
        ({"services": ("magic",)}, "services"),
        ({"channels": ("smoke",)}, "channels"),
        ({"phi_categories": ("gossip",)}, "phi_categories"),
        ({"countries": ("Philippines",)}, "countries"),
        ({"countries": ("ph",)}, "countries"),
        ({"sites": ("x" * 61,)}, "sites"),
        ({"systems": ("x" * 101,)}, "systems"),
        ({"hours": "x" * 201}, "hours"),
        ({"head_count_ceiling": 0}, "head_count_ceiling"),
    ],
)
def test_terms_that_cannot_be_read_are_refused(change, field):
    with pytest.raises(Invalid) as refusal:
        rules.check_terms(replace(LIMIT, **change))
    assert list(refusal.value.fields) == [field]


def test_terms_that_can_be_read_pass():
    rules.check_terms(LIMIT)
    rules.check_terms(ScopeTerms(services=("claims",)))


def test_declaration_follows_the_last():
    rules.check_follows(last=None, effective_on=date(2026, 1, 5))
    rules.check_follows(last=date(2026, 1, 5), effective_on=date(2026, 1, 6))


@pytest.mark.parametrize("day", [date(2026, 1, 5), date(2026, 1, 4)])
def test_declaration_on_or_before_the_last_is_refused(day):
    with pytest.raises(Conflict, match="already declared from 5 January 2026"):
        rules.check_follows(last=date(2026, 1, 5), effective_on=day)


# -- Chain --------------------------------------------------------------------
def e(number: int) -> UUID:
    return UUID(int=number)


def line(*numbers: int) -> set[Edge]:
    return {Edge(e(a), e(b)) for a, b in pairwise(numbers)}


@pytest.mark.parametrize(
    ("edges", "new", "levels"),
    [
        (set(), Edge(e(1), e(2)), 1),
        (line(1, 2, 3), Edge(e(3), e(4)), 3),
        (line(1, 2) | line(3, 4, 5), Edge(e(2), e(3)), 4),
        (line(2, 3, 4) | line(1, 3), Edge(e(1), e(2)), 3),
        (line(1, 2), Edge(e(2), e(1)), None),
        (line(1, 2, 3), Edge(e(3), e(1)), None),
        (set(), Edge(e(1), e(1)), None),
    ],
)
def test_levels_with(edges, new, levels):
    assert rules.levels_with(edges, new=new) == levels


def test_edge_that_fits_passes():
    rules.check_edge(line(1, 2, 3, 4, 5, 6), new=Edge(e(6), e(7)))


def test_edge_that_makes_the_chain_too_deep_is_refused():
    with pytest.raises(ChainTooDeep, match="7 levels"):
        rules.check_edge(line(1, 2, 3, 4, 5, 6, 7), new=Edge(e(7), e(8)))
    with pytest.raises(ChainTooDeep):
        rules.check_edge(line(1, 2, 3, 4) | line(5, 6, 7, 8), new=Edge(e(4), e(5)))


def test_edge_that_closes_a_circle_is_refused():
    with pytest.raises(SubcontractClosesCircle):
        rules.check_edge(line(1, 2, 3), new=Edge(e(3), e(1)))


def test_edge_declared_twice_is_refused():
    with pytest.raises(Conflict, match="already declared for that time"):
        rules.check_edge(line(1, 2), new=Edge(e(1), e(2)))


pairs = st.tuples(st.integers(1, 7), st.integers(1, 7)).filter(lambda p: p[0] != p[1])


@given(st.lists(pairs, max_size=20))
def test_edges_let_in_one_by_one_never_close_a_circle(wanted):
    edges: set[Edge] = set()
    for upstream, downstream in wanted:
        new = Edge(e(upstream), e(downstream))
        try:
            rules.check_edge(edges, new=new)
        except Conflict:
            continue
        edges.add(new)
    below = {e(number): set() for number in range(1, 8)}
    for edge in edges:
        below[edge.upstream].add(edge.downstream)

    def longest(node: UUID, seen: frozenset[UUID]) -> int:
        assert node not in seen
        return max(
            (1 + longest(child, seen | {node}) for child in below[node]), default=0
        )

    assert all(longest(node, frozenset()) <= rules.MAX_LEVELS for node in below)


def test_parties_that_do_not_meet_are_refused_with_the_law():
    rules.check_parties_meet(upstream_provider=e(1), downstream_client=e(1))
    with pytest.raises(SubcontractPartiesDoNotMeet, match=r"45 CFR 164\.502\(e\)\(1\)"):
        rules.check_parties_meet(upstream_provider=e(1), downstream_client=e(2))


def link(*path: int, **overrides) -> Link:
    number = path[-1]
    values = {
        "path": tuple(e(part) for part in path),
        "engagement_id": e(number),
        "edge_id": e(100 + number) if len(path) > 1 else None,
        "organization_id": e(1000 + number),
        "client_id": e(1000 + (path[-2] if len(path) > 1 else 0)),
        "name": f"Party {number}",
        "country": "US",
        "disclosure_policy": DisclosurePolicy.NAMED,
        "services": ("claims",),
        "channels": (),
        "approved": True,
        "effective_on": date(2026, 1, 5),
    }
    return Link(**values | overrides)


def shown(links, viewer):
    chain = rules.build_chain(links, as_of=date(2026, 6, 15), viewer=viewer)
    return [(node.depth, node.name_shown, node.is_disclosed) for node in chain.nodes()]


HIDDEN = DisclosurePolicy.UNDISCLOSED


def test_chain_names_who_may_be_named():
    links = [link(1), link(1, 2), link(1, 3), link(1, 2, 4)]
    assert shown(links, e(1000)) == [
        (0, "Party 1", True),
        (1, "Party 2", True),
        (2, "Party 4", True),
        (1, "Party 3", True),
    ]


def test_chain_hides_an_undisclosed_party_and_all_below_it():
    links = [
        link(1),
        link(1, 2, disclosure_policy=HIDDEN),
        link(1, 3),
        link(1, 2, 4),
        link(1, 3, 5, disclosure_policy=HIDDEN),
    ]
    assert shown(links, e(1000)) == [
        (0, "Party 1", True),
        (1, "Undisclosed subcontractor 1.1", False),
        (2, "Undisclosed subcontractor 2.1", False),
        (1, "Party 3", True),
        (2, "Undisclosed subcontractor 2.2", False),
    ]


def test_chain_shows_its_own_subcontractor_to_the_provider():
    links = [
        link(1, disclosure_policy=HIDDEN),
        link(1, 2, disclosure_policy=HIDDEN),
        link(1, 2, 3, disclosure_policy=HIDDEN),
    ]
    assert shown(links, e(1001)) == [
        (0, "Party 1", True),
        (1, "Party 2", True),
        (2, "Undisclosed subcontractor 2.1", False),
    ]


def test_chain_lists_its_parts():
    chain = rules.build_chain(
        [link(1), link(1, 2)], as_of=date(2026, 6, 15), viewer=e(1000)
    )
    assert chain.engagement_ids() == {e(1), e(2)}
    assert [node.edge_id for node in chain.subcontracts()] == [e(102)]
    assert chain.root.edge_id is None


# -- Engagements --------------------------------------------------------------
def test_legal_agency_undecided_needs_no_reason():
    rules.check_legal_agency("undecided", reason="")
    rules.check_legal_agency("agent", reason="The client directs each shift.")


@pytest.mark.parametrize("agency", ["agent", "independent"])
def test_legal_agency_decided_needs_its_reason(agency):
    with pytest.raises(Invalid, match=r"160\.402\(c\)"):
        rules.check_legal_agency(agency, reason=" ")


START, END = date(2026, 1, 5), date(2026, 3, 31)


@pytest.mark.parametrize("day", [START, date(2026, 2, 1), END])
def test_engagement_is_open_from_first_to_last_day(day):
    rules.check_open_on(day, started_on=START, ended_on=END, field="effective_on")


def test_engagement_without_end_is_open_for_ever():
    rules.check_open_on(date(2090, 1, 1), started_on=START, ended_on=None, field="on")


@pytest.mark.parametrize(
    ("day", "kind", "text"),
    [
        (START - timedelta(days=1), Invalid, "started on 5 January 2026"),
        (END + timedelta(days=1), Conflict, "ended on 31 March 2026"),
    ],
)
def test_engagement_is_closed_outside(day, kind, text):
    with pytest.raises(kind, match=text) as refusal:
        rules.check_open_on(day, started_on=START, ended_on=END, field="effective_on")
    assert list(refusal.value.fields) == ["effective_on"]


def ends(**overrides):
    values = {
        "started_on": START,
        "already_ended_on": None,
        "ended_on": END,
        "blockers": [],
    }
    rules.check_end(**values | overrides)


def test_engagement_ends_on_or_after_its_first_day():
    ends()
    ends(ended_on=START)


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"already_ended_on": END}, Conflict, "already ended on 31 March 2026"),
        ({"ended_on": date(2026, 1, 4)}, Invalid, "cannot end before"),
        (
            {"blockers": ["the first", "the second"]},
            rules.EngagementNotEndable,
            "End first: the first; the second.",
        ),
    ],
)
def test_engagement_end_is_refused(change, kind, text):
    with pytest.raises(kind, match=text):
        ends(**change)


# -- Subcontracts -------------------------------------------------------------
def test_carried_needs_a_known_service():
    rules.check_carried(services=["claims"], channels=[])
    for services, channels, fields in [
        ([], [], ["services"]),
        (["magic"], ["smoke"], ["services", "channels"]),
    ]:
        with pytest.raises(Invalid) as refusal:
            rules.check_carried(services=services, channels=channels)
        assert list(refusal.value.fields) == fields


def test_answer_is_open_until_given():
    rules.check_answerable(approved_on=None, refused_on=None, ended_on=None)


@pytest.mark.parametrize("field", ["approved_on", "refused_on", "ended_on"])
def test_answer_is_given_once(field):
    facts = {"approved_on": None, "refused_on": None, "ended_on": None, field: END}
    with pytest.raises(rules.SubcontractAlreadyAnswered, match="31 March 2026"):
        rules.check_answerable(**facts)


def ends_subcontract(**overrides):
    values = {
        "effective_on": START,
        "already_ended_on": None,
        "refused_on": None,
        "ended_on": START,
    }
    rules.check_subcontract_end(**values | overrides)


def test_subcontract_ends_on_or_after_its_first_day():
    ends_subcontract()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"refused_on": END}, Conflict),
        ({"already_ended_on": END}, Conflict),
        ({"ended_on": START - timedelta(days=1)}, Invalid),
    ],
)
def test_subcontract_end_is_refused(change, kind):
    with pytest.raises(kind):
        ends_subcontract(**change)


# -- Grants -------------------------------------------------------------------
TODAY = date(2026, 6, 15)


def grant(**overrides):
    values = {
        "valid_from": TODAY,
        "valid_until": TODAY + timedelta(days=rules.MAX_GRANT_DAYS - 1),
        "today": TODAY,
        "names_agents": False,
        "is_provider": False,
    }
    rules.check_grant(**values | overrides)


def test_grant_lasts_up_to_ninety_days_counting_both_ends():
    grant()
    grant(valid_until=TODAY)
    grant(names_agents=True, is_provider=True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
        (
            {"valid_from": date(2026, 6, 1), "valid_until": date(2026, 6, 14)},
            "valid_until",
        ),
        ({"valid_until": TODAY + timedelta(days=90)}, "valid_until"),
        ({"names_agents": True}, "names_agents"),
    ],
)
def test_grant_is_refused(change, field):
    with pytest.raises(Invalid) as refusal:
        grant(**change)
    assert list(refusal.value.fields) == [field]
