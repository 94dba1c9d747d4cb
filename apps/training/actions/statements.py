"""xAPI statements as an import: preview, commit, and what voids a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import clock, ids
from apps.core.tables import ProblemLog
from apps.evidence import queries as evidence
from apps.tenancy.actor import AnyActor
from apps.tenancy.models import Organization
from apps.training import importer, queries
from apps.training.actions import staging
from apps.training.actions.certifications import refresh_certifications
from apps.training.actions.noting import note_imported
from apps.training.actions.reading import settle_account
from apps.training.actions.records import withdraw
from apps.training.importer import Sent, Taken
from apps.training.models import Statement, TrainingImport, TrainingRecord
from apps.workforce.actions import table_imports
from apps.workforce.rules import understood

VOIDED = "An xAPI statement voided it."


@dataclass
class _Found:
    """What a file of statements holds."""

    elements: list[Sent]
    taken: list[Taken] = field(default_factory=list)
    reading: importer.Reading = field(default_factory=importer.Reading)
    log: ProblemLog = field(
        default_factory=lambda: ProblemLog(TrainingImport.MAX_PROBLEMS)
    )

    @property
    def account(self) -> dict[str, Any]:
        voiding = sum(each.voids is not None for each in self.taken)
        self.reading.account.extra = {
            "voided": voiding,
            "problems_total": self.log.total,
        }
        return self.reading.account.as_json()


def are_in(job: TrainingImport) -> bool:
    """Whether the file of an import holds JSON, by its name."""
    return job.file_name.casefold().endswith(".json")


def preview(job: TrainingImport) -> TrainingImport:
    """Keep what would happen; the import waits for a person. Raises UnreadableTable."""
    found = _read(job)
    _settle(found, staging.compare(repeated=_staged(found)))
    staging.drop()
    unknown = found.reading.unknown_courses
    return table_imports.previewed(
        job,
        understood={
            "kind": "xapi",
            "row_count": len(found.elements),
            "header": [],
            "columns": [],
            "questions": {},
            "unknown_courses": {
                name: {"rows": rows, "first": ""} for name, (rows, _) in unknown.items()
            },
            "not_completed": dict(found.reading.not_completed.most_common(20)),
        },
        account=found.account,
        problems=understood.stored(found.log),
    )


@transaction.atomic
def commit(job: TrainingImport, *, by: AnyActor) -> TrainingImport:
    """Write what is new, keep every statement taken, withdraw what is void.

    All of it or nothing, under the lock of the organization; event
    ``training.imported``. Raises UnreadableTable.
    """
    Organization.objects.locked(job.organization_id)
    held = TrainingImport.objects.locked(job.pk)
    if held.state != "committing":
        return held
    found = _read(job)
    _settle(found, staging.merge(job_id=job.pk, repeated=_staged(found)))
    staging.drop()
    kept = _kept(job, found.taken)
    _void([each for each in kept if each.voids_id], by=by)
    refresh_certifications(job_id=job.pk)
    account = found.account
    table_imports.finished(
        job,
        account=account,
        problems=understood.stored(found.log),
        rows=len(found.elements),
    )
    note_imported(job, account, by=by)
    return job


def _read(job: TrainingImport) -> _Found:
    with evidence.opened(job.file) as handle:
        content = handle.read(importer.MAX_JSON_BYTES + 1)
    found = _Found(importer.sent(content))
    zone = job.organization.time_zone
    found.taken = importer.take(
        found.elements,
        directory=queries.directory(job.organization, course=None),
        zone=zone,
        today=clock.today(zone),
        known=queries.known_statements(job.organization, found.elements),
        reading=found.reading,
        problems=found.log,
    )
    return found


def _staged(found: _Found) -> int:
    return staging.load(each.row for each in found.taken if each.row is not None)


def _settle(found: _Found, comparison: staging.Comparison) -> None:
    account = found.reading.account
    settle_account(account, comparison)
    account.updated += sum(each.voids is not None for each in found.taken)


def _kept(job: TrainingImport, taken: Iterable[Taken]) -> list[Statement]:
    """Keep every statement with the record it says; those voided come first."""
    taken = list(taken)
    records = _records([each for each in taken if each.row is not None])
    targets = [each.voids for each in taken if each.voids is not None]
    known = queries.statements_by_id(job.organization, targets)
    rows = []
    for each in taken:
        row = Statement(
            id=ids.uuid7(),
            organization=job.organization,
            statement_id=each.statement_id,
            sha256=each.sha256,
            source_import=job,
            source_row=each.number,
            record_id=records.get(_key(each)) if each.row else None,
            voids=known[each.voids] if each.voids else None,
        )
        known[each.statement_id] = row
        rows.append(row)
    Statement.objects.bulk_create(rows)
    return rows


def _key(each: Taken) -> tuple[object, ...]:
    row = each.row
    assert row is not None  # noqa: S101 - asked by both callers
    return (row.agent_id, row.course_id, row.completed_on, row.outcome.value)


def _records(taken: list[Taken]) -> dict[tuple[object, ...], UUID]:
    """The live record of each statement by its natural key. One query."""
    rows = [each.row for each in taken if each.row is not None]
    found = TrainingRecord.objects.filter(
        superseded_by=None,
        agent__in={row.agent_id for row in rows},
        completed_on__in={row.completed_on for row in rows},
    ).values_list("agent", "course", "completed_on", "outcome", "pk")
    return {tuple(key): pk for *key, pk in found}


def _void(voiding: list[Statement], *, by: AnyActor) -> None:
    """Withdraw each record that rested on statements alone and has none left."""
    targets = [each.voids for each in voiding if each.voids is not None]
    records = {each.record_id for each in targets if each.record_id is not None}
    live = TrainingRecord.objects.filter(pk__in=records, superseded_by=None)
    for row in live.filter(pk__in=queries.records_without_statements(records)):
        withdraw(row, by=by, reason=VOIDED)
