"""Answers out of the table that was downloaded, filled in elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.core.tables import RowProblem, open_table
from apps.questionnaires import rules

ANSWER_HEADER = (
    "ID",
    "Section",
    "Question",
    "Kind of answer",
    "Evidence wanted",
    "Answer",
    "Note",
    "Files",
    "Version",
)
_ID, _ANSWER, _NOTE, _VERSION = "id", "answer", "note", "version"
_OURS = {title.casefold() for title in ANSWER_HEADER}
_SEVERAL = "|"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One filled row. ``shown`` is the cell as the person wrote it."""

    number: int
    question_id: str
    value: str | list[str]
    note: str
    version: int
    shown: str


def read_answers(path: Path, *, name: str) -> tuple[list[AnswerRow], list[RowProblem]]:
    """Filled rows of the table and what is wrong with the others.

    Only ID, Answer, Note and Version are read: whatever else a table holds cannot
    reach what reviewers write, and a strange column is named. A row without answer and
    note says nothing. Raises UnreadableTable, AnswerRefused without the columns.
    """
    with open_table(path, name=name) as table:
        places = {
            title.strip().casefold(): at for at, title in enumerate(table.info.header)
        }
        _check_columns(places)
        problems = list(table.problems) + _strange(places, table.info.header_row)
        rows: list[AnswerRow] = []
        seen: set[str] = set()
        for row in table:
            cells = {title: row.cells[at] for title, at in places.items()}
            found = _row(row.number, cells)
            if isinstance(found, RowProblem):
                problems.append(found)
            elif found is not None and found.question_id in seen:
                problems.append(_twice(found))
            elif found is not None:
                seen.add(found.question_id)
                rows.append(found)
    return rows, problems


def _check_columns(places: Mapping[str, int]) -> None:
    missing = [name for name in (_ID, _ANSWER, _NOTE, _VERSION) if name not in places]
    if missing:
        raise rules.AnswerRefused(
            f'The table has no column "{missing[0].capitalize()}". Download it again '
            "and fill in that one."
        )


def _strange(places: Mapping[str, int], number: int) -> list[RowProblem]:
    return [
        RowProblem(
            row=number,
            column=title,
            value="",
            expected="only the columns of the downloaded table; it was not read",
            code="column_not_read",
        )
        for title in places
        if title and title not in _OURS
    ]


def _row(number: int, cells: Mapping[str, str]) -> AnswerRow | RowProblem | None:
    answer, note = cells[_ANSWER].strip(), cells[_NOTE].strip()
    if not answer and not note:
        return None
    version = cells[_VERSION].strip() or "0"
    if not version.isdigit():
        return RowProblem(
            row=number,
            column="Version",
            value=version,
            expected="the number that was downloaded; leave it as it is",
            code="not_a_version",
        )
    several = [part.strip() for part in answer.split(_SEVERAL)]
    return AnswerRow(
        number=number,
        question_id=cells[_ID].strip(),
        value=several if len(several) > 1 else answer,
        note=note,
        version=int(version),
        shown=answer or note,
    )


def _twice(row: AnswerRow) -> RowProblem:
    return RowProblem(
        row=row.number,
        column="ID",
        value=row.question_id,
        expected="each question once; the first row was read",
        code="question_twice",
    )
