"""What leaves the agreed scope, how a finding ends, and who may accept it."""

from apps.drift.rules.beside import Beside, beside
from apps.drift.rules.clauses import PLACES, Place
from apps.drift.rules.comparison import (
    closing_margin,
    compare,
    compared,
    day_text,
    is_over,
    is_still_done,
    resolution,
    used,
)
from apps.drift.rules.facts import (
    CITATIONS,
    AgreedTerms,
    Deviation,
    Downstream,
    Key,
    ObservedFacts,
    Use,
)
from apps.drift.rules.standing import (
    ESCALATION_DAYS,
    MAX_ACCEPTANCE_DAYS,
    Acceptance,
    Standing,
    check_acceptable,
    check_undecided,
    check_until,
    is_accepted,
    is_open,
    local_day,
    state,
)

__all__ = [
    "CITATIONS",
    "ESCALATION_DAYS",
    "MAX_ACCEPTANCE_DAYS",
    "PLACES",
    "Acceptance",
    "AgreedTerms",
    "Beside",
    "Deviation",
    "Downstream",
    "Key",
    "ObservedFacts",
    "Place",
    "Standing",
    "Use",
    "beside",
    "check_acceptable",
    "check_undecided",
    "check_until",
    "closing_margin",
    "compare",
    "compared",
    "day_text",
    "is_accepted",
    "is_open",
    "is_over",
    "is_still_done",
    "local_day",
    "resolution",
    "state",
    "used",
]
