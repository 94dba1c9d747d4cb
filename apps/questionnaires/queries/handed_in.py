"""What was handed in: frozen, compared with last time's, its files for both parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from apps.core.errors import NotFound
from apps.questionnaires import rules
from apps.questionnaires.enums import AnswerOrigin
from apps.questionnaires.models import Answer, AnswerFile, Assignment, Submission
from apps.questionnaires.queries.sheet import Said, files_of
from apps.tenancy.actor import AnyActor


def what_is_said(said: Said) -> tuple[object, ...]:
    """What makes an answer that was handed in the same as another one: the question as
    it read, the answer, its note, and the content of the files behind it."""
    files = frozenset(file["sha256"] for file in said["files"])
    return said["text"], said["words"], said["note"], files


def file_of_answer(actor: AnyActor, pk: UUID) -> AnswerFile:
    """A file behind an answer; NotFound for strangers, and for the client unless it
    was handed in. At most two queries."""
    found = (
        AnswerFile.objects.visible_to(actor)
        .select_related("file", "answer__assignment")
        .filter(pk=pk)
        .first()
    )
    if found is None or not _is_handed_over(actor, found):
        raise NotFound
    return found


def _is_handed_over(actor: AnyActor, row: AnswerFile) -> bool:
    if actor.organization_id in {None, row.answer.assignment.provider_id}:
        return True
    return str(row.pk) in {
        file["id"]
        for answers in Submission.objects.filter(
            assignment=row.answer.assignment_id
        ).values_list("answers", flat=True)
        for said in answers.values()
        for file in said["files"]
    }


def snapshot(
    assignment: Assignment, answers: Mapping[str, Answer], shown: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """What is handed in: confirmed answers to shown questions as plain data.

    The text of the question stands with each answer. No query after ``answers_of``.
    """
    visible = set(shown)
    found = {}
    for question in assignment.questions:
        answer = answers.get(question.id)
        if question.id not in visible or answer is None or not answer.confirmed_at:
            continue
        found[question.id] = {
            "text": question.text,
            "value": answer.value,
            "words": rules.in_words(question, answer.value),
            "note": answer.note,
            "version": answer.version,
            "by": str(answer.answered_by) if answer.answered_by else "",
            "at": answer.answered_at.isoformat(),
            "is_same": answer.origin == AnswerOrigin.CARRIED,
            "files": [
                {"id": str(row.pk), "name": row.file.name, "sha256": row.file.sha256}
                for row in files_of(answer)
            ],
        }
    return found
