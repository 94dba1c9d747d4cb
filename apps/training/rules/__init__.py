"""Pure decisions about training: outcome, validity, clearance, coverage."""

from apps.training.rules.clearance import (
    CellState,
    Duty,
    cell_state,
    is_met,
    last_day_to_meet,
)
from apps.training.rules.outcomes import Word, mode_of, outcome_of, word_of
from apps.training.rules.validity import (
    CourseVersionTerms,
    VersionTerm,
    check_version,
    is_valid_on,
    valid_until,
    version_on,
)

__all__ = [
    "CellState",
    "CourseVersionTerms",
    "Duty",
    "VersionTerm",
    "Word",
    "cell_state",
    "check_version",
    "is_met",
    "is_valid_on",
    "last_day_to_meet",
    "mode_of",
    "outcome_of",
    "valid_until",
    "version_on",
    "word_of",
]
