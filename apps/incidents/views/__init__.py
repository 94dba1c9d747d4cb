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
from apps.incidents.views.letters import (
    LetterFinishView,
    LetterNewView,
    LetterPdfView,
    LetterView,
)
from apps.incidents.views.readings import ReadingsView
from apps.incidents.views.register import (
    LogView,
    MatchesView,
    MatchView,
    RegisterImportView,
    RegisterView,
)
from apps.incidents.views.steps import (
    AttachView,
    CountView,
    EntryView,
    FactView,
    HoldView,
    NoticeView,
    RelayView,
    ShareView,
)
from apps.incidents.views.tasks import (
    CloseView,
    ReopenView,
    ReviewView,
    TaskDoneView,
    TaskVerifyView,
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
    "LetterFinishView",
    "LetterNewView",
    "LetterPdfView",
    "LetterView",
    "ListView",
    "LogView",
    "MatchView",
    "MatchesView",
    "NoticeView",
    "ReadingsView",
    "RegisterImportView",
    "RegisterView",
    "RelayView",
    "ReopenView",
    "ReportView",
    "ReviewView",
    "ShareView",
    "TaskDoneView",
    "TaskVerifyView",
    "TaskView",
]
