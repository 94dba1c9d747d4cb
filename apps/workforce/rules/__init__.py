"""Pure decisions about rosters, and how columns of any import are recognised."""

from apps.workforce.rules import understood
from apps.workforce.rules.account import Account, lines
from apps.workforce.rules.cells import PLANNING_DAYS, Cells, date_order
from apps.workforce.rules.columns import (
    ColumnMatch,
    Confidence,
    Field,
    fingerprint,
    normalised,
    recognise,
    with_choices,
)
from apps.workforce.rules.controls import (
    Attested,
    by_standing,
    check_attestation,
    counts_until,
    standing,
)
from apps.workforce.rules.periods import last_day, leavers_to_confirm
from apps.workforce.rules.refusals import RowRefused
from apps.workforce.rules.roster import plan_roster
from apps.workforce.rules.states import (
    AssignmentState,
    RosterPlan,
    RosterRow,
    WorkerState,
)
from apps.workforce.rules.words import (
    BLANK_WORDS,
    channels_in,
    languages_in,
    role_in,
    works_in,
)

__all__ = [
    "BLANK_WORDS",
    "PLANNING_DAYS",
    "Account",
    "AssignmentState",
    "Attested",
    "Cells",
    "ColumnMatch",
    "Confidence",
    "Field",
    "RosterPlan",
    "RosterRow",
    "RowRefused",
    "WorkerState",
    "by_standing",
    "channels_in",
    "check_attestation",
    "counts_until",
    "date_order",
    "fingerprint",
    "languages_in",
    "last_day",
    "leavers_to_confirm",
    "lines",
    "normalised",
    "plan_roster",
    "recognise",
    "role_in",
    "standing",
    "understood",
    "with_choices",
    "works_in",
]
