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
    "{actor} handed in {name}, which is kept in quarantine. {reason}.",
    facts=("sha256", "reason"),
    personal=("name",),
)
FILE_DESTROYED = Verb(
    "file.destroyed",
    "{actor} destroyed {name}, which had passed its retention: {reason}",
    facts=("sha256", "size"),
    personal=("name", "reason"),
)
