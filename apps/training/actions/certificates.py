"""Certificate files handed in together and attached, by a job, to what they prove."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import BinaryIO, cast
from uuid import UUID

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.errors import Gone, Invalid, NotAllowed
from apps.evidence import actions as evidence
from apps.evidence import queries as stored_evidence
from apps.evidence.actions import Parcel
from apps.evidence.enums import FileKind, Purpose
from apps.evidence.models import StoredFile
from apps.evidence.rules import AttachmentTerms, Target
from apps.tenancy.actor import Actor, AnyActor, system
from apps.tenancy.enums import Permission
from apps.training import importer, queries, rules, trail
from apps.training.enums import FileFate
from apps.training.importer import Handed, UnreadableFile, Upload
from apps.training.models import CertificateUpload, Course, TrainingRecord
from apps.workforce.actions import table_imports

ATTACHER = system(
    "training.certificates", {Permission.TRAINING_EDIT, Permission.EVIDENCE_ADD}
)
_NOT_ALLOWED = (
    "Whoever handed these in may not attach certificates any more. Somebody who may "
    "hands them in again."
)


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of one file, as the account keeps it."""

    name: str
    fate: FileFate
    detail: str = ""
    agent: str = ""
    record: str = ""


@transaction.atomic
def hand_in_certificates(
    uploads: Iterable[Upload], *, by: Actor, course: Course
) -> CertificateUpload:
    """Take certificate files of one course; a job attaches them.

    Steps: list the files, those of a ZIP too; park their bytes sealed; event
    ``training_certificates.handed_in``. Raises Invalid for no file, too many or a
    broken archive, NotAllowed for a course of another provider.
    """
    by.require(Permission.TRAINING_EDIT)
    if by.organization_id != course.organization_id:
        raise NotAllowed("Certificates are kept by the provider.")
    given = list(uploads)
    files = importer.handed_in(given)
    with tempfile.SpooledTemporaryFile(max_size=importer.SPOOL_BYTES) as spool:
        size = importer.packed(given, spool)
        parcel = evidence.park(cast("BinaryIO", spool), by=by, size=size)
    row = CertificateUpload(
        organization=by.organization,
        course=course,
        uploaded_by=by.user,
        files=len(files),
        parcel=parcel.as_json(),
    )
    row.save(force_insert=True)
    _record(trail.CERTIFICATES_HANDED_IN, row, by=by, files=len(files))
    return row


def attach_certificates(row: CertificateUpload, *, by: AnyActor) -> None:
    """Attach each file to the newest pass in the course of the agent its name names.

    ``by`` is who handed them in; where they may do so no more, nothing more is
    attached and ``refusal`` says why. Each file is a transaction of its own with its
    line of the account, so progress is seen and a job that was killed goes on with
    the next file; one that runs twice attaches nothing twice. A file that is refused
    stops no other; one in quarantine is attached to nothing. Events of the evidence
    room for each file, and ``training_certificates.attached`` at the end.
    """
    with table_imports.alone(row) as is_mine:
        # What another process did between the loading of the row and the lock.
        row.refresh_from_db(fields=["account", "finished_at", "parcel"])
        if not is_mine or row.finished_at is not None:
            return
        try:
            by.require(Permission.TRAINING_EDIT)
            _attach_all(row, by=by)
        except NotAllowed:
            _close(row, refusal=_NOT_ALLOWED)
        except Gone as gone:
            _close(row, refusal=gone.message)
        else:
            _close(row)


def _attach_all(row: CertificateUpload, *, by: AnyActor) -> None:
    agents = queries.agent_ids(row.organization)
    with (
        evidence.parked(Parcel.of_json(row.parcel), by=by) as content,
        importer.unpacked(content) as uploads,
    ):
        for file in importer.handed_in(uploads)[len(row.account) :]:
            with transaction.atomic():
                fate = _fate(file, row, by=by, agents=agents)
                row.account = [*row.account, asdict(fate)]
                row.save(update_fields=["account"])


@transaction.atomic
def _close(row: CertificateUpload, *, refusal: str = "") -> None:
    """Say what came of it; the bytes go once that is certain."""
    parcel = Parcel.of_json(row.parcel)
    row.parcel, row.finished_at, row.refusal = {}, clock.now(), refusal
    row.save(update_fields=["parcel", "finished_at", "refusal"])
    attached = sum(each["fate"] == FileFate.ATTACHED for each in row.account)
    facts = {"files": row.files, "attached": attached}
    _record(trail.CERTIFICATES_ATTACHED, row, by=ATTACHER, **facts)
    transaction.on_commit(lambda: evidence.unpark(parcel, by=ATTACHER))


def _record(verb: Verb, row: CertificateUpload, *, by: AnyActor, **facts: int) -> None:
    record(
        verb,
        by=by,
        about=Subject(
            obj=row,
            organization_id=row.organization_id,
            visible_to=frozenset({row.organization_id}),
        ),
        facts=facts,
        personal={"course": row.course.title},
    )


def _fate(
    file: Handed,
    row: CertificateUpload,
    *,
    by: AnyActor,
    agents: Mapping[str, UUID],
) -> _Fate:
    named = rules.agents_in_name(file.name, agents)
    if not named:
        return _Fate(file.name, FileFate.NO_AGENT)
    if len(named) > 1:
        return _Fate(file.name, FileFate.AMBIGUOUS)
    passed = queries.newest_pass(named.pop(), row.course)
    if passed is None:
        return _Fate(file.name, FileFate.NO_RECORD)
    agent = passed.agent.external_id
    try:
        with transaction.atomic(), file.opened() as content:
            stored = evidence.store_file(
                by=by,
                organization=row.organization,
                name=file.name,
                content=content,
                accept=FileKind.EVIDENCE,
            )
        stored_evidence.check_servable(stored)
    except Gone as quarantined:
        return _Fate(file.name, FileFate.REFUSED, quarantined.message, agent)
    except Invalid as refused:
        return _Fate(file.name, FileFate.REFUSED, refused.message, agent)
    except UnreadableFile as damaged:
        return _Fate(file.name, FileFate.REFUSED, str(damaged), agent)
    fate = _attached(stored, passed, by=by)
    return _Fate(file.name, fate, agent=agent, record=str(passed.pk))


def _attached(stored: StoredFile, passed: TrainingRecord, *, by: AnyActor) -> FileFate:
    if queries.is_attached(stored, passed):
        return FileFate.AS_BEFORE
    evidence.attach(
        stored,
        by=by,
        to=Target("training_record", passed.pk, queries.record_title(passed)),
        terms=AttachmentTerms(
            Purpose.TRAINING,
            valid_from=passed.completed_on,
            valid_until=passed.valid_until,
        ),
    )
    return FileFate.ATTACHED
