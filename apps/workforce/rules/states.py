"""People and assignments as values: a row of a file, what is recorded, a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from apps.core.dates import Period
from apps.core.tables import ProblemLog
from apps.workforce.rules.account import Account


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One readable row. None means that the file does not say."""

    number: int
    external_id: str
    full_name: str | None = None
    email: str | None = None
    languages: tuple[str, ...] | None = None
    joined_on: date | None = None
    left_on: date | None = None
    engagement_id: UUID | None = None
    role: str | None = None
    channels: tuple[str, ...] | None = None
    site_id: UUID | None = None
    effective_on: date | None = None
    ended_on: date | None = None
    # Whether the file has a column for the last day of an assignment, of the person:
    # then an empty cell means none.
    says_end: bool = True
    says_left: bool = True
    team: str | None = None
    # The row says that the person left, maybe without saying when.
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class WorkerState:
    """An agent as recorded, or as the file will make it (``pk`` None: new).

    ``earlier`` are closed periods before the present one, oldest first.
    """

    external_id: str
    full_name: str
    email: str
    languages: tuple[str, ...]
    joined_on: date
    left_on: date | None
    pk: UUID | None = None
    team: str = ""
    earlier: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class AssignmentState:
    """An assignment as recorded or planned; ``ended_on`` is the last day."""

    external_id: str
    engagement_id: UUID
    role: str
    channels: tuple[str, ...]
    site_id: UUID | None
    effective_on: date
    ended_on: date | None
    pk: UUID | None = None

    def overlaps(self, other: AssignmentState) -> bool:
        """Whether the two share a day; both ends are inclusive."""
        return (self.ended_on is None or other.effective_on <= self.ended_on) and (
            other.ended_on is None or self.effective_on <= other.ended_on
        )


@dataclass
class RosterPlan:
    """What would be written. ``left`` are agents found to have left by absence (id
    and name), ``kept`` those missing from a complete file who start an assignment
    later; ``returned`` counts those who come back."""

    day: date
    account: Account
    problems: ProblemLog
    agents: dict[str, WorkerState] = field(default_factory=dict)
    assignments: list[AssignmentState] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    returned: int = 0
    leavers_blocked: bool = False
