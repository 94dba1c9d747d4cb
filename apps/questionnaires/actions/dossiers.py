"""The due-diligence dossier: facts frozen when asked for, laid out by a worker."""

from __future__ import annotations

import hashlib
import io
from uuid import UUID

from django.db import transaction

from apps.audit.actions import record
from apps.audit.rules import canonical
from apps.core import clock, pdf
from apps.core.errors import Conflict, NotAllowed
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.questionnaires import queries, trail
from apps.questionnaires.actions.common import about, locked
from apps.questionnaires.models import Assignment, Dossier
from apps.tenancy.actor import Actor, SystemActor, system
from apps.tenancy.enums import Permission

RENDERER = system("dossier rendering", {Permission.EVIDENCE_ADD})
FAILED = "The document could not be made. Ask for it again."


@transaction.atomic
def request_dossier(assignment: Assignment, *, by: Actor) -> Dossier:
    """Freeze the facts of a dossier; event ``questionnaire_dossier.requested``, which
    wakes the worker. Raises NotAllowed, Conflict before anything was handed in."""
    by.require(Permission.QUESTIONNAIRES_VIEW)
    row = locked(assignment)
    if by.organization_id not in {row.client_id, row.provider_id}:
        raise NotAllowed("Ask one of the two parties for the dossier.")
    submission = queries.latest_submission(row)
    if submission is None:
        raise Conflict("Nothing was handed in yet. Wait for the vendor.")
    facts = queries.dossier_facts(
        row,
        submission,
        findings=list(queries.findings(by, assignment=row)),
        issued_at=clock.now(),
        issued_by=by.name,
        organization=by.organization.name,
    )
    dossier = Dossier(
        assignment=row,
        organization=by.organization,
        requested_by=by.user,
        statement=facts,
        statement_sha256=hashlib.sha256(canonical(facts)).hexdigest(),
    )
    dossier.save(force_insert=True)
    record(
        trail.DOSSIER_REQUESTED,
        by=by,
        about=about(dossier, row, by=by, visible_to={by.organization_id}),
        facts={"statement_sha256": dossier.statement_sha256},
        personal={"title": row.template.title},
    )
    return dossier


def render_dossier(dossier_id: UUID, *, by: SystemActor = RENDERER) -> Dossier:
    """Make the PDF once; event ``questionnaire_dossier.rendered``.

    Laid out with nothing locked; a second run changes nothing. Raises NotRendered.
    """
    by.require(Permission.EVIDENCE_ADD)
    dossier = queries.dossier_for_job(dossier_id)
    if dossier.file_id:
        return dossier
    facts = dossier.statement
    content = pdf.render_pdf(
        "print/questionnaire_dossier.html",
        {"facts": facts, "sha256": dossier.statement_sha256},
        title=f"Due-diligence dossier: {facts['provider']}",
        author=str(facts["organization"]),
        created=dossier.created_at,
        attached=[
            pdf.Attached(
                name="dossier.json",
                description="The facts this dossier was made from",
                content=canonical(facts),
            )
        ],
    )
    return _note_document(dossier, content, by=by)


@transaction.atomic
def _note_document(dossier: Dossier, content: bytes, *, by: SystemActor) -> Dossier:
    held = Dossier.objects.locked(dossier.pk)
    if held.file_id:
        return held
    held.file = evidence.store_file(
        by=by,
        organization=dossier.organization,
        name=f"dossier {dossier.assignment.provider} {dossier.created_at:%Y-%m-%d}.pdf",
        content=io.BytesIO(content),
        accept=FileKind.PDF_MADE,
    )
    held.failure = ""
    held.save(update_fields=["file", "failure"])
    record(
        trail.DOSSIER_RENDERED,
        by=by,
        about=about(
            held, dossier.assignment, by=by, visible_to={dossier.organization_id}
        ),
        facts={
            "statement_sha256": held.statement_sha256,
            "file_sha256": held.file.sha256,
        },
        personal={"title": dossier.assignment.template.title},
        documents=[held.file.sha256],
    )
    return held


@transaction.atomic
def note_failure(dossier_id: UUID, *, by: SystemActor = RENDERER) -> Dossier:
    """Say on a dossier that its document could not be made; event
    ``questionnaire_dossier.failed``."""
    by.require(Permission.EVIDENCE_ADD)
    dossier = queries.dossier_for_job(dossier_id)
    held = Dossier.objects.locked(dossier.pk)
    if held.file_id:
        return held
    held.failure = FAILED
    held.save(update_fields=["failure"])
    record(
        trail.DOSSIER_FAILED,
        by=by,
        about=about(
            held, dossier.assignment, by=by, visible_to={dossier.organization_id}
        ),
        personal={"title": dossier.assignment.template.title},
    )
    return held


@transaction.atomic
def take_dossier(dossier: Dossier, *, by: Actor) -> StoredFile:
    """The PDF. Raises Conflict while there is none."""
    by.require(Permission.QUESTIONNAIRES_VIEW)
    if dossier.file is None:
        raise Conflict("The document is not made yet. Refresh the page in a moment.")
    return dossier.file
