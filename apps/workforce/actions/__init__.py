"""Verbs of the workforce. The job that reads files is ``IMPORTER``."""

from apps.workforce.actions import table_imports
from apps.workforce.actions.rosters import (
    IMPORTER,
    commit_roster,
    confirm_roster,
    read_roster,
    remap_roster,
    upload_roster,
)
from apps.workforce.actions.sites import create_site

__all__ = [
    "IMPORTER",
    "commit_roster",
    "confirm_roster",
    "create_site",
    "read_roster",
    "remap_roster",
    "table_imports",
    "upload_roster",
]
