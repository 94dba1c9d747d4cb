"""Courses, requirements, coverage and training imports over HTTP."""

from apps.training.api.courses import CourseViewSet
from apps.training.api.coverage import (
    CertificationViewSet,
    CoverageViewSet,
    RequirementViewSet,
)
from apps.training.api.imports import TrainingImportViewSet

ROUTES = [
    ("courses", CourseViewSet),
    ("requirements", RequirementViewSet),
    ("coverage", CoverageViewSet),
    ("certifications", CertificationViewSet),
    ("training-imports", TrainingImportViewSet),
]
