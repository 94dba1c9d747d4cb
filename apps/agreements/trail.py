"""Verbs of the room; one event for each engagement an agreement covers."""

from apps.audit.verbs import Verb

AGREEMENT_RECORDED = Verb(
    "agreement.recorded",
    "{actor} recorded the BAA “{title}” for {engagement}, from {effective_on}.",
    facts=("effective_on", "expires_on", "version"),
    personal=("title", "engagement"),
)
AGREEMENT_AMENDED = Verb(
    "agreement.amended",
    "{actor} recorded version {number} of the BAA “{title}” for {engagement}, "
    "from {effective_on}.",
    facts=("effective_on", "expires_on", "version", "number", "kind"),
    personal=("title", "engagement"),
)
AGREEMENT_TERMINATED = Verb(
    "agreement.terminated",
    "{actor} terminated the BAA “{title}” for {engagement}; its last day is "
    "{terminated_on}: {reason}",
    facts=("terminated_on",),
    personal=("title", "engagement", "reason"),
)
