"""Answers from a table: each row is a save like any other, refused rows are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from apps.audit.actions import record
from apps.core.errors import PortalError
from apps.core.tables import RowProblem
from apps.questionnaires import trail
from apps.questionnaires.actions.answers import check_answerable, save_answer
from apps.questionnaires.actions.common import about, locked
from apps.questionnaires.enums import AnswerOrigin
from apps.questionnaires.importer import AnswerRow
from apps.questionnaires.models import Assignment
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@dataclass
class TableAccount:
    """What became of the rows of a table."""

    saved: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


@transaction.atomic
def read_table(
    assignment: Assignment,
    *,
    by: Actor,
    rows: Iterable[AnswerRow],
    problems: Iterable[RowProblem] = (),
) -> TableAccount:
    """Save the rows that can be saved, name those that cannot; event
    ``answers.read``.

    A row whose answer changed since the table was made is refused, never written
    over. Blank cells change nothing. Raises NotAllowed, WrongState.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(assignment)
    check_answerable(row, by=by)
    account = TableAccount(problems=list(problems))
    for line in rows:
        _read(row, line, account, by=by)
    record(
        trail.ANSWERS_READ,
        by=by,
        about=about(row, row, by=by, visible_to={row.provider_id}),
        facts={
            "saved": len(account.saved),
            "unchanged": len(account.unchanged),
            "refused": len(account.problems),
        },
    )
    return account


def _read(
    assignment: Assignment, line: AnswerRow, account: TableAccount, *, by: Actor
) -> None:
    try:
        with transaction.atomic():
            answer = save_answer(
                assignment,
                by=by,
                question_id=line.question_id,
                value=line.value,
                note=line.note,
                version=line.version,
                origin=AnswerOrigin.TABLE,
            )
    except PortalError as error:
        account.problems.append(
            RowProblem(
                row=line.number,
                column="Answer",
                value=line.shown,
                expected=_expected(error),
                code=error.code,
            )
        )
        return
    is_same = answer.version == line.version
    (account.unchanged if is_same else account.saved).append(line.question_id)


def _expected(error: PortalError) -> str:
    if error.code == "not_found":
        return "the id of a question of this questionnaire"
    return error.message.rstrip(".")
