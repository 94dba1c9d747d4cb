"""What incidents write to the trail. Free text never goes there."""

from apps.audit.verbs import Verb

INCIDENT_REPORTED = Verb(
    "incident.reported",
    "{actor} reported case {reference} on {engagement} ({kind}, exercise: "
    "{is_exercise}).",
    facts=("reference", "kind", "is_exercise"),
    personal=("engagement",),
)
INCIDENT_SHARED = Verb(
    "incident.shared",
    "{actor} told the other side of case {reference} at {told_at}.",
    facts=("reference", "told_at"),
)
INCIDENT_RELAYED = Verb(
    "incident.relayed",
    "{actor} opened case {reference} from what was reported below.",
    facts=("reference",),
)
INCIDENT_NARRATED = Verb(
    "incident.narrated",
    "{actor} wrote to case {reference} for {audience}.",
    facts=("reference", "audience"),
)
INCIDENT_COUNTED = Verb(
    "incident.counted",
    "{actor} counted {total} people in {states} States for case {reference}.",
    facts=("reference", "total", "states"),
)
FACT_CORRECTED = Verb(
    "incident.fact_corrected",
    "{actor} recorded {name} of case {reference} as {value}.",
    facts=("reference", "name", "value"),
    personal=("reason",),
)
READINGS_SET = Verb(
    "incident.readings_set",
    "{actor} chose how open points are read: learning {zone}, last day {day_end}, "
    "delay {delay}, request without a time {open_request}, counts {counts}, business "
    "days {business_days}, {holidays} holidays.",
    facts=(
        "zone",
        "day_end",
        "delay",
        "open_request",
        "counts",
        "business_days",
        "holidays",
    ),
    personal=("reason",),
)
LETTER_DRAFTED = Verb(
    "incident.letter_drafted",
    "{actor} began a letter of case {reference}: {kind}.",
    facts=("reference", "kind"),
)
LETTER_EDITED = Verb(
    "incident.letter_edited",
    "{actor} edited a letter of case {reference}: {kind}, revision {revision}.",
    facts=("reference", "kind", "revision"),
)
LETTER_FINISHED = Verb(
    "incident.letter_finished",
    "{actor} finished a letter of case {reference}: {kind}, SHA-256 {sha256}.",
    facts=("reference", "kind", "sha256"),
)
REVIEW_RECORDED = Verb(
    "incident.reviewed",
    "{actor} recorded the review of case {reference}, held {held_on}, for {audience}.",
    facts=("reference", "held_on", "audience"),
)
TASK_VERIFIED = Verb(
    "incident.task_verified",
    "{actor} verified a corrective action of case {reference}.",
    facts=("reference", "kind"),
)
CLOCKS_COMPUTED = Verb(
    "incident.clocks_computed",
    "{actor} caused the clocks of case {reference} to be computed: {new} new, {ended} "
    "ended, rules {version}.",
    facts=("reference", "new", "ended", "version"),
)
ASSESSMENT_MADE = Verb(
    "incident.assessed",
    "{actor} weighed the four factors of case {reference} (low probability: "
    "{is_low_probability}).",
    facts=("reference", "is_low_probability"),
)
ASSESSMENT_CONFIRMED = Verb(
    "incident.assessment_confirmed",
    "{actor} confirmed the assessment of case {reference}.",
    facts=("reference",),
)
FINDING_PROPOSED = Verb(
    "incident.finding_proposed",
    "{actor} proposed a finding for case {reference}: {outcome}.",
    facts=("reference", "outcome"),
)
FINDING_CONFIRMED = Verb(
    "incident.finding_confirmed",
    "{actor} confirmed the finding for case {reference}: {outcome}.",
    facts=("reference", "outcome"),
)
HOLD_RECORDED = Verb(
    "incident.held",
    "{actor} recorded a law enforcement statement for case {reference} ({form}, "
    "{stated_on}, until {delay_until}).",
    facts=("reference", "form", "stated_on", "delay_until"),
)
NOTICE_RECORDED = Verb(
    "incident.notice_recorded",
    "{actor} recorded a notice of case {reference} to {duty} by {method}, sent "
    "{sent_at}.",
    facts=("reference", "duty", "method", "sent_at", "days_late"),
)
TASK_OPENED = Verb(
    "incident.task_opened",
    "{actor} opened a task on case {reference}, due {due_on}.",
    facts=("reference", "due_on", "kind"),
)
TASK_DONE = Verb(
    "incident.task_done",
    "{actor} finished a task of case {reference}.",
    facts=("reference", "kind"),
)
FILE_ATTACHED = Verb(
    "incident.file_attached",
    "{actor} attached a file to case {reference} for {audience}.",
    facts=("reference", "audience", "sha256"),
)
FILE_TAKEN = Verb(
    "incident.file_taken",
    "{actor} downloaded a file of case {reference}, SHA-256 {sha256}.",
    facts=("reference", "sha256"),
)
CASE_FILE_TAKEN = Verb(
    "incident.case_file_taken",
    "{actor} took the case file {reference}, SHA-256 {sha256}.",
    facts=("reference", "sha256"),
)
INCIDENT_CLOSED = Verb(
    "incident.closed",
    "{actor} closed case {reference} after its review (exercise: {is_exercise}).",
    facts=("reference", "is_exercise"),
)
INCIDENT_REOPENED = Verb(
    "incident.reopened",
    "{actor} opened case {reference} again.",
    facts=("reference",),
)
ESTIMATE_MADE = Verb(
    "incident.estimated",
    "{actor} estimated penalties for case {reference} by table {table}, data "
    "{version}.",
    facts=("reference", "table", "version"),
)
CONTACT_SET = Verb(
    "incident.contact_set",
    "{actor} set an escalation contact.",
    facts=("order",),
    personal=("name",),
)
CONTACT_ENDED = Verb(
    "incident.contact_ended",
    "{actor} ended an escalation contact.",
    personal=("name",),
)
REGISTER_IMPORTED = Verb(
    "incident.register_imported",
    "{actor} imported the public register: {read} rows read, {imported} new, "
    "{unchanged} known, {refused} refused.",
    facts=("read", "imported", "unchanged", "refused", "sha256"),
)
REGISTER_MATCHED = Verb(
    "incident.register_matched",
    "{actor} said of a line of the public register: {state}.",
    facts=("state",),
    personal=("vendor", "entry"),
)
