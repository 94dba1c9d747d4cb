"""Verbs of the workforce. The job that reads files is ``IMPORTER``."""

from apps.workforce.actions import table_imports
from apps.workforce.actions.pushing import push_rows
from apps.workforce.actions.rosters import (
    IMPORTER,
    commit_roster,
    confirm_roster,
    read_roster,
    remap_roster,
    upload_roster,
)
from apps.workforce.actions.selecting import (
    AssignmentTerms,
    assign_selected,
    end_selected,
)
from apps.workforce.actions.sites import attest_controls, create_site

__all__ = [
    "IMPORTER",
    "AssignmentTerms",
    "assign_selected",
    "attest_controls",
    "commit_roster",
    "confirm_roster",
    "create_site",
    "end_selected",
    "push_rows",
    "read_roster",
    "remap_roster",
    "table_imports",
    "upload_roster",
]
