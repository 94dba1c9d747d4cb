"""Rosters: uploaded, read, shown, confirmed, committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Gone
from apps.core.tables import DateOrder, ProblemLog, TableFile, UnreadableTable
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.workforce import importer, queries, trail
from apps.workforce.actions import table_imports
from apps.workforce.actions.applying import apply_plan
from apps.workforce.actions.sites import require_own
from apps.workforce.models import RosterImport
from apps.workforce.rules import (
    Account,
    Cells,
    ColumnMatch,
    Confidence,
    RosterPlan,
    date_order,
    plan_roster,
    recognise,
    understood,
    with_choices,
)

IMPORTER = system("workforce.import", {Permission.WORKFORCE_IMPORT})
LEAVERS_SHOWN = 20


@transaction.atomic
def upload_roster(
    *,
    by: AnyActor,
    organization: Organization,
    file: StoredFile,
    is_complete: bool,
    as_of: date | None = None,
    file_name: str = "",
) -> RosterImport:
    """Start the import of a stored file; event ``roster.uploaded``.

    ``is_complete`` says whoever is missing has left, on ``as_of`` (the day the file
    speaks of; today where it is not given). Reading follows in a job.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    require_own(by, organization)
    job = RosterImport(
        organization=organization,
        file=file,
        file_name=file_name or file.name,
        uploaded_by_id=by.user_id,
        is_complete=is_complete,
        mapping={"as_of": as_of.isoformat()} if as_of else {},
    )
    job.save(force_insert=True)
    record(
        trail.ROSTER_UPLOADED,
        by=by,
        about=_subject(job),
        facts={"is_complete": is_complete},
        personal={"file_name": job.file_name},
        documents=[file.sha256],
    )
    return job


def read_roster(job: RosterImport, *, by: AnyActor = IMPORTER) -> RosterImport:
    """Read the file and keep the preview: what was understood, what would happen.

    Does nothing to an import that was read before. A file that cannot be read closes
    the import with the sentence that says why; event ``roster.refused``.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    if job.state != "reading":
        return job
    try:
        with _opened(job) as file:
            return _preview(job, file)
    except (UnreadableTable, Gone) as error:
        return _refused(job, error.message, by=by)


@transaction.atomic
def remap_roster(
    job: RosterImport,
    *,
    by: AnyActor,
    columns: dict[str, int | None],
    date_order: str = "",
    sheet: str = "",
) -> RosterImport:
    """Correct which column is which and read again. Raises Conflict past preview."""
    by.require(Permission.WORKFORCE_IMPORT)
    job = _held(job, by)
    table_imports.check_waiting(job)
    job.mapping = job.mapping | {
        "columns": columns,
        "date_order": date_order,
        "sheet": sheet,
    }
    job.previewed_at = None
    job.save(update_fields=["mapping", "previewed_at"])
    record(
        trail.ROSTER_REMAPPED,
        by=by,
        about=_subject(job),
        personal={"file_name": job.file_name},
    )
    return job


@transaction.atomic
def confirm_roster(job: RosterImport, *, by: AnyActor) -> RosterImport:
    """Say yes to the preview; event ``roster.confirmed``. The commit is a job.

    Raises Conflict when the import is past preview or still asks something.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    job = _held(job, by)
    table_imports.check_waiting(job)
    table_imports.check_answered(job)
    job.confirmed_at = clock.now()
    job.save(update_fields=["confirmed_at"])
    record(
        trail.ROSTER_CONFIRMED,
        by=by,
        about=_subject(job),
        personal={"file_name": job.file_name},
        documents=[job.file.sha256],
    )
    return job


def commit_roster(job: RosterImport, *, by: AnyActor = IMPORTER) -> RosterImport:
    """Write a confirmed roster: all of it in one transaction, or nothing.

    Reads the file again, then: locks the organization (two imports never
    interleave), compares with what is recorded now, writes, keeps the account;
    events ``roster.imported`` and one ``assignments.changed`` an engagement. Does
    nothing to an import that is not waiting for its commit, so a job that runs twice
    writes once.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    if job.state != "committing":
        return job
    try:
        with _opened(job) as file:
            return _commit(job, file, by=by)
    except (UnreadableTable, Gone) as error:
        return _refused(job, error.message, by=by)


# -- Reading ------------------------------------------------------------------


@dataclass
class _File:
    """An open file and how it is to be read."""

    table: TableFile
    columns: list[ColumnMatch]
    order: DateOrder
    day: date

    @property
    def questions(self) -> dict[str, str]:
        return importer.questions(self.columns, self.order)


@contextmanager
def _opened(job: RosterImport) -> Iterator[_File]:
    with table_imports.opened(job, fits=_fits) as table:
        columns = recognise(table.info.header, importer.FIELDS)
        if chosen := job.mapping.get("columns"):
            columns = with_choices(
                table.info.header, columns, chosen, confidence=Confidence.CHOSEN
            )
        dates = [
            match.index for match in columns if match.field in importer.DATE_FIELDS
        ]
        order = DateOrder(job.mapping.get("date_order") or date_order(table, dates))
        yield _File(table=table, columns=columns, order=order, day=_day(job))


def _fits(header: tuple[str, ...]) -> bool:
    columns = recognise(header, importer.FIELDS)
    return "columns" not in importer.questions(columns, DateOrder.ISO)


def _day(job: RosterImport) -> date:
    stated = job.mapping.get("as_of")
    if stated:
        return date.fromisoformat(stated)
    return clock.today(job.organization.time_zone)


def _read(job: RosterImport, file: _File) -> tuple[RosterPlan, importer.Reading]:
    """Rows of the file and an empty plan that already counts the unreadable ones."""
    cells = Cells(
        file.columns,
        order=file.order,
        serials=file.table.info.date_system,
        today=clock.today(job.organization.time_zone),
    )
    log = ProblemLog(RosterImport.MAX_PROBLEMS)
    log.extend(file.table.problems)
    reading = importer.read(
        table_imports.counted(job, file.table),
        cells=cells,
        directory=queries.directory(job.organization),
        problems=log,
    )
    understood.add_unread(reading.account, file.table.problems)
    plan = RosterPlan(day=file.day, account=reading.account, problems=log)
    plan.leavers_blocked = bool(reading.nameless)
    return plan, reading


def _planned(
    job: RosterImport, plan: RosterPlan, reading: importer.Reading
) -> RosterPlan:
    """Compare with what is recorded now. Two queries."""
    return plan_roster(
        reading.rows,
        agents=queries.known_agents(job.organization),
        assignments=queries.known_assignments(job.organization),
        plan=plan,
        missing_have_left=job.is_complete,
        seen=reading.seen,
    )


def _preview(job: RosterImport, file: _File) -> RosterImport:
    asked = file.questions
    if asked:
        plan = RosterPlan(file.day, Account(), ProblemLog())
        plan.problems.extend(file.table.problems)
    else:
        plan = _planned(job, *_read(job, file))
    description = understood.describe(
        file.table.info,
        fields=importer.FIELDS,
        columns=file.columns,
        order=file.order,
        first_rows=understood.first_rows(file.table),
    )
    description |= {"questions": asked, "day": file.day.isoformat()} | _leavers(plan)
    return table_imports.previewed(
        job,
        understood=description,
        account=_account(plan),
        problems=understood.stored(plan.problems),
    )


def _leavers(plan: RosterPlan) -> dict[str, Any]:
    return {
        "leavers": sorted(plan.left)[:LEAVERS_SHOWN],
        "leavers_more": max(0, len(plan.left) - LEAVERS_SHOWN),
        "leavers_blocked": plan.leavers_blocked,
        "kept": sorted(plan.kept)[:LEAVERS_SHOWN],
    }


def _account(plan: RosterPlan) -> dict[str, Any]:
    extra = {
        "left": len(plan.left),
        "returned": plan.returned,
        "kept": len(plan.kept),
        "problems_total": plan.problems.total,
    }
    return replace(plan.account, extra=extra).as_json()


# -- Writing ------------------------------------------------------------------


def _commit(job: RosterImport, file: _File, *, by: AnyActor) -> RosterImport:
    asked = file.questions
    if asked:
        return _refused(job, " ".join(asked.values()), by=by)
    plan, reading = _read(job, file)
    with transaction.atomic():
        Organization.objects.locked(job.organization_id)
        held = RosterImport.objects.locked(job.pk)
        if held.state != "committing":
            return held
        plan = _planned(job, plan, reading)
        apply_plan(job, plan, by=by)
        account = _account(plan)
        table_imports.finished(
            job,
            account=account,
            problems=understood.stored(plan.problems),
            rows=file.table.info.row_count,
        )
        facts = {key: account[key] for key in ("read", "imported", "updated", "left")}
        facts |= {
            "unchanged": account["unchanged"],
            "refused": account["refused_total"],
        }
        record(
            trail.ROSTER_IMPORTED,
            by=by,
            about=_subject(job),
            facts=facts,
            personal={"file_name": job.file_name},
            documents=[job.file.sha256],
        )
    return job


@transaction.atomic
def _refused(job: RosterImport, sentence: str, *, by: AnyActor) -> RosterImport:
    table_imports.refuse(job, sentence)
    record(
        trail.ROSTER_REFUSED,
        by=by,
        about=_subject(job),
        personal={"file_name": job.file_name, "reason": sentence},
        documents=[job.file.sha256],
    )
    return job


def _held(job: RosterImport, by: AnyActor) -> RosterImport:
    """The import locked, after its organization was found to be the actor's own."""
    require_own(by, job.organization)
    held = RosterImport.objects.locked(job.pk)
    held.organization, held.file = job.organization, job.file
    return held


def _subject(job: RosterImport) -> Subject:
    return Subject(
        obj=job,
        organization_id=job.organization_id,
        visible_to=frozenset({job.organization_id}),
    )
