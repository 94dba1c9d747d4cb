"""Detection: makes findings agree with what is observed today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.drift import messages, queries, rules, trail
from apps.drift.actions.recording import about, tell
from apps.drift.enums import Dimension
from apps.drift.models import DriftFinding
from apps.drift.queries import Comparison
from apps.drift.rules import Deviation, Key
from apps.engagements.models import Engagement
from apps.tenancy.actor import SystemActor, system
from apps.tenancy.enums import Permission

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
    known = _open_findings(locked)
    counts = Counts()
    for today, group in _by_today(locked).items():
        sides = queries.comparisons(group, as_of=today)
        for engagement in group:
            _reconcile(
                engagement, sides[engagement.pk], known[engagement.pk], counts, by=by
            )
    return counts


def _open_findings(
    engagements: list[Engagement],
) -> defaultdict[UUID, dict[Key, DriftFinding]]:
    found: defaultdict[UUID, dict[Key, DriftFinding]] = defaultdict(dict)
    for row in DriftFinding.objects.filter(
        engagement__in=engagements, resolved_at=None
    ):
        found[row.engagement_id][row.dimension, row.value] = row
    return found


def _by_today(engagements: list[Engagement]) -> dict[date, list[Engagement]]:
    """Group by the client's local date; at most three differ at one instant."""
    groups: defaultdict[date, list[Engagement]] = defaultdict(list)
    for one in engagements:
        groups[clock.today(one.client.time_zone)].append(one)
    return groups


def _reconcile(
    engagement: Engagement,
    sides: Comparison,
    known: dict[Key, DriftFinding],
    counts: Counts,
    *,
    by: SystemActor,
) -> None:
    limit = _limit(known)
    deviations = {
        one.key: one
        for one in rules.compare(
            sides.agreed, sides.observed, sides.declared, open_ceiling=limit
        )
    }
    for key, deviation in deviations.items():
        if key not in known:
            _open(engagement, deviation, sides, by=by)
            counts.detected += 1
        elif _update(engagement, known[key], deviation, sides, by=by):
            counts.changed += 1
    told = rules.compared(sides.agreed)
    for key, row in known.items():
        if key not in deviations and Dimension(row.dimension) in told:
            _resolve(engagement, row, sides, limit, by=by)
            counts.resolved += 1


def _limit(known: dict[Key, DriftFinding]) -> int | None:
    """The ceiling the open head-count finding was made at."""
    for row in known.values():
        if row.dimension == Dimension.HEAD_COUNT:
            limit = row.evidence.get("limit")
            return limit if isinstance(limit, int) else None
    return None


def _open(
    engagement: Engagement, deviation: Deviation, sides: Comparison, *, by: SystemActor
) -> None:
    row = DriftFinding.objects.create(
        engagement=engagement,
        dimension=deviation.dimension,
        value=deviation.value,
        observed=deviation.observed,
        agreed=deviation.agreed,
        evidence=dict(deviation.evidence),
        agreement_version_id=sides.version_id,
        detected_at=clock.now(),
    )
    record(
        trail.DRIFT_DETECTED,
        by=by,
        about=about(row, engagement, by=by),
        facts={"dimension": row.dimension},
        personal=_sentences(row, engagement),
    )
    tell(messages.DETECTED, row, memberships=list(queries.managers_of(engagement)))


def _update(
    engagement: Engagement,
    row: DriftFinding,
    deviation: Deviation,
    sides: Comparison,
    *,
    by: SystemActor,
) -> bool:
    """Name what changed in an open finding; False if nothing did."""
    fresh = {
        "observed": deviation.observed,
        "agreed": deviation.agreed,
        "evidence": dict(deviation.evidence),
        "agreement_version_id": sides.version_id,
    }
    changed = [name for name, value in fresh.items() if getattr(row, name) != value]
    if not changed:
        return False
    before = {name: getattr(row, name) for name in changed}
    for name in changed:
        setattr(row, name, fresh[name])
    row.save(update_fields=changed)
    in_clear = [
        name for name in changed if name in {"evidence", "agreement_version_id"}
    ]
    record(
        trail.DRIFT_CHANGED,
        by=by,
        about=about(row, engagement, by=by),
        facts={"dimension": row.dimension},
        personal=_sentences(row, engagement),
        changed={name: (before[name], fresh[name]) for name in in_clear},
    )
    return True


def _resolve(
    engagement: Engagement,
    row: DriftFinding,
    sides: Comparison,
    limit: int | None,
    *,
    by: SystemActor,
) -> None:
    row.resolved_at = clock.now()
    row.resolution = rules.resolution(
        is_still_done=rules.is_still_done(
            (row.dimension, row.value), sides.observed, sides.declared, limit=limit
        ),
        is_other_version=row.agreement_version_id != sides.version_id,
    )
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

    Returns how many findings wait. The days are ``rules.ESCALATION_DAYS``.
    """
    by.require(Permission.DRIFT_DECIDE)
    waiting = queries.escalation_due()
    for row in waiting:
        tell(
            messages.UNACKNOWLEDGED,
            row,
            memberships=list(queries.managers_of(row.engagement)),
            days=rules.ESCALATION_DAYS,
        )
    return len(waiting)
