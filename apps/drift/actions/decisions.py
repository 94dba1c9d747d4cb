"""Decisions of people about a finding."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.drift import messages, queries, rules, trail
from apps.drift.actions.recording import about, tell
from apps.drift.models import DriftFinding
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def acknowledge(finding: DriftFinding, *, by: Actor, note: str) -> DriftFinding:
    """Say that a manager of either party knows of a finding and what is done.

    Records ``drift.acknowledged``. Conflict if resolved or acknowledged already.
    """
    row, engagement = _locked_for(finding, by=by)
    if row.resolved_at is not None:
        raise Conflict("This finding is resolved; nothing is left to acknowledge.")
    if row.acknowledged_at is not None:
        raise Conflict(
            f"{row.acknowledged_by} has already acknowledged this finding. Ask to "
            "accept it, or have the agreement amended."
        )
    row.acknowledged_at, row.acknowledged_by, row.note = clock.now(), by.user, note
    row.save(update_fields=["acknowledged_at", "acknowledged_by", "note"])
    record(
        trail.DRIFT_ACKNOWLEDGED,
        by=by,
        about=about(row, engagement, by=by),
        facts={"dimension": row.dimension},
        personal={"engagement": str(engagement), "note": note},
    )
    return row


@transaction.atomic
def request_acceptance(
    finding: DriftFinding, *, by: Actor, reason: str, until: date
) -> DriftFinding:
    """Ask the client to live with a finding until a day, inclusive.

    A manager of either party; asking acknowledges too. An acceptance that ran out
    is kept with the finding. Records ``drift.acceptance_requested`` and tells the
    client's managers. Conflict if resolved or accepted now; Invalid for the day.
    """
    row, engagement = _locked_for(finding, by=by)
    today = clock.today(engagement.client.time_zone)
    rules.check_undecided(row.state_on(today))
    rules.check_until(until, today=today)
    _keep_earlier_acceptance(row)
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = clock.now(), by.user
    row.acceptance_requested_by, row.acceptance_reason = by.user, reason
    row.acceptance_until = until
    row.save(
        update_fields=[
            "acknowledged_at",
            "acknowledged_by",
            "acceptance_requested_by",
            "acceptance_reason",
            "acceptance_until",
            "accepted_at",
            "accepted_by",
            "earlier_acceptances",
        ]
    )
    event = record(
        trail.DRIFT_ACCEPTANCE_REQUESTED,
        by=by,
        about=about(row, engagement, by=by),
        facts={"dimension": row.dimension, "until": until},
        personal={"engagement": str(engagement), "reason": reason},
    )
    _tell_client(row, engagement, asked=event.event_id)
    return row


@transaction.atomic
def accept(finding: DriftFinding, *, by: Actor) -> DriftFinding:
    """Answer, for the client, for a finding until the day asked for.

    Another manager than the one who asked. Records ``drift.accepted``.
    NotAllowed for the provider or the same person; Conflict if nothing was asked,
    the finding is resolved, or the day has passed.
    """
    row, engagement = _locked_for(finding, by=by)
    today = clock.today(engagement.client.time_zone)
    rules.check_undecided(row.state_on(today))
    if by.organization_id != engagement.client_id:
        raise NotAllowed(
            f"Only {engagement.client} can accept this drift: it discloses the PHI."
        )
    rules.check_acceptable(
        requested_by=row.acceptance_requested_by_id,
        is_requested=row.standing.is_requested,
        by=by.user_id,
        until=row.acceptance_until,
        today=today,
    )
    row.accepted_at, row.accepted_by = clock.now(), by.user
    row.save(update_fields=["accepted_at", "accepted_by"])
    record(
        trail.DRIFT_ACCEPTED,
        by=by,
        about=about(row, engagement, by=by),
        facts={"dimension": row.dimension, "until": row.acceptance_until},
        personal={"engagement": str(engagement)},
    )
    return row


def _locked_for(finding: DriftFinding, *, by: Actor) -> tuple[DriftFinding, Engagement]:
    """Engagement first, then the finding; the actor must act for a party."""
    by.require(Permission.DRIFT_DECIDE)
    Engagement.objects.locked(finding.engagement_id)
    row = DriftFinding.objects.select_related(
        "engagement__client", "engagement__provider", "acknowledged_by"
    ).locked(finding.pk)
    engagement = row.engagement
    if by.organization_id not in {engagement.client_id, engagement.provider_id}:
        raise NotAllowed("Only the two parties of the engagement can decide on drift.")
    return row, engagement


def _keep_earlier_acceptance(row: DriftFinding) -> None:
    """Move an acceptance that ran out aside, so that past days read as they were."""
    if row.accepted_at is not None and row.acceptance_until is not None:
        row.earlier_acceptances = [
            *row.earlier_acceptances,
            {
                "accepted_at": row.accepted_at.isoformat(),
                "until": row.acceptance_until.isoformat(),
            },
        ]
    row.accepted_at = row.accepted_by = None


def _tell_client(row: DriftFinding, engagement: Engagement, *, asked: UUID) -> None:
    others = [
        one
        for one in queries.managers_of([engagement])[engagement.pk]
        if one.organization_id == engagement.client_id
        and one.user_id != row.acceptance_requested_by_id
    ]
    until = rules.day_text(row.acceptance_until) if row.acceptance_until else ""
    tell(
        messages.ACCEPTANCE_REQUESTED,
        [row],
        to={engagement.pk: others},
        key=f"{messages.ACCEPTANCE_REQUESTED.kind}:{asked}",
        until=until,
    )
