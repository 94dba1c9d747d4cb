"""Words, flags, matches, decisions and clocks, by tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.access_reviews import rules
from apps.access_reviews.enums import (
    AccountKind,
    AccountStatus,
    Decision,
    Flag,
    ItemStanding,
    MatchedBy,
    RevocationState,
    Usage,
)
from apps.core.errors import NotAllowed
from apps.core.tables import BadValue, DateOrder

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = NOW.date()
ANA, BEN = UUID(int=1), UUID(int=2)
PLAIN = rules.AccountFacts(
    status=AccountStatus.ACTIVE,
    kind=AccountKind.PERSON,
    is_matched=True,
    usage=Usage.USED,
    last_used_at=NOW,
    is_privileged=False,
    is_excessive=False,
    has_mfa=True,
    is_new=False,
)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Active", "active"),
        ("Enabled", "active"),
        ("A", "active"),
        ("TRUE", "active"),
        ("PASSWORD_EXPIRED", "active"),
        ("STAGED", "pending"),
        ("locked_out", "suspended"),
        ("False", "suspended"),
        ("DEPROVISIONED", "removed"),
        ("Terminated", "removed"),
        ("", "unknown"),
        ("whatever", None),
    ],
)
def test_status_of_a_word(text: str, status: str | None) -> None:
    assert rules.status_in(text) == status


@pytest.mark.parametrize(
    ("text", "usage", "at"),
    [
        ("", Usage.UNKNOWN, None),
        ("N/A", Usage.UNKNOWN, None),
        ("no_information", Usage.NEVER, None),
        ("Never logged in", Usage.NEVER, None),
        ("1970-01-01T00:00:00.000Z", Usage.NEVER, None),
        ("1601-01-01T00:00:00Z", Usage.NEVER, None),
        ("0001-01-01T00:00:00Z", Usage.NEVER, None),
        (
            "2023-01-03T09:38:09+00:00",
            Usage.USED,
            datetime(2023, 1, 3, 9, 38, 9, tzinfo=UTC),
        ),
        (
            "2026-05-01T09:30:00.0000000Z",
            Usage.USED,
            datetime(2026, 5, 1, 9, 30, tzinfo=UTC),
        ),
        (
            "2024/01/31 07:55:13",
            Usage.USED,
            datetime(2024, 1, 31, 7, 55, 13, tzinfo=UTC),
        ),
        (
            "2026-06-15T17:00:00+08:00",
            Usage.USED,
            datetime(2026, 6, 15, 9, tzinfo=UTC),
        ),
        (
            "8/19/2021 1:25:31 PM",
            Usage.USED,
            datetime(2021, 8, 19, 13, 25, 31, tzinfo=UTC),
        ),
    ],
)
def test_moment_of_a_cell(text: str, usage: Usage, at: datetime | None) -> None:
    found = rules.moment_in(text, order=DateOrder.MONTH_FIRST)
    assert found == rules.Moment(usage, at)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-01-01 25:00"])
def test_moment_that_cannot_be_read_is_no_never(text: str) -> None:
    with pytest.raises(BadValue):
        rules.moment_in(text, order=DateOrder.ISO)


@pytest.mark.parametrize(
    ("role", "is_so"),
    [
        ("Billing-Admin", True),
        ("CRM_ROLE_ADMIN", True),
        ("Primary owner", True),
        ("Viewer", False),
        ("Administration clerk", False),
    ],
)
def test_role_that_calls_itself_privileged(role: str, is_so: object) -> None:
    assert rules.looks_privileged(role) is is_so


def raised(**changes: object) -> tuple[set[Flag], set[Flag]]:
    found = rules.flags_of(
        replace(PLAIN, **changes),  # type: ignore[arg-type]
        now=NOW,
        today=TODAY,
        dormant_days=90,
    )
    return set(found.raised), set(found.unknown)


@pytest.mark.parametrize(
    ("changes", "flags", "unknown"),
    [
        ({}, set(), set()),
        ({"is_matched": False}, {Flag.ORPHAN}, set()),
        ({"is_matched": False, "status": AccountStatus.REMOVED}, set(), set()),
        ({"left_on": TODAY}, set(), set()),
        ({"left_on": TODAY - timedelta(days=1)}, {Flag.LEAVER_ACTIVE}, set()),
        (
            {"left_on": date(2026, 1, 1), "status": AccountStatus.UNKNOWN},
            {Flag.LEAVER_ACTIVE},
            set(),
        ),
        (
            {"left_on": date(2026, 1, 1), "status": AccountStatus.SUSPENDED},
            set(),
            set(),
        ),
        ({"last_used_at": NOW - timedelta(days=90)}, set(), set()),
        ({"last_used_at": NOW - timedelta(days=90, seconds=1)}, {Flag.DORMANT}, set()),
        (
            {"usage": Usage.NEVER, "last_used_at": None},
            {Flag.NEVER_USED},
            {Flag.DORMANT},
        ),
        (
            {
                "usage": Usage.NEVER,
                "last_used_at": None,
                "opened_on": date(2026, 1, 1),
            },
            {Flag.NEVER_USED, Flag.DORMANT},
            set(),
        ),
        (
            {"usage": Usage.UNKNOWN, "last_used_at": None},
            set(),
            {Flag.NEVER_USED, Flag.DORMANT},
        ),
        ({"is_privileged": True}, {Flag.PRIVILEGED}, set()),
        ({"is_privileged": None}, set(), {Flag.PRIVILEGED}),
        ({"is_excessive": True}, {Flag.EXCESSIVE}, set()),
        ({"is_excessive": None}, set(), {Flag.EXCESSIVE}),
        ({"has_mfa": False}, {Flag.NO_MFA}, set()),
        ({"has_mfa": None}, set(), {Flag.NO_MFA}),
        ({"kind": AccountKind.SHARED}, {Flag.SHARED}, set()),
        ({"candidates": 2}, {Flag.SHARED}, set()),
        ({"is_assigned": False}, {Flag.NOT_ASSIGNED}, set()),
        ({"is_assigned": True}, set(), {Flag.UNTRAINED}),
        ({"is_assigned": True, "is_cleared": False}, {Flag.UNTRAINED}, set()),
        ({"is_assigned": True, "is_cleared": True}, set(), set()),
        ({"is_new": True}, {Flag.NEW}, set()),
        ({"conflicts": ("a",)}, {Flag.CONFLICT}, set()),
    ],
)
def test_flags_and_what_nobody_can_tell(
    changes: dict[str, object], flags: set[Flag], unknown: set[Flag]
) -> None:
    assert raised(**changes) == (flags, unknown)


PEOPLE = rules.People(
    external_ids={"a-1": frozenset({ANA})},
    emails={"ana@x.test": frozenset({ANA}), "team@x.test": frozenset({ANA, BEN})},
    aliases={"benny": frozenset({BEN})},
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"holder": "A-1"}, rules.Match(ANA, MatchedBy.EXTERNAL_ID, 1)),
        ({"key": "a-1"}, rules.Match(ANA, MatchedBy.EXTERNAL_ID, 1)),
        ({"emails": ["ANA@x.test"]}, rules.Match(ANA, MatchedBy.EMAIL, 1)),
        ({"login": "Benny"}, rules.Match(BEN, MatchedBy.ALIAS, 1)),
        ({"emails": ["team@x.test"]}, rules.Match(candidates=2)),
        ({"emails": ["nobody@x.test"]}, rules.Match()),
        ({"holder": "A-1", "kind": AccountKind.SERVICE}, rules.Match()),
    ],
)
def test_whose_account_it_is(words: dict[str, object], found: rules.Match) -> None:
    given_words = {"holder": "", "key": "", "login": "", "emails": []}
    given_words |= {"kind": AccountKind.UNKNOWN}
    assert rules.match(PEOPLE, **given_words | words) == found  # type: ignore[arg-type]


def line(decision: str = "", **changes: object) -> rules.Standing:
    start = rules.Standing(
        Decision(decision),
        is_privileged=False,
        decided_by=ANA if decision else None,
        second_by=None,
        turn=1 if decision else 0,
    )
    return replace(start, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        (line(), ItemStanding.OPEN),
        (line("keep"), ItemStanding.DECIDED),
        (line("escalate"), ItemStanding.ESCALATED),
        (line("keep", is_privileged=True), ItemStanding.SECOND),
        (line("change", is_privileged=True), ItemStanding.SECOND),
        (line("revoke", is_privileged=True), ItemStanding.DECIDED),
        (line("keep", is_privileged=True, second_by=BEN), ItemStanding.DECIDED),
    ],
)
def test_where_a_line_stands(found: rules.Standing, standing: ItemStanding) -> None:
    assert rules.standing(found) is standing


def test_who_may_come_next() -> None:
    keep = rules.Answer(Decision.KEEP, "x")
    revoke = rules.Answer(Decision.REVOKE, "x")
    privileged = line("keep", is_privileged=True)
    assert rules.check_next(line(), keep, by=ANA, turn=0) is False
    assert rules.check_next(privileged, keep, by=BEN, turn=1) is True
    assert rules.check_next(privileged, revoke, by=BEN, turn=1) is False
    assert rules.check_next(privileged, revoke, by=ANA, turn=1) is False
    with pytest.raises(NotAllowed):
        rules.check_next(privileged, keep, by=ANA, turn=1)
    with pytest.raises(NotAllowed):
        rules.check_next(line("escalate"), keep, by=ANA, turn=1)
    assert rules.check_next(line("escalate"), keep, by=BEN, turn=1) is False
    for stale in (line("revoke"), line("keep", turn=2)):
        with pytest.raises(rules.AlreadyDecided):
            rules.check_next(stale, keep, by=BEN, turn=1)


def test_answer_needs_a_reason_where_something_was_flagged() -> None:
    bare = rules.Answer(Decision.KEEP)
    rules.check_answer(bare, flags=[], is_bulk=False)
    rules.check_answer(bare, flags=[Flag.NEW], is_bulk=False)
    for answer, flags, is_bulk in (
        (bare, [Flag.ORPHAN], False),
        (bare, [], True),
        (rules.Answer(Decision.REVOKE), [], False),
        (rules.Answer(Decision.NONE, "x"), [], False),
        (rules.Answer(Decision.CHANGE, "x"), [], False),
        (rules.Answer(Decision.KEEP, "x" * 501), [], False),
    ):
        with pytest.raises(rules.DecisionRefused):
            rules.check_answer(answer, flags=flags, is_bulk=is_bulk)


@pytest.mark.parametrize(
    ("facts", "ended"),
    [
        ({"is_listed": False, "proves_absence": True}, True),
        ({"is_listed": False}, None),
        ({"status": AccountStatus.SUSPENDED}, True),
        ({"status": AccountStatus.UNKNOWN}, False),
        ({"is_whole_account": False, "holds_role": True}, False),
        ({"is_whole_account": False, "proves_absence": True}, True),
        ({"is_whole_account": False}, None),
    ],
)
def test_what_a_snapshot_proves(facts: dict[str, object], ended: object) -> None:
    start = {"is_listed": True, "status": AccountStatus.ACTIVE, "holds_role": False}
    start |= {"is_whole_account": True, "proves_absence": False}
    assert rules.seen_in(**start | facts) is ended  # type: ignore[arg-type]


def test_due_at_the_very_moment_is_not_overdue() -> None:
    facts = rules.RevocationFacts(due_at=NOW)
    assert rules.state_of(facts, now=NOW) is RevocationState.OPEN
    late = NOW + timedelta(microseconds=1)
    assert rules.state_of(facts, now=late) is RevocationState.OVERDUE


def test_time_to_revoke_counts_what_was_done() -> None:
    assert rules.time_to_revoke([]) is None
    due = NOW + timedelta(hours=24)
    ends = [NOW + timedelta(hours=hours) for hours in (1, 24, 50)]
    found = rules.time_to_revoke((NOW, due, end) for end in ends)
    assert found == rules.Times(count=3, in_time=2, middle=24.0, worst=50.0)


@given(st.sets(st.sampled_from([(who, role) for who in "abc" for role in "xy"])))
def test_conflict_needs_both_roles_of_one_person(held: set[tuple[str, str]]) -> None:
    roles = {"x": uuid4(), "y": uuid4()}
    pair = rules.ConflictPair("x with y", roles["x"], roles["y"])
    found = rules.conflicts([(who, roles[role]) for who, role in held], [pair])
    both = {who for who, _ in held if {(who, "x"), (who, "y")} <= held}
    assert {who for who, _ in found} == both


def test_population_hash_depends_on_order_and_text() -> None:
    one = rules.population_sha256([[1, "a"], [2, "b"]])
    assert one == rules.population_sha256([[1, "a"], [2, "b"]])
    assert one != rules.population_sha256([[2, "b"], [1, "a"]])
    assert one != rules.population_sha256([[1, "a"], [2, "c"]])


@pytest.mark.parametrize(
    ("reference", "other", "expected"),
    [
        (rules.Listed("A"), None, ("missing",)),
        (rules.Listed("A", is_expected=False), None, ()),
        (rules.Listed("A", has_ended=True), None, ()),
        (None, rules.Listed("A"), ("extra",)),
        (None, rules.Listed("A", has_ended=True), ()),
        (rules.Listed("A", has_ended=True), rules.Listed("A"), ("ended",)),
        (rules.Listed("A"), rules.Listed("A", has_ended=True), ()),
        (rules.Listed("A", "Chat"), rules.Listed("A", "Voice"), ("moved",)),
        (rules.Listed("A", "Chat"), rules.Listed("A", " CHAT "), ()),
        (rules.Listed("A", "Chat"), rules.Listed("A"), ()),
        (rules.Listed("A", is_expected=False), rules.Listed("A"), ()),
    ],
)
def test_lists_of_people_differ_in_one_way(
    reference: rules.Listed | None,
    other: rules.Listed | None,
    expected: tuple[str, ...],
) -> None:
    found = rules.differences(
        {"1": reference} if reference else {}, {"1": other} if other else {}
    )
    kinds = ("missing", "extra", "ended", "moved")
    assert tuple(kind for kind in kinds if getattr(found, kind)) == expected
    assert found.is_empty is (expected == ())
