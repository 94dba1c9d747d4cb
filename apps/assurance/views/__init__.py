"""Pages of assurance."""

from apps.assurance.views.activities import (
    ActivityCreateView,
    ActivityDoneView,
    ActivityEndView,
    ActivityFileView,
    ActivityView,
)
from apps.assurance.views.certificates import (
    CertificateCreateView,
    CertificateFileView,
    CertificateShareView,
    CertificateView,
    CertificateWithdrawView,
    LetterCreateView,
    LetterFileView,
    ShareEndView,
)
from apps.assurance.views.lists import CertificatesView, PoliciesView, RequestsView
from apps.assurance.views.overview import (
    CalendarView,
    CoverageView,
    EngagementView,
    OverviewView,
)
from apps.assurance.views.policies import (
    PolicyCreateView,
    PolicyEndView,
    PolicyFileView,
    PolicyShareView,
    PolicyView,
    VersionCreateView,
)
from apps.assurance.views.requests import (
    AnswerFileView,
    RequestAcceptView,
    RequestAnswerView,
    RequestCreateView,
    RequestReturnView,
    RequestView,
    RequestWithdrawView,
)

__all__ = [
    "ActivityCreateView",
    "ActivityDoneView",
    "ActivityEndView",
    "ActivityFileView",
    "ActivityView",
    "AnswerFileView",
    "CalendarView",
    "CertificateCreateView",
    "CertificateFileView",
    "CertificateShareView",
    "CertificateView",
    "CertificateWithdrawView",
    "CertificatesView",
    "CoverageView",
    "EngagementView",
    "LetterCreateView",
    "LetterFileView",
    "OverviewView",
    "PoliciesView",
    "PolicyCreateView",
    "PolicyEndView",
    "PolicyFileView",
    "PolicyShareView",
    "PolicyView",
    "RequestAcceptView",
    "RequestAnswerView",
    "RequestCreateView",
    "RequestReturnView",
    "RequestView",
    "RequestWithdrawView",
    "RequestsView",
    "ShareEndView",
    "VersionCreateView",
]
