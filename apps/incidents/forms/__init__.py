"""Forms of incidents. Free text is looked at for identifiers before it is taken."""

from apps.incidents.forms.case import (
    CountForm,
    FactForm,
    FilterForm,
    RelayForm,
    ReportForm,
    ShareForm,
)
from apps.incidents.forms.common import FreeTextForm
from apps.incidents.forms.findings import AssessForm, ExposureForm, FindingForm
from apps.incidents.forms.letters import LetterForm, LetterKindForm, RevisionForm
from apps.incidents.forms.notices import NoticeForm, StatementForm
from apps.incidents.forms.readings import ReadingsForm
from apps.incidents.forms.work import (
    AttachForm,
    ConfirmForm,
    ContactForm,
    DoneForm,
    EntryForm,
    MatchForm,
    RegisterForm,
    ReopenForm,
    ReviewForm,
    TaskForm,
    VerifyForm,
)

__all__ = [
    "AssessForm",
    "AttachForm",
    "ConfirmForm",
    "ContactForm",
    "CountForm",
    "DoneForm",
    "EntryForm",
    "ExposureForm",
    "FactForm",
    "FilterForm",
    "FindingForm",
    "FreeTextForm",
    "LetterForm",
    "LetterKindForm",
    "MatchForm",
    "NoticeForm",
    "ReadingsForm",
    "RegisterForm",
    "RelayForm",
    "ReopenForm",
    "ReportForm",
    "ReviewForm",
    "RevisionForm",
    "ShareForm",
    "StatementForm",
    "TaskForm",
    "VerifyForm",
]
