"""Training files of any learning system: columns, cells, rows to staged records."""

from apps.training.importer.archives import (
    SPOOL_BYTES,
    Handed,
    UnreadableFile,
    Upload,
    handed_in,
    packed,
    unpacked,
)
from apps.training.importer.columns import DATE_FIELDS, FIELDS, KEY_FIELDS, questions
from apps.training.importer.layouts import LAYOUTS, Layout, columns_of, layout_of
from apps.training.importer.reading import (
    NOT_COMPLETED,
    names_one_course,
    stage,
)
from apps.training.importer.statement_rows import Sent
from apps.training.importer.statements import (
    MAX_BYTES as MAX_JSON_BYTES,
)
from apps.training.importer.statements import (
    Known,
    Taken,
    sent,
    take,
)
from apps.training.importer.values import Directory, Reading, StagedRow

__all__ = [
    "DATE_FIELDS",
    "FIELDS",
    "KEY_FIELDS",
    "LAYOUTS",
    "MAX_JSON_BYTES",
    "NOT_COMPLETED",
    "SPOOL_BYTES",
    "Directory",
    "Handed",
    "Known",
    "Layout",
    "Reading",
    "Sent",
    "StagedRow",
    "Taken",
    "UnreadableFile",
    "Upload",
    "columns_of",
    "handed_in",
    "layout_of",
    "names_one_course",
    "packed",
    "questions",
    "sent",
    "stage",
    "take",
    "unpacked",
]
