"""What a file is by its bytes, whether it may come in, and how long it is kept."""

from apps.evidence.rules.contents import (
    ACCEPTED,
    EXTENSIONS,
    NAME_MAX,
    SAMPLE_BYTES,
    TABLE_EXTENSIONS,
    Contents,
    FileRefused,
    check_accepted,
    check_clean,
    check_passive_pdf,
    check_size,
    clean_name,
    media_type_of,
    pdf_traits,
)
from apps.evidence.rules.keeping import (
    RETENTION_YEARS,
    AttachmentTerms,
    InUse,
    Target,
    check_review,
    check_terms,
    keep_through,
)
from apps.evidence.rules.quarantine import check_table, quarantine_reason

__all__ = [
    "ACCEPTED",
    "EXTENSIONS",
    "NAME_MAX",
    "RETENTION_YEARS",
    "SAMPLE_BYTES",
    "TABLE_EXTENSIONS",
    "AttachmentTerms",
    "Contents",
    "FileRefused",
    "InUse",
    "Target",
    "check_accepted",
    "check_clean",
    "check_passive_pdf",
    "check_review",
    "check_size",
    "check_table",
    "check_terms",
    "clean_name",
    "keep_through",
    "media_type_of",
    "pdf_traits",
    "quarantine_reason",
]
