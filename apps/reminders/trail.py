"""Verbs of reminders."""

from apps.audit.verbs import Verb

POLICY_SET = Verb(
    "reminder_policy.set",
    "{actor} set when to be reminded of {kind}: {offsets}.",
    facts=("kind", "offsets"),
)
