"""Showing a document to a client: the owner's own act, one client at a time."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from apps.assurance import messages, queries, trail
from apps.assurance.actions.recording import about, check_owner
from apps.assurance.models import Certificate, Policy, Share
from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.notifications import actions as notifications
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def share(document: Certificate | Policy, *, by: Actor, client_id: UUID) -> Share:
    """Show a certificate or a policy to a client the organization serves.

    Records ``document.shared`` and tells the client's managers; shared already gives
    the row that exists. Raises NotAllowed for an organization it does not serve.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(document.organization_id, by=by, what="document")
    client = queries.clients(by).filter(pk=client_id).first()
    if client is None:
        raise NotAllowed("Documents are shared with clients you serve, nobody else.")
    row, is_new = Share.objects.get_or_create(
        organization=by.organization,
        client=client,
        ended_at=None,
        defaults={"shared_by": by.user},
        **_as(document),
    )
    if not is_new:
        return row
    event = record(
        trail.DOCUMENT_SHARED,
        by=by,
        about=about(document, by.organization_id, others=frozenset({client.pk})),
        facts={"client_id": client.pk},
        personal={"document": str(document), "client": str(client)},
        documents=[document.file.sha256] if isinstance(document, Certificate) else [],
    )
    notifications.notify(
        messages.DOCUMENT_SHARED,
        memberships=queries.managers_of(client.pk),
        context={"owner": str(by.organization), "document": str(document)},
        path=queries.path_of(document),
        key=f"{messages.DOCUMENT_SHARED.kind}:{event.event_id}",
    )
    return row


@transaction.atomic
def end_share(share: Share, *, by: Actor) -> Share:
    """Stop showing a document to a client; what it has read, it has read.

    Records ``document.unshared``. Raises NotAllowed, Conflict when ended already.
    """
    by.require(Permission.ASSURANCE_EDIT)
    check_owner(share.organization_id, by=by, what="document")
    row = Share.objects.select_related("client", "certificate", "policy").locked(
        share.pk
    )
    if row.ended_at is not None:
        raise Conflict("This document is no longer shared with that client.")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    document = row.certificate or row.policy
    assert document is not None  # noqa: S101 - the table holds exactly one
    record(
        trail.DOCUMENT_UNSHARED,
        by=by,
        about=about(document, by.organization_id, others=frozenset({row.client_id})),
        facts={"client_id": row.client_id},
        personal={"document": str(document), "client": str(row.client)},
    )
    return row


def _as(document: Certificate | Policy) -> dict[str, Certificate | Policy]:
    name = "certificate" if isinstance(document, Certificate) else "policy"
    return {name: document}
