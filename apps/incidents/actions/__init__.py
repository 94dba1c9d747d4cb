"""Verbs of incidents."""

from apps.incidents.actions.cases import (
    Report,
    close_incident,
    relay_incident,
    report_incident,
    share_incident,
)
from apps.incidents.actions.clocks import WATCH, escalate, refresh_clocks
from apps.incidents.actions.facts import FactValue, correct_fact, count_people
from apps.incidents.actions.findings import (
    assess,
    confirm_assessment,
    confirm_finding,
    estimate_penalty,
    propose_finding,
)
from apps.incidents.actions.notices import (
    NoticeTerms,
    hold_notices,
    record_notice,
)
from apps.incidents.actions.register import (
    decide_match,
    import_register,
)
from apps.incidents.actions.work import (
    ContactTerms,
    attach_file,
    end_contact,
    finish_task,
    note_case_file,
    open_task,
    set_contact,
    take_file,
    write_entry,
)

__all__ = [
    "WATCH",
    "ContactTerms",
    "FactValue",
    "NoticeTerms",
    "Report",
    "assess",
    "attach_file",
    "close_incident",
    "confirm_assessment",
    "confirm_finding",
    "correct_fact",
    "count_people",
    "decide_match",
    "end_contact",
    "escalate",
    "estimate_penalty",
    "finish_task",
    "hold_notices",
    "import_register",
    "note_case_file",
    "open_task",
    "propose_finding",
    "record_notice",
    "refresh_clocks",
    "relay_incident",
    "report_incident",
    "set_contact",
    "share_incident",
    "take_file",
    "write_entry",
]
