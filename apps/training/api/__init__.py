"""Courses, requirements, records, coverage and training imports over HTTP."""

from apps.training.api.courses import CourseViewSet
from apps.training.api.coverage import CertificationViewSet, CoverageViewSet
from apps.training.api.imports import TrainingImportViewSet
from apps.training.api.keeping import (
    CertificateUploadViewSet,
    DestructionViewSet,
    TrainingHoldViewSet,
)
from apps.training.api.records import (
    EquivalenceViewSet,
    StatementViewSet,
    TrainingRecordViewSet,
)
from apps.training.api.requirements import RequirementViewSet

ROUTES = [
    ("courses", CourseViewSet),
    ("course-equivalences", EquivalenceViewSet),
    ("requirements", RequirementViewSet),
    ("coverage", CoverageViewSet),
    ("certifications", CertificationViewSet),
    ("training-records", TrainingRecordViewSet),
    ("training-imports", TrainingImportViewSet),
    ("xapi-statements", StatementViewSet),
    ("training-certificates", CertificateUploadViewSet),
    ("training-holds", TrainingHoldViewSet),
    ("training-destructions", DestructionViewSet),
]
