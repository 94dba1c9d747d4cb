"""Messages about questionnaires."""

from apps.notifications.registry import Message

ASSIGNED = Message(
    kind="questionnaire.assigned",
    subject="{client} asks you to answer: {title}",
    template="emails/questionnaire_assigned.txt",
    line="{client} asks you to answer {title} by {due}.",
)
DUE_MOVED = Message(
    kind="questionnaire.due_moved",
    subject="Another day to answer: {title}",
    template="emails/questionnaire_due_moved.txt",
    line="{client} moved the day to answer {title} from {former} to {due}.",
)
WITHDRAWN = Message(
    kind="questionnaire.withdrawn",
    subject="No longer asked: {title}",
    template="emails/questionnaire_withdrawn.txt",
    line="{client} no longer asks you to answer {title}.",
)
DELEGATED = Message(
    kind="questionnaire.delegated",
    subject="A section is yours to answer: {title}",
    template="emails/questionnaire_delegated.txt",
    line="Section {section} of {title} is yours to answer by {due}.",
)
SUBMITTED = Message(
    kind="questionnaire.submitted",
    subject="Answers are in: {title} from {provider}",
    template="emails/questionnaire_submitted.txt",
    line="{provider} handed in {title}; it waits for your review.",
)
RETURNED = Message(
    kind="questionnaire.returned",
    subject="Changes requested: {title}",
    template="emails/questionnaire_returned.txt",
    line="{client} asks you to change {count} answers of {title}.",
)
CLOSED = Message(
    kind="questionnaire.closed",
    subject="Review closed: {title}",
    template="emails/questionnaire_closed.txt",
    line="{client} closed its review of {title}: {outcome}, {findings} findings.",
)
ACTION_WAITS = Message(
    kind="questionnaire_action.waits",
    subject="Corrective action to verify: {title}",
    template="emails/questionnaire_action_waits.txt",
    line="{provider} reports a corrective action done; verify it.",
)
