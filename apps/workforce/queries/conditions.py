"""What the workforce says to the gate; it owns no dated duty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from apps.core.types import ConditionState, DueItem, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor
from apps.workforce.queries.observed import assignments_on

CITATION = "45 CFR 164.308(a)(3)(ii)(A)-(B)"


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date
) -> dict[UUID, list[GateCondition]]:
    """``workforce.roster_known`` for each engagement. One query.

    Unknown, never unsatisfied, while no agent is assigned on the day: nobody said
    that nobody works.
    """
    ids = [engagement.pk for engagement in engagements]
    counts = dict(
        assignments_on(ids, as_of=as_of)
        .order_by()
        .values_list("engagement")
        .annotate(count=Count("agent", distinct=True))
    )
    return {pk: [_roster_known(counts.get(pk, 0), as_of=as_of)] for pk in ids}


def _roster_known(count: int, *, as_of: date) -> GateCondition:
    if count:
        people = "1 agent is" if count == 1 else f"{count:,} agents are"
        detail = f"{people} assigned on {as_of:%-d %B %Y}."
    else:
        detail = f"No agent is assigned on {as_of:%-d %B %Y}; no roster says who works."
    return GateCondition(
        code="workforce.roster_known",
        title="The people who serve the engagement are known",
        state=ConditionState.SATISFIED if count else ConditionState.UNKNOWN,
        detail=detail,
        citation=CITATION,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.PROVIDER,
        fix_path="" if count else reverse("workforce:upload"),
        fix_label="" if count else "Import a roster",
    )


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """None: an assignment that ends asks nothing of anybody. No query."""
    return []
