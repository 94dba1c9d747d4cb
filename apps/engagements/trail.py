"""Verbs of the room and the sentences they render to."""

from apps.audit.verbs import Verb

VENDOR_REGISTERED = Verb(
    "vendor.registered",
    "{actor} put the vendor {vendor} ({country}) on the list.",
    facts=("country", "is_new"),
    personal=("vendor",),
)
ENGAGEMENT_CREATED = Verb(
    "engagement.created",
    "{actor} created the engagement {engagement} with {provider}, from {started_on}.",
    facts=("started_on", "tier", "legal_agency", "disclosure_policy"),
    personal=("engagement", "provider"),
)
LEGAL_AGENCY_DECIDED = Verb(
    "engagement.legal_agency_decided",
    "{actor} decided on legal agency for {engagement}: {legal_agency} ({reason}).",
    facts=("legal_agency",),
    personal=("engagement", "reason"),
)
SCOPE_DECLARED = Verb(
    "scope.declared",
    "{actor} declared the scope of {engagement} from {effective_on}.",
    facts=(
        "effective_on",
        "services",
        "channels",
        "phi_categories",
        "countries",
        "head_count_ceiling",
        "remote_work",
    ),
    personal=("engagement",),
)
SUBCONTRACT_DECLARED = Verb(
    "subcontract.declared",
    "{actor} declared a subcontract of {engagement} from {effective_on}.",
    facts=("effective_on", "services", "channels", "downstream"),
    personal=("engagement",),
)
SUBCONTRACT_APPROVED = Verb(
    "subcontract.approved",
    "{actor} approved a subcontract of {engagement} on {approved_on}.",
    facts=("approved_on",),
    personal=("engagement",),
)
SUBCONTRACT_REFUSED = Verb(
    "subcontract.refused",
    "{actor} refused a subcontract of {engagement} on {refused_on}: {reason}",
    facts=("refused_on",),
    personal=("engagement", "reason"),
)
SUBCONTRACT_ENDED = Verb(
    "subcontract.ended",
    "{actor} ended a subcontract of {engagement}; its last day is {ended_on}.",
    facts=("ended_on",),
    personal=("engagement",),
)
ENGAGEMENT_ENDED = Verb(
    "engagement.ended",
    "{actor} ended the engagement {engagement}; its last day is {ended_on}: {reason}",
    facts=("ended_on",),
    personal=("engagement", "reason"),
)
ACCESS_GRANTED = Verb(
    "access.granted",
    "{actor} let {reader} read {engagement} from {valid_from} to {valid_until}: "
    "{reason}",
    facts=("valid_from", "valid_until", "names_agents"),
    personal=("engagement", "reader", "reason"),
)
ACCESS_REVOKED = Verb(
    "access.revoked",
    "{actor} took back the right of {reader} to read {engagement}.",
    personal=("engagement", "reader"),
)
