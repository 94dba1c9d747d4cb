"""What this room says at the gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.urls import reverse

from apps.core.types import ConditionState, GateCondition, LegalStatus, Side
from apps.engagements.models import DeclaredScope, Engagement
from apps.engagements.queries.declared import Declared, declared
from apps.engagements.rules import Chain

OWN_DEFAULT = "Portal default"
HELD = {
    True: ConditionState.SATISFIED,
    False: ConditionState.NOT_SATISFIED,
}


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date, known: Declared | None = None
) -> dict[UUID, list[GateCondition]]:
    """Active, scope declared, every live subcontract of the chain approved.

    The law asks for an agreement at each hop, which the agreements' conditions
    judge; that the client says yes first is our own default. Two queries, none
    with ``known``.
    """
    known = known or declared(engagements, as_of=as_of)
    return {
        row.pk: [
            _active(row, as_of),
            _scope_declared(row, known.scopes.get(row.pk)),
            _subcontracts_approved(row, known.chains[row.pk]),
        ]
        for row in engagements
    }


def _active(engagement: Engagement, as_of: date) -> GateCondition:
    started, ended = engagement.started_on, engagement.ended_on
    is_active = started <= as_of and (ended is None or as_of <= ended)
    if started > as_of:
        detail = f"The engagement starts on {started:%-d %B %Y}."
    elif ended is not None and ended < as_of:
        detail = f"The engagement ended on {ended:%-d %B %Y}."
    else:
        detail = f"The engagement is active since {started:%-d %B %Y}."
    return GateCondition(
        code="engagement.active",
        title="Engagement is active",
        state=HELD[is_active],
        detail=detail,
        citation=OWN_DEFAULT,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.BOTH,
        since=started if is_active else None,
        due=ended if is_active else None,
        fix_path="" if is_active else reverse("engagements:create"),
        fix_label="" if is_active else "Create a new engagement",
    )


def _scope_declared(
    engagement: Engagement, scope: DeclaredScope | None
) -> GateCondition:
    return GateCondition(
        code="engagement.scope_declared",
        title="Scope is declared",
        state=HELD[scope is not None],
        detail=f"A scope is declared from {scope.effective_on:%-d %B %Y}."
        if scope
        else "Nobody has declared what the engagement is used for.",
        citation=OWN_DEFAULT,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.BOTH,
        since=scope.effective_on if scope else None,
        fix_path=""
        if scope
        else reverse("engagements:declare_scope", args=[engagement.pk]),
        fix_label="" if scope else "Declare the scope",
    )


def _subcontracts_approved(engagement: Engagement, tree: Chain) -> GateCondition:
    below = tree.subcontracts()
    waiting = [node for node in below if not node.approved]
    if waiting:
        names = ", ".join(sorted({node.name_shown for node in waiting}))
        detail = f"Waiting for the client's approval: {names}."
    elif len(below) == 1:
        detail = "The one subcontract of the chain is approved."
    elif below:
        detail = f"All {len(below)} subcontracts of the chain are approved."
    else:
        detail = "No subcontract is declared."
    return GateCondition(
        code="engagement.subcontracts_approved",
        title="Subcontracts are approved",
        state=HELD[not waiting],
        detail=detail,
        citation=OWN_DEFAULT,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.CLIENT
        if any(node.depth == 1 for node in waiting) or not waiting
        else Side.PROVIDER,
        fix_path=reverse("engagements:detail", args=[engagement.pk]) if waiting else "",
        fix_label="Review subcontracts" if waiting else "",
    )
