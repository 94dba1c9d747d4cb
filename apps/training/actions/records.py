"""Single records: added, corrected, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock, ids
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.training import queries, rules, trail
from apps.training.actions.certifications import refresh_certifications
from apps.training.enums import Mode, Outcome
from apps.training.models import Course, TrainingRecord
from apps.workforce.models import Agent


@dataclass(frozen=True, slots=True)
class Correction:
    """What the attempt really was."""

    completed_on: date
    outcome: Outcome
    score: Decimal | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """One attempt as a person states it."""

    completed_on: date
    outcome: Outcome = Outcome.PASSED
    score: Decimal | None = None
    language: str = ""
    mode: Mode = Mode.UNKNOWN
    trainer: str = ""
    signed_on: date | None = None


@transaction.atomic
def record_completion(
    agent: Agent, *, by: AnyActor, course: Course, completion: Completion
) -> TrainingRecord:
    """Add one attempt by hand; event ``training_record.added``.

    It is judged by the version of its day. Raises Conflict when the same attempt is
    on record, Invalid for a day to come or before the first version of the course.
    A day before the agent joined is taken: many train before the first day.
    """
    by.require(Permission.TRAINING_EDIT)
    agent = Agent.objects.select_related("organization").locked(agent.pk)
    if by.organization_id not in {None, agent.organization_id} or (
        course.organization_id != agent.organization_id
    ):
        raise NotAllowed("Training records are kept by the provider.")
    row = TrainingRecord(
        id=ids.uuid7(),
        agent=agent,
        course=course,
        score=completion.score,
        language=completion.language.strip(),
        mode=completion.mode,
        trainer=completion.trainer.strip(),
        recorded_by_id=by.user_id,
    )
    _judge(row, completion)
    _check_new(row)
    row.save(force_insert=True)
    refresh_certifications(record_id=row.pk)
    record(
        trail.RECORD_ADDED,
        by=by,
        about=_subject(row),
        facts={"completed_on": row.completed_on, "outcome": row.outcome},
        personal={"course": course.title},
    )
    return row


@transaction.atomic
def correct_record(
    row: TrainingRecord, *, by: AnyActor, correction: Correction, reason: str
) -> TrainingRecord:
    """Replace a record by a corrected one; the old one stays, marked superseded.

    Steps: lock; new record judged by the version of its day; old record points to
    it; certification; event ``training_record.corrected``. Raises Conflict for a
    record corrected before or one that would repeat another, Invalid without a
    reason, for a day to come or before the first version of the course.
    """
    by.require(Permission.TRAINING_EDIT)
    old = _replaceable(row, by=by, reason=reason)
    new = _successor(old, by=by, reason=reason)
    new.score = correction.score
    _judge(new, correction)
    _check_new(new, besides=old)
    _replace(old, new)
    record(
        trail.RECORD_CORRECTED,
        by=by,
        about=_subject(new),
        facts={"superseded": old.pk},
        personal={"course": old.course.title, "reason": new.correction_reason},
    )
    return new


@transaction.atomic
def withdraw_record(
    row: TrainingRecord, *, by: AnyActor, reason: str
) -> TrainingRecord:
    """Say that an attempt never was; the record stays, and one that says so takes
    its place. Event ``training_record.withdrawn``.

    Raises Conflict for a record corrected before, Invalid without a reason.
    """
    by.require(Permission.TRAINING_EDIT)
    return withdraw(row, by=by, reason=reason)


def withdraw(row: TrainingRecord, *, by: AnyActor, reason: str) -> TrainingRecord:
    """The same for a job that asked for another permission."""
    old = _replaceable(row, by=by, reason=reason)
    new = _successor(old, by=by, reason=reason)
    new.score, new.outcome = old.score, Outcome.WITHDRAWN
    new.completed_on, new.course_version = old.completed_on, old.course_version
    _check_new(new)
    _replace(old, new)
    record(
        trail.RECORD_WITHDRAWN,
        by=by,
        about=_subject(new),
        facts={"withdrawn": old.pk},
        personal={"course": old.course.title, "reason": new.correction_reason},
    )
    return new


def _replaceable(row: TrainingRecord, *, by: AnyActor, reason: str) -> TrainingRecord:
    old = TrainingRecord.objects.select_related(
        "agent__organization", "course", "course_version"
    ).locked(row.pk)
    if by.organization_id not in {None, old.agent.organization_id}:
        raise NotAllowed("Training records are kept by the provider.")
    if old.superseded_by_id is not None:
        raise Conflict("The record was corrected before. Correct the newer one.")
    if old.outcome == Outcome.WITHDRAWN:
        raise Conflict("The record was withdrawn. Add a new one instead.")
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": ["Say why the record was wrong."]})
    return old


def _successor(old: TrainingRecord, *, by: AnyActor, reason: str) -> TrainingRecord:
    return TrainingRecord(
        id=ids.uuid7(),
        agent=old.agent,
        course=old.course,
        language=old.language,
        mode=old.mode,
        trainer=old.trainer,
        signed_on=old.signed_on,
        source_import_id=old.source_import_id,
        source_row=old.source_row,
        correction_reason=reason.strip(),
        recorded_by_id=by.user_id,
    )


def _judge(row: TrainingRecord, stated: Correction | Completion) -> None:
    """Set days and outcome, the last one by the version in effect on the day."""
    day, outcome = stated.completed_on, stated.outcome
    today = clock.today(row.agent.organization.time_zone)
    if day > today:
        text = "The day of completion is today or earlier."
        raise Invalid(text, fields={"completed_on": [text]})
    version = rules.version_on(queries.version_terms(row.course), day)
    if version is None:
        text = "No version of the course was in effect on that day."
        raise Invalid(text, fields={"completed_on": [text]})
    rules.check_signed(stated.signed_on, completed_on=day, today=today)
    row.completed_on, row.outcome, row.course_version_id = day, outcome, version.pk
    row.signed_on = stated.signed_on
    if outcome == Outcome.PASSED:
        row.valid_until = rules.valid_until(
            day, version.validity_months, window_starts_on=version.window_starts_on
        )


def _check_new(row: TrainingRecord, *, besides: TrainingRecord | None = None) -> None:
    same = TrainingRecord.objects.filter(
        agent=row.agent,
        course=row.course,
        completed_on=row.completed_on,
        outcome=row.outcome,
        superseded_by=None,
    )
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if same.exists():
        text = "The same attempt is on record for that day."
        raise Conflict(text, fields={"completed_on": [text]})


def _replace(old: TrainingRecord, new: TrainingRecord) -> None:
    """The natural key is unique among live records, so the old one steps aside first;
    the reference is checked when the transaction ends."""
    old.superseded_by_id = new.pk
    old.save(update_fields=["superseded_by"])
    new.save(force_insert=True)
    refresh_certifications(record_id=new.pk)


def _subject(row: TrainingRecord) -> Subject:
    owner = row.agent.organization_id
    return Subject(obj=row, organization_id=owner, visible_to=frozenset({owner}))
