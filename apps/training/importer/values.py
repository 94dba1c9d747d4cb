"""What a training file may name, what a row becomes, and what else it held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.training.enums import Outcome
from apps.training.rules import VersionTerm
from apps.workforce.rules import Account


@dataclass(frozen=True)
class Directory:
    """What names in a file may mean. Keys in lower case; None when ambiguous.

    ``course`` is the course the import names. It stands for rows that name none, and
    for an unknown name where ``is_one_course``: the file names no second course.
    """

    agents_by_id: Mapping[str, UUID | None]
    agents_by_email: Mapping[str, UUID | None]
    courses_by_code: Mapping[str, UUID]
    courses_by_name: Mapping[str, UUID | None]
    versions: Mapping[UUID, Sequence[VersionTerm]]
    course: UUID | None = None
    is_one_course: bool = True


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One completed attempt, ready to be compared with what is recorded."""

    row: int
    agent_id: UUID
    course_id: UUID
    course_version_id: UUID
    completed_on: date
    valid_until: date | None
    outcome: Outcome
    score: Decimal | None
    language: str
    mode: str
    trainer: str
    signed_on: date | None = None


@dataclass
class Reading:
    """What a file held besides its rows. ``unknown_courses`` maps a name to how many
    rows and the earliest completion."""

    account: Account = field(default_factory=Account)
    unknown_courses: dict[str, tuple[int, date | None]] = field(default_factory=dict)
    expiry_differs: int = 0
    not_completed: Counter[str] = field(default_factory=Counter)
