"""Roster files: columns, dates, cells to rows and numbered problems."""

from apps.workforce.importer.columns import (
    DATE_FIELDS,
    FIELDS,
    columns_in,
    questions,
)
from apps.workforce.importer.reading import Directory, Reading, StagedRow, stage

__all__ = [
    "DATE_FIELDS",
    "FIELDS",
    "Directory",
    "Reading",
    "StagedRow",
    "columns_in",
    "questions",
    "stage",
]
