"""Columns, words, cells, and what a roster changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.dates import Period
from apps.core.tables import DateOrder, ProblemLog, Row
from apps.training.importer import FIELDS as TRAINING_FIELDS
from apps.workforce.importer import FIELDS, columns_in
from apps.workforce.rules import (
    Account,
    AssignmentState,
    Cells,
    ColumnMatch,
    Confidence,
    RosterPlan,
    RosterRow,
    RowRefused,
    WorkerState,
    channels_in,
    date_order,
    fingerprint,
    languages_in,
    leavers_to_confirm,
    lines,
    normalised,
    plan_roster,
    recognise,
    role_in,
    with_choices,
    works_in,
)

DAY = date(2026, 6, 15)
CHAT = UUID(int=1)
VOICE = UUID(int=2)


# -- Columns ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("CompletedDate", ("completed", "date")),
        ("completed_date", ("completed", "date")),
        ("External Employee ID", ("external", "employee", "id")),
        ("E-Mail", ("e", "mail")),
        ("  Name ", ("name",)),
        ("", ()),
        ("Prénom", ("prénom",)),
    ],
)
def test_header_is_normalised(header: str, words: tuple[str, ...]) -> None:
    assert normalised(header) == words


def test_columns_are_recognised_exactly_first_and_each_once() -> None:
    found = recognise(["Employee ID", "Name", "E-mail address", "Hire Date"], FIELDS)
    assert [(each.field, each.index, each.confidence) for each in found] == [
        ("external_id", 0, "exact"),
        ("full_name", 1, "exact"),
        ("email", 2, "exact"),
        ("joined_on", 3, "exact"),
    ]


def test_column_that_contains_a_synonym_is_likely() -> None:
    [found] = recognise(["Hire Date (UTC)"], FIELDS)
    assert (found.field, found.confidence) == ("joined_on", Confidence.LIKELY)


def test_single_word_inside_a_header_is_no_match() -> None:
    assert recognise(["Name of the manager"], FIELDS) == []


@pytest.mark.parametrize("fields", [FIELDS, TRAINING_FIELDS])
def test_synonyms_are_normalised_words(fields: tuple) -> None:
    for field in fields:
        for synonym in field.synonyms:
            assert " ".join(normalised(synonym)) == synonym
        assert len(set(field.synonyms)) == len(field.synonyms)


def test_choice_takes_a_column_away_from_another_field() -> None:
    header = ["Id", "Code"]
    found = [ColumnMatch("external_id", 0, "Id", Confidence.EXACT)]
    chosen = with_choices(header, found, {"site": 0}, confidence=Confidence.CHOSEN)
    assert chosen == [ColumnMatch("site", 0, "Id", Confidence.CHOSEN)]


def test_choice_of_none_or_outside_removes_the_field() -> None:
    header = ["Id", "Name"]
    found = recognise(["Agent id", "Name"], FIELDS)
    kept = with_choices(
        header,
        found,
        {"external_id": None, "full_name": 9},
        confidence=Confidence.CHOSEN,
    )
    assert kept == []


def test_fingerprint_ignores_spelling_of_words_only() -> None:
    assert fingerprint(["Agent ID", "E-mail"]) == fingerprint(["agent_id", "e mail"])
    assert fingerprint(["Agent ID"]) != fingerprint(["Agent ID", ""])


# -- Words --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chat", (("chat",), "")),
        ("Live Chat; phone", (("chat", "voice"), "")),
        ("E-mail / SMS", (("email", "sms"), "")),
        ("chat and voice", (("chat", "voice"), "")),
        ("chat, fax", ((), "fax")),
        ("", ((), "")),
    ],
)
def test_channels_are_read(text: str, expected: tuple) -> None:
    assert channels_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Team Lead", "team_lead"), ("QA", "quality"), ("sr. agent", "senior_agent")],
)
def test_role_is_read(text: str, expected: str) -> None:
    assert role_in(text) == expected


def test_unknown_role_is_none() -> None:
    assert role_in("Wizard") is None


def test_languages_are_kept_as_written_without_repeats() -> None:
    assert languages_in("English, Tagalog;English") == ("English", "Tagalog")


# -- Cells --------------------------------------------------------------------
def cells(*fields: str, order: DateOrder = DateOrder.ISO) -> Cells:
    matches = [
        ColumnMatch(name, at, name.title(), Confidence.EXACT)
        for at, name in enumerate(fields)
    ]
    return Cells(matches, order=order, serials=None, today=DAY)


def test_cell_without_meaning_is_empty() -> None:
    reader = cells("a", "b")
    row = Row(2, (" N/A ", " x "))
    assert (reader.text(row, "a"), reader.text(row, "b")) == ("", "x")
    assert reader.text(row, "absent") == ""


def test_planned_day_may_lie_two_years_ahead_and_no_more() -> None:
    reader = cells("a")
    assert reader.planned_day(Row(2, ("2028-06-15",)), "a") == date(2028, 6, 15)
    with pytest.raises(RowRefused) as refused:
        reader.planned_day(Row(2, ("2028-06-17",)), "a")
    assert refused.value.reason == "implausible date"
    assert refused.value.problem is not None
    assert refused.value.problem.column == "A"


def test_long_text_is_refused() -> None:
    with pytest.raises(RowRefused, match="too long"):
        cells("a").short(Row(2, ("x" * 5,)), "a", 4)


def test_date_order_is_unknown_when_dates_contradict() -> None:
    rows = [Row(2, ("13/04/2026",)), Row(3, ("04/13/2026",))]
    assert date_order(rows, [0]) is DateOrder.UNKNOWN
    assert date_order(rows[:1], [0]) is DateOrder.DAY_FIRST
    assert date_order(rows, []) is DateOrder.ISO


# -- Account ------------------------------------------------------------------
def test_account_adds_up_and_prints() -> None:
    account = Account(read=4, imported=1, updated=1)
    account.unchanged_because["already recorded"] += 1
    assert not account.is_complete
    account.refused["unknown site"] += 1
    assert account.is_complete
    assert lines(account.as_json()) == [
        "read: 4",
        "imported: 1",
        "updated: 1",
        "unchanged: 1",
        "  already recorded: 1",
        "refused: 1",
        "  unknown site: 1",
    ]


# -- Planning -----------------------------------------------------------------
def worker(external_id: str = "A1", **changes: object) -> WorkerState:
    state = WorkerState(
        external_id, "Ann", "", (), date(2025, 1, 1), None, pk=UUID(int=9)
    )
    return replace(state, **changes)  # type: ignore[arg-type]


def assignment(external_id: str = "A1", **changes: object) -> AssignmentState:
    state = AssignmentState(
        external_id, CHAT, "agent", ("chat",), None, date(2026, 1, 5), None, UUID(int=8)
    )
    return replace(state, **changes)  # type: ignore[arg-type]


def plan(
    *rows: RosterRow,
    agents: list[WorkerState] | None = None,
    assignments: list[AssignmentState] | None = None,
    complete: bool = False,
    blocked: bool = False,
) -> RosterPlan:
    account = Account(read=len(rows))
    return plan_roster(
        rows,
        agents=agents or [],
        assignments=assignments or [],
        plan=RosterPlan(DAY, account, ProblemLog(), leavers_blocked=blocked),
        missing_have_left=complete,
    )


def fates(found: RosterPlan) -> tuple[int, int, int, dict[str, int]]:
    account = found.account
    assert account.is_complete
    return account.imported, account.updated, account.unchanged, dict(account.refused)


def test_new_agent_with_assignment() -> None:
    row = RosterRow(2, "A1", "Ann", engagement_id=CHAT, effective_on=date(2026, 1, 5))
    found = plan(row)
    assert fates(found) == (1, 0, 0, {})
    assert found.agents["A1"].joined_on == date(2026, 1, 5)
    [new] = found.assignments
    assert (new.role, new.ended_on, new.pk) == ("agent", None, None)


def test_new_agent_without_name_is_refused() -> None:
    assert fates(plan(RosterRow(2, "A1"))) == (0, 0, 0, {"no name": 1})


def test_same_row_twice_is_unchanged_and_says_why() -> None:
    row = RosterRow(2, "A1", "Ann")
    found = plan(row, replace(row, number=3), agents=[])
    assert fates(found) == (1, 0, 1, {})
    assert found.account.unchanged_because == {"repeated in the file": 1}


def test_row_that_says_what_is_recorded_is_unchanged() -> None:
    row = RosterRow(2, "A1", "Ann", engagement_id=CHAT, channels=("chat",))
    found = plan(row, agents=[worker()], assignments=[assignment()])
    assert fates(found) == (0, 0, 1, {})
    assert found.account.unchanged_because == {"already recorded": 1}
    assert (found.agents, found.assignments) == ({}, [])


def test_second_engagement_of_a_recorded_agent_is_imported() -> None:
    row = RosterRow(2, "A1", engagement_id=VOICE, effective_on=DAY)
    found = plan(row, agents=[worker()], assignments=[assignment()])
    assert fates(found) == (1, 0, 0, {})


def test_without_a_first_day_the_running_assignment_is_meant() -> None:
    row = RosterRow(2, "A1", engagement_id=CHAT, channels=("chat", "voice"))
    found = plan(row, agents=[worker()], assignments=[assignment()])
    assert fates(found) == (0, 1, 0, {})
    [changed] = found.assignments
    assert (changed.effective_on, changed.channels) == (
        date(2026, 1, 5),
        ("chat", "voice"),
    )


def test_without_a_first_day_a_new_assignment_starts_on_the_day_of_the_file() -> None:
    found = plan(RosterRow(2, "A1", "Ann", engagement_id=CHAT))
    assert found.assignments[0].effective_on == DAY


def test_overlapping_assignment_is_refused_and_says_which() -> None:
    row = RosterRow(2, "A1", engagement_id=CHAT, effective_on=date(2026, 6, 1))
    found = plan(row, agents=[worker()], assignments=[assignment()])
    assert fates(found) == (0, 0, 0, {"overlaps another assignment": 1})
    assert "one runs from 2026-01-05" in found.problems.kept[0].expected


def test_later_assignment_after_the_earlier_got_its_end() -> None:
    first = RosterRow(
        2,
        "A1",
        engagement_id=CHAT,
        effective_on=date(2026, 1, 5),
        ended_on=date(2026, 5, 31),
    )
    second = RosterRow(3, "A1", engagement_id=CHAT, effective_on=date(2026, 6, 1))
    found = plan(first, second, agents=[worker()], assignments=[assignment()])
    assert fates(found) == (1, 1, 0, {})


def test_end_before_start_is_refused_and_the_last_day_may_be_the_first() -> None:
    row = RosterRow(2, "A1", "Ann", engagement_id=CHAT, effective_on=DAY, ended_on=DAY)
    assert fates(plan(row)) == (1, 0, 0, {})
    bad = replace(row, ended_on=date(2026, 6, 14))
    assert fates(plan(bad)) == (0, 0, 0, {"ends before it starts": 1})


def test_assignment_before_the_stated_joining_day_is_refused() -> None:
    row = RosterRow(
        2,
        "A1",
        "Ann",
        joined_on=date(2026, 2, 1),
        engagement_id=CHAT,
        effective_on=date(2026, 1, 31),
    )
    assert fates(plan(row)) == (0, 0, 0, {"assigned before joining": 1})


def test_left_before_joining_is_refused() -> None:
    row = RosterRow(
        2, "A1", "Ann", joined_on=date(2026, 2, 1), left_on=date(2026, 1, 1)
    )
    assert fates(plan(row)) == (0, 0, 0, {"left before joining": 1})


def test_leaver_in_the_file_ends_every_open_assignment() -> None:
    row = RosterRow(2, "A1", left_on=date(2026, 5, 1))
    found = plan(row, agents=[worker()], assignments=[assignment()])
    assert fates(found) == (0, 1, 0, {})
    assert found.agents["A1"].left_on == date(2026, 5, 1)
    assert found.assignments[0].ended_on == date(2026, 5, 1)


def test_agent_listed_again_without_a_last_day_is_back() -> None:
    found = plan(RosterRow(2, "A1"), agents=[worker(left_on=date(2026, 3, 1))])
    assert fates(found) == (0, 1, 0, {})
    assert (found.returned, found.agents["A1"].left_on) == (1, None)


BACK = worker(joined_on=date(2025, 1, 1), left_on=date(2026, 3, 1))
GONE = assignment(ended_on=date(2026, 3, 1))
FIRST_PERIOD = Period(date(2025, 1, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("row", "first"),
    [
        (RosterRow(2, "A1"), DAY),
        (RosterRow(2, "A1", joined_on=date(2026, 5, 1)), date(2026, 5, 1)),
        (RosterRow(2, "A1", joined_on=date(2025, 1, 1)), DAY),
        (
            RosterRow(2, "A1", engagement_id=CHAT, effective_on=date(2026, 4, 1)),
            date(2026, 4, 1),
        ),
    ],
    ids=["today", "stated", "first hiring is no return", "by assignment"],
)
def test_who_comes_back_begins_a_new_period(row: RosterRow, first: date) -> None:
    found = plan(row, agents=[BACK], assignments=[GONE])
    agent = found.agents["A1"]
    assert (agent.pk, agent.joined_on, agent.left_on) == (BACK.pk, first, None)
    assert agent.earlier == (FIRST_PERIOD,)
    assert found.returned == 1
    again = plan(row, agents=[agent], assignments=[GONE, *found.assignments])
    assert fates(again) == (0, 0, 1, {})


def test_assignment_stated_from_before_the_gap_goes_on_after_it() -> None:
    row = RosterRow(2, "A1", engagement_id=CHAT, effective_on=date(2026, 1, 5))
    found = plan(row, agents=[BACK], assignments=[GONE])
    (new,) = found.assignments
    assert (new.pk, new.effective_on, new.ended_on) == (None, DAY, None)
    agent = found.agents["A1"]
    again = plan(row, agents=[agent], assignments=[GONE, new])
    assert (again.assignments, fates(again)) == ([], (0, 0, 1, {}))


def test_assignment_that_ended_before_the_gap_stays_history() -> None:
    ended = assignment(ended_on=date(2026, 2, 1))
    row = RosterRow(
        2, "A1", engagement_id=CHAT, effective_on=date(2026, 1, 5), says_end=False
    )
    found = plan(row, agents=[BACK], assignments=[ended])
    assert found.assignments == []


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (date(2024, 1, 1), date(2024, 2, 1), "assigned before joining"),
        (date(2026, 4, 1), date(2026, 4, 2), "assigned before joining"),
        (date(2026, 2, 1), date(2026, 4, 2), "assigned after leaving"),
        (date(2026, 2, 1), date(2026, 3, 1), None),
        (date(2026, 6, 1), None, None),
    ],
)
def test_assignment_lies_within_one_period(
    first: date, last: date | None, reason: str | None
) -> None:
    agent = worker(joined_on=date(2026, 6, 1), earlier=(FIRST_PERIOD,))
    row = RosterRow(
        2,
        "A1",
        joined_on=date(2026, 6, 1),
        engagement_id=VOICE,
        effective_on=first,
        ended_on=last,
    )
    assert fates(plan(row, agents=[agent]))[3] == ({reason: 1} if reason else {})


def test_announced_last_day_stays_where_the_file_has_no_such_column() -> None:
    agent = worker(left_on=date(2026, 6, 30))
    silent = plan(RosterRow(2, "A1", says_left=False), agents=[agent])
    assert fates(silent) == (0, 0, 1, {})
    taken_back = plan(RosterRow(2, "A1"), agents=[agent])
    assert (taken_back.agents["A1"].left_on, taken_back.returned) == (None, 0)


def test_leaver_without_a_day_left_on_the_day_of_the_file_or_as_recorded() -> None:
    gone = RosterRow(2, "A1", has_left=True)
    found = plan(gone, agents=[worker()], assignments=[assignment()])
    assert found.agents["A1"].left_on == DAY
    assert found.assignments[0].ended_on == DAY
    known = worker(left_on=date(2026, 3, 1))
    assert fates(plan(gone, agents=[known])) == (0, 0, 1, {})
    stranger = plan(replace(gone, full_name="Ann"))
    assert fates(stranger) == (0, 0, 0, {"left, and nobody knows when": 1})


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("Active", True),
        ("TRUE", True),
        ("Enabled", True),
        ("A", True),
        ("on-leave", True),
        ("Terminated", False),
        ("false", False),
        ("Inactive", False),
        ("Completed", None),
    ],
)
def test_status_says_whether_somebody_works(text: str, works: bool | None) -> None:  # noqa: FBT001
    assert works_in(text) is works


def test_days_of_a_list_without_engagements_are_those_of_the_person() -> None:
    header = ("employee_id", "name", "start_date", "end_date", "status")
    fields = [match.field for match in columns_in(header)]
    assert fields == ["external_id", "full_name", "status", "joined_on", "left_on"]
    with_work = [match.field for match in columns_in((*header, "project"))]
    assert {"effective_on", "ended_on"} <= set(with_work)
    hired = [match.field for match in columns_in((*header, "hire date"))]
    assert {"joined_on", "effective_on", "left_on"} <= set(hired)


@pytest.mark.parametrize(
    ("leavers", "working", "asked"),
    [(0, 0, 0), (2, 2, 0), (3, 30, 0), (3, 29, 3), (10, 100, 0), (11, 100, 11)],
)
def test_many_leavers_are_confirmed_by_number(
    leavers: int, working: int, asked: int
) -> None:
    assert leavers_to_confirm(leavers, working) == asked


def test_second_row_that_contradicts_the_first_is_refused() -> None:
    found = plan(RosterRow(2, "A1", "Ann"), RosterRow(3, "A1", "Bea"))
    assert fates(found) == (1, 0, 0, {"contradicts an earlier row": 1})
    assert found.agents["A1"].full_name == "Ann"


def test_refused_row_changes_nothing_of_its_agent() -> None:
    row = RosterRow(2, "A1", "Anna", engagement_id=CHAT, effective_on=date(2026, 6, 1))
    found = plan(row, agents=[worker()], assignments=[assignment()])
    assert found.agents == {}


def test_last_day_is_kept_when_the_file_has_no_such_column() -> None:
    recorded = assignment(ended_on=date(2026, 12, 31))
    row = RosterRow(2, "A1", engagement_id=CHAT, says_end=False)
    assert plan(row, agents=[worker()], assignments=[recorded]).assignments == []
    says = replace(row, says_end=True, effective_on=date(2026, 1, 5))
    [reopened] = plan(says, agents=[worker()], assignments=[recorded]).assignments
    assert reopened.ended_on is None


def test_assignment_beyond_the_last_day_of_the_agent_is_refused() -> None:
    row = RosterRow(
        2,
        "A1",
        "Ann",
        left_on=date(2026, 5, 1),
        engagement_id=CHAT,
        effective_on=date(2026, 1, 5),
        ended_on=date(2026, 5, 2),
    )
    assert fates(plan(row)) == (0, 0, 0, {"assigned after leaving": 1})


def test_second_row_of_one_assignment_may_not_differ() -> None:
    row = RosterRow(
        2, "A1", "Ann", engagement_id=CHAT, effective_on=DAY, channels=("chat",)
    )
    other = replace(row, number=3, channels=("voice",))
    assert fates(plan(row, other)) == (1, 0, 0, {"contradicts an earlier row": 1})


# -- Leavers ------------------------------------------------------------------
def test_missing_from_a_complete_file_has_left_on_the_day() -> None:
    found = plan(
        RosterRow(2, "A1"),
        agents=[worker(), worker("B2", pk=UUID(int=7))],
        assignments=[assignment("B2")],
        complete=True,
    )
    assert found.left == [("B2", "Ann")]
    assert found.agents["B2"].left_on == DAY
    assert found.assignments[0].ended_on == DAY
    assert fates(found) == (0, 0, 1, {})


def test_missing_from_a_partial_file_means_nothing() -> None:
    assert plan(RosterRow(2, "A1"), agents=[worker(), worker("B2")]).left == []


def test_nobody_left_while_a_row_names_nobody() -> None:
    found = plan(agents=[worker()], complete=True, blocked=True)
    assert found.left == []


def test_agent_of_a_refused_row_has_not_left() -> None:
    row = RosterRow(
        2, "A1", engagement_id=CHAT, effective_on=DAY, ended_on=date(2026, 1, 1)
    )
    found = plan(row, agents=[worker()], complete=True)
    assert found.left == []


def test_missing_agent_who_starts_later_stays_and_is_named() -> None:
    found = plan(
        agents=[worker()],
        assignments=[assignment(effective_on=date(2026, 7, 1))],
        complete=True,
    )
    assert (found.left, found.kept) == ([], ["A1"])


def test_agent_who_joins_after_the_day_or_has_left_is_no_leaver() -> None:
    found = plan(
        agents=[
            worker(joined_on=date(2026, 7, 1)),
            worker("B2", left_on=date(2026, 1, 1)),
        ],
        complete=True,
    )
    assert found.left == []


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
rows = st.builds(
    RosterRow,
    number=st.integers(2, 99),
    external_id=st.sampled_from(["A1", "B2"]),
    full_name=st.sampled_from([None, "Ann"]),
    joined_on=st.none() | days,
    left_on=st.none() | days,
    engagement_id=st.sampled_from([None, CHAT, VOICE]),
    effective_on=st.none() | days,
    ended_on=st.none() | days,
)


@given(st.lists(rows, max_size=8))
def test_any_roster_adds_up_never_overlaps_and_is_idempotent(
    found: list[RosterRow],
) -> None:
    first = plan(*found)
    assert first.account.is_complete
    written = first.assignments
    for one in written:
        assert one.ended_on is None or one.ended_on >= one.effective_on
        for other in written:
            same = (one.external_id, one.engagement_id) == (
                other.external_id,
                other.engagement_id,
            )
            assert one is other or not same or not one.overlaps(other)


clean_rows = st.lists(
    st.builds(
        RosterRow,
        number=st.just(2),
        external_id=st.sampled_from(["A1", "B2", "C3"]),
        full_name=st.just("Ann"),
        joined_on=st.just(date(2026, 1, 1)),
        engagement_id=st.sampled_from([None, CHAT, VOICE]),
        effective_on=days,
        ended_on=st.none(),
    ),
    max_size=6,
)


@given(clean_rows)
def test_same_rows_again_change_nothing(found: list[RosterRow]) -> None:
    first = plan(*found)
    again = plan(
        *found, agents=list(first.agents.values()), assignments=first.assignments
    )
    assert (again.account.imported, again.account.updated) == (0, 0)
    assert again.account.refused == first.account.refused
