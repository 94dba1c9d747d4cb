"""Single records: added, corrected, withdrawn, and files that say it again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.training import actions, queries
from apps.training.actions import Completion, Correction
from apps.training.enums import Mode, Outcome
from apps.training.models import Certification, TrainingRecord
from tests.conftest import Cast
from tests.factories.imports import make_people, take, upload
from tests.factories.training import make_course, make_record
from tests.factories.workforce import make_agent

DAY = date(2026, 1, 15)
FILE = "Employee ID,Course,Completion Date\nA-1,HIPAA Basics,2026-01-15\n"
FIXED = Correction(date(2026, 1, 16), Outcome.PASSED)


def types() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))


def add(cast: Cast, agent, course, **changes: object) -> TrainingRecord:
    by = changes.pop("by", cast.manager)
    completion = Completion(**{"completed_on": DAY} | changes)  # type: ignore[arg-type]
    return actions.record_completion(
        agent,
        by=by,
        course=course,
        completion=completion,  # type: ignore[arg-type]
    )


def test_attempt_is_recorded_by_hand_and_certifies(cast: Cast) -> None:
    agent, course = make_agent(cast.vendor), make_course(cast.vendor)
    row = add(
        cast,
        agent,
        course,
        score=Decimal("91.5"),
        language=" English ",
        mode=Mode.CLASSROOM,
        trainer="T. Rainer",
    )
    assert (row.valid_until, row.language, row.recorded_by) == (
        date(2027, 1, 15),
        "English",
        cast.manager.user,
    )
    held = Certification.objects.get()
    assert (held.record, held.valid_until) == (row, date(2027, 1, 15))
    assert types() == ["training_record.added"]
    failed = add(cast, agent, course, outcome=Outcome.FAILED)
    assert failed.valid_until is None
    assert Certification.objects.get() == held


def test_impossible_attempt_is_refused(cast: Cast) -> None:
    agent, course = make_agent(cast.vendor), make_course(cast.vendor)
    add(cast, agent, course)
    with pytest.raises(Conflict):
        add(cast, agent, course)
    for day in (date(2026, 6, 16), date(2019, 12, 31)):
        with pytest.raises(Invalid) as refused:
            add(cast, agent, course, completed_on=day)
        assert list(refused.value.fields) == ["completed_on"]
    for actor in (cast.lead, cast.officer, cast.other_manager):
        with pytest.raises(NotAllowed):
            add(cast, agent, course, by=actor, completed_on=date(2026, 2, 2))
    with pytest.raises(NotAllowed):
        add(cast, agent, make_course(cast.other_vendor))
    assert TrainingRecord.objects.count() == 1


def test_withdrawn_attempt_stays_and_counts_no_longer(cast: Cast) -> None:
    agent, course = make_agent(cast.vendor), make_course(cast.vendor)
    row = add(cast, agent, course)
    gone = actions.withdraw_record(row, by=cast.manager, reason=" Another person. ")
    row.refresh_from_db()
    assert row.superseded_by == gone
    assert (gone.outcome, gone.correction_reason) == ("withdrawn", "Another person.")
    assert Certification.objects.count() == 0
    assert types()[-1] == "training_record.withdrawn"
    assert queries.record_history(cast.manager, row.pk) == [gone, row]
    for again in (row, gone):
        with pytest.raises(Conflict):
            actions.withdraw_record(again, by=cast.manager, reason="Again.")
    assert add(cast, agent, course).outcome == "passed"


def test_withdrawal_asks_permission_and_a_reason(cast: Cast) -> None:
    row = make_record(make_agent(cast.vendor), make_course(cast.vendor))
    with pytest.raises(Invalid):
        actions.withdraw_record(row, by=cast.manager, reason=" ")
    for actor in (cast.lead, cast.officer, cast.other_manager):
        with pytest.raises(NotAllowed):
            actions.withdraw_record(row, by=actor, reason="Wrong.")
    row.refresh_from_db()
    assert row.superseded_by is None


def test_correction_keeps_its_reason_and_repeats_no_other_record(cast: Cast) -> None:
    agent, course = make_agent(cast.vendor), make_course(cast.vendor)
    row = add(cast, agent, course)
    other = add(cast, agent, course, completed_on=date(2026, 1, 16))
    with pytest.raises(Conflict) as refused:
        actions.correct_record(row, by=cast.manager, correction=FIXED, reason="Typo.")
    assert list(refused.value.fields) == ["completed_on"]
    new = actions.correct_record(
        row,
        by=cast.manager,
        correction=Correction(DAY, Outcome.PASSED, Decimal(80)),
        reason="No score.",
    )
    assert new.correction_reason == "No score."
    chain = queries.record_history(cast.manager, row.pk)
    assert chain == [new, row]
    assert queries.record_history(cast.manager, other.pk) == [other]
    with pytest.raises(NotFound):
        queries.record_history(cast.other_manager, row.pk)


@pytest.mark.parametrize("verb", ["corrected", "withdrawn"])
def test_same_file_brings_nothing_back_that_a_person_took_back(
    cast: Cast, verb: str
) -> None:
    make_people(cast)
    take(upload(cast, FILE))
    row = TrainingRecord.objects.get()
    if verb == "corrected":
        actions.correct_record(row, by=cast.manager, correction=FIXED, reason="Typo.")
    else:
        actions.withdraw_record(row, by=cast.manager, reason="Another person.")
    before = set(TrainingRecord.objects.values_list("pk", flat=True))
    account = take(upload(cast, FILE, name="again.csv"))
    assert (account["imported"], account["unchanged_because"]) == (
        0,
        {"corrected on record": 1},
    )
    assert set(TrainingRecord.objects.values_list("pk", flat=True)) == before
