"""Issuing an attestation, making its document, and taking it away."""

from __future__ import annotations

import io
import os
from datetime import date
from uuid import UUID

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.core import clock, ids
from apps.core.errors import Conflict, NotAllowed
from apps.engagements.models import Engagement
from apps.evidence.actions import check_takeable, store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.reports import queries, rules, trail
from apps.reports.enums import AttestationKind
from apps.reports.models import Attestation
from apps.tenancy.actor import Actor, SystemActor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

RENDERER = system("reports.render", {Permission.EVIDENCE_ADD})
FAILED = "The document could not be made. Ask for it again; the statement stands."


@transaction.atomic
def issue_attestation(
    engagement: Engagement, *, by: Actor, as_of: date, key: UUID | None = None
) -> Attestation:
    """Freeze what is true of an engagement on a day; the PDF follows by a worker.

    ``key`` names the form: sent twice, it is one statement. Steps: reports.view; a
    party's manager or an auditor under a live grant; lock the engagement; what the
    key made already; the day is neither to come nor before the engagement; compose and
    hash the statement, with the names of agents only for eyes that may see them; row;
    event ``attestation.issued``. Raises NotAllowed, Invalid.
    """
    by.require(Permission.REPORTS_VIEW)
    if not queries.can_issue(by, engagement):
        raise NotAllowed(
            "Attestations are issued by a manager of either party, or by an auditor "
            "under a live grant. Ask one of them."
        )
    engagement = _locked(engagement)
    if made := queries.made_with(key, engagement=engagement, by=by, as_of=as_of):
        return made
    rules.check_as_of(
        as_of,
        started_on=engagement.started_on,
        today=clock.today(engagement.client.time_zone),
    )
    issue = _issue(engagement, by=by, as_of=as_of, key=key)
    facts = queries.compose(engagement, as_of=as_of)
    attestation = _keep(engagement, rules.statement(issue, facts), by=by, issue=issue)
    record(
        trail.ATTESTATION_ISSUED,
        by=by,
        about=_subject(attestation),
        facts={
            "as_of": as_of,
            "code": attestation.code,
            "names_agents": attestation.names_agents,
            "statement_sha256": attestation.statement_sha256,
        },
        personal={"engagement": engagement.name},
        documents=[attestation.statement_sha256],
    )
    return attestation


def _locked(engagement: Engagement) -> Engagement:
    """The row held, with its parties; what others write on it waits."""
    Engagement.objects.locked(engagement.pk)
    return Engagement.objects.select_related("client", "provider").get(pk=engagement.pk)


def _issue(
    engagement: Engagement, *, by: Actor, as_of: date, key: UUID | None
) -> rules.Issue:
    is_free = key is not None and not Attestation.objects.filter(pk=key).exists()
    return rules.Issue(
        id=key if key is not None and is_free else ids.uuid7(),
        code=rules.code_from(os.urandom(16)),
        as_of=as_of,
        issued_at=clock.now(),
        time_zone=by.organization.time_zone,
        issued_by=by.name,
        role=by.role_label,
        organization=by.organization.name,
        names_agents=queries.can_name_agents(by, engagement),
    )


def _keep(
    engagement: Engagement, statement: rules.Statement, *, by: Actor, issue: rules.Issue
) -> Attestation:
    return Attestation.objects.create(
        id=issue.id,
        kind=AttestationKind.ENGAGEMENT,
        engagement=engagement,
        organization=by.organization,
        as_of=issue.as_of,
        issued_at=issue.issued_at,
        issued_by=by.user,
        statement=statement,
        statement_sha256=rules.statement_sha256(statement),
        code=issue.code,
        names_agents=issue.names_agents,
    )


def render_attestation(
    attestation_id: UUID, *, by: SystemActor = RENDERER
) -> Attestation:
    """Make the PDF of an attestation, once.

    Steps: lay the statement out, with nothing open and nothing locked; then in one
    transaction lock the row, store the file as evidence, name it on the row, event
    ``attestation.rendered``. A second run changes nothing. Raises NotRendered.
    """
    by.require(Permission.EVIDENCE_ADD)
    attestation = queries.attestation_for_job(attestation_id)
    if attestation.file_id:
        return attestation
    return _note_document(attestation, queries.pdf_of(attestation), by=by)


@transaction.atomic
def _note_document(
    attestation: Attestation, content: bytes, *, by: SystemActor
) -> Attestation:
    locked = Attestation.objects.locked(attestation.pk)
    if locked.file_id:
        return locked
    file = _store(attestation, content, by=by)
    locked.file, locked.rendered_at, locked.failure = file, clock.now(), ""
    locked.save(update_fields=["file", "rendered_at", "failure"])
    record(
        trail.ATTESTATION_RENDERED,
        by=by,
        about=_subject(attestation),
        facts={
            "code": locked.code,
            "file_sha256": file.sha256,
            "size": file.size,
        },
        documents=[file.sha256],
    )
    return locked


def _store(attestation: Attestation, content: bytes, *, by: SystemActor) -> StoredFile:
    engagement = attestation.engagement
    name = rules.file_name(engagement.name, attestation.as_of, attestation.code)
    return store_file(
        by=by,
        organization=_keeper(attestation),
        name=name,
        content=io.BytesIO(content),
        accept=FileKind.PDF_MADE,
    )


def _keeper(attestation: Attestation) -> Organization:
    """Whose file it is: the issuing party's; the client's when an auditor asked.

    An audit firm's look ends with its grant, so the bytes are never the firm's own.
    """
    engagement = attestation.engagement
    if attestation.organization_id in {engagement.client_id, engagement.provider_id}:
        return attestation.organization
    return engagement.client


@transaction.atomic
def note_failure(attestation_id: UUID, *, by: SystemActor = RENDERER) -> Attestation:
    """Say on an attestation that its document could not be made.

    Steps: lock the row; unless a document is there, a sentence on the row and event
    ``attestation.failed``. The statement stands; ``retry_attestation`` asks again.
    """
    by.require(Permission.EVIDENCE_ADD)
    attestation = queries.attestation_for_job(attestation_id)
    locked = Attestation.objects.locked(attestation.pk)
    if locked.file_id:
        return locked
    locked.failure = FAILED
    locked.save(update_fields=["failure"])
    _record_code(trail.ATTESTATION_FAILED, attestation, by=by)
    return locked


@transaction.atomic
def retry_attestation(attestation: Attestation, *, by: Actor) -> Attestation:
    """Ask again for the PDF of an attestation that has none.

    Steps: who may issue may ask again; lock; clear the failure; event
    ``attestation.retried``, which wakes the worker. Raises NotAllowed, Conflict.
    """
    by.require(Permission.REPORTS_VIEW)
    if not queries.can_issue(by, attestation.engagement):
        raise NotAllowed("Ask a manager of either party to have the document made.")
    locked = Attestation.objects.locked(attestation.pk)
    if locked.file_id:
        raise Conflict("The document is there. Download it.")
    locked.failure = ""
    locked.save(update_fields=["failure"])
    _record_code(trail.ATTESTATION_RETRIED, attestation, by=by)
    return locked


@transaction.atomic
def take_document(attestation: Attestation, *, by: Actor) -> StoredFile:
    """The PDF of an attestation fetched through the actor, its taking recorded.

    Event ``attestation.downloaded`` with the hash of the bytes, in both parties'
    streams. Raises Conflict while there is no document, Gone and NotAllowed for one
    that may not be taken.
    """
    by.require(Permission.REPORTS_VIEW)
    if attestation.file is None:
        raise Conflict("The document is not made yet. Open the attestation to see why.")
    check_takeable(attestation.file, by=by)
    record(
        trail.ATTESTATION_DOWNLOADED,
        by=by,
        about=_subject(attestation),
        facts={"code": attestation.code, "file_sha256": attestation.file.sha256},
        documents=[attestation.file.sha256],
    )
    return attestation.file


def _record_code(
    verb: Verb, attestation: Attestation, *, by: Actor | SystemActor
) -> None:
    record(verb, by=by, about=_subject(attestation), facts={"code": attestation.code})


def _subject(attestation: Attestation) -> Subject:
    """Both parties read what is done with a statement about them."""
    engagement = attestation.engagement
    return Subject(
        obj=attestation,
        organization_id=attestation.organization_id,
        visible_to=frozenset({engagement.client_id, engagement.provider_id}),
        engagement_id=engagement.pk,
    )
