"""Training files of any learning system: columns, cells, rows to staged records."""

from apps.training.importer.columns import DATE_FIELDS, FIELDS, KEY_FIELDS, questions
from apps.training.importer.reading import (
    NOT_COMPLETED,
    Directory,
    Reading,
    StagedRow,
    names_one_course,
    stage,
)

__all__ = [
    "DATE_FIELDS",
    "FIELDS",
    "KEY_FIELDS",
    "NOT_COMPLETED",
    "Directory",
    "Reading",
    "StagedRow",
    "names_one_course",
    "questions",
    "stage",
]
