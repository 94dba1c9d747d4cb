"""Attestations somebody may see, and what somebody may ask for."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from apps.core import clock
from apps.core.errors import NotFound
from apps.core.types import Side
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.reports import rules
from apps.reports.models import Attestation
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission

# After this long a document that is still not there was lost on its way.
RENDERING_TAKES = timedelta(minutes=5)


def attestations(actor: AnyActor) -> QuerySet[Attestation]:
    """Attestations on engagements the actor sees, newest first. One query.

    Those that name agents only for eyes that may see the names; for others they do
    not exist. The statement itself is not loaded; ``verdict`` and ``verdict_words``
    are taken out of it.
    """
    actor.require(Permission.REPORTS_VIEW)
    rows = Attestation.objects.visible_to(actor)
    if isinstance(actor, Actor):
        rows = rows.filter(Q(names_agents=False) | _names_open_to(actor))
    return (
        rows.select_related(
            "engagement__client",
            "engagement__provider",
            "organization",
            "issued_by",
            "file",
        )
        .annotate(
            verdict=KT("statement__verdict"),
            verdict_words=KT("statement__verdict_words"),
        )
        .defer("statement")
        .order_by("-issued_at", "-id")
    )


def _names_open_to(actor: Actor) -> Q:
    """Condition: the actor may read the names of the engagement's agents."""
    granted = [
        row.content_object_id
        for row in engagements.live_grants(actor)
        if row.names_agents
    ]
    condition = Q(engagement__in=granted)
    if rules.may_name_agents(role=actor.role, side=Side.PROVIDER):
        condition |= Q(engagement__provider=actor.organization_id)
    if rules.may_name_agents(role=actor.role, side=Side.CLIENT):
        condition |= Q(engagement__client=actor.organization_id)
    return condition


def attestations_of(actor: AnyActor, engagement: Engagement) -> QuerySet[Attestation]:
    """``attestations`` of one engagement."""
    return attestations(actor).filter(engagement=engagement)


def attestation(actor: AnyActor, pk: UUID) -> Attestation:
    """One attestation with its statement; NotFound for a stranger. One query."""
    found = attestations(actor).defer(None).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def attestation_for_job(pk: UUID) -> Attestation:
    """One attestation for the worker that renders it. One query."""
    found = (
        Attestation.objects.select_related(
            "engagement__client", "engagement__provider", "organization"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def made_with(
    key: UUID | None, *, engagement: Engagement, by: Actor, as_of: date
) -> Attestation | None:
    """What this person made with the same form already. At most one query."""
    if key is None:
        return None
    return Attestation.objects.filter(
        pk=key,
        engagement=engagement,
        as_of=as_of,
        issued_by=by.user,
        organization=by.organization,
    ).first()


def can_issue(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor may have an attestation made. At most one query."""
    side = _side(actor, engagement)
    is_granted = side is None and any(
        row.content_object_id == engagement.pk for row in engagements.live_grants(actor)
    )
    return rules.may_issue(role=actor.role, side=side, is_granted=is_granted)


def can_name_agents(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor may read the names of the engagement's agents. One query."""
    side = _side(actor, engagement)
    return rules.may_name_agents(role=actor.role, side=side) or any(
        row.content_object_id == engagement.pk and row.names_agents
        for row in engagements.live_grants(actor)
    )


def _side(actor: Actor, engagement: Engagement) -> Side | None:
    """The part the actor's organization plays; None for a stranger to it."""
    if engagement.provider_id == actor.organization_id:
        return Side.PROVIDER
    return Side.CLIENT if engagement.client_id == actor.organization_id else None


def is_overdue(attestation: Attestation) -> bool:
    """Whether the document has not come although it should long be there."""
    waited = clock.now() - attestation.issued_at
    return attestation.state == "rendering" and waited > RENDERING_TAKES
