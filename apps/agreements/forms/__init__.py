"""Forms of agreements, negotiations and endings."""

from apps.agreements.forms.agreements import (
    AmendForm,
    RecordForm,
    SignedPaperForm,
    VersionForm,
    initial_of,
)
from apps.agreements.forms.drafts import (
    ChangeUploadedForm,
    ChangeWrittenForm,
    CommentForm,
    OpenUploadedForm,
    OpenWrittenForm,
    RedraftForm,
    SignForm,
    WithdrawForm,
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
    "ChangeUploadedForm",
    "ChangeWrittenForm",
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
    "VersionForm",
    "WithdrawForm",
    "initial_clauses",
    "initial_marks",
    "initial_of",
    "initial_terms",
]
