"""Pure decisions about training: outcome, validity, clearance, coverage."""

from apps.training.rules.clearance import (
    ANY_PASS,
    CellState,
    Demands,
    Duty,
    Pass,
    cell_state,
    counts_on,
    is_met,
    last_day_to_meet,
    satisfies,
)
from apps.training.rules.demands import (
    RequirementTerms,
    check_equivalence,
    check_signed,
    checked_terms,
)
from apps.training.rules.keeping import check_reason, last_in_effect
from apps.training.rules.naming import agents_in_name
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
    "ANY_PASS",
    "CellState",
    "CourseVersionTerms",
    "Demands",
    "Duty",
    "Pass",
    "RequirementTerms",
    "VersionTerm",
    "Word",
    "agents_in_name",
    "cell_state",
    "check_equivalence",
    "check_reason",
    "check_signed",
    "check_version",
    "checked_terms",
    "counts_on",
    "is_met",
    "is_valid_on",
    "last_day_to_meet",
    "last_in_effect",
    "mode_of",
    "outcome_of",
    "satisfies",
    "valid_until",
    "version_on",
    "word_of",
]
