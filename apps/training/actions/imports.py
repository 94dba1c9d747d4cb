"""Training files: uploaded, read, shown, corrected, confirmed, committed."""

from __future__ import annotations

from django.db import transaction

from apps.core import clock
from apps.core.errors import Gone, Invalid, NotAllowed
from apps.core.tables import DateOrder, UnreadableTable
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.training import importer, trail
from apps.training.actions import staging, statements
from apps.training.actions.certifications import refresh_certifications
from apps.training.actions.noting import note, note_imported, refused
from apps.training.actions.reading import (
    FileReading,
    OpenFile,
    account_of,
    opened,
    preview,
    settle,
    staged,
)
from apps.training.models import ColumnMapping, Course, TrainingImport
from apps.workforce.actions import table_imports
from apps.workforce.rules import (
    fingerprint,
    understood,
)

IMPORTER = system("training.import", {Permission.TRAINING_IMPORT})


@transaction.atomic
def upload_training(
    *,
    by: AnyActor,
    organization: Organization,
    file: StoredFile,
    course: Course | None = None,
    file_name: str = "",
    reading: FileReading | None = None,
) -> TrainingImport:
    """Start the import of a stored file; event ``training.uploaded``.

    ``course`` is given for a report of one course that does not name it; ``reading``
    where it is known how the file is read. The reading itself follows in a job.
    """
    by.require(Permission.TRAINING_IMPORT)
    _require_own(by, organization, course)
    reading = reading or FileReading()
    _check_reading(reading)
    job = TrainingImport(
        organization=organization,
        file=file,
        file_name=file_name or file.name,
        uploaded_by_id=by.user_id,
        course=course,
        mapping=reading.as_json(),
    )
    job.save(force_insert=True)
    note(trail.TRAINING_UPLOADED, job, by=by)
    return job


def read_training(job: TrainingImport, *, by: AnyActor = IMPORTER) -> TrainingImport:
    """Read the file and keep the preview: what was understood, what would happen.

    Does nothing to an import that was read before. A file that cannot be read closes
    the import with the sentence that says why; event ``training.refused``.
    """
    by.require(Permission.TRAINING_IMPORT)
    if job.state != "reading":
        return job
    try:
        with table_imports.alone(job) as is_mine:
            return _read(job) if is_mine else job
    except (UnreadableTable, Gone) as error:
        return refused(job, error.message, by=by)


def _read(job: TrainingImport) -> TrainingImport:
    if statements.are_in(job):
        return statements.preview(job)
    with opened(job) as file:
        return preview(job, file)


@transaction.atomic
def remap_training(
    job: TrainingImport,
    *,
    by: AnyActor,
    reading: FileReading,
    course: Course | None = None,
) -> TrainingImport:
    """Correct how the file is read, and read it again; event ``training.remapped``.

    Raises Conflict past preview, Invalid for a field or a date order nobody knows.
    """
    by.require(Permission.TRAINING_IMPORT)
    _require_own(by, job.organization, course)
    _check_reading(reading)
    job = _held(job)
    table_imports.check_waiting(job)
    job.mapping, job.course, job.previewed_at = reading.as_json(), course, None
    job.save(update_fields=["mapping", "course", "previewed_at"])
    note(trail.TRAINING_REMAPPED, job, by=by)
    return job


@transaction.atomic
def reread_training(job: TrainingImport, *, by: AnyActor) -> TrainingImport:
    """Read again what waits in preview, with what courses are called by now; event
    ``training.remapped``. Raises Conflict past preview."""
    by.require(Permission.TRAINING_IMPORT)
    _require_own(by, job.organization, None)
    job = _held(job)
    table_imports.check_waiting(job)
    job.previewed_at = None
    job.save(update_fields=["previewed_at"])
    note(trail.TRAINING_REMAPPED, job, by=by)
    return job


@transaction.atomic
def confirm_training(
    job: TrainingImport, *, by: AnyActor, mapping: FileReading | None = None
) -> TrainingImport:
    """Say yes to the preview; event ``training.confirmed``. The commit is a job.

    ``mapping`` replaces how the file is read; without it the preview stands. The
    columns are remembered for files with the same header. Raises Conflict when the
    import is past preview or still asks something.
    """
    by.require(Permission.TRAINING_IMPORT)
    _require_own(by, job.organization, None)
    job = _held(job)
    table_imports.check_waiting(job)
    if mapping is not None:
        _check_reading(mapping)
        job.mapping = mapping.as_json()
    else:
        table_imports.check_answered(job)
        job.mapping = table_imports.pinned(job)
    job.confirmed_at = clock.now()
    job.save(update_fields=["mapping", "confirmed_at"])
    _remember(job)
    note(trail.TRAINING_CONFIRMED, job, by=by)
    return job


def commit_training(job: TrainingImport, *, by: AnyActor = IMPORTER) -> TrainingImport:
    """Write a confirmed file: all of it in one transaction, or nothing.

    Stages the rows in a temporary table, then: locks the organization (two imports
    never interleave), writes what is new or corrects, brings certifications in step,
    keeps the account; event ``training.imported``. Does nothing to an import that is
    not waiting for its commit, so a job that runs twice writes once.
    """
    by.require(Permission.TRAINING_IMPORT)
    if job.state != "committing":
        return job
    try:
        with table_imports.alone(job) as is_mine:
            return _written(job, by=by) if is_mine else job
    except (UnreadableTable, Gone) as error:
        return refused(job, error.message, by=by)


@transaction.atomic
def take_statements(
    *, by: AnyActor, organization: Organization, file: StoredFile
) -> TrainingImport:
    """Read and write xAPI statements in one go, as a learning system sends them; the
    events of an upload. What cannot be taken stands in the account.

    The account is complete when this returns; the jobs that follow find nothing to
    do.
    """
    job = upload_training(by=by, organization=organization, file=file)
    job = read_training(job, by=by)
    if job.state == "preview":
        job = commit_training(confirm_training(job, by=by), by=by)
    return job


# -- Writing ------------------------------------------------------------------


def _written(job: TrainingImport, *, by: AnyActor) -> TrainingImport:
    if statements.are_in(job):
        return statements.commit(job, by=by)
    with opened(job) as file:
        return _commit(job, file, by=by)


def _commit(job: TrainingImport, file: OpenFile, *, by: AnyActor) -> TrainingImport:
    if asked := file.questions:
        return refused(job, " ".join(asked.values()), by=by)
    repeated = staged(job, file)
    with transaction.atomic():
        Organization.objects.locked(job.organization_id)
        held = TrainingImport.objects.locked(job.pk)
        if held.state != "committing":
            return held
        staging.join_whole(file.table.info.row_count)
        settle(file, staging.merge(job_id=job.pk, repeated=repeated))
        refresh_certifications(job_id=job.pk)
        account = account_of(file)
        table_imports.finished(
            job,
            account=account,
            problems=understood.stored(file.log),
            rows=file.table.info.row_count,
        )
        note_imported(job, account, by=by)
    staging.drop()
    return job


def _remember(job: TrainingImport) -> None:
    """Keep the columns for files with this header."""
    header = job.understood.get("header", [])
    if not header:
        return
    columns = {
        match["field"]: match["index"] for match in job.understood.get("columns", [])
    }
    columns |= job.mapping.get("columns") or {}
    ColumnMapping.objects.update_or_create(
        organization=job.organization,
        header_sha256=fingerprint(header),
        defaults={"mapping": {"columns": columns}},
    )


def _check_reading(reading: FileReading) -> None:
    known = {each.name for each in importer.FIELDS}
    unknown = sorted(set(reading.columns) - known)
    if unknown:
        raise Invalid(
            f"There is no field {unknown[0]}. Choose one of {', '.join(sorted(known))}."
        )
    if reading.date_order not in {"", *DateOrder} or (
        reading.date_order == DateOrder.UNKNOWN
    ):
        raise Invalid("The date order is day_first, month_first or iso.")


def _require_own(
    by: AnyActor, organization: Organization, course: Course | None
) -> None:
    if by.organization_id not in {None, organization.pk}:
        raise NotAllowed("Training records are kept by the provider itself.")
    if course is not None and course.organization_id != organization.pk:
        raise NotAllowed("The course is not one of the provider.")


def _held(job: TrainingImport) -> TrainingImport:
    held = TrainingImport.objects.locked(job.pk)
    held.organization, held.file = job.organization, job.file
    return held
