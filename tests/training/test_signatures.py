"""Signed verification, as Texas HB 300 asks: 90 days from hire, signed, six years."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from apps.core.errors import Invalid
from apps.engagements.models import Engagement
from apps.tenancy.actor import system
from apps.training import actions, queries
from apps.training.actions import Completion, Correction
from apps.training.enums import Outcome, Timing
from apps.training.models import TrainingRecord
from apps.training.rules import Demands, Duty, Pass, is_met
from tests.conftest import Cast
from tests.factories.imports import take, upload
from tests.factories.training import make_course, make_record, make_requirement
from tests.factories.workforce import make_agent, make_assignment

HIRED = date(2026, 3, 1)
LAST_DAY = date(2026, 5, 30)
SIGNED = Demands(needs_signature=True)


def is_cleared(engagement: Engagement, day: date) -> bool:
    found = queries.clearance([engagement.pk], as_of=day)[engagement.pk]
    return found.not_cleared == 0


def require_hb300(cast: Cast, course) -> None:
    actions.require_course(
        cast.engagement,
        by=cast.officer,
        course=course,
        effective_on=HIRED,
        timing=Timing.AFTER_HIRE,
        within_days=90,
        demands=SIGNED,
    )


def test_unsigned_training_counts_through_the_ninetieth_day(cast: Cast) -> None:
    agent = make_agent(cast.vendor, joined_on=HIRED)
    make_assignment(cast.engagement, agent, effective_on=HIRED)
    course = make_course(cast.vendor)
    require_hb300(cast, course)
    row = make_record(agent, course, completed_on=HIRED + timedelta(days=9))
    assert is_cleared(cast.engagement, LAST_DAY)
    assert not is_cleared(cast.engagement, LAST_DAY + timedelta(days=1))
    correction = Correction(
        row.completed_on, Outcome.PASSED, signed_on=date(2026, 6, 10)
    )
    new = actions.correct_record(
        row, by=cast.manager, correction=correction, reason="The statement came in."
    )
    assert (new.signed_on, new.completed_on) == (date(2026, 6, 10), row.completed_on)
    assert not is_cleared(cast.engagement, date(2026, 6, 9))
    assert is_cleared(cast.engagement, date(2026, 6, 10))
    [late] = queries.uncleared([cast.engagement.pk], as_of=date(2026, 6, 9))
    assert late.since == LAST_DAY + timedelta(days=1)


def test_grid_says_that_a_signature_is_lacking(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor)
    agent = make_assignment(cast.engagement).agent
    make_requirement(cast.engagement, course, needs_signature=True)
    make_record(agent, course, completed_on=HIRED)
    path = f"/training/engagement/{cast.engagement.pk}/"
    assert "Not signed" in client_for(cast.manager).get(path).text


def test_last_day_to_train_is_a_deadline(cast: Cast, django_assert_num_queries) -> None:
    """Nobody is reminded of a training that was never taken by its end."""
    course = make_course(cast.vendor, title="HB 300")
    require_hb300(cast, course)
    window = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    people = [make_agent(cast.vendor, joined_on=HIRED) for _ in range(4)]
    for agent in people:
        make_assignment(cast.engagement, agent, effective_on=HIRED)
    unsigned, signed, gone, _ = people
    make_record(unsigned, course, completed_on=HIRED)
    make_record(signed, course, completed_on=HIRED, signed_on=HIRED)
    gone.left_on = date(2026, 4, 1)
    gone.save()
    with django_assert_num_queries(2):
        found = queries.due_items(cast.manager, **window)
    [item] = [each for each in found if each.kind == "certification.first_due"]
    assert (item.due, item.count, item.organization_id) == (LAST_DAY, 2, cast.vendor.pk)
    assert item.title == "2 agents have until 30 May 2026 to pass HB 300 (Patient chat)"
    assert item in queries.due_items(system("reminders"), **window)
    for actor in (cast.officer, cast.other_manager):
        assert queries.due_items(actor, **window) == []
    later = {"first": LAST_DAY + timedelta(days=1), "last": date(2026, 12, 31)}
    assert queries.due_items(cast.manager, **later) == []


def first_due(cast: Cast, **window: date) -> list[tuple[date, int]]:
    days = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)} | window
    found = queries.due_items(cast.manager, **days)
    return [
        (each.due, each.count)
        for each in found
        if each.kind == "certification.first_due"
    ]


def test_day_before_work_begins_is_a_deadline(cast: Cast) -> None:
    """Before first contact: the last day is the one before, not cleared after it."""
    course = make_course(cast.vendor)
    make_requirement(cast.engagement, course, timing=Timing.BEFORE_CONTACT)
    agent = make_agent(cast.vendor)
    begins = date(2026, 7, 1)
    work = make_assignment(cast.engagement, agent, effective_on=begins)
    assert first_due(cast) == [(date(2026, 6, 30), 1)]
    assert not is_cleared(cast.engagement, begins)
    # What ran out before the work begins helps nobody; what lasts into it does.
    make_record(agent, course, completed_on=date(2023, 1, 1))
    make_record(agent, course, completed_on=date(2025, 6, 29))
    assert first_due(cast) == [(date(2026, 6, 30), 1)]
    make_record(agent, course, completed_on=date(2025, 7, 2))
    assert first_due(cast) == []
    assert is_cleared(cast.engagement, begins)
    TrainingRecord.objects.all().delete()
    work.ended_on = begins
    work.save()
    assert first_due(cast) == [(date(2026, 6, 30), 1)]
    agent.left_on = date(2026, 6, 30)
    agent.save()
    assert first_due(cast) == []


def test_requirement_to_come_and_days_of_hire_long_gone_are_deadlines(
    cast: Cast,
) -> None:
    agent = make_agent(cast.vendor, joined_on=date(2024, 1, 1))
    work = make_assignment(cast.engagement, agent, effective_on=HIRED)
    coming = make_requirement(
        cast.engagement,
        make_course(cast.vendor),
        timing=Timing.BEFORE_CONTACT,
        effective_on=date(2026, 8, 1),
    )
    assert first_due(cast) == [(date(2026, 7, 31), 1)]
    coming.delete()
    work.effective_on = date(2026, 9, 1)
    work.save()
    require_hb300(cast, make_course(cast.vendor))
    assert first_due(cast) == [(date(2026, 8, 31), 1)]
    # Whoever is gone by the last day is asked nothing.
    work.effective_on, work.ended_on = HIRED, date(2026, 6, 20)
    agent.joined_on = HIRED + timedelta(days=21)
    work.save()
    agent.save()
    assert first_due(cast) == []


def test_database_and_rule_agree_on_signatures(cast: Cast) -> None:
    days = [HIRED + timedelta(days=number) for number in range(0, 120, 7)]
    signatures = (None, date(2026, 3, 10), date(2026, 5, 15))
    for signed_on, needs in product(signatures, (True, False)):
        course = make_course(cast.vendor)
        agent = make_agent(cast.vendor, joined_on=HIRED)
        work = make_assignment(cast.engagement, agent, effective_on=HIRED)
        requirement = make_requirement(
            cast.engagement, course, effective_on=HIRED, needs_signature=needs
        )
        make_record(agent, course, completed_on=date(2026, 3, 10), signed_on=signed_on)
        duty = Duty(
            HIRED, HIRED, Timing.BEFORE_CONTACT, demands=Demands(needs_signature=needs)
        )
        passed = Pass(date(2026, 3, 10), date(2027, 3, 10), signed_on=signed_on)
        for day in days:
            expected = is_met(duty, day=day, passed=[passed])
            assert is_cleared(cast.engagement, day) is expected, (signed_on, day)
            rows = queries.uncleared([cast.engagement.pk], as_of=day)
            assert bool(rows) is not expected
        requirement.delete()
        work.delete()


@pytest.mark.parametrize("signed_on", [date(2026, 6, 9), date(2026, 6, 16)])
def test_nobody_signs_before_completion_or_tomorrow(
    cast: Cast, signed_on: date
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.record_completion(
            make_agent(cast.vendor),
            by=cast.manager,
            course=make_course(cast.vendor),
            completion=Completion(date(2026, 6, 10), signed_on=signed_on),
        )
    assert list(refused.value.fields) == ["signed_on"]


def test_files_bring_signatures_and_take_none_away(cast: Cast) -> None:
    make_agent(cast.vendor, external_id="A-1")
    make_agent(cast.vendor, external_id="A-2")
    make_course(cast.vendor, code="HIPAA")
    head = "Agent ID,Course code,Completion date"

    def imported(text: str) -> dict:
        return take(upload(cast, text.encode(), "training.csv"))

    assert imported(f"{head}\nA-1,HIPAA,2026-03-10\n")["imported"] == 1
    signed = f"{head},Signed on\nA-1,HIPAA,2026-03-10,2026-03-12\n"
    account = imported(signed + "A-2,HIPAA,2026-03-10,2026-03-09\n")
    assert (account["updated"], account["refused"]) == (
        1,
        {"signed before completion": 1},
    )
    live = TrainingRecord.objects.filter(superseded_by=None)
    assert live.get().signed_on == date(2026, 3, 12)
    imported(f"{head},Score\nA-1,HIPAA,2026-03-10,88\n")
    row = live.get()
    assert (row.signed_on, row.score) == (date(2026, 3, 12), 88)


def test_pages_and_api_ask_and_show_it(cast: Cast, client_for) -> None:
    agent, course = make_agent(cast.vendor), make_course(cast.vendor)
    require_hb300(cast, course)
    seen = client_for(cast.officer).get(f"/training/engagement/{cast.engagement.pk}/")
    assert "signed for" in seen.text
    manager = client_for(cast.manager)
    path = f"/training/agents/{agent.pk}/record/"
    body = {"course": course.pk, "completed_on": "2026-06-01", "outcome": "passed"}
    body |= {"mode": "online", "signed_on": "2026-06-02"}
    assert manager.post(path, body).status_code == 302
    row = TrainingRecord.objects.get()
    assert "2 Jun 2026" in manager.get(f"/training/records/{row.pk}/").text
    answer = manager.post(
        f"/api/v1/training-records/{row.pk}/correct/",
        {"completed_on": "2026-06-01", "score": "90", "reason": "The score."},
    )
    assert (answer.status_code, answer.json()["signed_on"]) == (201, "2026-06-02")
