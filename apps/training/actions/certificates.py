"""Certificate files attached in bulk to the records they prove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core.errors import Gone, Invalid, NotAllowed
from apps.evidence import actions as evidence
from apps.evidence import queries as stored_evidence
from apps.evidence.enums import FileKind, Purpose
from apps.evidence.models import StoredFile
from apps.evidence.rules import AttachmentTerms, Target
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.training import importer, queries, rules, trail
from apps.training.enums import FileFate
from apps.training.importer import Handed, UnreadableFile, Upload
from apps.training.models import CertificateUpload, Course, TrainingRecord


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of one file, as the account keeps it."""

    name: str
    fate: FileFate
    detail: str = ""
    agent: str = ""
    record: str = ""


@transaction.atomic
def attach_certificates(
    uploads: Iterable[Upload], *, by: Actor, course: Course
) -> CertificateUpload:
    """Attach each file to the newest pass in the course of the agent its name names.

    Steps: list the files, those of a ZIP too; one fate for each; the account; events
    of the evidence room for each file and ``training_certificates.attached``. A file
    that is refused stops no other; one in quarantine is attached to nothing.
    Raises Invalid for no file, too many or a broken archive.
    """
    by.require(Permission.TRAINING_EDIT)
    if by.organization_id != course.organization_id:
        raise NotAllowed("Certificates are kept by the provider.")
    files = importer.handed_in(uploads)
    if not files:
        raise Invalid("There is no file in this. Choose files, or a ZIP of them.")
    agents = queries.agent_ids(by.organization)
    fates = [_fate(each, by=by, course=course, agents=agents) for each in files]
    row = CertificateUpload(
        organization=by.organization,
        course=course,
        uploaded_by=by.user,
        account=[asdict(each) for each in fates],
    )
    row.save(force_insert=True)
    record(
        trail.CERTIFICATES_ATTACHED,
        by=by,
        about=Subject(
            obj=row,
            organization_id=by.organization_id,
            visible_to=frozenset({by.organization_id}),
        ),
        facts={
            "files": len(fates),
            "attached": sum(each.fate is FileFate.ATTACHED for each in fates),
        },
        personal={"course": course.title},
    )
    return row


def _fate(
    file: Handed, *, by: Actor, course: Course, agents: Mapping[str, UUID]
) -> _Fate:
    named = rules.agents_in_name(file.name, agents)
    if not named:
        return _Fate(file.name, FileFate.NO_AGENT)
    if len(named) > 1:
        return _Fate(file.name, FileFate.AMBIGUOUS)
    passed = queries.newest_pass(named.pop(), course)
    if passed is None:
        return _Fate(file.name, FileFate.NO_RECORD)
    agent = passed.agent.external_id
    try:
        with transaction.atomic(), file.opened() as content:
            stored = evidence.store_file(
                by=by,
                organization=by.organization,
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


def _attached(stored: StoredFile, passed: TrainingRecord, *, by: Actor) -> FileFate:
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
