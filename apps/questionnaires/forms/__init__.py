"""Forms of questionnaires."""

from apps.questionnaires.forms.asking import (
    AssignForm,
    DelegateForm,
    FilterForm,
    MoveDueForm,
    SectionPickForm,
    WithdrawForm,
)
from apps.questionnaires.forms.designing import (
    DraftForm,
    ImportForm,
    PublishForm,
    QuestionForm,
    RemoveForm,
    SectionForm,
    TitleForm,
    initial_of,
)
from apps.questionnaires.forms.judging import (
    CloseForm,
    DoneForm,
    FindingForm,
    NoteForm,
    PlanForm,
    ReviewForm,
    VerifyForm,
)
from apps.questionnaires.forms.saying import (
    AnswerForm,
    CommentForm,
    FileForm,
    ReuseForm,
    SubmitForm,
    TableForm,
)

__all__ = [
    "AnswerForm",
    "AssignForm",
    "CloseForm",
    "CommentForm",
    "DelegateForm",
    "DoneForm",
    "DraftForm",
    "FileForm",
    "FilterForm",
    "FindingForm",
    "ImportForm",
    "MoveDueForm",
    "NoteForm",
    "PlanForm",
    "PublishForm",
    "QuestionForm",
    "RemoveForm",
    "ReuseForm",
    "ReviewForm",
    "SectionForm",
    "SectionPickForm",
    "SubmitForm",
    "TableForm",
    "TitleForm",
    "VerifyForm",
    "WithdrawForm",
    "initial_of",
]
