"""What this room writes to the trail."""

from apps.audit.verbs import Verb

ATTESTATION_ISSUED = Verb(
    "attestation.issued",
    "{actor} issued attestation {code} on {engagement} as of {as_of}.",
    facts=("as_of", "code", "names_agents", "statement_sha256"),
    personal=("engagement",),
)
ATTESTATION_RENDERED = Verb(
    "attestation.rendered",
    "The PDF of attestation {code} was made; SHA-256 {file_sha256}.",
    facts=("code", "file_sha256", "size"),
)
ATTESTATION_FAILED = Verb(
    "attestation.failed",
    "The PDF of attestation {code} could not be made.",
    facts=("code",),
)
ATTESTATION_RETRIED = Verb(
    "attestation.retried",
    "{actor} asked again for the PDF of attestation {code}.",
    facts=("code",),
)
ATTESTATION_DOWNLOADED = Verb(
    "attestation.downloaded",
    "{actor} downloaded attestation {code}, SHA-256 {file_sha256}.",
    facts=("code", "file_sha256"),
)
