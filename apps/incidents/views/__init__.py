"""Pages of incidents."""

from apps.incidents.views.case import (
    CaseFileView,
    DetailView,
    EngagementView,
    FileView,
    ListView,
    ReportView,
)
from apps.incidents.views.findings import (
    AssessConfirmView,
    AssessView,
    ExposureView,
    FindingConfirmView,
    FindingView,
)
from apps.incidents.views.register import (
    LogView,
    MatchesView,
    MatchView,
    RegisterImportView,
    RegisterView,
)
from apps.incidents.views.steps import (
    AttachView,
    CloseView,
    CountView,
    EntryView,
    FactView,
    HoldView,
    NoticeView,
    RelayView,
    ShareView,
    TaskDoneView,
    TaskView,
)
from apps.incidents.views.team import ContactEndView, ContactsView

__all__ = [
    "AssessConfirmView",
    "AssessView",
    "AttachView",
    "CaseFileView",
    "CloseView",
    "ContactEndView",
    "ContactsView",
    "CountView",
    "DetailView",
    "EngagementView",
    "EntryView",
    "ExposureView",
    "FactView",
    "FileView",
    "FindingConfirmView",
    "FindingView",
    "HoldView",
    "ListView",
    "LogView",
    "MatchView",
    "MatchesView",
    "NoticeView",
    "RegisterImportView",
    "RegisterView",
    "RelayView",
    "ReportView",
    "ShareView",
    "TaskDoneView",
    "TaskView",
]
