"""Verbs of training. The job that reads files is ``IMPORTER``."""

from apps.training.actions.certificates import (
    attach_certificates,
    hand_in_certificates,
)
from apps.training.actions.courses import (
    add_course_version,
    alias_courses,
    create_course,
)
from apps.training.actions.equivalences import accept_equivalence, end_equivalence
from apps.training.actions.imports import (
    IMPORTER,
    commit_training,
    confirm_training,
    read_training,
    remap_training,
    reread_training,
    take_statements,
    upload_training,
)
from apps.training.actions.keeping import (
    destroy_past_retention,
    place_training_hold,
    release_training_hold,
)
from apps.training.actions.reading import FileReading
from apps.training.actions.records import (
    Completion,
    Correction,
    correct_record,
    record_completion,
    withdraw_record,
)
from apps.training.actions.requirements import (
    change_requirement,
    end_requirement,
    require_course,
)

__all__ = [
    "IMPORTER",
    "Completion",
    "Correction",
    "FileReading",
    "accept_equivalence",
    "add_course_version",
    "alias_courses",
    "attach_certificates",
    "change_requirement",
    "commit_training",
    "confirm_training",
    "correct_record",
    "create_course",
    "destroy_past_retention",
    "end_equivalence",
    "end_requirement",
    "hand_in_certificates",
    "place_training_hold",
    "read_training",
    "record_completion",
    "release_training_hold",
    "remap_training",
    "require_course",
    "reread_training",
    "take_statements",
    "upload_training",
    "withdraw_record",
]
