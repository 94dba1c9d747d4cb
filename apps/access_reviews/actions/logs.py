"""Access logs: a sample handed in, its columns mapped, audited, deleted, reported.

A log may name patients. So its bytes are held apart from evidence, given to nobody,
and deleted as soon as the audit is done or refused, at the latest after a day.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from apps.access_reviews import queries, rules, trail
from apps.access_reviews.actions.opened_log import opened_log
from apps.access_reviews.actions.systems import own_subject, require_own
from apps.access_reviews.models import LogAudit, System
from apps.audit.actions import record
from apps.audit.verbs import Verb
from apps.core import clock, ids
from apps.core.dates import local_date
from apps.core.errors import Conflict, Invalid
from apps.core.tables import DateOrder, UnreadableTable
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.actor import system as job_actor
from apps.tenancy.enums import Permission
from apps.workforce.actions import table_imports

LOGGER = job_actor(
    "access_reviews.logs", {Permission.ACCESS_IMPORT, Permission.EVIDENCE_ADD}
)
FOLDER = "held-logs"
HELD = timedelta(days=1)
EXPIRED = (
    "Nobody confirmed the columns of this sample within a day, so it was deleted. "
    "Upload it again."
)


@dataclass(frozen=True, slots=True)
class LogStatement:
    """What the person states: the period the log covers, and the working hours.

    ``zone`` is that of the hours, and of times in the log that name no offset.
    ``last_on`` is the last day, inclusive. ``weekdays`` count from Monday, 0.
    """

    zone: str
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens: time = time(8)
    closes: time = time(18)
    gap_hours: int = rules.GAP_HOURS
    first_on: date | None = None
    last_on: date | None = None


@transaction.atomic
def upload_log(
    system: System,
    *,
    by: AnyActor,
    content: File[bytes],
    file_name: str,
    statement: LogStatement,
) -> LogAudit:
    """Hold a sample of the system's access log; event ``access_log.uploaded``.

    Reading its header follows in a job. Raises Invalid for terms that mean nothing,
    or a file that is empty or too large.
    """
    by.require(Permission.ACCESS_IMPORT)
    require_own(by, system.organization)
    stated = asdict(statement) | {"weekdays": sorted(statement.weekdays)}
    job = LogAudit(
        organization=system.organization,
        system=system,
        uploaded_by_id=by.user_id,
        file_name=Path(file_name).name[:255],
        **stated,
    )
    rules.check_terms(queries.terms_of(job))
    job.size, job.sha256 = _measured(content)
    job.held = default_storage.save(f"{FOLDER}/{ids.uuid7()}", content)
    job.save(force_insert=True)
    record(
        trail.LOG_UPLOADED,
        by=by,
        about=own_subject(job, job.organization_id),
        facts={"size": job.size, "file_sha256": job.sha256},
        personal={"file_name": job.file_name, "system": system.name},
        documents=[job.sha256],
    )
    return job


def _measured(content: File[bytes]) -> tuple[int, str]:
    if not 0 < content.size <= settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        text = f"The file is empty or larger than {most} MB. Upload a shorter sample."
        raise Invalid(text, fields={"file": [text]})
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    return content.size, digest.hexdigest()


def read_log(job: LogAudit, *, by: AnyActor = LOGGER) -> LogAudit:
    """Read the header and keep which column is which field; nothing of the rows.

    Does nothing to an audit that was read before. A file that is no table closes it
    and is deleted; event ``access_log.refused``.
    """
    by.require(Permission.ACCESS_IMPORT)
    if job.state != "reading":
        return job
    try:
        with opened_log(job) as file:
            return table_imports.previewed(
                job, understood=file.description(), account={}, problems=[]
            )
    except UnreadableTable as error:
        return _refused(job, error.message, by=by)


@transaction.atomic
def confirm_log(
    job: LogAudit,
    *,
    by: AnyActor,
    columns: dict[str, int | None] | None = None,
    order: str = "",
) -> LogAudit:
    """Say which column is which, and have the log audited; event
    ``access_log.confirmed``. A field without a column counts as missing everywhere.

    Raises Conflict past preview, Invalid when no column holds the time or the order
    of its days is neither found nor given.
    """
    by.require(Permission.ACCESS_IMPORT)
    require_own(by, job.organization)
    held = LogAudit.objects.locked(job.pk)
    table_imports.check_waiting(held)
    taken = {each["field"]: each["index"] for each in held.understood["columns"]}
    chosen = taken if columns is None else columns
    _check_columns(held, chosen, order)
    held.mapping = {"columns": chosen, "date_order": order}
    held.confirmed_at = clock.now()
    held.save(update_fields=["mapping", "confirmed_at"])
    record(
        trail.LOG_CONFIRMED,
        by=by,
        about=own_subject(held, held.organization_id),
        personal={"system": job.system.name},
    )
    return held


def _check_columns(job: LogAudit, chosen: dict[str, int | None], order: str) -> None:
    if chosen.get("when") is None:
        text = "Name the column that holds the time; without it nothing can be checked."
        raise Invalid(text, fields={"when": [text]})
    found = order or job.understood["date_order"]
    if found == DateOrder.UNKNOWN:
        text = (
            "Days such as 03/04/2026 can be read two ways in this log. Say whether the "
            "day or the month comes first."
        )
        raise Invalid(text, fields={"date_order": [text]})


def audit_log(job: LogAudit, *, by: AnyActor = LOGGER) -> LogAudit:
    """Audit a confirmed sample and delete its bytes; event ``access_log.audited``.

    The file is read with nothing locked; a job that runs twice writes once.
    """
    by.require(Permission.ACCESS_IMPORT)
    if job.state != "committing":
        return job
    try:
        with opened_log(job) as file:
            found = rules.audit_log(
                file.events(),
                terms=queries.terms_of(job),
                people=queries.people_known(job.system),
            )
            rows = file.table.info.row_count
    except UnreadableTable as error:
        return _refused(job, error.message, by=by)
    return _keep(job, found, rows, by=by)


def _keep(
    job: LogAudit, found: rules.LogFindings, rows: int, *, by: AnyActor
) -> LogAudit:
    with transaction.atomic():
        held = LogAudit.objects.locked(job.pk)
        if held.state != "committing":
            return held
        held.system, held.organization = job.system, job.organization
        held.findings, held.rows_done = found.as_json(), rows
        held.committed_at = clock.now()
        name, held.held = held.held, ""
        held.save(update_fields=["findings", "rows_done", "committed_at", "held"])
        record(
            trail.LOG_AUDITED,
            by=by,
            about=own_subject(held, held.organization_id),
            facts={
                "read": found.read,
                "is_clean": found.is_clean,
                "gaps": len(found.gaps),
                "outside": found.outside.count,
                "unknown": found.unknown.count,
                "ended": found.ended.count,
                "file_sha256": held.sha256,
            },
            personal={"system": job.system.name},
            documents=[held.sha256],
        )
    default_storage.delete(name)
    return held


def _refused(job: LogAudit, sentence: str, *, by: AnyActor) -> LogAudit:
    with transaction.atomic():
        name, job.held = job.held, ""
        job.save(update_fields=["held"])
        table_imports.refuse(job, sentence)
        record(
            trail.LOG_REFUSED,
            by=by,
            about=own_subject(job, job.organization_id),
            personal={"file_name": job.file_name, "reason": sentence},
        )
    default_storage.delete(name)
    return job


def expire_logs(*, by: AnyActor = LOGGER) -> int:
    """Delete samples held for more than a day, and bytes no audit knows of; return
    how many. Event ``access_log.refused`` for each audit."""
    by.require(Permission.ACCESS_IMPORT)
    late = clock.now() - HELD
    rows = queries.held_too_long(late)
    for row in rows:
        _refused(row, EXPIRED, by=by)
    known, strays = queries.held_names(), 0
    for name in _names_stored():
        path = f"{FOLDER}/{name}"
        if path not in known and default_storage.get_modified_time(path) < late:
            default_storage.delete(path)
            strays += 1
    return len(rows) + strays


def _names_stored() -> list[str]:
    try:
        return default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return []


def render_log_report(job: LogAudit, *, by: AnyActor = LOGGER) -> LogAudit:
    """Make the report of an audit, once; event ``access_log.reported``. Laid out with
    nothing locked."""
    by.require(Permission.EVIDENCE_ADD)
    if job.state != "done" or job.file_id:
        return job
    content = queries.pdf_of_log(job)
    with transaction.atomic():
        held = LogAudit.objects.select_related("system").locked(job.pk)
        if held.file_id:
            return held
        held.file = store_file(
            by=by,
            organization=job.organization,
            name=f"access-log-audit-{job.created_at:%Y-%m-%d}.pdf",
            content=io.BytesIO(content),
            accept=FileKind.PDF_MADE,
        )
        held.save(update_fields=["file"])
        _record_report(trail.LOG_REPORTED, held, held.file, by=by)
    return held


def _record_report(
    verb: Verb, job: LogAudit, file: StoredFile, *, by: AnyActor
) -> None:
    record(
        verb,
        by=by,
        about=own_subject(job, job.organization_id),
        facts={"file_sha256": file.sha256},
        personal={"system": job.system.name},
        documents=[file.sha256],
    )


@dataclass(frozen=True, slots=True)
class LogProof:
    """What an audit proves of an activity: that it was done, when, with what result."""

    file: StoredFile
    done_on: date
    is_clean: bool
    summary: str


@transaction.atomic
def note_log_recorded(job: LogAudit, *, by: Actor) -> LogProof:
    """Note that the report becomes evidence of an activity, once, and return what it
    proves; event ``access_log.recorded``. Raises Conflict without a report or the
    second time."""
    by.require(Permission.ASSURANCE_EDIT)
    require_own(by, job.organization)
    held = LogAudit.objects.select_related("file", "system").locked(job.pk)
    if held.file is None or held.committed_at is None:
        raise Conflict("The report is not made yet. Reload the page in a moment.")
    if held.recorded_at is not None:
        raise Conflict("This audit is on record in the calendar already.")
    held.recorded_at, held.recorded_by = clock.now(), by.user
    held.save(update_fields=["recorded_at", "recorded_by"])
    _record_report(trail.LOG_RECORDED, held, held.file, by=by)
    return LogProof(
        file=held.file,
        done_on=local_date(held.committed_at, by.organization.time_zone),
        is_clean=held.findings["is_clean"],
        summary=queries.log_summary(held),
    )
