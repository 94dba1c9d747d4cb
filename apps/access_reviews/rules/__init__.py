"""Pure decisions about accounts, flags, reviews and revocations."""

from apps.access_reviews.rules.conflicts import ConflictPair, conflicts
from apps.access_reviews.rules.decisions import (
    LONGEST_REASON,
    AlreadyDecided,
    Answer,
    DecisionRefused,
    Standing,
    check_answer,
    check_next,
    is_own,
    needs_second,
    standing,
)
from apps.access_reviews.rules.flags import AccountFacts, Flags, flags_of
from apps.access_reviews.rules.matching import Match, People, match
from apps.access_reviews.rules.population import decisions_sha256, population_sha256
from apps.access_reviews.rules.revocations import (
    PROPOSED_HOURS,
    RevocationFacts,
    Times,
    clock_from,
    hours_between,
    seen_in,
    state_of,
    time_to_revoke,
)
from apps.access_reviews.rules.snapshot import (
    AccountState,
    GrantState,
    Holding,
    SnapshotPlan,
    plan_snapshot,
)
from apps.access_reviews.rules.words import (
    Moment,
    flag_in,
    kind_in,
    looks_privileged,
    moment_in,
    roles_in,
    status_in,
)

__all__ = [
    "LONGEST_REASON",
    "PROPOSED_HOURS",
    "AccountFacts",
    "AccountState",
    "AlreadyDecided",
    "Answer",
    "ConflictPair",
    "DecisionRefused",
    "Flags",
    "GrantState",
    "Holding",
    "Match",
    "Moment",
    "People",
    "RevocationFacts",
    "SnapshotPlan",
    "Standing",
    "Times",
    "check_answer",
    "check_next",
    "clock_from",
    "conflicts",
    "decisions_sha256",
    "flag_in",
    "flags_of",
    "hours_between",
    "is_own",
    "kind_in",
    "looks_privileged",
    "match",
    "moment_in",
    "needs_second",
    "plan_snapshot",
    "population_sha256",
    "roles_in",
    "seen_in",
    "standing",
    "state_of",
    "status_in",
    "time_to_revoke",
]
