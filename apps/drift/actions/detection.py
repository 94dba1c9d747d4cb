"""Detection: makes findings agree with what is observed today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.drift import messages, queries, rules, trail
from apps.drift.actions.recording import about, tell
from apps.drift.enums import Resolution
from apps.drift.models import DriftFinding
from apps.drift.queries import Difference
from apps.drift.rules import Deviation
from apps.engagements.models import Engagement
from apps.tenancy.actor import SystemActor, system
from apps.tenancy.enums import Permission

BATCH = 100
DETECTOR = system("drift detection", {Permission.DRIFT_DECIDE})


@dataclass
class Counts:
    """What one run of detection did."""

    detected: int = 0
    changed: int = 0
    resolved: int = 0


@transaction.atomic
def detect(
    engagement_ids: Collection[UUID] | None = None, *, by: SystemActor
) -> Counts:
    """Compare engagements (None: all that run) with their agreements as of today.

    Locks the engagements, reads both sides with a constant number of queries,
    adds new findings, names what changed in open ones, resolves those no longer
    observed or now permitted. Records ``drift.detected``, ``drift.changed`` or
    ``drift.resolved`` for each; tells managers of both sides of each new finding
    once. Today is the client's local date. Running it again changes nothing.
    """
    by.require(Permission.DRIFT_DECIDE)
    ids = queries.running_ids() if engagement_ids is None else engagement_ids
    locked = list(
        Engagement.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("client", "provider")
        .order_by("pk")
    )
    found = queries.differences(locked)
    counts, opened = Counts(), list[DriftFinding]()
    for engagement in locked:
        opened += _reconcile(engagement, found[engagement.pk], counts, by=by)
    if opened:
        tell(messages.DETECTED, opened, to=queries.managers_of(locked))
    return counts


def sweep(*, by: SystemActor) -> Counts:
    """Compare every engagement that runs; write only where something moved.

    Looks without locks first, with a constant number of statements whatever the
    number of engagements, then runs ``detect`` in batches over those that moved.
    """
    by.require(Permission.DRIFT_DECIDE)
    moved = queries.moved_ids()
    total = Counts()
    for start in range(0, len(moved), BATCH):
        counts = detect(moved[start : start + BATCH], by=by)
        total.detected += counts.detected
        total.changed += counts.changed
        total.resolved += counts.resolved
    return total


def _reconcile(
    engagement: Engagement, lacks: Difference, counts: Counts, *, by: SystemActor
) -> list[DriftFinding]:
    """Write what the findings lack; return the new ones."""
    opened = [_open(engagement, one, lacks.version_id, by=by) for one in lacks.opened]
    for row, fresh in lacks.changed:
        _update(engagement, row, fresh, by=by)
    for row, how in lacks.resolved:
        _resolve(engagement, row, how, by=by)
    counts.detected += len(opened)
    counts.changed += len(lacks.changed)
    counts.resolved += len(lacks.resolved)
    return opened


def _open(
    engagement: Engagement,
    deviation: Deviation,
    version_id: UUID | None,
    *,
    by: SystemActor,
) -> DriftFinding:
    row = DriftFinding.objects.create(
        engagement=engagement,
        dimension=deviation.dimension,
        value=deviation.value,
        observed=deviation.observed,
        agreed=deviation.agreed,
        evidence=dict(deviation.evidence),
        agreement_version_id=version_id,
        detected_at=clock.now(),
    )
    record(
        trail.DRIFT_DETECTED,
        by=by,
        about=about(row, engagement, by=by),
        facts={"dimension": row.dimension},
        personal=_sentences(row, engagement),
    )
    return row


def _update(
    engagement: Engagement,
    row: DriftFinding,
    fresh: dict[str, Any],
    *,
    by: SystemActor,
) -> None:
    """Name what changed in an open finding."""
    in_clear = [name for name in fresh if name in {"evidence", "agreement_version_id"}]
    moved = {name: (getattr(row, name), fresh[name]) for name in in_clear}
    for name, value in fresh.items():
        setattr(row, name, value)
    row.save(update_fields=list(fresh))
    record(
        trail.DRIFT_CHANGED,
        by=by,
        about=about(row, engagement, by=by),
        facts={"dimension": row.dimension},
        personal=_sentences(row, engagement),
        changed=moved,
    )


def _resolve(
    engagement: Engagement, row: DriftFinding, how: Resolution, *, by: SystemActor
) -> None:
    row.resolved_at, row.resolution = clock.now(), how
    row.save(update_fields=["resolved_at", "resolution"])
    record(
        trail.DRIFT_RESOLVED,
        by=by,
        about=about(row, engagement, by=by),
        facts={"dimension": row.dimension, "resolution": row.resolution},
        personal={"engagement": str(engagement)},
    )


def _sentences(row: DriftFinding, engagement: Engagement) -> dict[str, str]:
    return {
        "engagement": str(engagement),
        "observed": row.observed,
        "agreed": row.agreed,
    }


@transaction.atomic
def escalate(*, by: SystemActor) -> int:
    """Tell managers of both sides, once, of findings nobody acknowledged in time.

    Returns how many findings they were told of. The days are
    ``rules.ESCALATION_DAYS``. A constant number of queries.
    """
    by.require(Permission.DRIFT_DECIDE)
    waiting = queries.escalation_due()
    tell(
        messages.UNACKNOWLEDGED,
        waiting,
        to=queries.managers_of(row.engagement for row in waiting),
        days=rules.ESCALATION_DAYS,
    )
    return len(waiting)
