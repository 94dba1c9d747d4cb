"""What the gate writes to the trail."""

from apps.audit.verbs import Verb

GATE_CHANGED = Verb(
    "gate.changed",
    "{actor} found the gate of {engagement} {verdict} as of {as_of}.",
    facts=("verdict", "as_of", "conditions_sha256", "not_satisfied", "unknown"),
    personal=("engagement",),
)
OVERRIDE_REQUESTED = Verb(
    "gate.override_requested",
    "{actor} asked to override the gate of {engagement} until {expires_on}: {reason}",
    facts=("expires_on",),
    personal=("engagement", "reason"),
)
OVERRIDE_APPROVED = Verb(
    "gate.override_approved",
    "{actor} approved the override of the gate of {engagement} until {expires_on}.",
    facts=("expires_on",),
    personal=("engagement",),
)
OVERRIDE_WITHDRAWN = Verb(
    "gate.override_withdrawn",
    "{actor} withdrew the override of the gate of {engagement}.",
    personal=("engagement",),
)
