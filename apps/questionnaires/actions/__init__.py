"""Verbs of questionnaires."""

from apps.questionnaires.actions.answers import (
    add_comment,
    attach_file,
    check_answerable,
    remove_file,
    save_answer,
)
from apps.questionnaires.actions.assignments import (
    Terms,
    assign,
    assign_to_engagement,
    assign_to_vendor,
    delegate_section,
    end_delegation,
    move_due,
    withdraw,
)
from apps.questionnaires.actions.carrying import confirm_section, reuse_answers
from apps.questionnaires.actions.dossiers import (
    note_failure,
    render_dossier,
    request_dossier,
    take_dossier,
)
from apps.questionnaires.actions.findings import (
    complete_action,
    plan_action,
    raise_finding,
    reopen_action,
    verify_action,
)
from apps.questionnaires.actions.reviews import (
    accept_unchanged,
    add_note,
    review_answer,
)
from apps.questionnaires.actions.rounds import (
    close_review,
    return_for_changes,
    submit,
)
from apps.questionnaires.actions.series import open_next_rounds
from apps.questionnaires.actions.tables import TableAccount, read_table
from apps.questionnaires.actions.templates import (
    create_template,
    draft_version,
    edit_draft,
    publish_version,
)

__all__ = [
    "TableAccount",
    "Terms",
    "accept_unchanged",
    "add_comment",
    "add_note",
    "assign",
    "assign_to_engagement",
    "assign_to_vendor",
    "attach_file",
    "check_answerable",
    "close_review",
    "complete_action",
    "confirm_section",
    "create_template",
    "delegate_section",
    "draft_version",
    "edit_draft",
    "end_delegation",
    "move_due",
    "note_failure",
    "open_next_rounds",
    "plan_action",
    "publish_version",
    "raise_finding",
    "read_table",
    "remove_file",
    "render_dossier",
    "reopen_action",
    "request_dossier",
    "return_for_changes",
    "reuse_answers",
    "review_answer",
    "save_answer",
    "submit",
    "take_dossier",
    "verify_action",
    "withdraw",
]
