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
from apps.incidents.forms.notices import NoticeForm, StatementForm
from apps.incidents.forms.work import (
    AttachForm,
    CloseForm,
    ConfirmForm,
    ContactForm,
    DoneForm,
    EntryForm,
    MatchForm,
    RegisterForm,
    TaskForm,
)

__all__ = [
    "AssessForm",
    "AttachForm",
    "CloseForm",
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
    "MatchForm",
    "NoticeForm",
    "RegisterForm",
    "RelayForm",
    "ReportForm",
    "ShareForm",
    "StatementForm",
    "TaskForm",
]
