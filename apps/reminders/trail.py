"""Verbs of reminders."""

from apps.audit.verbs import Verb

POLICY_SET = Verb(
    "reminder_policy.set",
    "{actor} set when to be reminded of {kind}: {offsets}.",
    facts=(
        "kind",
        "offsets",
        "recipients",
        "channels",
        "escalate_after",
        "escalate_to",
        "tells_agents",
    ),
)
DELIVERY_SET = Verb(
    "reminder_delivery.set",
    "{actor} set how reminders leave: {cadence}, from {send_at} in {zone}, quiet from "
    "{quiet_from} until {quiet_until}.",
    facts=(
        "zone",
        "cadence",
        "weekday",
        "send_at",
        "quiet_from",
        "quiet_until",
        "allows_preferences",
    ),
)
PREFERENCE_SET = Verb(
    "reminder_preference.set",
    "{actor} chose how reminders come: {cadence}, by e-mail: {wants_email}.",
    facts=("cadence", "wants_email"),
)
