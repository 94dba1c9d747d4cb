"""Messages about assurance."""

from apps.notifications.registry import Message

DOCUMENT_SHARED = Message(
    kind="document.shared",
    subject="{owner} shares: {document}",
    template="emails/document_shared.txt",
    line="{owner} shares {document} with you.",
)
EVIDENCE_REQUESTED = Message(
    kind="evidence_request.made",
    subject="Evidence requested: {title}",
    template="emails/evidence_requested.txt",
    line="{asker} asks for {title} by {due_on}.",
)
REQUEST_ANSWERED = Message(
    kind="evidence_request.answered",
    subject="Evidence handed in: {title}",
    template="emails/evidence_answered.txt",
    line="{other} handed in {title}; it waits for your review.",
)
ANSWER_RETURNED = Message(
    kind="evidence_request.returned",
    subject="Evidence returned: {title}",
    template="emails/evidence_returned.txt",
    line="{asker} returned {title}: {reason}",
)
# A file's name may hold the name of an agent, so no message holds it.
FILE_QUARANTINED = Message(
    kind="file.quarantined",
    subject="A file you handed in is in quarantine",
    template="emails/file_quarantined.txt",
    line="The {kind} you handed in on {day} is in quarantine. {reason}.",
)
FILE_RELEASED = Message(
    kind="file.released",
    subject="A file you handed in left quarantine",
    template="emails/file_released.txt",
    line="The {kind} you handed in on {day} was scanned and can be taken now.",
)
