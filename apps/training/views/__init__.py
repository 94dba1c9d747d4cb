"""Pages of the room."""

from apps.training.views.certificates import (
    CertificateStatusView,
    CertificatesView,
    CertificateUploadView,
)
from apps.training.views.courses import (
    CourseCreateView,
    CoursesView,
    CourseView,
    EquivalenceCreateView,
    EquivalenceEndView,
    VersionCreateView,
)
from apps.training.views.coverage import (
    CoverageExportView,
    CoverageView,
    UnclearedView,
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
from apps.training.views.keeping import (
    AgentHoldView,
    DestroyView,
    HoldReleaseView,
    HoldView,
    KeepingView,
)
from apps.training.views.records import (
    AgentView,
    CorrectView,
    RecordCreateView,
    RecordView,
    WithdrawView,
)
from apps.training.views.requirements import (
    RequirementChangeView,
    RequirementEndView,
    RequireView,
)
from apps.training.views.uncleared import (
    UnclearedEverywhereExportView,
    UnclearedEverywhereView,
)

__all__ = [
    "AgentHoldView",
    "AgentView",
    "CertificateStatusView",
    "CertificateUploadView",
    "CertificatesView",
    "CorrectView",
    "CourseCreateView",
    "CourseView",
    "CoursesView",
    "CoverageExportView",
    "CoverageView",
    "DestroyView",
    "EquivalenceCreateView",
    "EquivalenceEndView",
    "HoldReleaseView",
    "HoldView",
    "ImportColumnsView",
    "ImportConfirmView",
    "ImportNamesView",
    "ImportProblemsView",
    "ImportStatusView",
    "ImportView",
    "ImportsView",
    "KeepingView",
    "RecordCreateView",
    "RecordView",
    "RequireView",
    "RequirementChangeView",
    "RequirementEndView",
    "UnclearedEverywhereExportView",
    "UnclearedEverywhereView",
    "UnclearedView",
    "UploadView",
    "VersionCreateView",
    "WithdrawView",
]
