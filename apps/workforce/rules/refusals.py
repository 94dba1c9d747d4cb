"""A row that cannot be taken, and why."""

from __future__ import annotations

from apps.core.tables import BadValue, RowProblem


class RowRefused(Exception):
    """One row is refused. ``reason`` is a few words, counted in the account;
    ``problem`` goes to the list a person downloads, None when there is nothing to
    correct in the file."""

    def __init__(self, reason: str, problem: RowProblem | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.problem = problem

    @classmethod
    def of_value(cls, error: BadValue, *, row: int, column: str) -> RowRefused:
        """Return the refusal for a cell that cannot be read."""
        return cls(error.code.replace("_", " "), error.at(row, column))
