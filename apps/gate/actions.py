"""Writes of the gate: decisions by the job, overrides by managers of the client,
which may be a vendor itself where it has a subcontractor."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.errors import Conflict
from apps.engagements.models import Engagement
from apps.engagements.rules import check_open_on
from apps.gate import messages, queries, rules, trail
from apps.gate.models import GateDecision, GateOverride
from apps.gate.rules import GateState
from apps.notifications import actions as notifications
from apps.notifications.registry import Message
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor, AnyActor, SystemActor, system
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership

KEEPER = system("gate keeper", {Permission.ENGAGEMENTS_VIEW})
BATCH = 100
MANAGERS = {Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER}


@transaction.atomic
def decide(engagement_ids: Collection[UUID], *, by: SystemActor) -> list[GateDecision]:
    """Judge engagements as of today in the client's zone; keep what is new.

    Locks the engagements, reads verdicts and last decisions with a constant number
    of queries, writes a decision where the verdict or the standing of any condition
    moved, records ``gate.changed``, and tells managers of both sides when a verdict
    moved. Running it again writes nothing.
    """
    by.require(Permission.ENGAGEMENTS_VIEW)
    locked = list(
        Engagement.objects.select_for_update(of=("self",))
        .filter(pk__in=engagement_ids)
        .select_related("client", "provider")
        .order_by("pk")
    )
    states = queries.verdicts_today(locked)
    last = queries.last_decisions([one.pk for one in locked])
    decided = []
    for engagement in locked:
        state, before = states[engagement.pk], last.get(engagement.pk)
        if queries.has_moved(state, before):
            decided.append(_keep(engagement, state, before, by=by))
    return decided


def sweep(*, by: SystemActor) -> int:
    """Judge every engagement whose verdict may move by date alone; return how many
    decisions are new.

    Looks without locks first, with a number of statements that does not follow the
    number of engagements, then runs ``decide`` in batches over those that moved.
    """
    by.require(Permission.ENGAGEMENTS_VIEW)
    moved = queries.moved_ids()
    return sum(
        len(decide(moved[start : start + BATCH], by=by))
        for start in range(0, len(moved), BATCH)
    )


def _keep(
    engagement: Engagement,
    state: GateState,
    before: GateDecision | None,
    *,
    by: SystemActor,
) -> GateDecision:
    row = GateDecision.objects.create(
        engagement=engagement,
        decided_at=clock.now(),
        as_of=state.as_of,
        verdict=state.verdict,
        conditions=[rules.frozen(one) for one in state.conditions],
        conditions_sha256=rules.digest(state.conditions),
    )
    old = before.verdict if before else None
    record(
        trail.GATE_CHANGED,
        by=by,
        about=_about(row, engagement, by=by),
        facts={
            "verdict": row.verdict,
            "as_of": row.as_of,
            "conditions_sha256": row.conditions_sha256,
            "not_satisfied": [one.code for one in state.not_satisfied],
            "unknown": [one.code for one in state.unknown],
        },
        personal={"engagement": str(engagement)},
        changed={"verdict": (old, row.verdict)} if old != row.verdict else {},
        documents={sha for one in state.conditions for sha in one.evidence},
    )
    if before is not None and before.verdict != row.verdict:
        _tell_both(
            messages.CHANGED,
            engagement,
            key=str(row.pk),
            verdict=row.get_verdict_display(),
            before=before.get_verdict_display(),
            as_of=f"{row.as_of:%-d %B %Y}",
        )
    return row


@transaction.atomic
def request_override(
    engagement: Engagement, *, by: Actor, reason: str, expires_on: date
) -> GateOverride:
    """Ask that PHI may flow although a condition is not met, until a day inclusive.

    Client's side only. Records ``gate.override_requested`` and tells the client's
    other managers. Conflict if the gate is open, an override is alive or the
    engagement has ended by the day; Invalid for the day.
    """
    engagement = _locked_for_client(engagement.pk, by=by)
    _check_request(engagement, expires_on)
    row = GateOverride.objects.create(
        engagement=engagement,
        reason=reason,
        requested_by=by.user,
        expires_on=expires_on,
    )
    _record(
        trail.OVERRIDE_REQUESTED,
        row,
        engagement,
        by=by,
        facts={"expires_on": expires_on},
        personal={"reason": reason},
    )
    _tell(
        messages.OVERRIDE_REQUESTED,
        engagement,
        [one for one in _managers({engagement.client_id}) if one.user_id != by.user_id],
        key=str(row.pk),
        expires_on=f"{expires_on:%-d %B %Y}",
    )
    return row


def _check_request(engagement: Engagement, expires_on: date) -> None:
    """Ask the rules; nobody answers for PHI after the engagement's own last day."""
    today = clock.today(engagement.client.time_zone)
    alive = queries.live_overrides(engagement)
    rules.check_request(
        verdict=queries.verdict(engagement, as_of=today).verdict,
        expires_on=expires_on,
        today=today,
        live_until=alive[0].expires_on if alive else None,
    )
    check_open_on(
        expires_on,
        started_on=engagement.started_on,
        ended_on=engagement.ended_on,
        field="expires_on",
    )


@transaction.atomic
def approve_override(override: GateOverride, *, by: Actor) -> GateOverride:
    """Answer for the client, as another person than the one who asked.

    Records ``gate.override_approved`` and tells managers of both sides. NotAllowed
    for the same person or the other side; Conflict if withdrawn, approved, passed.
    """
    engagement = _locked_for_client(override.engagement_id, by=by)
    row = GateOverride.objects.locked(override.pk)
    rules.check_approval(
        requested_by=row.requested_by_id,
        by=by.user_id,
        is_approved=row.approved_at is not None,
        is_withdrawn=row.withdrawn_at is not None,
        expires_on=row.expires_on,
        today=clock.today(engagement.client.time_zone),
    )
    row.approved_by, row.approved_at = by.user, clock.now()
    row.save(update_fields=["approved_by", "approved_at"])
    _record(
        trail.OVERRIDE_APPROVED,
        row,
        engagement,
        by=by,
        facts={"expires_on": row.expires_on},
    )
    _tell_both(
        messages.OVERRIDE_APPROVED,
        engagement,
        key=str(row.pk),
        expires_on=f"{row.expires_on:%-d %B %Y}",
    )
    return row


@transaction.atomic
def withdraw_override(override: GateOverride, *, by: Actor) -> GateOverride:
    """End an override, or a request for one, now. Client's side only.

    Records ``gate.override_withdrawn``; tells both sides if it was in force.
    """
    engagement = _locked_for_client(override.engagement_id, by=by)
    row = GateOverride.objects.locked(override.pk)
    if row.withdrawn_at is not None:
        raise Conflict("This override is already withdrawn.")
    if row.expires_on < clock.today(engagement.client.time_zone):
        raise Conflict(f"This override already ended on {row.expires_on:%-d %B %Y}.")
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    _record(trail.OVERRIDE_WITHDRAWN, row, engagement, by=by)
    if row.approved_at is not None:
        _tell_both(messages.OVERRIDE_WITHDRAWN, engagement, key=str(row.pk))
    return row


def _locked_for_client(engagement_id: UUID, *, by: Actor) -> Engagement:
    by.require(Permission.GATE_OVERRIDE)
    engagement = Engagement.objects.select_related("client", "provider").locked(
        engagement_id
    )
    rules.check_side(
        by.organization_id, client_id=engagement.client_id, client=engagement.client
    )
    return engagement


def _about(
    row: GateDecision | GateOverride, engagement: Engagement, *, by: AnyActor
) -> Subject:
    return Subject(
        obj=row,
        organization_id=by.organization_id or engagement.client_id,
        visible_to=frozenset({engagement.client_id, engagement.provider_id}),
        engagement_id=engagement.pk,
    )


def _record(
    verb: Verb,
    row: GateOverride,
    engagement: Engagement,
    *,
    by: Actor,
    facts: dict[str, date] | None = None,
    personal: dict[str, str] | None = None,
) -> None:
    record(
        verb,
        by=by,
        about=_about(row, engagement, by=by),
        facts=facts,
        personal={"engagement": str(engagement), **(personal or {})},
    )


def _managers(organization_ids: set[UUID]) -> list[Membership]:
    return list(tenancy.members_with_roles(organization_ids, MANAGERS))


def _tell_both(
    message: Message, engagement: Engagement, *, key: str, **context: str
) -> None:
    parties = {engagement.client_id, engagement.provider_id}
    _tell(message, engagement, _managers(parties), key=key, **context)


def _tell(
    message: Message,
    engagement: Engagement,
    memberships: list[Membership],
    *,
    key: str,
    **context: str,
) -> None:
    notifications.notify(
        message,
        memberships=memberships,
        context={"engagement": str(engagement), **context},
        path=reverse("gate:engagement", args=[engagement.pk]),
        key=f"{message.kind}:{key}",
    )
