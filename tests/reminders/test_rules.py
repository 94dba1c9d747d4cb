"""When to remind, after any outage, and what becomes one line or one digest."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.types import DueItem
from apps.reminders import rules
from apps.reminders.enums import kind_label
from apps.reminders.rules import OffsetsRefused, Planned, Sent

ORG = UUID(int=1)
OTHER = UUID(int=2)
ANA = UUID(int=11)
BEN = UUID(int=12)
DUE = date(2026, 6, 30)


def item(key: str = "a", **overrides: object) -> DueItem:
    values: dict[str, object] = {
        "key": key,
        "kind": "agreement.expires",
        "organization_id": ORG,
        "due": DUE,
        "title": f"Duty {key}",
        "path": "/x/",
    }
    return DueItem(**values | overrides)  # type: ignore[arg-type]


def planned(
    *items: DueItem,
    on: date,
    ledger: frozenset[Sent] = frozenset(),
    policies: rules.Policies | None = None,
) -> list[Planned]:
    return rules.plan(
        items,
        recipients={ORG: [ANA]},
        ledger=ledger,
        today={ORG: on, OTHER: on},
        policies=policies or {},
    )


def offsets(found: list[Planned]) -> list[tuple[int, int | None]]:
    return [(each.offset, each.superseded_by) for each in found]


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [
        (31, []),
        (30, [(-30, None)]),
        (29, [(-30, None)]),
        (14, [(-30, -14), (-14, None)]),
        (0, [(-30, 0), (-14, 0), (-7, 0), (-1, 0), (0, None)]),
    ],
)
def test_plan_sends_only_the_most_urgent(
    days_before: int, expected: list[tuple[int, int | None]]
) -> None:
    found = planned(item(), on=DUE - timedelta(days=days_before))
    assert offsets(found) == expected


def test_plan_after_an_outage_supersedes_the_rest() -> None:
    ledger = frozenset({Sent("a", DUE, -30, ANA)})
    found = planned(item(), on=DUE + timedelta(days=8), ledger=ledger)
    assert offsets(found) == [(-14, 7), (-7, 7), (-1, 7), (0, 7), (1, 7), (7, None)]


def test_plan_again_the_same_day_is_empty() -> None:
    first = planned(item(), on=DUE)
    ledger = frozenset(each.key for each in first)
    assert planned(item(), on=DUE, ledger=ledger) == []


def test_plan_of_a_changed_policy_does_not_look_back() -> None:
    ledger = frozenset({Sent("a", DUE, -7, ANA)})
    policies = {(ORG, "agreement.expires"): [-10, -7]}
    found = planned(
        item(), on=DUE - timedelta(days=7), ledger=ledger, policies=policies
    )
    assert offsets(found) == [(-10, -7)]


def test_plan_of_a_moved_due_day_starts_anew() -> None:
    ledger = frozenset({Sent("a", DUE, -30, ANA)})
    later = item(due=DUE + timedelta(days=1))
    assert offsets(planned(later, on=DUE, ledger=ledger))[-1] == (-1, None)


def test_plan_uses_the_date_of_each_organization() -> None:
    mine, theirs = item("a"), item("b", organization_id=OTHER)
    found = rules.plan(
        [mine, theirs],
        recipients={ORG: [ANA], OTHER: [BEN]},
        ledger=set(),
        today={ORG: DUE, OTHER: DUE - timedelta(days=1)},
        policies={(ORG, mine.kind): [0], (OTHER, mine.kind): [0]},
    )
    assert found == [Planned(mine, 0, ANA)]


def test_plan_without_anybody_to_tell() -> None:
    assert planned(item(organization_id=OTHER), on=DUE) == []


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=40),
    st.lists(st.integers(-20, 20), min_size=1, max_size=8, unique=True),
)
def test_whatever_days_are_missed(gaps: list[int], days: list[int]) -> None:
    """Any run of passes leaves the same ledger as daily ones, and repeats nothing."""
    start = DUE - timedelta(days=40)
    policies = {(ORG, "agreement.expires"): days}
    ledger: set[Sent] = set()
    sent: list[Sent] = []
    on = start
    for gap in gaps:
        on = on + timedelta(days=gap)
        found = planned(item(), on=on, ledger=frozenset(ledger), policies=policies)
        sent += [each.key for each in found if each.superseded_by is None]
        assert not ledger & {each.key for each in found}
        ledger |= {each.key for each in found}
    come = {day for day in days if DUE + timedelta(days=day) <= on}
    assert {entry.offset for entry in ledger} == come
    assert len(set(sent)) == len(sent)
    if come:
        assert sent[-1].offset == max(come)
        assert [entry.offset for entry in sent] == sorted(e.offset for e in sent)


@pytest.mark.parametrize(
    ("given_days", "kept"),
    [([0], (0,)), ([7, -7, 7], (-7, 7)), ([-365, 90], (-365, 90))],
)
def test_offsets_accepted(given_days: list[int], kept: tuple[int, ...]) -> None:
    assert rules.check_offsets(given_days) == kept


@pytest.mark.parametrize("given_days", [[], [-366], [91], list(range(13))])
def test_offsets_refused(given_days: list[int]) -> None:
    with pytest.raises(OffsetsRefused) as refused:
        rules.check_offsets(given_days)
    assert list(refused.value.fields) == ["offsets"]


def test_window_reaches_as_far_as_the_earliest_offset() -> None:
    assert rules.window(DUE, {}) == (date(2026, 1, 1), date(2026, 7, 30))
    policies = {(ORG, "x"): [-60, 5], (OTHER, "x"): [3]}
    assert rules.window(DUE, policies) == (date(2026, 1, 1), date(2026, 8, 29))


def test_lines_join_groups_of_a_kind() -> None:
    found = rules.lines(
        [
            Planned(item("b", group="g", due=DUE + timedelta(days=2)), 0, ANA),
            Planned(item("a", group="g", path="/y/"), 0, ANA),
            Planned(item("c", group="g", kind="drift.acceptance_ends"), 0, ANA),
            Planned(item("d"), 0, ANA),
            Planned(item("e"), 0, ANA, superseded_by=1),
            Planned(item("a", group="g"), 0, BEN),
        ]
    )
    assert [(line.recipient_id, line.title, line.path) for line in found] == [
        (ANA, "Duty a, and 1 more like it", ""),
        (ANA, "Duty c", "/x/"),
        (ANA, "Duty d", "/x/"),
        (BEN, "Duty a", "/x/"),
    ]
    assert found[0].due == DUE


def test_digest_above_twenty() -> None:
    many = rules.lines(Planned(item(f"{n:02}"), 0, ANA) for n in range(21))
    assert rules.is_digest(many)
    assert not rules.is_digest(many[:20])
    assert rules.digest_key(many) != rules.digest_key(many[:20])


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 6, 29), "Overdue since 29 June 2026"),
        (DUE, "Due 30 June 2026"),
        (date(2026, 7, 1), "Due 1 July 2026"),
    ],
)
def test_when(due: date, words: str) -> None:
    assert rules.when(due, DUE) == words


def test_kind_label() -> None:
    assert kind_label("agreement.expires") == "BAA ends"
    assert kind_label("test.something_new") == "Test: something new"
