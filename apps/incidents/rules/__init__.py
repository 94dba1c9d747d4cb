"""Pure decisions about incidents: discovery, clocks, findings, notices, penalties."""

from apps.incidents.rules.clocks import (
    Case,
    Deadline,
    People,
    Window,
    contract_deadlines,
    federal_deadlines,
    is_large,
    media_states,
    people_counted,
)
from apps.incidents.rules.coverage import (
    Told,
    check_office,
    completed_by,
    fitting,
    offices,
    offices_of,
    still_owed,
)
from apps.incidents.rules.discovery import Discovery, Learned, Party, discoveries
from apps.incidents.rules.finding import (
    BURDEN_CITATION,
    PRESUMED_CITATION,
    FindingNotSupported,
    check_factors,
    check_finding,
    check_latest,
    check_second_person,
    is_secured,
    keep_through,
    lifts_notice,
    notification,
    substitute_notice,
)
from apps.incidents.rules.free_text import LooksLikePhi, check_free_text, suspected
from apps.incidents.rules.holds import Hold, delay_ends, delayed
from apps.incidents.rules.law import federal, rules_version, state_rule, state_rules
from apps.incidents.rules.letters import (
    LONGEST_PART,
    LetterFacts,
    LetterForm,
    LetterIncomplete,
    begin,
    check_letter,
    check_parts,
    letter_forms,
    letters_version,
    missing_in,
    written,
)
from apps.incidents.rules.limits import end_of, window_ends
from apps.incidents.rules.names import CLOSE_ENOUGH, likeness, words_of
from apps.incidents.rules.notices import (
    METHODS,
    WITH_CONTENTS,
    check_notice,
    days_late,
    is_before,
    missing_contents,
)
from apps.incidents.rules.overlays import (
    counted,
    earliest,
    rule_deadlines,
    state_deadlines,
)
from apps.incidents.rules.penalties import (
    Exposure,
    exposure,
    penalties_version,
    table_on,
    tables,
)
from apps.incidents.rules.plausible import (
    STATES,
    check_known_after,
    check_states,
    check_year,
)
from apps.incidents.rules.reach import Hours, Rung, first_rung, ladder, rung_reached
from apps.incidents.rules.readings import DEFAULTS, OPEN_POINTS, OpenPoint, Readings
from apps.incidents.rules.words import count_words, day_words, instant_words

__all__ = [
    "BURDEN_CITATION",
    "CLOSE_ENOUGH",
    "DEFAULTS",
    "LONGEST_PART",
    "METHODS",
    "OPEN_POINTS",
    "PRESUMED_CITATION",
    "STATES",
    "WITH_CONTENTS",
    "Case",
    "Deadline",
    "Discovery",
    "Exposure",
    "FindingNotSupported",
    "Hold",
    "Hours",
    "Learned",
    "LetterFacts",
    "LetterForm",
    "LetterIncomplete",
    "LooksLikePhi",
    "OpenPoint",
    "Party",
    "People",
    "Readings",
    "Rung",
    "Told",
    "Window",
    "all_deadlines",
    "begin",
    "check_factors",
    "check_finding",
    "check_free_text",
    "check_known_after",
    "check_latest",
    "check_letter",
    "check_notice",
    "check_office",
    "check_parts",
    "check_second_person",
    "check_states",
    "check_year",
    "completed_by",
    "contract_deadlines",
    "count_words",
    "counted",
    "day_words",
    "days_late",
    "delay_ends",
    "delayed",
    "discoveries",
    "earliest",
    "end_of",
    "exposure",
    "federal",
    "federal_deadlines",
    "first_rung",
    "fitting",
    "instant_words",
    "is_before",
    "is_large",
    "is_secured",
    "keep_through",
    "ladder",
    "letter_forms",
    "letters_version",
    "lifts_notice",
    "likeness",
    "media_states",
    "missing_contents",
    "missing_in",
    "notification",
    "offices",
    "offices_of",
    "penalties_version",
    "people_counted",
    "rule_deadlines",
    "rules_version",
    "rung_reached",
    "state_deadlines",
    "state_rule",
    "state_rules",
    "still_owed",
    "substitute_notice",
    "suspected",
    "table_on",
    "tables",
    "window_ends",
    "words_of",
    "written",
]


def all_deadlines(case: Case) -> list[Deadline]:
    """Every clock of a case, earliest first; advisory ones included."""
    found = [
        *federal_deadlines(case),
        *contract_deadlines(case),
        *state_deadlines(case),
    ]
    return sorted(found, key=lambda one: (one.due_at, one.code))
