"""Messages about drift."""

from apps.notifications.registry import Message

DETECTED = Message(
    kind="drift.detected",
    subject="Drift found: {engagement}",
    template="emails/drift_detected.txt",
    line="{dimension} of {engagement} left the agreed scope.",
)
UNACKNOWLEDGED = Message(
    kind="drift.unacknowledged",
    subject="Drift not acknowledged for {days} days: {engagement}",
    template="emails/drift_unacknowledged.txt",
    line="{dimension} of {engagement} has waited {days} days for an acknowledgement.",
)
ACCEPTANCE_REQUESTED = Message(
    kind="drift.acceptance_requested",
    subject="Acceptance of drift requested: {engagement}",
    template="emails/drift_acceptance_requested.txt",
    line="{dimension} of {engagement}: acceptance until {until} waits for a decision.",
)
