"""The gate's condition about drift."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from apps.core.dates import end_of_day
from apps.core.types import ConditionState, GateCondition, LegalStatus, Side
from apps.drift import rules
from apps.drift.enums import Dimension
from apps.drift.models import DriftFinding
from apps.engagements.models import Engagement

CODE = "drift.none_open"
TITLE = "Nothing outside the agreed scope"
# The law limits use to what the agreement permits; that drift closes the gate is our
# own default.
CITATION = "45 CFR 164.504(e)(2)(i)"


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date
) -> dict[UUID, list[GateCondition]]:
    """One condition per engagement: no open finding without an acceptance.

    Judged at the end of the day in the client's zone, from facts as recorded now.
    One query whatever the number.
    """
    blocking: dict[UUID, list[DriftFinding]] = {one.pk: [] for one in engagements}
    zones = {one.pk: one.client.time_zone for one in engagements}
    for row in _candidates(engagements, as_of=as_of):
        zone = zones[row.engagement_id]
        if not rules.is_open(row.standing, day=as_of, zone=zone):
            continue
        if not rules.is_accepted(row.standing, day=as_of, zone=zone):
            blocking[row.engagement_id].append(row)
    return {pk: [_condition(pk, rows, zones[pk])] for pk, rows in blocking.items()}


def _candidates(
    engagements: Sequence[Engagement], *, as_of: date
) -> list[DriftFinding]:
    """Findings that may be open on the day anywhere on Earth; oldest first."""
    earliest = end_of_day(as_of - timedelta(days=1), "UTC")
    latest = end_of_day(as_of + timedelta(days=1), "UTC")
    rows = DriftFinding.objects.filter(
        Q(resolved_at=None) | Q(resolved_at__gte=earliest),
        engagement__in=[one.pk for one in engagements],
        detected_at__lt=latest,
    )
    return list(rows.order_by("detected_at", "pk"))


def _condition(pk: UUID, rows: list[DriftFinding], zone: str) -> GateCondition:
    state = ConditionState.NOT_SATISFIED if rows else ConditionState.SATISFIED
    since = min((rules.local_day(row.detected_at, zone) for row in rows), default=None)
    return GateCondition(
        code=CODE,
        title=TITLE,
        state=state,
        detail=_detail(rows),
        citation=CITATION,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.BOTH,
        since=since,
        fix_path=reverse("drift:engagement", args=[pk]) if rows else "",
        fix_label="Review the drift" if rows else "",
    )


def _detail(rows: list[DriftFinding]) -> str:
    if not rows:
        return "No finding of drift is open without an acceptance."
    kinds = dict.fromkeys(Dimension(row.dimension).label.lower() for row in rows)
    count = "1 finding is" if len(rows) == 1 else f"{len(rows)} findings are"
    return f"{count} open and not accepted: {', '.join(kinds)}."
