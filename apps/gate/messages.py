"""Messages about the gate."""

from apps.notifications.registry import Message

CHANGED = Message(
    kind="gate.changed",
    subject="{verdict}: {engagement}",
    template="emails/gate_changed.txt",
    line="{engagement}: {verdict} as of {as_of} (before: {before}).",
)
OVERRIDE_REQUESTED = Message(
    kind="gate.override_requested",
    subject="Override of the gate requested: {engagement}",
    template="emails/gate_override_requested.txt",
    line="{engagement}: an override until {expires_on} waits for your decision.",
)
OVERRIDE_APPROVED = Message(
    kind="gate.override_approved",
    subject="Gate overridden: {engagement}",
    template="emails/gate_override_approved.txt",
    line="{engagement}: the client overrides the gate until {expires_on}.",
)
OVERRIDE_WITHDRAWN = Message(
    kind="gate.override_withdrawn",
    subject="Override withdrawn: {engagement}",
    template="emails/gate_override_withdrawn.txt",
    line="{engagement}: the override of the gate is withdrawn.",
)
