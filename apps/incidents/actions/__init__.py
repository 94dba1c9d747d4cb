"""Verbs of incidents."""

from apps.incidents.actions.cases import (
    Report,
    close_incident,
    relay_incident,
    reopen_incident,
    report_incident,
    share_incident,
)
from apps.incidents.actions.clocks import (
    WATCH,
    escalate,
    follow_engagement,
    refresh_clocks,
)
from apps.incidents.actions.contacts import (
    ContactTerms,
    end_contact,
    set_contact,
)
from apps.incidents.actions.facts import FactValue, correct_fact, count_people
from apps.incidents.actions.findings import (
    assess,
    confirm_assessment,
    confirm_finding,
    estimate_penalty,
    propose_finding,
)
from apps.incidents.actions.letters import (
    draft_letter,
    edit_letter,
    finish_letter,
    print_letter,
)
from apps.incidents.actions.notices import (
    NoticeTerms,
    hold_notices,
    record_notice,
)
from apps.incidents.actions.readings import set_readings
from apps.incidents.actions.register import (
    decide_match,
    import_register,
)
from apps.incidents.actions.tasks import (
    ReviewTerms,
    finish_task,
    open_task,
    record_review,
    verify_task,
)
from apps.incidents.actions.work import (
    attach_file,
    print_case,
    take_file,
    write_entry,
)

__all__ = [
    "WATCH",
    "ContactTerms",
    "FactValue",
    "NoticeTerms",
    "Report",
    "ReviewTerms",
    "assess",
    "attach_file",
    "close_incident",
    "confirm_assessment",
    "confirm_finding",
    "correct_fact",
    "count_people",
    "decide_match",
    "draft_letter",
    "edit_letter",
    "end_contact",
    "escalate",
    "estimate_penalty",
    "finish_letter",
    "finish_task",
    "follow_engagement",
    "hold_notices",
    "import_register",
    "open_task",
    "print_case",
    "print_letter",
    "propose_finding",
    "record_notice",
    "record_review",
    "refresh_clocks",
    "relay_incident",
    "reopen_incident",
    "report_incident",
    "set_contact",
    "set_readings",
    "share_incident",
    "take_file",
    "verify_task",
    "write_entry",
]
