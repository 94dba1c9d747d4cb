"""Training records as what files prove, and the files that were handed in."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from apps.core import clock
from apps.core.errors import NotFound
from apps.evidence.models import Attachment, StoredFile
from apps.evidence.registry import Attachable, Keeper, day_made, of_organization
from apps.tenancy.actor import Actor, AnyActor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.tenancy.queries import live_memberships_of
from apps.training.models import (
    CertificateUpload,
    Course,
    Equivalence,
    TrainingImport,
    TrainingRecord,
)
from apps.workforce.models import Agent
from apps.workforce.queries import PATIENCE

KIND = "training_record"


def agent_ids(organization: Organization) -> dict[str, UUID]:
    """Agents by their id in lower case. One query."""
    rows = Agent.objects.filter(organization=organization)
    return {
        external_id.casefold(): pk
        for pk, external_id in rows.values_list("pk", "external_id").iterator()
    }


def newest_pass(agent_id: UUID, course: Course) -> TrainingRecord | None:
    """The live pass an agent completed last in a course. One query."""
    return (
        TrainingRecord.objects.filter(
            agent=agent_id, course=course, outcome="passed", superseded_by=None
        )
        .select_related("agent", "course")
        .order_by("-completed_on")
        .first()
    )


def record_title(row: TrainingRecord) -> str:
    """What a record is called where files are kept: no name of a person."""
    return f"{row.course.title}, {row.agent.external_id}, {row.completed_on}"


def certificates_of(rows: Iterable[TrainingRecord]) -> dict[UUID, list[Attachment]]:
    """Files that prove these records now, by record. One query."""
    found: dict[UUID, list[Attachment]] = {}
    attached = Attachment.objects.filter(
        subject_type=KIND, subject_id__in=[row.pk for row in rows], ended_at=None
    ).select_related("file")
    for each in attached.order_by("created_at"):
        found.setdefault(each.subject_id, []).append(each)
    return found


def is_attached(file: StoredFile, row: TrainingRecord) -> bool:
    """Whether the file proves the record already. One query."""
    return Attachment.objects.filter(
        file=file, subject_type=KIND, subject_id=row.pk, ended_at=None
    ).exists()


def certificate_uploads(actor: AnyActor) -> QuerySet[CertificateUpload]:
    """What the actor's organization handed in, newest first. One query."""
    actor.require(Permission.TRAINING_EDIT)
    return (
        CertificateUpload.objects.visible_to(actor)
        .select_related("course", "uploaded_by")
        .order_by("-created_at", "-pk")
    )


def certificate_upload(actor: AnyActor, pk: UUID) -> CertificateUpload:
    """One of them; NotFound for any other. One query."""
    try:
        return certificate_uploads(actor).get(pk=pk)
    except CertificateUpload.DoesNotExist as error:
        raise NotFound from error


def certificate_upload_for_job(pk: UUID) -> tuple[CertificateUpload, AnyActor]:
    """One by id, for the task that attaches it, with whoever handed it in, or, where
    they are no live member any more, somebody who may nothing. Two queries."""
    try:
        row = CertificateUpload.objects.select_related("course", "organization").get(
            pk=pk
        )
    except CertificateUpload.DoesNotExist as error:
        raise NotFound from error
    membership = live_memberships_of(row.organization).filter(user=row.uploaded_by_id)
    found = membership.first()
    return row, Actor.of(found, via="job") if found else system("nobody")


def stalled_certificates() -> list[UUID]:
    """Ids of uploads that have waited for a worker for two minutes; for the job of
    the room. One query."""
    rows = CertificateUpload.objects.filter(
        finished_at=None, created_at__lte=clock.now() - PATIENCE
    )
    return list(rows.values_list("pk", flat=True))


def _records(actor: AnyActor) -> QuerySet[TrainingRecord]:
    rows = TrainingRecord.objects.filter(
        agent__organization=actor.organization_id, superseded_by=None
    )
    return rows.select_related("agent", "course").order_by("-created_at", "-pk")


RECORD = Attachable(
    KIND,
    "Training record",
    rows=_records,
    search=("course__title", "agent__external_id"),
    page="training:record",
    title=record_title,
    reminds_itself=True,
)
# The statement that two courses count as one is in effect until somebody ends it.
EQUIVALENCE = Keeper(
    Equivalence,
    last_in_effect=lambda row: row.ended_on,
    page=lambda row: reverse("training:course", args=[row.course_id]),
)
# The rows of the table are records, each kept by its own days.
IMPORT = Keeper(
    TrainingImport,
    last_in_effect=day_made,
    page=lambda row: reverse("training:import", args=[row.pk]),
    rows=of_organization,
)
