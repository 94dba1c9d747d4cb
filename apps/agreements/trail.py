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
    facts=("terminated_on", "cause", "notice_on"),
    personal=("title", "engagement", "reason"),
)
DRAFT_OPENED = Verb(
    "draft.opened",
    "{actor} opened the negotiation of the BAA “{title}”.",
    facts=("kind",),
    personal=("title",),
)
DRAFT_PROPOSED = Verb(
    "draft.proposed",
    "{actor} put forward proposal {number} of the BAA “{title}”.",
    facts=("version", "number", "origin"),
    personal=("title", "note"),
)
DRAFT_DOCUMENT_MADE = Verb(
    "draft.document_made",
    "The portal made the document of proposal {number} of the BAA “{title}”.",
    facts=("version", "number", "sha256"),
    personal=("title",),
)
DRAFT_COMMENTED = Verb(
    "draft.commented",
    "{actor} commented on proposal {number} of the BAA “{title}”: {text}",
    facts=("version", "number", "provision"),
    personal=("title", "text"),
)
DRAFT_ACCEPTED = Verb(
    "draft.accepted",
    "{actor} accepted proposal {number} of the BAA “{title}”.",
    facts=("version", "number", "side"),
    personal=("title",),
)
DRAFT_WITHDRAWN = Verb(
    "draft.withdrawn",
    "{actor} withdrew the negotiation of the BAA “{title}”: {reason}",
    personal=("title", "reason"),
)
DRAFT_SIGNED = Verb(
    "draft.signed",
    "{actor} signed proposal {number} of the BAA “{title}” as {name}, {signer_title}, "
    "for the {side}.",
    facts=("version", "number", "side", "sha256"),
    personal=("title", "name", "signer_title"),
)
DRAFT_SIGNED_ON_PAPER = Verb(
    "draft.signed_on_paper",
    "{actor} recorded that both sides signed proposal {number} of the BAA “{title}” "
    "on paper.",
    facts=("version", "number", "result", "sha256"),
    personal=("title",),
)
SIGNING_REFUSED = Verb(
    "signing.refused",
    "Somebody signed in as {actor} failed the password check at signing the BAA "
    "“{title}” ({cause}).",
    facts=("version", "number", "cause"),
    personal=("title",),
)
CERTIFICATE_MADE = Verb(
    "signature_certificate.made",
    "The portal made the certificate of signature of the BAA “{title}”.",
    facts=("sha256", "document_sha256"),
    personal=("title",),
)
RENEWAL_STOPPED = Verb(
    "agreement.renewal_stopped",
    "{actor} recorded notice against the renewal of the BAA “{title}” for "
    "{engagement}, given on {given_on}; it ends on {expires_on}.",
    facts=("version", "given_on", "given_by", "expires_on"),
    personal=("title", "engagement", "reason"),
)
RETURN_ASKED = Verb(
    "phi_return.asked",
    "PHI under the BAA “{title}” is to be returned or destroyed by {due_on}.",
    facts=("due_on", "days"),
    personal=("title",),
)
RETURN_LIFTED = Verb(
    "phi_return.lifted",
    "PHI under the BAA “{title}” need not be returned: a BAA binds again.",
    facts=("due_on",),
    personal=("title",),
)
RETURN_STATED = Verb(
    "phi_return.stated",
    "{actor} stated what became of PHI under the BAA “{title}”: {kind}.",
    facts=("kind", "done_on", "statement"),
    personal=("title",),
)
RETURN_ACCEPTED = Verb(
    "phi_return.accepted",
    "{actor} accepted what was stated about PHI under the BAA “{title}”.",
    facts=("kind", "statement"),
    personal=("title",),
)
RETURN_REFUSED = Verb(
    "phi_return.refused",
    "{actor} refused what was stated about PHI under the BAA “{title}”: {reason}",
    facts=("kind", "statement"),
    personal=("title", "reason"),
)
CHAIN_PRINTED = Verb(
    "chain.printed",
    "{actor} printed the chain of {engagement} as of {as_of}.",
    facts=("as_of", "facts_sha256"),
    personal=("engagement",),
)
