"""The roster as its owner sees it, and what it shows to rooms above."""

from __future__ import annotations

from datetime import date

import pytest

from apps.core.errors import NotAllowed, NotFound
from apps.core.types import ConditionState
from apps.workforce import queries
from apps.workforce.enums import Control, Standing
from apps.workforce.queries import Selection
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.workforce import (
    make_agent,
    make_assignment,
    make_attestation,
    make_site,
)

TODAY = date(2026, 6, 15)


def test_roster_holds_own_agents_only(cast: Cast) -> None:
    mine = make_agent(cast.vendor)
    theirs = make_agent(cast.other_vendor)
    assert list(queries.roster(cast.manager)) == [mine]
    assert queries.agent(cast.lead, mine.pk) == mine
    with pytest.raises(NotFound):
        queries.agent(cast.manager, theirs.pk)
    with pytest.raises(NotAllowed):
        queries.roster(cast.officer)


def test_roster_is_searched_and_paged(cast: Cast) -> None:
    site = make_site(cast.vendor, code="MNL-1")
    ann = make_agent(cast.vendor, external_id="A-1", full_name="Ann Alder")
    ben = make_agent(cast.vendor, external_id="A-2", email="ben@x.test")
    make_assignment(cast.engagement, ann, site=site)
    assert list(queries.roster(cast.manager, selection=Selection(search="alder"))) == [
        ann
    ]
    assert list(queries.roster(cast.manager, selection=Selection(search="BEN@"))) == [
        ben
    ]
    assert list(queries.roster(cast.manager, selection=Selection(site="mnl-1"))) == [
        ann
    ]
    assert list(queries.roster(cast.manager, after="A-1")) == [ben]


def test_roster_takes_two_queries_at_any_size(
    cast: Cast, django_assert_num_queries
) -> None:
    for size in (1, 3):
        while queries.agents(cast.manager).count() < size:
            make_assignment(cast.engagement, site=make_site(cast.vendor))
        with django_assert_num_queries(2):
            for agent in queries.roster(cast.manager, working_on=TODAY):
                assert [each.engagement.name for each in agent.todays] == [
                    "Patient chat"
                ]


def test_export_has_a_line_for_each_assignment_and_each_idle_agent(cast: Cast) -> None:
    make_assignment(cast.engagement, make_agent(cast.vendor, external_id="A-1"))
    make_agent(cast.vendor, external_id="A-2")
    found = list(queries.roster_lines(cast.manager))
    assert [(each.external_id, each.engagement, each.channels) for each in found] == [
        ("A-1", "Patient chat", "chat"),
        ("A-2", None, ""),
    ]


# -- Observed -----------------------------------------------------------------
def test_facts_of_a_day(cast: Cast) -> None:
    office = make_site(cast.vendor, code="MNL-1")
    home = make_site(cast.vendor, code="WFH", country="US", is_remote=True)
    make_assignment(cast.engagement, site=office)
    make_assignment(cast.engagement, site=home, channels=["voice"])
    make_assignment(cast.engagement)
    found = queries.observed_facts([cast.engagement.pk], as_of=TODAY)
    facts = found[cast.engagement.pk]
    assert facts.head_count == 3
    assert facts.channels == {"chat", "voice"}
    assert facts.sites == {"MNL-1": 1, "WFH": 1}
    assert facts.countries == {"PH": 1, "US": 1}
    assert facts.remote_count == 1
    assert facts.first_assigned_on == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2026, 1, 4), 0),
        (date(2026, 1, 5), 1),
        (date(2026, 5, 31), 1),
        (date(2026, 6, 1), 0),
    ],
)
def test_first_and_last_day_count(cast: Cast, day: date, count: int) -> None:
    make_assignment(cast.engagement, ended_on=date(2026, 5, 31))
    facts = queries.observed_facts([cast.engagement.pk], as_of=day)
    assert facts[cast.engagement.pk].head_count == count


def test_whoever_left_is_not_counted_though_an_assignment_is_open(cast: Cast) -> None:
    agent = make_agent(cast.vendor, left_on=date(2026, 6, 14))
    make_assignment(cast.engagement, agent)
    facts = queries.observed_facts([cast.engagement.pk], as_of=TODAY)
    assert facts[cast.engagement.pk].head_count == 0


def test_facts_take_three_queries_at_any_size(
    cast: Cast, django_assert_num_queries
) -> None:
    ids = [cast.engagement.pk]
    for _ in range(2):
        engagement = make_engagement(client=cast.clinic, provider=cast.vendor)
        make_assignment(engagement, site=make_site(cast.vendor))
        ids.append(engagement.pk)
    for wanted in (ids[:1], ids):
        with django_assert_num_queries(3):
            assert set(queries.observed_facts(wanted, as_of=TODAY)) == set(wanted)


def test_gate_condition_is_unknown_without_agents(
    cast: Cast, django_assert_num_queries
) -> None:
    other = make_engagement(client=cast.clinic, provider=cast.vendor)
    make_assignment(cast.engagement)
    with django_assert_num_queries(1):
        found = queries.gate_conditions([cast.engagement, other], as_of=TODAY)
    [known], [unknown] = found[cast.engagement.pk], found[other.pk]
    assert (known.state, known.detail) == (
        ConditionState.SATISFIED,
        "1 agent is assigned on 15 June 2026.",
    )
    assert unknown.state is ConditionState.UNKNOWN
    assert unknown.fix_path == "/workforce/imports/upload/"


# -- Where people work from home ----------------------------------------------
def home_condition(cast: Cast, as_of: date = TODAY):
    found = queries.gate_conditions([cast.engagement], as_of=as_of)
    return next(
        each
        for each in found[cast.engagement.pk]
        if each.code == "workforce.home_controls"
    )


@pytest.fixture
def home(cast: Cast):
    site = make_site(cast.vendor, name="Home, Luzon", is_remote=True)
    make_assignment(cast.engagement, site=site)
    return site


def test_home_nobody_attested_is_unknown_never_no(cast: Cast, home) -> None:
    found = home_condition(cast)
    assert found.state is ConditionState.UNKNOWN
    assert found.detail == (
        "Home, Luzon (1 agent): screen lock, clean desk, managed device, endpoint "
        "protection not attested."
    )
    assert found.fix_path == f"/workforce/sites/{home.pk}/"


def test_home_with_all_controls_is_satisfied_until_the_first_runs_out(
    cast: Cast, home
) -> None:
    make_attestation(home)
    make_attestation(home, Control.CLEAN_DESK, attested_on=date(2025, 7, 1))
    make_attestation(home, Control.SCREEN_LOCK, attested_on=date(2025, 8, 1))
    found = home_condition(cast)
    assert (found.state, found.due) == (ConditionState.SATISFIED, date(2027, 6, 1))
    assert found.detail.endswith(
        "screen lock, clean desk, managed device, endpoint protection attested."
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_in_place": False}, "clean desk not in place"),
        (
            {"attested_on": date(2025, 6, 14)},
            "clean desk attested more than twelve months ago",
        ),
    ],
)
def test_home_that_lacks_a_control_closes_the_gate(
    cast: Cast, home, change: dict, words: str
) -> None:
    rest = [each for each in Control if each is not Control.CLEAN_DESK]
    make_attestation(home, *rest)
    make_attestation(home, Control.CLEAN_DESK, **change)
    found = home_condition(cast)
    assert found.state is ConditionState.NOT_SATISFIED
    assert words in found.detail


def test_attestation_counts_through_its_anniversary_and_not_before_its_day(
    cast: Cast, home
) -> None:
    make_attestation(home, attested_on=date(2025, 6, 15))
    assert home_condition(cast).state is ConditionState.SATISFIED
    day_after = home_condition(cast, date(2026, 6, 16))
    assert day_after.state is ConditionState.NOT_SATISFIED
    before = home_condition(cast, date(2026, 1, 10))
    assert before.state is ConditionState.SATISFIED
    make_attestation(home, is_in_place=False, attested_on=date(2026, 3, 1))
    assert home_condition(cast, date(2026, 2, 28)).state is ConditionState.SATISFIED


def test_office_asks_for_no_attestation(cast: Cast) -> None:
    make_assignment(cast.engagement, site=make_site(cast.vendor))
    found = queries.gate_conditions([cast.engagement], as_of=TODAY)
    assert [each.code for each in found[cast.engagement.pk]] == [
        "workforce.roster_known"
    ]


def test_sites_and_their_controls_take_two_queries(
    cast: Cast, django_assert_num_queries
) -> None:
    for size in (1, 3):
        while queries.sites(cast.manager).count() < size:
            make_attestation(make_site(cast.vendor, is_remote=True))
        with django_assert_num_queries(2):
            found = queries.site_lines(queries.sites(cast.manager), on=TODAY)
        assert {each.worst for each in found} == {Standing.IN_PLACE}


def test_attested_controls_that_run_out_are_due(cast: Cast, home) -> None:
    make_attestation(home)
    make_attestation(make_site(cast.vendor))
    make_attestation(make_site(cast.other_vendor, is_remote=True))
    window = {"first": date(2027, 6, 1), "last": date(2027, 6, 30)}
    [item] = queries.due_items(cast.manager, **window)
    assert (item.kind, item.due, item.key, item.title) == (
        "site.attestation_ends",
        date(2027, 6, 1),
        f"site_controls:{home.pk}",
        "The attested controls of Home, Luzon run out on 1 June 2027",
    )
    window["first"] = date(2027, 6, 2)
    assert queries.due_items(cast.manager, **window) == []


# -- Selecting ----------------------------------------------------------------
def test_selection_takes_who_works_and_matches(cast: Cast) -> None:
    ann = make_agent(cast.vendor, full_name="Ann", team="Blue")
    ben = make_agent(cast.vendor, full_name="Ben", team="Red")
    make_agent(cast.vendor, full_name="Cid", team="Blue", left_on=date(2026, 6, 14))
    site = make_site(cast.vendor, code="MNL-1")
    make_assignment(cast.engagement, ben, site=site)
    make_agent(cast.other_vendor, team="Blue")

    def chosen(**wanted: object) -> list:
        return list(
            queries.selected(cast.manager, Selection(**wanted), on=TODAY)  # type: ignore[arg-type]
        )

    assert chosen() == [ann, ben]
    assert chosen(team="Blue") == [ann]
    assert chosen(serves=cast.engagement.pk) == [ben]
    assert chosen(site="MNL-1", team="Blue") == []
    assert queries.teams(cast.manager) == ["Blue", "Red"]


def test_command_acts_as_the_first_manager(cast: Cast) -> None:
    assert queries.acting_member(cast.vendor, "").user == cast.manager.user
    named = queries.acting_member(cast.vendor, cast.second_manager.user.email)
    assert named.user == cast.second_manager.user
    with pytest.raises(NotFound):
        queries.acting_member(cast.clinic, "")
