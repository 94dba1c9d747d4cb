"""Taking answers over: from last time, and by the vendor's act from another client."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.questionnaires import queries, rules, trail
from apps.questionnaires.actions.common import about, locked, require_provider
from apps.questionnaires.enums import WITH_VENDOR, AnswerOrigin, AssignmentState
from apps.questionnaires.models import Answer, AnswerFile, Assignment
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


def carry_over(assignment: Assignment) -> int:
    """Copy what was handed in last time into a fresh assignment; return how many.

    Only where the question reads as it did then and its value still fits. Copies wait
    to be confirmed and count for nothing until then; ``assign`` calls this.
    """
    if assignment.previous is None:
        return 0
    return _copy(
        assignment,
        assignment.previous,
        taken=set(),
        origin=AnswerOrigin.CARRIED,
    )


@transaction.atomic
def reuse_answers(assignment: Assignment, *, by: Actor, source: Assignment) -> int:
    """Copy the vendor's own answers once given to another client; how many.

    Only where the question reads the same and nobody wrote anything yet; each waits to
    be confirmed. The client sees an answer and never whose it was before. Event
    ``answers.reused``, in the vendor's stream alone. Raises NotAllowed, WrongState.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(assignment)
    require_provider(by, row)
    rules.check_state(row.state, {AssignmentState.OPEN})
    if source.provider_id != by.organization_id or not queries.leads(by):
        raise NotAllowed("Answers are reused by a manager of the vendor who gave them.")
    taken = set(
        Answer.objects.filter(assignment=row).values_list("question_id", flat=True)
    )
    count = _copy(row, source, taken=taken, origin=AnswerOrigin.REUSED)
    record(
        trail.ANSWERS_REUSED,
        by=by,
        about=about(row, row, by=by, visible_to={row.provider_id}),
        facts={"count": count},
        personal={"title": row.template.title},
    )
    return count


def _copy(
    target: Assignment,
    source: Assignment,
    *,
    taken: set[str],
    origin: AnswerOrigin,
) -> int:
    """Four queries whatever the number of answers."""
    submission = queries.latest_submission(source)
    if submission is None:
        return 0
    former = queries.answers_of(source)
    rows = []
    for question in target.questions:
        said = submission.answers.get(question.id)
        if said is None or question.id in taken or question.id not in former:
            continue
        if not _still_fits(question, source.content.by_id.get(question.id)):
            continue
        rows.append(
            Answer(
                assignment=target,
                question_id=question.id,
                question_text=question.text,
                value=said["value"],
                note=said["note"],
                origin=origin,
                former=former[question.id],
                answered_by=former[question.id].answered_by,
                answered_at=clock.now(),
            )
        )
    Answer.objects.bulk_create(rows)
    _copy_files(rows, former, submission.answers)
    return len(rows)


def _still_fits(question: rules.Question, former: rules.Question | None) -> bool:
    return former is not None and former.wording == question.wording


def _copy_files(
    rows: list[Answer],
    former: Mapping[str, Answer],
    handed_in: Mapping[str, Mapping[str, object]],
) -> None:
    files = []
    for row in rows:
        said = handed_in[row.question_id]["files"]
        wanted = {each["id"] for each in said} if isinstance(said, list) else set()
        files += [
            AnswerFile(answer=row, file=kept.file, added_by=kept.added_by)
            for kept in queries.files_of(former[row.question_id])
            if str(kept.pk) in wanted and kept.file.destroyed_at is None
        ]
    AnswerFile.objects.bulk_create(files)


@transaction.atomic
def confirm_section(assignment: Assignment, *, by: Actor, section_id: str) -> int:
    """Say that every taken-over answer shown in a section is still true; how many.

    What a condition hides nobody has read, so it waits. Event ``answers.confirmed``.
    Raises NotAllowed, WrongState.
    """
    by.require(Permission.QUESTIONNAIRES_ANSWER)
    row = locked(assignment)
    require_provider(by, row)
    rules.check_state(row.state, WITH_VENDOR)
    if section_id not in queries.writable_sections(by, row):
        raise NotAllowed("This section is not yours to answer. Ask a manager.")
    shown = rules.shown_ids(row.questions, queries.all_given(queries.answers_of(row)))
    wanted = [q.id for q in row.questions if q.section == section_id and q.id in shown]
    now = clock.now()
    count = 0
    for answer in Answer.objects.select_for_update().filter(
        assignment=row, question_id__in=wanted, confirmed_at=None
    ):
        answer.confirmed_at = answer.answered_at = now
        answer.answered_by = by.user
        answer.version += 1
        answer.save(
            update_fields=["confirmed_at", "answered_at", "answered_by", "version"]
        )
        count += 1
    record(
        trail.ANSWERS_CONFIRMED,
        by=by,
        about=about(row, row, by=by, visible_to={row.provider_id}),
        facts={"section": section_id, "count": count},
    )
    return count
