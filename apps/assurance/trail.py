"""What assurance writes to the trail."""

from apps.audit.verbs import Verb

CERTIFICATE_RECORDED = Verb(
    "certificate.recorded",
    "{actor} recorded a certificate ({standard}, {first_on} to {last_on}) by {body}.",
    facts=("standard", "first_on", "last_on"),
    personal=("body",),
)
CERTIFICATE_WITHDRAWN = Verb(
    "certificate.withdrawn",
    "{actor} withdrew a certificate ({standard}) from {withdrawn_on}: {reason}",
    facts=("standard", "withdrawn_on"),
    personal=("reason",),
)
LETTER_ADDED = Verb(
    "letter.added",
    "{actor} added a letter ({kind}, {first_on} to {last_on}) to a certificate "
    "({standard}), issued by {issuer}.",
    facts=("standard", "kind", "first_on", "last_on"),
    personal=("issuer",),
)
DOCUMENT_SHARED = Verb(
    "document.shared",
    "{actor} shared {document} with {client}.",
    facts=("client_id",),
    personal=("document", "client"),
)
DOCUMENT_UNSHARED = Verb(
    "document.unshared",
    "{actor} ended the sharing of {document} with {client}.",
    facts=("client_id",),
    personal=("document", "client"),
)
POLICY_ADOPTED = Verb(
    "policy.adopted",
    "{actor} adopted version {number} of {policy} from {effective_on}.",
    facts=("number", "effective_on"),
    personal=("policy",),
)
POLICY_ENDED = Verb(
    "policy.ended",
    "{actor} ended {policy}; its last day is {last_on}.",
    facts=("last_on",),
    personal=("policy",),
)
ACTIVITY_STARTED = Verb(
    "activity.started",
    "{actor} started a recurring activity ({kind}) every {interval_months} months, "
    "first due {first_due_on}.",
    facts=("kind", "interval_months", "first_due_on"),
)
ACTIVITY_DONE = Verb(
    "activity.done",
    "{actor} recorded an activity ({kind}) of {done_on}: {outcome}. {summary}",
    facts=("kind", "done_on", "outcome"),
    personal=("summary",),
)
ACTIVITY_ENDED = Verb(
    "activity.ended",
    "{actor} ended a recurring activity ({kind}) on {ended_on}: {reason}",
    facts=("kind", "ended_on"),
    personal=("reason",),
)
EVIDENCE_REQUESTED = Verb(
    "evidence_request.made",
    "{actor} asked for {title} on {engagement}, due {due_on}.",
    facts=("due_on",),
    personal=("title", "engagement"),
)
REQUEST_ANSWERED = Verb(
    "evidence_request.answered",
    "{actor} handed in {name} for {title}.",
    personal=("title", "name"),
)
ANSWER_ACCEPTED = Verb(
    "evidence_request.accepted",
    "{actor} accepted the answer to {title}.",
    personal=("title",),
)
ANSWER_RETURNED = Verb(
    "evidence_request.returned",
    "{actor} returned the answer to {title}: {reason}",
    personal=("title", "reason"),
)
REQUEST_WITHDRAWN = Verb(
    "evidence_request.withdrawn",
    "{actor} withdrew the request for {title}.",
    personal=("title",),
)
