"""Forms of agreements, negotiations and endings."""

from apps.agreements.forms.agreements import (
    AmendForm,
    RecordForm,
    SignedPaperForm,
    VersionForm,
    initial_of,
)
from apps.agreements.forms.drafts import (
    CommentForm,
    OpenUploadedForm,
    OpenWrittenForm,
    RedraftForm,
    SignForm,
    UploadedForm,
    WithdrawForm,
    WrittenForm,
    initial_clauses,
    initial_marks,
)
from apps.agreements.forms.endings import (
    AnswerForm,
    ConfirmForm,
    DisposalForm,
    RenewForm,
    StopRenewalForm,
    TerminateForm,
)
from apps.agreements.forms.terms import initial_terms

__all__ = [
    "AmendForm",
    "AnswerForm",
    "CommentForm",
    "ConfirmForm",
    "DisposalForm",
    "OpenUploadedForm",
    "OpenWrittenForm",
    "RecordForm",
    "RedraftForm",
    "RenewForm",
    "SignForm",
    "SignedPaperForm",
    "StopRenewalForm",
    "TerminateForm",
    "UploadedForm",
    "VersionForm",
    "WithdrawForm",
    "WrittenForm",
    "initial_clauses",
    "initial_marks",
    "initial_of",
    "initial_terms",
]
