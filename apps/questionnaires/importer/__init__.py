"""Questionnaires and answers out of files."""

from apps.questionnaires.importer.answers import (
    ANSWER_HEADER,
    AnswerRow,
    read_answers,
)
from apps.questionnaires.importer.reading import (
    ACCEPTED,
    Imported,
    read_questionnaire,
    spooled,
)

__all__ = [
    "ACCEPTED",
    "ANSWER_HEADER",
    "AnswerRow",
    "Imported",
    "read_answers",
    "read_questionnaire",
    "spooled",
]
