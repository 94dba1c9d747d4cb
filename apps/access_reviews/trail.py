"""What the trail says about systems, snapshots, campaigns and revocations."""

from apps.audit.verbs import Verb

SYSTEM_REGISTERED = Verb(
    "system.registered",
    "{actor} registered the system {system}.",
    facts=("holds_phi", "engagements"),
    personal=("system",),
)
SYSTEM_CHANGED = Verb(
    "system.changed",
    "{actor} changed the system {system}.",
    facts=("holds_phi", "engagements"),
    personal=("system",),
)
ROLE_DESCRIBED = Verb(
    "access_role.described",
    "{actor} described the role {role} of {system}.",
    facts=("is_privileged", "agent_roles"),
    personal=("role", "system"),
)
POLICY_SET = Verb(
    "access_policy.set",
    "{actor} set the access policy: leavers {leaver_hours} hours, decisions "
    "{decision_hours} hours, dormant after {dormant_days} days.",
    facts=("leaver_hours", "decision_hours", "dormant_days", "shows_proposed"),
)
ACCOUNT_MATCHED = Verb(
    "account.matched",
    "{actor} matched an account of {system} by hand.",
    facts=("agent", "kind"),
    personal=("system", "account", "note"),
)
SNAPSHOT_UPLOADED = Verb(
    "snapshot.uploaded",
    "{actor} uploaded the access export {file_name} of {system}.",
    facts=("is_complete", "exported_at"),
    personal=("file_name", "system", "exported_by"),
)
SNAPSHOT_REMAPPED = Verb(
    "snapshot.remapped",
    "{actor} corrected the columns of the access export {file_name}.",
    personal=("file_name",),
)
SNAPSHOT_REFUSED = Verb(
    "snapshot.refused",
    "The access export {file_name} was refused: {reason}",
    personal=("file_name", "reason"),
)
SNAPSHOT_CONFIRMED = Verb(
    "snapshot.confirmed",
    "{actor} confirmed the access export {file_name}.",
    personal=("file_name",),
)
SNAPSHOT_IMPORTED = Verb(
    "snapshot.imported",
    "The access export {file_name} of {system} was taken in: {read} rows read, "
    "{kept} kept, {refused} refused; {absent} accounts are gone.",
    facts=("read", "kept", "refused", "absent", "is_complete", "exported_at"),
    personal=("file_name", "system"),
)
CAMPAIGN_OPENED = Verb(
    "campaign.opened",
    "{actor} opened the access review {campaign} with {items} lines, due {due_on}.",
    facts=("items", "systems", "due_on", "population_sha256"),
    personal=("campaign",),
)
CAMPAIGN_EXTENDED = Verb(
    "campaign.extended",
    "{items} late arrivals were added to the access review {campaign}.",
    facts=("items", "addendum"),
    personal=("campaign",),
)
CAMPAIGN_DELEGATED = Verb(
    "campaign.delegated",
    "{actor} gave {items} lines of the access review {campaign} to {reviewer}.",
    facts=("items", "reviewer_id"),
    personal=("campaign", "reviewer"),
)
ITEMS_DECIDED = Verb(
    "access_items.decided",
    "{actor} decided {decision} on {items} lines of the access review {campaign}.",
    facts=("decision", "items", "second", "items_sha256"),
    personal=("campaign", "reason"),
)
CAMPAIGN_CLOSED = Verb(
    "campaign.closed",
    "{actor} closed the access review {campaign}.",
    facts=("items", "kept", "revoked", "changed", "decisions_sha256"),
    personal=("campaign",),
)
CAMPAIGN_SIGNED_OFF = Verb(
    "campaign.signed_off",
    "{actor} signed off the access review {campaign}.",
    facts=("decisions_sha256",),
    personal=("campaign",),
)
CAMPAIGN_CANCELLED = Verb(
    "campaign.cancelled",
    "{actor} cancelled the access review {campaign}: {reason}",
    personal=("campaign", "reason"),
)
CAMPAIGN_RENDERED = Verb(
    "campaign.rendered",
    "The document of the access review {campaign} was made.",
    facts=("file_sha256",),
    personal=("campaign",),
)
REVOCATIONS_OPENED = Verb(
    "revocations.opened",
    "{count} revocations were opened in {system}: {cause}, due {due_at}.",
    facts=("count", "cause", "due_at", "revocations_sha256"),
    personal=("system",),
)
REVOCATION_DONE = Verb(
    "revocation.done",
    "{actor} confirmed that access to {system} was taken away.",
    facts=("hours", "has_proof"),
    personal=("system", "note"),
)
REVOCATIONS_VERIFIED = Verb(
    "revocations.verified",
    "A snapshot of {system} verified {count} revocations.",
    facts=("count", "revocations_sha256"),
    personal=("system",),
)
REVOCATIONS_REOPENED = Verb(
    "revocations.reopened",
    "A snapshot of {system} still shows {count} accounts that were said to be gone.",
    facts=("count", "revocations_sha256"),
    personal=("system",),
)
REVOCATIONS_OVERDUE = Verb(
    "revocations.overdue",
    "{count} accesses to {system} should have ended by {due_at}.",
    facts=("count", "due_at", "revocations_sha256"),
    personal=("system",),
)
REVOCATION_WITHDRAWN = Verb(
    "revocation.withdrawn",
    "{actor} withdrew a revocation in {system}: {reason}",
    personal=("system", "reason"),
)
REVOCATIONS_LAPSED = Verb(
    "revocations.lapsed",
    "{count} revocations in {system} lapsed: {reason}",
    facts=("count", "cause", "revocations_sha256"),
    personal=("system", "reason"),
)
LOG_UPLOADED = Verb(
    "access_log.uploaded",
    "{actor} uploaded a sample of the access log of {system}.",
    facts=("size", "file_sha256"),
    personal=("file_name", "system"),
)
LOG_CONFIRMED = Verb(
    "access_log.confirmed",
    "{actor} confirmed the columns of a sample of the access log of {system}.",
    personal=("system",),
)
LOG_REFUSED = Verb(
    "access_log.refused",
    "The access log {file_name} was refused and deleted: {reason}",
    personal=("file_name", "reason"),
)
LOG_AUDITED = Verb(
    "access_log.audited",
    "The access log of {system} was audited and deleted: {read} events, {gaps} gaps, "
    "{outside} out of hours, {unknown} by unknown accounts.",
    facts=("read", "is_clean", "gaps", "outside", "unknown", "ended", "file_sha256"),
    personal=("system",),
)
LOG_REPORTED = Verb(
    "access_log.reported",
    "The report of the access-log audit of {system} was made.",
    facts=("file_sha256",),
    personal=("system",),
)
LOG_RECORDED = Verb(
    "access_log.recorded",
    "{actor} put the access-log audit of {system} on record as an activity.",
    facts=("file_sha256",),
    personal=("system",),
)
REVIEWER_RULE_SET = Verb(
    "reviewer_rule.set",
    "{actor} said who reviews {lines}: {reviewer}.",
    facts=("reviewer_id", "system_id", "engagement_id", "site_id"),
    personal=("lines", "reviewer"),
)
REVIEWER_RULE_ENDED = Verb(
    "reviewer_rule.ended",
    "{actor} ended the rule that {reviewer} reviews {lines}.",
    facts=("reviewer_id", "system_id", "engagement_id", "site_id"),
    personal=("lines", "reviewer"),
)
