"""Rosters: uploaded, read, shown, confirmed, committed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Gone, Invalid
from apps.core.tables import BadValue, UnreadableTable, check_plausible
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.workforce import queries, trail
from apps.workforce.actions import staging, table_imports
from apps.workforce.actions.applying import Writer
from apps.workforce.actions.reading import (
    OpenFile,
    account_of,
    opened,
    plan_all,
    preview,
    stage,
)
from apps.workforce.actions.sites import require_own
from apps.workforce.models import RosterImport, RosterMapping
from apps.workforce.rules import (
    PLANNING_DAYS,
    fingerprint,
    leavers_to_confirm,
    understood,
)

IMPORTER = system("workforce.import", {Permission.WORKFORCE_IMPORT})


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
    speaks of; today where it is not given). Reading follows in a job. Raises Invalid
    for a day no file can speak of: in it nobody would work, or nobody have left.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    require_own(by, organization)
    if as_of is not None:
        _check_day(as_of, today=clock.today(organization.time_zone))
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


def _check_day(day: date, *, today: date) -> None:
    """The same bounds as the days in the file."""
    try:
        check_plausible(day, not_after=today + timedelta(days=PLANNING_DAYS))
    except BadValue as error:
        raise Invalid(error.message, fields={"as_of": [error.message]}) from error


def read_roster(job: RosterImport, *, by: AnyActor = IMPORTER) -> RosterImport:
    """Read the file and keep the preview: what was understood, what would happen.

    Does nothing to an import that was read before. A file that cannot be read closes
    the import with the sentence that says why; event ``roster.refused``.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    if job.state != "reading":
        return job
    try:
        with table_imports.alone(job) as is_mine:
            return _read(job) if is_mine else job
    except (UnreadableTable, Gone) as error:
        return _refused(job, error.message, by=by)


def _read(job: RosterImport) -> RosterImport:
    with opened(job) as file:
        return preview(job, file)


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
    table_imports.remap(job, columns=columns, date_order=date_order, sheet=sheet)
    record(
        trail.ROSTER_REMAPPED,
        by=by,
        about=_subject(job),
        personal={"file_name": job.file_name},
    )
    return job


@transaction.atomic
def confirm_roster(
    job: RosterImport, *, by: AnyActor, leavers: int | None = None
) -> RosterImport:
    """Say yes to the preview; event ``roster.confirmed``. The commit is a job.

    ``leavers`` is the number of people a person agrees have left; it is asked where
    a complete file lets many leave. How the columns were read is remembered for
    files with the same header. Raises Conflict when the import is past preview or
    still asks something, Invalid for another number.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    job = _held(job, by)
    table_imports.check_waiting(job)
    table_imports.check_answered(job)
    _check_leavers(job, leavers)
    job.confirmed_at = clock.now()
    job.leavers_confirmed = job.account["left"]
    _remember(job)
    job.mapping = table_imports.pinned(job)
    job.save(update_fields=["confirmed_at", "leavers_confirmed", "mapping"])
    record(
        trail.ROSTER_CONFIRMED,
        by=by,
        about=_subject(job),
        facts={"leavers": job.leavers_confirmed},
        personal={"file_name": job.file_name},
        documents=[job.file.sha256],
    )
    return job


def _check_leavers(job: RosterImport, stated: int | None) -> None:
    asked = leavers_to_confirm(job.account["left"], job.understood.get("working", 0))
    if asked and stated != asked:
        text = f"Type {asked} to confirm that so many agents have left."
        raise Invalid(text, fields={"leavers": [text]})


def _remember(job: RosterImport) -> None:
    """Keep the columns and the order of dates for files with this header."""
    header = fingerprint(job.understood.get("header", []))
    known = queries.remembered_mapping(job.organization, header)
    columns = {
        match["field"]: match["index"] for match in job.understood.get("columns", [])
    }
    columns |= job.mapping.get("columns") or {}
    order = job.mapping.get("date_order") or known.get("date_order", "")
    RosterMapping.objects.update_or_create(
        organization=job.organization,
        header_sha256=header,
        defaults={"mapping": {"columns": columns, "date_order": order}},
    )


def commit_roster(job: RosterImport, *, by: AnyActor = IMPORTER) -> RosterImport:
    """Write a confirmed roster: all of it in one transaction, or nothing.

    Reads the file again, then: locks the organization (two imports never
    interleave), compares with what is recorded now, writes, keeps the account;
    events ``roster.imported`` and one ``assignments.changed`` an engagement. Closes
    the import with a sentence where more people would leave than were confirmed.
    Does nothing to an import that is not waiting for its commit, so a job that runs
    twice writes once.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    if job.state != "committing":
        return job
    try:
        with table_imports.alone(job) as is_mine:
            return _written(job, by=by) if is_mine else job
    except (UnreadableTable, Gone) as error:
        return _refused(job, error.message, by=by)


# -- Writing ------------------------------------------------------------------


def _written(job: RosterImport, *, by: AnyActor) -> RosterImport:
    with opened(job) as file:
        return _commit(job, file, by=by)


def _commit(job: RosterImport, file: OpenFile, *, by: AnyActor) -> RosterImport:
    if asked := file.questions:
        return _refused(job, " ".join(asked.values()), by=by)
    stage(job, file, to_write=True)
    try:
        _write(job, file, by=by)
    except _MoreLeave as error:
        return _refused(job, error.message, by=by)
    staging.drop()
    return job


@transaction.atomic
def _write(job: RosterImport, file: OpenFile, *, by: AnyActor) -> None:
    Organization.objects.locked(job.organization_id)
    held = RosterImport.objects.locked(job.pk)
    if held.state != "committing":
        return
    writer = Writer(job.organization)
    plan_all(job, file, writer=writer)
    _check_nobody_more_leaves(job, len(file.plan.left))
    account = account_of(file.plan)
    table_imports.finished(
        job,
        account=account,
        problems=understood.stored(file.plan.problems),
        rows=file.table.info.row_count,
    )
    writer.record_changes(by=by)
    facts = {key: account[key] for key in ("read", "imported", "updated", "left")}
    facts |= {"unchanged": account["unchanged"], "refused": account["refused_total"]}
    record(
        trail.ROSTER_IMPORTED,
        by=by,
        about=_subject(job),
        facts=facts,
        personal={"file_name": job.file_name},
        documents=[job.file.sha256],
    )


class _MoreLeave(Invalid):
    """Between preview and commit the roster moved; nobody agreed to that."""


def _check_nobody_more_leaves(job: RosterImport, count: int) -> None:
    agreed = job.leavers_confirmed
    if agreed is not None and count > agreed:
        raise _MoreLeave(
            f"{agreed:,} leavers were confirmed and now {count:,} would leave, for the "
            "roster changed in between. Upload the file again and look at the preview."
        )


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
