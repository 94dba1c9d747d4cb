"""Rows of a list of roles, and of a list of roles in conflict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.access_reviews.rules import flag_in
from apps.core.tables import ProblemLog, Row
from apps.workforce.rules import Account, Cells, RowRefused

LONGEST_NAME, LONGEST_NOTE, LONGEST_RISK = 200, 500, 20


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role as a list describes it; ``is_privileged`` None where it does not say."""

    name: str
    note: str
    is_privileged: bool | None


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Two roles of named systems that nobody may hold together."""

    number: int
    name: str
    first: tuple[str, str]
    second: tuple[str, str]
    risk: str


def read_roles(
    rows: Iterable[Row], cells: Cells, *, account: Account, problems: ProblemLog
) -> list[RoleRow]:
    """Return the roles a file describes, each once."""
    found: dict[str, RoleRow] = {}
    for row in rows:
        account.read += 1
        try:
            name = _needed(row, cells, "role", LONGEST_NAME)
            note = cells.short(row, "note", LONGEST_NOTE)
        except RowRefused as refused:
            _note(refused, account, problems)
            continue
        found[name.casefold()] = RoleRow(
            name, note, flag_in(cells.text(row, "privileged"))
        )
    return list(found.values())


def read_conflicts(
    rows: Iterable[Row], cells: Cells, *, account: Account, problems: ProblemLog
) -> list[ConflictRow]:
    """Return the pairs a file lists."""
    found = []
    for row in rows:
        account.read += 1
        try:
            words = [
                _needed(row, cells, name, LONGEST_NAME)
                for name in ("first_system", "first", "second_system", "second")
            ]
            name = cells.short(row, "name", LONGEST_NAME)
            risk = cells.short(row, "risk", LONGEST_RISK)
        except RowRefused as refused:
            _note(refused, account, problems)
            continue
        first, second = (words[0], words[1]), (words[2], words[3])
        title = name or f"{first[1]} with {second[1]}"
        found.append(ConflictRow(row.number, title, first, second, risk))
    return found


def _needed(row: Row, cells: Cells, name: str, longest: int) -> str:
    value = cells.short(row, name, longest)
    if not value:
        raise cells.refuse(row, name, "empty cell", "a name", "no_name")
    return value


def _note(refused: RowRefused, account: Account, problems: ProblemLog) -> None:
    account.refused[refused.reason] += 1
    if refused.problem is not None:
        problems.add(refused.problem)
