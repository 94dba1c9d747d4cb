"""Verbs of training. The job that reads files is ``IMPORTER``."""

from apps.training.actions.courses import (
    add_course_version,
    alias_courses,
    create_course,
)
from apps.training.actions.imports import (
    IMPORTER,
    commit_training,
    confirm_training,
    read_training,
    remap_training,
    reread_training,
    upload_training,
)
from apps.training.actions.reading import FileReading
from apps.training.actions.records import Correction, correct_record
from apps.training.actions.requirements import end_requirement, require_course

__all__ = [
    "IMPORTER",
    "Correction",
    "FileReading",
    "add_course_version",
    "alias_courses",
    "commit_training",
    "confirm_training",
    "correct_record",
    "create_course",
    "end_requirement",
    "read_training",
    "remap_training",
    "require_course",
    "reread_training",
    "upload_training",
]
