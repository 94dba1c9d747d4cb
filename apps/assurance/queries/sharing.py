"""With whom the owner shares a document."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.assurance.models import Certificate, Policy, Share
from apps.core.errors import NotFound
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


def shares_of(actor: Actor, document: Certificate | Policy) -> QuerySet[Share]:
    """Shares that run, for the owner; nothing for anybody else. One query."""
    actor.require(Permission.ASSURANCE_VIEW)
    kind = "certificate" if isinstance(document, Certificate) else "policy"
    return (
        Share.objects.visible_to(actor)
        .filter(ended_at=None, **{kind: document})
        .select_related("client", "shared_by")
    )


def share(actor: Actor, pk: UUID) -> Share:
    """A share of the actor's organization; NotFound for any other. One query."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = Share.objects.visible_to(actor).select_related(
        "client", "certificate", "policy"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
