"""What was understood of a file, in the form a preview stores and shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import Any

from apps.core.tables import DateOrder, ProblemLog, Row, RowProblem, TableInfo
from apps.workforce.rules.account import Account
from apps.workforce.rules.columns import ColumnMatch, Field

PREVIEW_ROWS = 5
UNREAD_ROW = "stray_quote"
"""The one problem of the table reader whose row does not come through."""


def describe(
    info: TableInfo,
    *,
    fields: Iterable[Field],
    columns: Iterable[ColumnMatch],
    order: DateOrder,
    first_rows: list[list[str]],
) -> dict[str, Any]:
    """Return the stored description of a file: what it is and who is which column."""
    labels = {field.name: field.label for field in fields}
    matches = sorted(columns, key=lambda match: match.index)
    return {
        "kind": info.kind,
        "encoding": info.encoding,
        "delimiter": info.delimiter,
        "sheet": info.sheet,
        "other_sheets": list(info.other_sheets),
        "header": list(info.header),
        "header_row": info.header_row,
        "row_count": info.row_count,
        "date_system": info.date_system,
        "notes": list(info.notes),
        "date_order": order.value,
        "columns": [
            asdict(match) | {"label": labels[match.field]} for match in matches
        ],
        "unused": _unused(info, matches),
        "first_rows": first_rows,
    }


def first_rows(rows: Iterable[Row], count: int = PREVIEW_ROWS) -> list[list[str]]:
    """Return the first rows, each cell cut to what a preview shows."""
    return [[cell.strip()[:60] for cell in row.cells] for row in islice(rows, count)]


def _unused(info: TableInfo, matches: list[ColumnMatch]) -> list[str]:
    used = {match.index for match in matches}
    return [name for at, name in enumerate(info.header) if at not in used]


def add_unread(account: Account, problems: Iterable[RowProblem]) -> None:
    """Count the rows the table reader itself could not give."""
    unread = sum(problem.code == UNREAD_ROW for problem in problems)
    if unread:
        account.read += unread
        account.refused["row could not be read"] += unread


def stored(log: ProblemLog) -> list[dict[str, Any]]:
    """Return the problems as the import keeps them, in the order of rows."""
    kept = sorted(log.kept, key=lambda problem: problem.row)
    return [asdict(problem) | {"message": problem.message} for problem in kept]
