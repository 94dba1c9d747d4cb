"""What questionnaires say to the gate and to deadlines; cost of lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from apps.core import clock
from apps.core.types import ConditionState
from apps.questionnaires import actions, queries, rules
from apps.questionnaires.enums import Decision
from apps.questionnaires.models import Assignment
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission
from tests.conftest import Cast
from tests.factories.questionnaires import (
    answer_all,
    make_assignment,
    make_content,
    make_submitted,
    make_version,
)

TODAY = date(2026, 6, 15)


def _close(cast: Cast, answers: dict[str, str], **overrides: Any) -> Assignment:
    assignment = make_assignment(cast.engagement, **overrides)
    answer_all(assignment, cast.manager, answers)
    actions.submit(assignment, by=cast.manager, accept_unanswered=True)
    for question_id in answers:
        actions.review_answer(
            assignment,
            by=cast.officer,
            question_id=question_id,
            decision=Decision.ACCEPT,
        )
    actions.close_review(assignment, by=cast.officer)
    return assignment


def _states(cast: Cast, as_of: date = TODAY) -> list[str]:
    found = queries.gate_conditions([cast.engagement], as_of=as_of)
    return [str(each.state) for each in found[cast.engagement.pk]]


def test_gate_says_nothing_where_nothing_was_asked(cast: Cast) -> None:
    assert queries.gate_conditions([cast.engagement], as_of=TODAY) == {
        cast.engagement.pk: []
    }


def test_gate_follows_the_round(cast: Cast) -> None:
    make_assignment(cast.engagement)
    assert _states(cast) == [ConditionState.UNKNOWN]
    assert _states(cast, date(2026, 7, 15)) == [ConditionState.UNKNOWN]
    assert _states(cast, date(2026, 7, 16)) == [ConditionState.NOT_SATISFIED]
    assert _states(cast, date(2026, 6, 14)) == []


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"E-1": "yes", "E-2": "1.3", "I-1": "24"}, ConditionState.SATISFIED),
        ({"E-1": "yes", "E-2": "older", "I-1": "24"}, ConditionState.SATISFIED),
        ({"E-1": "no", "E-2": "1.3", "I-1": "24"}, ConditionState.NOT_SATISFIED),
    ],
)
def test_gate_hears_the_verdict(
    cast: Cast, answers: dict[str, str], state: ConditionState
) -> None:
    _close(cast, answers)
    assert _states(cast) == [state]


def test_gate_closes_for_an_action_past_its_day(cast: Cast) -> None:
    assignment = _close(cast, {"E-1": "yes", "E-2": "older", "I-1": "24"})
    [finding] = assignment.findings.all()
    actions.plan_action(
        finding, by=cast.manager, text="Mend", due_on=date(2026, 6, 20), owner_id=None
    )
    assert _states(cast, date(2026, 6, 20)) == [ConditionState.SATISFIED]
    assert _states(cast, date(2026, 6, 21)) == [ConditionState.NOT_SATISFIED]


def test_a_finding_nobody_plans_for_closes_the_gate_and_is_a_duty(cast: Cast) -> None:
    """Raised on 15 June: a plan is due within 14 days, our own default."""
    assignment = _close(cast, {"E-1": "yes", "E-2": "older", "I-1": "24"})
    [finding] = assignment.findings.all()
    assert _states(cast, date(2026, 6, 29)) == [ConditionState.SATISFIED]
    assert _states(cast, date(2026, 6, 30)) == [ConditionState.NOT_SATISFIED]
    window = {"first": TODAY, "last": date(2026, 6, 29)}
    [item] = queries.due_items(cast.manager, **window)
    assert (item.due, item.key) == (
        date(2026, 6, 29),
        f"questionnaire-plan:{finding.pk}",
    )
    assert queries.due_items(cast.officer, **window) == []
    actions.plan_action(
        finding, by=cast.manager, text="Mend", due_on=date(2026, 9, 1), owner_id=None
    )
    assert queries.due_items(cast.manager, **window) == []
    assert _states(cast, date(2026, 6, 30)) == [ConditionState.SATISFIED]


def _at(month: int, day: int) -> Any:
    return clock.held(datetime(2026, month, day, 12, tzinfo=UTC))


def test_gate_of_a_past_day_knows_nothing_of_what_came_later(cast: Cast) -> None:
    row = make_assignment(cast.engagement, due_on=date(2026, 6, 20))
    with _at(7, 1):
        answer_all(row, cast.manager)
        actions.submit(row, by=cast.manager, accept_unanswered=True)
    assert _states(cast, date(2026, 6, 25)) == [ConditionState.NOT_SATISFIED]
    assert _states(cast, date(2026, 7, 1)) == [ConditionState.UNKNOWN]
    with _at(7, 5):
        actions.withdraw(row, by=cast.officer, reason="Asked of the wrong vendor")
    assert _states(cast, date(2026, 7, 4)) == [ConditionState.UNKNOWN]
    assert _states(cast, date(2026, 7, 5)) == []


def test_a_plan_made_or_kept_too_late_was_late_before(cast: Cast) -> None:
    assignment = _close(cast, {"E-1": "yes", "E-2": "older", "I-1": "24"})
    [finding] = assignment.findings.all()
    with _at(7, 10):
        planned = actions.plan_action(
            finding,
            by=cast.manager,
            text="Mend",
            due_on=date(2026, 7, 20),
            owner_id=None,
        )
    with _at(7, 25):
        actions.complete_action(planned, by=cast.manager, note="Mended")
    states = {
        date(2026, 6, 29): ConditionState.SATISFIED,
        date(2026, 7, 9): ConditionState.NOT_SATISFIED,
        date(2026, 7, 10): ConditionState.SATISFIED,
        date(2026, 7, 21): ConditionState.NOT_SATISFIED,
        date(2026, 7, 25): ConditionState.SATISFIED,
    }
    assert {day: _states(cast, day)[0] for day in states} == states


def test_a_day_given_later_was_late_before(cast: Cast) -> None:
    row = make_assignment(cast.engagement, due_on=date(2026, 6, 20))
    with _at(6, 25):
        actions.move_due(row, by=cast.officer, due_on=date(2026, 7, 3), reason="Ill")
    states = {
        date(2026, 6, 20): ConditionState.UNKNOWN,
        date(2026, 6, 24): ConditionState.NOT_SATISFIED,
        date(2026, 6, 25): ConditionState.UNKNOWN,
        date(2026, 7, 4): ConditionState.NOT_SATISFIED,
    }
    assert {day: _states(cast, day)[0] for day in states} == states


def test_what_was_sent_back_stood_as_done_before(cast: Cast) -> None:
    """The client is in Manila, where its 22 July ends at 16:00 in UTC."""
    cast.clinic.time_zone = "Asia/Manila"
    cast.clinic.save(update_fields=["time_zone"])
    cast.engagement.refresh_from_db()
    assignment = _close(cast, {"E-1": "yes", "E-2": "older", "I-1": "24"})
    planned = actions.plan_action(
        assignment.findings.get(),
        by=cast.manager,
        text="Mend",
        due_on=date(2026, 7, 20),
        owner_id=None,
    )
    with clock.held(datetime(2026, 7, 22, 16, tzinfo=UTC)):
        actions.complete_action(planned, by=cast.manager, note="Mended")
    with _at(7, 26):
        actions.reopen_action(planned, by=cast.officer, note="Not so")
    with _at(7, 28):
        actions.complete_action(planned, by=cast.manager, note="Mended now")
    states = {
        date(2026, 7, 20): ConditionState.SATISFIED,
        date(2026, 7, 22): ConditionState.NOT_SATISFIED,
        date(2026, 7, 23): ConditionState.SATISFIED,
        date(2026, 7, 25): ConditionState.SATISFIED,
        date(2026, 7, 26): ConditionState.NOT_SATISFIED,
        date(2026, 7, 28): ConditionState.SATISFIED,
    }
    assert {day: _states(cast, day)[0] for day in states} == states


def test_gate_says_that_nothing_could_be_scored(cast: Cast) -> None:
    version = make_version(cast.clinic, content=make_content(2))
    row = make_assignment(cast.engagement, version=version)
    for question in ("Q-000", "Q-001"):
        actions.save_answer(
            row,
            by=cast.manager,
            question_id=question,
            value="na",
            note="No such system",
            version=0,
        )
    actions.submit(row, by=cast.manager)
    for question in ("Q-000", "Q-001"):
        actions.review_answer(
            row, by=cast.officer, question_id=question, decision=Decision.ACCEPT
        )
    outcome = actions.close_review(row, by=cast.officer)
    assert (outcome.outcome, outcome.score, outcome.coverage) == (
        "conditional",
        None,
        1,
    )
    [one] = queries.gate_conditions([cast.engagement], as_of=TODAY)[cast.engagement.pk]
    assert one.detail == "Verdict: conditional, not scored."


def test_a_series_that_cannot_be_asked_holds_up_no_other(cast: Cast) -> None:
    """The new version asks nothing of an operator; the other series comes round."""
    version = make_version(cast.clinic)
    answers = {"E-1": "yes", "E-2": "1.3", "I-1": "24"}
    _close(cast, answers, version=version, recurrence_months=12)
    good = _close(cast, answers, recurrence_months=12)
    content = make_content(1)
    content["questions"][0]["party_kinds"] = ["software_platform"]
    draft = actions.draft_version(version, by=cast.officer, label="2")
    draft = actions.edit_draft(
        draft, by=cast.officer, content=rules.read_content(content), revision=1
    )
    actions.publish_version(draft, by=cast.officer, revision=2)
    with clock.held(datetime(2027, 6, 15, tzinfo=UTC)):
        assert [row.previous_id for row in actions.open_next_rounds()] == [good.pk]


def test_gate_counts_a_vendor_wide_round(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    assignment.engagement = None
    assignment.save(update_fields=["engagement"])
    assert _states(cast) == [ConditionState.UNKNOWN]


def test_platform_and_operator_have_verdicts_of_their_own(cast: Cast) -> None:
    version = make_version(cast.clinic)
    _close(cast, {"E-1": "yes", "E-2": "1.3", "I-1": "24"}, version=version)
    make_assignment(cast.engagement, version=version, party_kind="software_platform")
    assert _states(cast) == [ConditionState.SATISFIED, ConditionState.UNKNOWN]


def test_gate_takes_a_fixed_number_of_queries(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    others = [
        type(cast.engagement).objects.create(
            client=cast.clinic,
            provider=cast.vendor,
            name=f"Chat {n}",
            started_on=date(2026, 1, 5),
        )
        for n in range(2)
    ]
    for each in [cast.engagement, *others]:
        make_assignment(each)
    for judged in ([cast.engagement], [cast.engagement, *others]):
        with django_assert_num_queries(2):
            queries.gate_conditions(judged, as_of=TODAY)


def test_due_items_are_the_vendors(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    window = {"first": TODAY, "last": date(2026, 12, 31)}
    [item] = queries.due_items(cast.manager, **window)
    assert (item.kind, item.due) == ("questionnaire.due", assignment.due_on)
    assert item.organization_id == cast.vendor.pk
    assert queries.due_items(cast.officer, **window) == []
    assert queries.due_items(cast.other_manager, **window) == []
    job = system("reminders", {Permission.QUESTIONNAIRES_VIEW})
    assert len(queries.due_items(job, **window)) == 1


def test_due_items_end_once_handed_in(cast: Cast) -> None:
    make_submitted(cast.engagement, cast.manager)
    window = {"first": TODAY, "last": date(2026, 12, 31)}
    assert queries.due_items(cast.manager, **window) == []


def test_list_takes_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_assignment(cast.engagement)
    with django_assert_num_queries(1):
        rows = list(queries.assignments(cast.officer, state="current"))
        assert [str(row.client) for row in rows] == ["Lakeside Clinic"] * 3


def test_auditor_sees_by_grant_alone(cast: Cast) -> None:
    make_assignment(cast.engagement)
    assert list(queries.assignments(cast.auditor)) == []


def test_series_waits_for_its_day(cast: Cast) -> None:
    _close(cast, {"E-1": "yes", "E-2": "1.3", "I-1": "24"}, recurrence_months=12)
    with clock.held(datetime(2027, 5, 30, tzinfo=UTC)):
        assert list(actions.open_next_rounds()) == []
    with clock.held(datetime(2027, 5, 31, tzinfo=UTC)):
        assert len(list(actions.open_next_rounds())) == 1
