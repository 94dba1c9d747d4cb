"""Answering: one answer is one small write, and no text is ever overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import NotAllowed, NotFound
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.questionnaires import queries, rules, trail
from apps.questionnaires.actions.common import about, locked, require_provider
from apps.questionnaires.enums import (
    CONCLUDED,
    WITH_VENDOR,
    AnswerOrigin,
    AssignmentState,
    Decision,
)
from apps.questionnaires.models import (
    Answer,
    AnswerFile,
    AnswerReview,
    Assignment,
    Comment,
)
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def save_answer(
    assignment: Assignment,
    *,
    by: Actor,
    question_id: str,
    value: str | Sequence[str] | None,
    note: str,
    version: int,
    origin: AnswerOrigin = AnswerOrigin.GIVEN,
) -> Answer:
    """Save one answer; event ``answer.saved`` in the vendor's stream.

    ``version`` is the save the writer saw, 0 for none. Steps: vendor's side, section
    is theirs, question is open; value fits; nobody saved in between; next version.
    The same text again changes nothing, but confirms a taken-over answer; not so out
    of a table, which holds whatever was there. Raises NotAllowed, NotFound,
    WrongState, AnswerRefused, AnswerChanged.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    return save_in(
        locked(assignment),
        by=by,
        question_id=question_id,
        value=value,
        note=note,
        version=version,
        origin=origin,
    )


def save_in(
    row: Assignment,
    *,
    by: Actor,
    question_id: str,
    value: str | Sequence[str] | None,
    note: str,
    version: int,
    origin: AnswerOrigin,
) -> Answer:
    """``save_answer`` where ``row`` is locked, so that a table locks it once."""
    question = check_writable(row, question_id, by=by)
    wanted = rules.clean_value(question, value), rules.clean_note(note)
    answer = _answer_of(row, question_id)
    is_table = origin is AnswerOrigin.TABLE
    is_same = answer is not None and (answer.value, answer.note) == wanted
    if answer is not None and is_same and (answer.confirmed_at or is_table):
        return answer
    rules.check_version(version, answer.version if answer else 0)
    if answer is None and wanted == (None, ""):
        raise rules.AnswerRefused("There is nothing to save yet. Write an answer.")
    answer = answer or Answer(
        assignment=row, question_id=question_id, question_text=question.text, version=0
    )
    _write(answer, wanted, by=by, origin=origin)
    record(
        trail.ANSWER_SAVED,
        by=by,
        about=about(answer, row, by=by, visible_to={row.provider_id}),
        facts={
            "question": question_id,
            "version": answer.version,
            "origin": answer.origin,
        },
    )
    return answer


def _write(
    answer: Answer, wanted: tuple[object, str], *, by: Actor, origin: AnswerOrigin
) -> None:
    """The next version. A confirmed taken-over value keeps its origin if unchanged."""
    is_new = answer.version == 0 and answer._state.adding
    if is_new or (answer.value, answer.note) != wanted:
        answer.origin = origin
    answer.value, answer.note = wanted
    answer.version += 1
    answer.confirmed_at = answer.answered_at = clock.now()
    answer.answered_by = by.user
    if is_new:
        answer.save(force_insert=True)
        return
    answer.save(
        update_fields=[
            "value",
            "note",
            "origin",
            "version",
            "confirmed_at",
            "answered_at",
            "answered_by",
        ]
    )


def check_writable(
    assignment: Assignment, question_id: str, *, by: Actor
) -> rules.Question:
    """The question, if the actor may answer it now; ``assignment`` is locked.

    Raises NotAllowed, NotFound, WrongState.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    require_provider(by, assignment)
    found = [q for q in assignment.questions if q.id == question_id]
    if not found:
        raise NotFound
    rules.check_changeable(assignment.state, _decision(assignment, question_id))
    if found[0].section not in queries.writable_sections(by, assignment):
        raise NotAllowed("This section is not yours to answer. Ask a manager.")
    return found[0]


def _decision(assignment: Assignment, question_id: str) -> Decision | None:
    """The decision that came back with a return, on what was handed in last."""
    if assignment.returned_at is None:
        return None
    review = AnswerReview.objects.filter(
        submission=queries.latest_submission(assignment), question_id=question_id
    ).first()
    return Decision(review.decision) if review else None


def _answer_of(assignment: Assignment, question_id: str) -> Answer | None:
    return (
        Answer.objects.select_for_update()
        .filter(assignment=assignment, question_id=question_id)
        .first()
    )


@transaction.atomic
def attach_file(
    assignment: Assignment, *, by: Actor, question_id: str, name: str, content: BinaryIO
) -> AnswerFile:
    """Put a file behind an answer; event ``answer_file.added``.

    The file is stored as the vendor's evidence. It confirms nothing and is no new
    version of the text. The same file again changes nothing. Raises NotAllowed,
    NotFound, WrongState, FileRefused.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(assignment)
    question = check_writable(row, question_id, by=by)
    stored = evidence.store_file(
        by=by,
        organization=by.organization,
        name=name,
        content=content,
        accept=FileKind.EVIDENCE,
    )
    answer, _ = Answer.objects.get_or_create(
        assignment=row,
        question_id=question_id,
        defaults={
            "question_text": question.text,
            "version": 0,
            "answered_at": clock.now(),
            "confirmed_at": clock.now(),
            "answered_by": by.user,
        },
    )
    kept, is_new = AnswerFile.objects.get_or_create(
        answer=answer, file=stored, removed_at=None, defaults={"added_by": by.user}
    )
    if is_new:
        record(
            trail.ANSWER_FILE_ADDED,
            by=by,
            about=about(kept, row, by=by, visible_to={row.provider_id}),
            facts={"question": question_id, "sha256": stored.sha256},
            personal={"name": stored.name},
            documents=[stored.sha256],
        )
    return kept


@transaction.atomic
def remove_file(kept: AnswerFile, *, by: Actor) -> AnswerFile:
    """Take a file from an answer; event ``answer_file.removed``.

    What was handed in with it keeps it. Raises NotAllowed, WrongState.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(kept.answer.assignment)
    check_writable(row, kept.answer.question_id, by=by)
    kept = AnswerFile.objects.locked(kept.pk)
    if kept.removed_at is None:
        kept.removed_at = clock.now()
        kept.save(update_fields=["removed_at"])
        record(
            trail.ANSWER_FILE_REMOVED,
            by=by,
            about=about(kept, row, by=by, visible_to={row.provider_id}),
            facts={
                "question": kept.answer.question_id,
                "sha256": kept.file.sha256,
            },
            personal={"name": kept.file.name},
        )
    return kept


@transaction.atomic
def add_comment(
    assignment: Assignment, *, by: Actor, question_id: str, text: str
) -> Comment:
    """Say something on a question to both parties; event
    ``questionnaire_comment.added``. Raises NotAllowed, NotFound, AnswerRefused,
    WrongState once it is closed or withdrawn."""
    by.require(Permission.QUESTIONNAIRES_VIEW)
    row = locked(assignment)
    _require_voice(row, by)
    rules.check_state(row.state, set(AssignmentState) - CONCLUDED)
    if question_id not in {question.id for question in row.questions}:
        raise NotFound
    words = rules.clean_note(text)[:2000]
    if not words:
        raise rules.AnswerRefused("Write a comment first.")
    comment = Comment(
        assignment=row,
        question_id=question_id,
        text=words,
        organization=by.organization,
        author=by.user,
    )
    comment.save(force_insert=True)
    record(
        trail.COMMENT_ADDED,
        by=by,
        about=about(comment, row, by=by),
        facts={"question": question_id},
        personal={"text": words},
    )
    return comment


def _require_voice(assignment: Assignment, by: Actor) -> None:
    """Who answers for the vendor or reviews for the client may speak."""
    if by.organization_id == assignment.provider_id:
        by.require(Permission.QUESTIONNAIRES_ANSWER)
    elif by.organization_id == assignment.client_id:
        by.require(Permission.QUESTIONNAIRES_REVIEW)
    else:
        raise NotAllowed("Only the two parties comment on a questionnaire.")


def check_answerable(assignment: Assignment, *, by: Actor) -> None:
    """Raise NotAllowed or WrongState unless the actor's side may answer at all."""
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    require_provider(by, assignment)
    rules.check_state(assignment.state, WITH_VENDOR)
