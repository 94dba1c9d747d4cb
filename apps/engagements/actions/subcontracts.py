"""Edges of the chain: declared by the provider, answered by the client, ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict
from apps.engagements import messages, queries, rules, trail
from apps.engagements.actions.common import (
    hold_chain,
    locked,
    require_client,
    require_provider,
    require_text,
    roles_with,
    subject,
)
from apps.engagements.models import Engagement, Subcontract
from apps.notifications.actions import notify
from apps.notifications.registry import Message
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.queries import members_with_roles


@transaction.atomic
def declare_subcontract(
    upstream: Engagement,
    *,
    by: AnyActor,
    downstream: Engagement,
    services: Collection[str],
    channels: Collection[str],
    effective_on: date,
) -> Subcontract:
    """Declare that part of ``upstream`` is done through ``downstream`` from a day on.

    What lies outside the declared or agreed scope is recorded all the same: facts
    come first, flow-down and drift judge them. The client's approval is asked for
    where the engagement demands it.

    Steps: permission, lock both engagements and the chain, provider's side, rules,
    row, record ``subcontract.declared``, tell the client's managers. Raises
    NotAllowed, Invalid, Conflict and its kinds for parties, circles and depth.
    """
    by.require(Permission.SUBCONTRACTS_DECLARE)
    upstream, downstream = _both_locked(upstream, downstream)
    hold_chain()
    require_provider(upstream, by)
    _check(upstream, downstream, effective_on=effective_on)
    rules.check_carried(services=services, channels=channels)
    edge = Subcontract(
        upstream=upstream,
        downstream=downstream,
        services=sorted(set(services)),
        channels=sorted(set(channels)),
        effective_on=effective_on,
        declared_by_id=by.user_id,
    )
    insert(edge)
    record(
        trail.SUBCONTRACT_DECLARED,
        by=by,
        about=subject(edge, engagement=upstream, by=by),
        facts={
            "effective_on": effective_on,
            "services": edge.services,
            "channels": edge.channels,
            "downstream": downstream.pk,
        },
        personal={"engagement": upstream.name},
    )
    _tell_client(edge)
    return edge


def _both_locked(
    upstream: Engagement, downstream: Engagement
) -> tuple[Engagement, Engagement]:
    """Both engagements as they are now, held in the order of their ids."""
    held = {
        row.pk: locked(row)
        for row in sorted({upstream, downstream}, key=lambda row: row.pk)
    }
    return held[upstream.pk], held[downstream.pk]


def _check(upstream: Engagement, downstream: Engagement, *, effective_on: date) -> None:
    rules.check_parties_meet(
        upstream_provider=upstream.provider_id, downstream_client=downstream.client_id
    )
    for engagement in (upstream, downstream):
        rules.check_open_on(
            effective_on,
            started_on=engagement.started_on,
            ended_on=engagement.ended_on,
            field="effective_on",
        )
    rules.check_edge(
        queries.edges_meeting(effective_on, None),
        new=rules.Edge(upstream.pk, downstream.pk),
    )


def insert(edge: Subcontract) -> None:
    """Write the row; the database checks the same rules whatever the way in."""
    try:
        with transaction.atomic():
            edge.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "The chain does not allow this subcontract: the two engagements must "
            "share a party, come back to no earlier one, stay within "
            f"{rules.MAX_LEVELS} levels and meet only once at a time."
        ) from error


@transaction.atomic
def approve_subcontract(edge: Subcontract, *, by: AnyActor) -> Subcontract:
    """Allow the subcontract, today in the client's zone; the client's managers may.

    Steps: permission, lock engagement then edge, client's side, rule, save, record
    ``subcontract.approved``, tell the provider's managers. Raises NotAllowed,
    SubcontractAlreadyAnswered.
    """
    by.require(Permission.SUBCONTRACTS_APPROVE)
    edge = _to_answer(edge, by=by)
    edge.approved_on = clock.today(edge.upstream.client.time_zone)
    edge.approved_by_id, edge.answered_at = by.user_id, clock.now()
    edge.save(update_fields=["approved_on", "approved_by", "answered_at"])
    record(
        trail.SUBCONTRACT_APPROVED,
        by=by,
        about=subject(edge, engagement=edge.upstream, by=by),
        facts={"approved_on": edge.approved_on},
        personal={"engagement": edge.upstream.name},
        changed={"approved_on": (None, edge.approved_on)},
    )
    _tell_provider(edge, messages.SUBCONTRACT_APPROVED)
    return edge


@transaction.atomic
def refuse_subcontract(edge: Subcontract, *, by: AnyActor, reason: str) -> Subcontract:
    """Refuse the subcontract, today in the client's zone, and say why.

    Steps: permission, lock engagement then edge, client's side, rule, save, record
    ``subcontract.refused``, tell the provider's managers. Raises NotAllowed,
    Invalid, SubcontractAlreadyAnswered.
    """
    by.require(Permission.SUBCONTRACTS_APPROVE)
    edge = _to_answer(edge, by=by)
    edge.refusal_reason = require_text(reason, field="reason")
    edge.refused_on = clock.today(edge.upstream.client.time_zone)
    edge.answered_at = clock.now()
    edge.save(update_fields=["refused_on", "refusal_reason", "answered_at"])
    record(
        trail.SUBCONTRACT_REFUSED,
        by=by,
        about=subject(edge, engagement=edge.upstream, by=by),
        facts={"refused_on": edge.refused_on},
        personal={"engagement": edge.upstream.name, "reason": edge.refusal_reason},
        changed={"refused_on": (None, edge.refused_on)},
    )
    _tell_provider(edge, messages.SUBCONTRACT_REFUSED)
    return edge


def _to_answer(edge: Subcontract, *, by: AnyActor) -> Subcontract:
    """The edge, held, if this side may answer it and nobody has."""
    edge = _held(edge)
    require_client(edge.upstream, by)
    rules.check_answerable(
        approved_on=edge.approved_on,
        refused_on=edge.refused_on,
        ended_on=edge.ended_on,
    )
    return edge


def _held(edge: Subcontract) -> Subcontract:
    """Engagement first, then the edge."""
    upstream = locked(edge.upstream)
    edge = Subcontract.objects.select_related("downstream").locked(edge.pk)
    edge.upstream = upstream
    return edge


@transaction.atomic
def end_subcontract(edge: Subcontract, *, by: AnyActor, ended_on: date) -> Subcontract:
    """Give the subcontract its last day, inclusive; the provider upstream may.

    Steps: permission, lock engagement then edge, provider's side, rule, save, record
    ``subcontract.ended``. Raises NotAllowed, Invalid, Conflict.
    """
    by.require(Permission.SUBCONTRACTS_DECLARE)
    edge = _held(edge)
    require_provider(edge.upstream, by)
    rules.check_subcontract_end(
        effective_on=edge.effective_on,
        already_ended_on=edge.ended_on,
        refused_on=edge.refused_on,
        ended_on=ended_on,
    )
    edge.ended_on = ended_on
    edge.save(update_fields=["ended_on"])
    record(
        trail.SUBCONTRACT_ENDED,
        by=by,
        about=subject(edge, engagement=edge.upstream, by=by),
        facts={"ended_on": ended_on},
        personal={"engagement": edge.upstream.name},
        changed={"ended_on": (None, ended_on)},
    )
    return edge


def _tell_client(edge: Subcontract) -> None:
    """The client's managers, who may approve, learn of the edge, not who it is."""
    upstream = edge.upstream
    notify(
        messages.SUBCONTRACT_DECLARED,
        memberships=members_with_roles(
            {upstream.client_id}, roles_with(Permission.SUBCONTRACTS_APPROVE)
        ),
        context={
            "engagement": upstream.name,
            "provider": upstream.provider.name,
            "effective_on": f"{edge.effective_on:%-d %B %Y}",
        },
        path=reverse("engagements:detail", args=[upstream.pk]),
        key=f"{messages.SUBCONTRACT_DECLARED.kind}:{edge.pk}",
    )


def _tell_provider(edge: Subcontract, message: Message) -> None:
    """The provider's managers, who declared the edge, learn the answer."""
    upstream = edge.upstream
    notify(
        message,
        memberships=members_with_roles(
            {upstream.provider_id}, roles_with(Permission.SUBCONTRACTS_DECLARE)
        ),
        context={
            "engagement": upstream.name,
            "client": upstream.client.name,
            "downstream": edge.downstream.name,
            "reason": edge.refusal_reason,
        },
        path=reverse("engagements:detail", args=[upstream.pk]),
        key=f"{message.kind}:{edge.pk}",
    )
