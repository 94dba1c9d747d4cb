"""Until when the files of a questionnaire are kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.evidence import queries as evidence
from apps.evidence.models import StoredFile
from apps.questionnaires import actions, rules
from apps.questionnaires.enums import Decision
from apps.questionnaires.models import AnswerFile, Assignment, CorrectiveAction, Dossier
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file
from tests.factories.questionnaires import (
    DUE,
    answer_all,
    make_assignment,
    make_content,
    make_version,
)

CLOSED, REPLACED, ENDED = date(2026, 6, 15), date(2027, 6, 20), date(2027, 1, 31)


@pytest.mark.parametrize(
    ("closed", "withdrawn", "replaced", "ended", "last"),
    [
        (None, None, None, None, None),
        (CLOSED, None, None, None, None),
        (CLOSED, None, REPLACED, None, REPLACED),
        (CLOSED, None, None, ENDED, ENDED),
        (CLOSED, None, REPLACED, ENDED, ENDED),
        (CLOSED, None, ENDED, REPLACED, ENDED),
        # Closed after the engagement was over: it counts at least that day.
        (REPLACED, None, None, ENDED, REPLACED),
        (None, CLOSED, None, ENDED, CLOSED),
        # Nobody said anything of it yet.
        (None, None, None, ENDED, None),
    ],
)
def test_counts_until(
    closed: date | None,
    withdrawn: date | None,
    replaced: date | None,
    ended: date | None,
    last: date | None,
) -> None:
    assert last == rules.counts_until(
        closed_on=closed, withdrawn_on=withdrawn, replaced_on=replaced, ended_on=ended
    )


def _until(file: StoredFile) -> date | None:
    return evidence.keeping(StoredFile.objects.get(pk=file.pk)).until


def _file_behind(assignment: Assignment, question_id: str = "E-1") -> StoredFile:
    file = make_stored_file(assignment.provider)
    answer = assignment.answers.get(question_id=question_id)
    AnswerFile.objects.create(answer=answer, file=file)
    return file


def _closed(cast: Cast, **overrides: Any) -> Assignment:
    row = make_assignment(cast.engagement)
    Assignment.objects.filter(pk=row.pk).update(**overrides)
    row.refresh_from_db()
    answer_all(row, cast.manager)
    actions.submit(row, by=cast.manager, accept_unanswered=True)
    for question in ("E-1", "E-2", "I-1"):
        actions.review_answer(
            row,
            by=cast.officer,
            question_id=question,
            decision=Decision.ACCEPT,
        )
    actions.close_review(row, by=cast.officer)
    row.refresh_from_db()
    return row


def test_a_file_behind_an_answer_is_kept_while_its_verdict_counts(cast: Cast) -> None:
    row = _closed(cast)
    file = _file_behind(row)
    assert _until(file) is None
    page = evidence.uses(file)[0]
    assert (page.title, page.path) == ("Answer to E-1", f"/questionnaires/{row.pk}/")
    with clock.held(datetime(2027, 6, 20, 12, tzinfo=UTC)):
        _closed(cast, previous=row, due_on=date(2027, 7, 15))
    assert _until(file) == date(2033, 6, 20)


def test_a_withdrawn_round_does_not_end_the_one_before(cast: Cast) -> None:
    row = _closed(cast)
    file = _file_behind(row)
    again = make_assignment(cast.engagement, version=row.version, previous=row)
    actions.withdraw(again, by=cast.officer, reason="Asked too early")
    assert _until(file) is None


def test_a_withdrawn_round_lets_its_files_go(cast: Cast) -> None:
    row = make_assignment(cast.engagement)
    answer_all(row, cast.manager)
    file = _file_behind(row)
    assert _until(file) is None
    actions.withdraw(row, by=cast.officer, reason="Asked of the wrong vendor")
    assert _until(file) == date(2032, 6, 15)


def test_the_end_of_the_engagement_ends_it(cast: Cast) -> None:
    of_one, of_all = _closed(cast), _closed(cast, engagement=None)
    files = _file_behind(of_one), _file_behind(of_all)
    assert [_until(file) for file in files] == [None, None]
    cast.engagement.ended_on = date(2027, 1, 31)
    cast.engagement.save(update_fields=["ended_on"])
    assert [_until(file) for file in files] == [date(2033, 1, 31)] * 2


def test_proof_of_a_corrective_action_outlasts_its_verification(cast: Cast) -> None:
    row = _closed(cast)
    finding = actions.raise_finding(
        row, by=cast.officer, question_id="E-1", title="Key"
    )
    planned = actions.plan_action(
        finding, by=cast.manager, text="Write it", due_on=DUE, owner_id=None
    )
    file = make_stored_file(cast.vendor)
    CorrectiveAction.objects.filter(pk=planned.pk).update(evidence=file)
    assert _until(file) is None
    cast.engagement.ended_on = date(2026, 6, 30)
    cast.engagement.save(update_fields=["ended_on"])
    assert _until(file) == date(2032, 6, 30)
    with clock.held(datetime(2026, 8, 1, 12, tzinfo=UTC)):
        planned.refresh_from_db()
        actions.complete_action(planned, by=cast.manager, note="Written")
        actions.verify_action(planned, by=cast.officer, note="")
    assert _until(file) == date(2032, 8, 1)
    assert evidence.uses(file)[0].path == f"/questionnaires/findings/{finding.pk}/"


def test_a_dossier_counts_on_the_day_it_was_asked_for(cast: Cast) -> None:
    row = _closed(cast)
    file = make_stored_file(cast.clinic)
    made = actions.request_dossier(row, by=cast.officer)
    Dossier.objects.filter(pk=made.pk).update(file=file)
    assert _until(file) == date(2032, 6, 15)
    assert evidence.uses(file)[0].path == f"/questionnaires/{row.pk}/"


def _asked(file: StoredFile) -> int:
    with CaptureQueriesContext(connection) as asked:
        evidence.keeping(file)
    return len(asked)


def test_one_file_behind_many_answers_is_kept_for_each_of_them(cast: Cast) -> None:
    """The last of sixty places is still open, and none costs a query of its own."""
    version = make_version(cast.clinic, content=make_content(60))
    row = make_assignment(cast.engagement, version=version)
    answer_all(row, cast.manager, {f"Q-{n:03d}": "yes" for n in range(60)})
    file = _file_behind(row, "Q-000")
    actions.withdraw(row, by=cast.officer, reason="Asked of the wrong vendor")
    assert _until(file) == date(2032, 6, 15)
    once = _asked(file)
    for answer in row.answers.exclude(question_id="Q-000"):
        AnswerFile.objects.create(answer=answer, file=file)
    assert _asked(file) == once
    assert _until(file) == date(2032, 6, 15)
    running = make_assignment(cast.engagement)
    answer_all(running, cast.manager)
    AnswerFile.objects.create(answer=running.answers.get(question_id="I-1"), file=file)
    assert _until(file) is None
    assert len(evidence.uses(file)) == 50
