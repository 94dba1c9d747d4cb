"""Small reads around a sheet: how far it is, and the sheet as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.questionnaires import rules
from apps.questionnaires.models import Assignment
from apps.questionnaires.queries.sheet import Item, Sheet, all_given, answers_of


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts over shown questions; ``conditional`` says of each question with a
    condition whether it is shown now."""

    answered: int
    shown: int
    conditional: dict[str, bool]


def progress(assignment: Assignment) -> Progress:
    """How far the vendor is. Two queries."""
    given = all_given(answers_of(assignment))
    questions = assignment.questions
    shown = rules.shown_ids(questions, given)
    return Progress(
        answered=sum(
            question.id in shown and rules.is_answered(question, given.get(question.id))
            for question in questions
        ),
        shown=len(shown),
        conditional={q.id: q.id in shown for q in questions if q.shown_if},
    )


def table_rows(sheet: Sheet) -> Iterator[Sequence[object]]:
    """One row a shown question, in the order of the importer's header. No query."""
    for part in sheet.parts:
        for item in part.items:
            if item.is_shown:
                yield _row(part.section.title, item)


def _row(section: str, item: Item) -> Sequence[object]:
    value = item.value
    return (
        item.question.id,
        section,
        item.question.text,
        _kind(item.question),
        "; ".join(item.question.evidence),
        " | ".join(value) if isinstance(value, list) else (value or ""),
        item.note,
        ", ".join(row.file.name for row in item.files),
        item.version,
    )


def _kind(question: rules.Question) -> str:
    if question.choices:
        joined = "; ".join(question.choices)
        several = "Several, separated by |" if question.multiple else "One"
        return f"{several} of: {joined}"
    if question.unit:
        return f"Number in {question.unit}"
    return str(question.type.label)
