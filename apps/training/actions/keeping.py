"""Legal holds on training records, and destroying what nothing keeps any more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.evidence import actions as evidence
from apps.evidence.models import Attachment, StoredFile
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.training import queries, rules, trail
from apps.training.models import (
    Certification,
    Destruction,
    Statement,
    TrainingHold,
    TrainingImport,
    TrainingRecord,
)
from apps.workforce.models import Agent

_DELETE = "DELETE FROM training_trainingrecord WHERE id = ANY(%s)"
EVERYBODY = "the whole organization"


@transaction.atomic
def place_training_hold(
    *, by: Actor, reason: str, agent: Agent | None = None
) -> TrainingHold:
    """Keep the training records of an agent, or of everybody, whatever their
    retention says; event ``training_hold.placed``.

    NotAllowed unless a manager of the provider; Conflict while the same hold runs.
    """
    by.require(Permission.ASSURANCE_EDIT)
    if agent is not None and agent.organization_id != by.organization_id:
        raise NotAllowed("Training records are kept by the provider.")
    reason = rules.check_reason(reason)
    Organization.objects.locked(by.organization_id)
    running = TrainingHold.objects.filter(
        organization=by.organization, agent=agent, released_at=None
    )
    if running.exists():
        raise Conflict("Such a hold is running. Release it before a new one.")
    hold = TrainingHold(
        organization=by.organization, agent=agent, reason=reason, placed_by=by.user
    )
    hold.save(force_insert=True)
    _note_hold(trail.HOLD_PLACED, hold, by=by, reason=reason)
    return hold


@transaction.atomic
def release_training_hold(
    hold: TrainingHold, *, by: Actor, reason: str
) -> TrainingHold:
    """End a hold and say why; event ``training_hold.released``. NotAllowed,
    Conflict when it has ended."""
    by.require(Permission.ASSURANCE_EDIT)
    if hold.organization_id != by.organization_id:
        raise NotAllowed("Training records are kept by the provider.")
    reason = rules.check_reason(reason)
    row = TrainingHold.objects.select_related("agent").locked(hold.pk)
    if row.released_at is not None:
        raise Conflict("The hold was released before.")
    row.released_at, row.released_by = clock.now(), by.user
    row.release_reason = reason
    row.save(update_fields=["released_at", "released_by", "release_reason"])
    _note_hold(trail.HOLD_RELEASED, row, by=by, reason=reason)
    return row


def _note_hold(verb: Any, hold: TrainingHold, *, by: Actor, reason: str) -> None:
    record(
        verb,
        by=by,
        about=Subject(
            obj=hold,
            organization_id=hold.organization_id,
            visible_to=frozenset({hold.organization_id}),
        ),
        personal={
            "subject": str(hold.agent) if hold.agent else EVERYBODY,
            "reason": reason,
        },
    )


@transaction.atomic
def destroy_past_retention(*, by: Actor, reason: str) -> Destruction:
    """Destroy records past their retention, the imports and files nothing rests on.

    At most ``queries.BATCH`` records a time. Steps: lock; ask again what nothing
    keeps; detach certificates; statements, certifications, records, imports; bytes
    of files without any other use; a record of it all; event
    ``training_records.destroyed``. NotAllowed, Invalid without a reason, Conflict
    when there is nothing.
    """
    by.require(Permission.ASSURANCE_EDIT)
    reason = rules.check_reason(reason)
    organization = Organization.objects.locked(by.organization_id)
    today = clock.today(organization.time_zone)
    past = [each.record for each in queries.past_retention(organization, today=today)]
    ids = [row.pk for row in past]
    imports = queries.imports_past_retention(organization, today=today, without=ids)
    if not past and not imports:
        raise Conflict("Nothing has passed its retention, or a hold keeps it.")
    items: dict[str, list[dict[str, str]]] = {
        "records": [_of_record(row) for row in past],
        "imports": [{"id": str(row.pk), "sha256": row.file.sha256} for row in imports],
    }
    files = [*_detached(past, by=by), *(row.file for row in imports)]
    _delete(past, imports)
    items["files"] = _destroyed(files, by=by, reason=reason)
    return _noted(items, by=by, reason=reason)


def _of_record(row: TrainingRecord) -> dict[str, str]:
    return {
        "id": str(row.pk),
        "agent": str(row.agent_id),
        "course": row.course.code,
        "completed_on": row.completed_on.isoformat(),
        "outcome": row.outcome,
        "created_at": row.created_at.isoformat(),
    }


def _detached(rows: Iterable[TrainingRecord], *, by: Actor) -> list[StoredFile]:
    attached: list[Attachment] = []
    for found in queries.certificates_of(rows).values():
        attached += found
    return [evidence.end_attachment(each, by=by).file for each in attached]


def _delete(
    records: Iterable[TrainingRecord], imports: Iterable[TrainingImport]
) -> None:
    """Rows that point at others go first; the trail keeps what they said."""
    gone = [row.pk for row in records]
    jobs = [row.pk for row in imports]
    said = Statement.objects.filter(record__in=gone)
    said |= Statement.objects.filter(source_import__in=jobs)
    statements = list(said.values_list("pk", flat=True))
    Statement.objects.filter(voids__in=statements).delete()
    Statement.objects.filter(pk__in=statements).delete()
    Certification.objects.filter(record__in=gone).delete()
    # In SQL: records point at each other, which is asked when the transaction ends.
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, [gone])
    TrainingImport.objects.filter(pk__in=jobs).delete()


def _destroyed(
    files: Iterable[StoredFile], *, by: Actor, reason: str
) -> list[dict[str, str]]:
    """Those another use or a longer retention keeps stay."""
    gone = []
    for file in {each.pk: each for each in files}.values():
        try:
            evidence.destroy(file, by=by, reason=reason)
        except Conflict:
            continue
        gone.append({"id": str(file.pk), "sha256": file.sha256})
    return gone


def _noted(
    items: dict[str, list[dict[str, str]]], *, by: Actor, reason: str
) -> Destruction:
    row = Destruction(
        organization=by.organization,
        destroyed_by=by.user,
        destroyed_on=clock.today(by.organization.time_zone),
        reason=reason,
        record_count=len(items["records"]),
        import_count=len(items["imports"]),
        file_count=len(items["files"]),
        items=items,
    )
    row.save(force_insert=True)
    record(
        trail.RECORDS_DESTROYED,
        by=by,
        about=Subject(
            obj=row,
            organization_id=by.organization_id,
            visible_to=frozenset({by.organization_id}),
        ),
        facts={
            "records": row.record_count,
            "imports": row.import_count,
            "files": row.file_count,
        },
        personal={"reason": reason},
        documents=[each["sha256"] for each in items["files"]],
    )
    return row
