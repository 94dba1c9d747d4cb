"""Messages about incidents. No PHI, no names of people, nothing of a draft."""

from apps.notifications.registry import Message

INCIDENT_SHARED = Message(
    kind="incident.shared",
    subject="Incident reported: {engagement}, case {reference}",
    template="emails/incident_shared.txt",
    line="Case {reference} on {engagement} was reported to you. Clocks are running.",
)
RELAY_WANTED = Message(
    kind="incident.relay_wanted",
    subject="Tell your client: case {reference}",
    template="emails/incident_relay_wanted.txt",
    line="Case {reference} came from a subcontractor. Which clients does it concern?",
)
CONFIRMATION_WANTED = Message(
    kind="incident.confirmation_wanted",
    subject="A second person is needed: case {reference}",
    template="emails/incident_confirmation_wanted.txt",
    line="A finding or assessment of case {reference} waits for a second person.",
)
FACTS_CHANGED = Message(
    kind="incident.facts_changed",
    subject="Facts of case {reference} changed",
    template="emails/incident_facts_changed.txt",
    line="Facts of case {reference} on {engagement} changed; {new} clocks are new.",
)
CLOCK_ENDS_SOON = Message(
    kind="incident.clock_ends_soon",
    subject="A notice is due {due}: case {reference}",
    template="emails/incident_clock_ends_soon.txt",
    line="Case {reference} on {engagement}: {duty} must be told by {due}.",
)
CLOCK_OVERDUE = Message(
    kind="incident.clock_overdue",
    subject="A notice is overdue: case {reference}",
    template="emails/incident_clock_overdue.txt",
    line="Case {reference} on {engagement}: {duty} should have been told by {due}.",
)
INCIDENT_REOPENED = Message(
    kind="incident.reopened",
    subject="Case {reference} is open again",
    template="emails/incident_reopened.txt",
    line="Case {reference} on {engagement} is open again.",
)
INCIDENT_DRAFTED = Message(
    kind="incident.drafted",
    subject="An incident was written down: case {reference}",
    template="emails/incident_drafted.txt",
    line="Case {reference} on {engagement} is a draft of your side. Tell the other "
    "side in time.",
)
