"""Verdicts, for many engagements with a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from apps.access_reviews import queries as access_reviews
from apps.agreements import queries as agreements
from apps.assurance import queries as assurance
from apps.core import clock
from apps.core.dates import end_of_day
from apps.core.types import GateCondition
from apps.drift import queries as drift
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.gate import rules
from apps.gate.models import GateOverride
from apps.gate.rules import GateState, OverrideInForce
from apps.incidents import queries as incidents
from apps.questionnaires import queries as questionnaires
from apps.tenancy.actor import AnyActor
from apps.training import queries as training
from apps.workforce import queries as workforce

Source = Callable[..., Mapping[Any, list[GateCondition]]]

# Who says what, in the order the page shows it; the first rest on what is declared.
ON_DECLARED: tuple[Source, ...] = (
    engagements.gate_conditions,
    agreements.gate_conditions,
)
ON_FACTS: tuple[Source, ...] = (
    workforce.gate_conditions,
    training.gate_conditions,
    access_reviews.gate_conditions,
    questionnaires.gate_conditions,
    drift.gate_conditions,
    assurance.gate_conditions,
    incidents.gate_conditions,
)


def verdicts(judged: Sequence[Engagement], *, as_of: date) -> dict[UUID, GateState]:
    """The verdict on each engagement at the end of a day in its client's zone.

    For a past day it is computed from the facts as recorded now, not as they were
    known then; ``decisions`` tell that. The engagements come from a scoped query or
    a job, with client and provider. A constant number of queries.
    """
    known = engagements.declared(judged, as_of=as_of)
    said = [
        *(source(judged, as_of=as_of, known=known) for source in ON_DECLARED),
        *(source(judged, as_of=as_of) for source in ON_FACTS),
    ]
    overrides = _overrides_on(judged, as_of=as_of)
    found = {}
    for one in judged:
        conditions = tuple(
            condition for source in said for condition in source.get(one.pk, [])
        )
        found[one.pk] = GateState(
            engagement_id=one.pk,
            verdict=rules.verdict(conditions),
            conditions=conditions,
            override=overrides.get(one.pk),
            as_of=as_of,
        )
    return found


def verdict(engagement: Engagement, *, as_of: date) -> GateState:
    """The verdict on one engagement for a day."""
    return verdicts([engagement], as_of=as_of)[engagement.pk]


def verdicts_today(judged: Sequence[Engagement]) -> dict[UUID, GateState]:
    """Verdicts as of the local date of each client; at most three dates differ."""
    groups: defaultdict[date, list[Engagement]] = defaultdict(list)
    for one in judged:
        groups[clock.today(one.client.time_zone)].append(one)
    return {
        pk: state
        for today, group in groups.items()
        for pk, state in verdicts(group, as_of=today).items()
    }


def badges(actor: AnyActor, engagement_ids: Collection[UUID]) -> dict[UUID, GateState]:
    """Today's verdicts on those engagements the actor may see, for lists."""
    rows = engagements.engagements(actor).filter(pk__in=engagement_ids)
    return verdicts_today(list(rows))


def _overrides_on(
    judged: Sequence[Engagement], *, as_of: date
) -> dict[UUID, OverrideInForce]:
    """The override that holds on each engagement on the day. One query."""
    rows = GateOverride.objects.filter(
        engagement__in=[one.pk for one in judged],
        approved_at__isnull=False,
        expires_on__gte=as_of,
    ).select_related("requested_by", "approved_by")
    zones = {one.pk: one.client.time_zone for one in judged}
    return {
        row.engagement_id: in_force
        for row in rows.order_by("approved_at")
        if (in_force := _in_force(row, day=as_of, zone=zones[row.engagement_id]))
    }


def _in_force(row: GateOverride, *, day: date, zone: str) -> OverrideInForce | None:
    holds = rules.override_holds(
        approved_at=row.approved_at,
        withdrawn_at=row.withdrawn_at,
        expires_on=row.expires_on,
        day=day,
        ends=end_of_day(day, zone),
    )
    if not holds or row.approved_at is None:
        return None
    return OverrideInForce(
        pk=row.pk,
        reason=row.reason,
        requested_by=str(row.requested_by),
        approved_by=str(row.approved_by),
        approved_at=row.approved_at,
        expires_on=row.expires_on,
    )
