"""Tables of questionnaires."""

from apps.questionnaires.models.assignments import (
    Answer,
    AnswerFile,
    Assignment,
    Comment,
    Delegation,
    Submission,
)
from apps.questionnaires.models.reviews import (
    AnswerReview,
    CorrectiveAction,
    Dossier,
    Finding,
    InternalNote,
    ReviewOutcome,
)
from apps.questionnaires.models.templates import Template, TemplateVersion

__all__ = [
    "Answer",
    "AnswerFile",
    "AnswerReview",
    "Assignment",
    "Comment",
    "CorrectiveAction",
    "Delegation",
    "Dossier",
    "Finding",
    "InternalNote",
    "ReviewOutcome",
    "Submission",
    "Template",
    "TemplateVersion",
]
