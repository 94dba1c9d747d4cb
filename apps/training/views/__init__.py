"""Pages of the room."""

from apps.training.views.courses import (
    AgentView,
    CorrectView,
    CourseCreateView,
    CoursesView,
    CourseView,
    VersionCreateView,
)
from apps.training.views.coverage import (
    CoverageExportView,
    CoverageView,
    RequirementEndView,
    RequireView,
)
from apps.training.views.imports import (
    ImportColumnsView,
    ImportConfirmView,
    ImportNamesView,
    ImportProblemsView,
    ImportStatusView,
    ImportsView,
    ImportView,
    UploadView,
)

__all__ = [
    "AgentView",
    "CorrectView",
    "CourseCreateView",
    "CourseView",
    "CoursesView",
    "CoverageExportView",
    "CoverageView",
    "ImportColumnsView",
    "ImportConfirmView",
    "ImportNamesView",
    "ImportProblemsView",
    "ImportStatusView",
    "ImportView",
    "ImportsView",
    "RequireView",
    "RequirementEndView",
    "UploadView",
    "VersionCreateView",
]
