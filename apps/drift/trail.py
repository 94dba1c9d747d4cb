"""What drift writes to the trail."""

from apps.audit.verbs import Verb

DRIFT_DETECTED = Verb(
    "drift.detected",
    "{actor} found drift in {engagement} ({dimension}). Observed: {observed} "
    "Agreed: {agreed}",
    facts=("dimension",),
    personal=("engagement", "observed", "agreed"),
)
DRIFT_CHANGED = Verb(
    "drift.changed",
    "{actor} saw the drift in {engagement} change ({dimension}). Observed: {observed} "
    "Agreed: {agreed}",
    facts=("dimension",),
    personal=("engagement", "observed", "agreed"),
)
DRIFT_RESOLVED = Verb(
    "drift.resolved",
    "{actor} found the drift in {engagement} gone ({dimension}, {resolution}).",
    facts=("dimension", "resolution"),
    personal=("engagement",),
)
DRIFT_ACKNOWLEDGED = Verb(
    "drift.acknowledged",
    "{actor} acknowledged drift in {engagement} ({dimension}): {note}",
    facts=("dimension",),
    personal=("engagement", "note"),
)
DRIFT_ACCEPTANCE_REQUESTED = Verb(
    "drift.acceptance_requested",
    "{actor} asked to accept drift in {engagement} ({dimension}) until {until}: "
    "{reason}",
    facts=("dimension", "until"),
    personal=("engagement", "reason"),
)
DRIFT_ACCEPTED = Verb(
    "drift.accepted",
    "{actor} accepted drift in {engagement} ({dimension}) until {until}.",
    facts=("dimension", "until"),
    personal=("engagement",),
)
