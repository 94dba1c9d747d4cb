"""Courses, requirements, training records, and how long they are kept."""

from apps.training.models.courses import (
    Course,
    CourseVersion,
    Equivalence,
    Requirement,
)
from apps.training.models.keeping import Destruction, TrainingHold
from apps.training.models.records import (
    CertificateUpload,
    Certification,
    ColumnMapping,
    Statement,
    TrainingImport,
    TrainingRecord,
)

__all__ = [
    "CertificateUpload",
    "Certification",
    "ColumnMapping",
    "Course",
    "CourseVersion",
    "Destruction",
    "Equivalence",
    "Requirement",
    "Statement",
    "TrainingHold",
    "TrainingImport",
    "TrainingRecord",
]
