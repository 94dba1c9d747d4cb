"""What the trail says about courses, requirements and training records."""

from apps.audit.verbs import Verb

COURSE_CREATED = Verb(
    "course.created",
    "{actor} added the course {title} ({code}).",
    facts=("code",),
    personal=("title",),
)
COURSE_VERSION_ADDED = Verb(
    "course.version_added",
    "{actor} added version {label} of {course}, in effect from {effective_on}.",
    facts=("effective_on", "validity_months", "window_starts_on", "grace_days"),
    personal=("course", "label"),
)
COURSE_ALIASED = Verb(
    "course.aliased",
    "{actor} told that {alias} is the course {course}.",
    personal=("course", "alias"),
)
EQUIVALENCE_ACCEPTED = Verb(
    "equivalence.accepted",
    "{actor} accepted {accepted} as {course} from {effective_on}: {reason}",
    facts=("effective_on",),
    personal=("course", "accepted", "reason"),
)
EQUIVALENCE_ENDED = Verb(
    "equivalence.ended",
    "{actor} ended that {accepted} counts as {course}, after {ended_on}.",
    facts=("ended_on",),
    personal=("course", "accepted"),
)
REQUIREMENT_ADDED = Verb(
    "requirement.added",
    "{actor} required {course} on {engagement} from {effective_on}.",
    facts=(
        "effective_on",
        "timing",
        "within_days",
        "role",
        "channel",
        "renew_months",
        "min_scenario_percent",
        "languages",
        "accepts_equivalents",
        "needs_signature",
    ),
    personal=("course", "engagement"),
)
REQUIREMENT_ENDED = Verb(
    "requirement.ended",
    "{actor} ended the requirement of {course} on {engagement} on {ended_on}.",
    facts=("ended_on",),
    personal=("course", "engagement"),
)
TRAINING_UPLOADED = Verb(
    "training.uploaded",
    "{actor} uploaded the training file {file_name}.",
    personal=("file_name",),
)
TRAINING_REMAPPED = Verb(
    "training.remapped",
    "{actor} corrected how the training file {file_name} is read.",
    personal=("file_name",),
)
TRAINING_REFUSED = Verb(
    "training.refused",
    "The training file {file_name} could not be read: {reason}",
    personal=("file_name", "reason"),
)
TRAINING_CONFIRMED = Verb(
    "training.confirmed",
    "{actor} confirmed the import of the training file {file_name}.",
    personal=("file_name",),
)
TRAINING_IMPORTED = Verb(
    "training.imported",
    "The training file {file_name} was imported: {imported} records new, {updated} "
    "corrected, {unchanged} rows as before, {refused} refused.",
    facts=("read", "imported", "updated", "unchanged", "refused"),
    personal=("file_name",),
)
RECORD_CORRECTED = Verb(
    "training_record.corrected",
    "{actor} corrected a training record in {course}: {reason}",
    facts=("superseded",),
    personal=("course", "reason"),
)
RECORD_ADDED = Verb(
    "training_record.added",
    "{actor} recorded the course {course}, completed on {completed_on}: {outcome}.",
    facts=("completed_on", "outcome"),
    personal=("course",),
)
RECORD_WITHDRAWN = Verb(
    "training_record.withdrawn",
    "{actor} withdrew a training record in {course}: {reason}",
    facts=("withdrawn",),
    personal=("course", "reason"),
)
CERTIFICATES_HANDED_IN = Verb(
    "training_certificates.handed_in",
    "{actor} handed in {files} files as certificates of {course}.",
    facts=("files",),
    personal=("course",),
)
CERTIFICATES_ATTACHED = Verb(
    "training_certificates.attached",
    "Of {files} certificates of {course} handed in {attached} are attached.",
    facts=("files", "attached"),
    personal=("course",),
)
HOLD_PLACED = Verb(
    "training_hold.placed",
    "{actor} placed a legal hold on the training records of {subject}: {reason}",
    personal=("subject", "reason"),
)
HOLD_RELEASED = Verb(
    "training_hold.released",
    "{actor} released the legal hold on the training records of {subject}: {reason}",
    personal=("subject", "reason"),
)
RECORDS_DESTROYED = Verb(
    "training_records.destroyed",
    "{actor} destroyed {records} training records, {imports} imports and {files} "
    "files that had passed their retention: {reason}",
    facts=("records", "imports", "files"),
    personal=("reason",),
)
