"""Answers from a table: each row is a save like any other, refused rows are named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction

from apps.audit.actions import record
from apps.core.errors import PortalError
from apps.core.tables import RowProblem
from apps.evidence import queries as evidence
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.questionnaires import importer, queries, trail
from apps.questionnaires.actions.answers import check_answerable, save_in
from apps.questionnaires.actions.common import about, locked
from apps.questionnaires.enums import AnswerOrigin
from apps.questionnaires.importer import AnswerRow
from apps.questionnaires.models import Answer, Assignment
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@dataclass
class TableAccount:
    """What became of the rows of a table; ``waiting`` are taken over, unchanged, and
    still to be confirmed."""

    saved: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


@transaction.atomic
def read_table(
    assignment: Assignment,
    *,
    by: Actor,
    name: str,
    content: BinaryIO,
) -> TableAccount:
    """Save the rows that can be saved, name those that cannot; event
    ``answers.read`` with the hash of the table.

    The table is stored as evidence of the vendor, scanned like any other. A row whose
    answer changed since the table was made is refused, never written over. A blank
    cell keeps what is there, and nothing is confirmed that was not written. Raises
    NotAllowed, WrongState, FileRefused, UnreadableTable, AnswerRefused; then nothing
    of it is kept.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(assignment)
    check_answerable(row, by=by)
    stored = store_file(
        by=by,
        organization=by.organization,
        name=name,
        content=content,
        accept=FileKind.TABLE,
    )
    with evidence.local_path(stored) as path:
        rows, problems = importer.read_answers(path, name=stored.name)
    account = TableAccount(problems=problems)
    present = queries.answers_of(row)
    for line in rows:
        _read(row, line, present.get(line.question_id), account, by=by)
    record(
        trail.ANSWERS_READ,
        by=by,
        about=about(row, row, by=by, visible_to={row.provider_id}),
        facts={
            "saved": len(account.saved),
            "unchanged": len(account.unchanged) + len(account.waiting),
            "refused": len(account.problems),
        },
        documents=[stored.sha256],
    )
    return account


def _read(
    assignment: Assignment,
    line: AnswerRow,
    present: Answer | None,
    account: TableAccount,
    *,
    by: Actor,
) -> None:
    try:
        with transaction.atomic():
            answer = save_in(
                assignment,
                by=by,
                question_id=line.question_id,
                value=line.value or (present.value if present else ""),
                note=line.note or (present.note if present else ""),
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
    if present is None or answer.version != present.version:
        account.saved.append(line.question_id)
    elif answer.confirmed_at is None:
        account.waiting.append(line.question_id)
    else:
        account.unchanged.append(line.question_id)


_EXPECTED = {
    "not_found": "the id of a question of this questionnaire",
    "not_allowed": "a section of yours; a manager hands it to you",
    "wrong_state": "no change here; the reviewer asked for none",
    "answer_changed": (
        "the answer as it was downloaded; somebody saved another one since, so "
        "download the table again"
    ),
}


def _expected(error: PortalError) -> str:
    """What completes "expected" in the sentence about the row."""
    takes = error.message[:1].lower() + error.message[1:].rstrip(".")
    return _EXPECTED.get(error.code, f"what the question takes: {takes}")
