"""Verbs of files."""

from apps.audit.verbs import Verb

FILE_STORED = Verb(
    "file.stored",
    "{actor} stored {name} ({media_type}, {size} bytes).",
    facts=("sha256", "size", "media_type"),
    personal=("name",),
)
FILE_DOWNLOADED = Verb(
    "file.downloaded",
    "{actor} downloaded {name}.",
    facts=("sha256",),
    personal=("name",),
)
FILE_RESTRICTED = Verb(
    "file.restricted",
    "{actor} set {name} to managers only: {is_restricted}.",
    facts=("is_restricted",),
    personal=("name",),
)
HOLD_PLACED = Verb(
    "hold.placed",
    "{actor} placed a legal hold on {name}: {reason}",
    facts=("sha256",),
    personal=("name", "reason"),
)
HOLD_RELEASED = Verb(
    "hold.released",
    "{actor} released the legal hold on {name}.",
    facts=("sha256",),
    personal=("name",),
)
ATTACHMENT_MADE = Verb(
    "attachment.made",
    "{actor} attached {name} to {subject} ({purpose}, valid until {valid_until}).",
    facts=("purpose", "subject_type", "subject_id", "valid_until"),
    personal=("name", "subject"),
)
ATTACHMENT_ENDED = Verb(
    "attachment.ended",
    "{actor} detached {name} from {subject} ({purpose}).",
    facts=("purpose",),
    personal=("name", "subject"),
)
ATTACHMENT_REVIEWED = Verb(
    "attachment.reviewed",
    "{actor} reviewed {name} for {subject} ({review}). {note}",
    facts=("review",),
    personal=("name", "subject", "note"),
)
FILE_SCANNED = Verb(
    "file.scanned",
    "{actor} scanned {name}: {scan_state}.",
    facts=("sha256", "scan_state"),
    personal=("name",),
)
FILE_QUARANTINED = Verb(
    "file.quarantined",
    "{name} is kept in quarantine, found by {actor}. {reason}.",
    facts=("sha256", "reason"),
    personal=("name",),
)
FILE_DESTROYED = Verb(
    "file.destroyed",
    "{actor} destroyed the bytes of {name}, kept through {kept_through}. {reason}",
    facts=("sha256", "kept_through"),
    personal=("name", "reason"),
)
FILES_SEALED = Verb(
    "files.sealed",
    "{actor} brought {count} files under the key {key_name}.",
    facts=("count", "key_name"),
)
FILE_RELEASED = Verb(
    "file.released",
    "{name} left quarantine after {actor} had it scanned.",
    facts=("sha256",),
    personal=("name",),
)
