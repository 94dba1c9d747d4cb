"""Reads of files, of what they prove, and of how long they are kept."""

from apps.evidence.queries.attachments import (
    attachment,
    attachments,
    choices,
    due_items,
    versions_of,
)
from apps.evidence.queries.files import (
    CHUNK_BYTES,
    check_servable,
    local_path,
    opened,
    stored_file,
    stored_file_for_job,
    stored_files,
)
from apps.evidence.queries.library import (
    PAGE,
    Keeping,
    LibraryFilter,
    Use,
    keeping,
    library,
    uses,
)

__all__ = [
    "CHUNK_BYTES",
    "PAGE",
    "Keeping",
    "LibraryFilter",
    "Use",
    "attachment",
    "attachments",
    "check_servable",
    "choices",
    "due_items",
    "keeping",
    "library",
    "local_path",
    "opened",
    "stored_file",
    "stored_file_for_job",
    "stored_files",
    "uses",
    "versions_of",
]
