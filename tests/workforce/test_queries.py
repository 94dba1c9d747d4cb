"""The roster as its owner sees it, and what it shows to rooms above."""

from __future__ import annotations

from datetime import date

import pytest

from apps.core.errors import NotAllowed, NotFound
from apps.core.types import ConditionState
from apps.workforce import queries
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.workforce import make_agent, make_assignment, make_site

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
    assert list(queries.roster(cast.manager, search="alder")) == [ann]
    assert list(queries.roster(cast.manager, search="BEN@")) == [ben]
    assert list(queries.roster(cast.manager, site="mnl-1")) == [ann]
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


def test_workforce_owns_no_due_item(cast: Cast) -> None:
    assert queries.due_items(cast.manager, first=TODAY, last=TODAY) == []


def test_command_acts_as_the_first_manager(cast: Cast) -> None:
    assert queries.acting_member(cast.vendor, "").user == cast.manager.user
    named = queries.acting_member(cast.vendor, cast.second_manager.user.email)
    assert named.user == cast.second_manager.user
    with pytest.raises(NotFound):
        queries.acting_member(cast.clinic, "")
