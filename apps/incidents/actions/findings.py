"""What a side finds the event to be: proposed by one person, confirmed by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from django.db import transaction

from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.incidents import messages, queries, rules, trail
from apps.incidents.actions.clocks import refresh_clocks
from apps.incidents.actions.recording import (
    enter,
    locked,
    opened,
    own_side,
    tell,
    write,
)
from apps.incidents.enums import Audience, Outcome, PenaltyTier
from apps.incidents.models import (
    Assessment,
    Determination,
    Incident,
    PenaltyEstimate,
)
from apps.incidents.rules import check_free_text
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def assess(
    incident: Incident,
    *,
    by: Actor,
    factors: Mapping[str, tuple[str, str]],
    is_low_probability: bool,
    reason: str,
    text_confirmed: bool = False,
) -> Assessment:
    """Weigh the four factors for the actor's side.

    ``factors`` maps each factor to its weight and reason. Seen by that side alone; it
    counts once another person of the side confirms it. Event ``incident.assessed``.
    Raises Invalid for a factor without weight or reason.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    texts = {name: text for name, (_, text) in factors.items()} | {"reason": reason}
    check_free_text(texts, is_confirmed=text_confirmed)
    rules.check_factors(factors)
    incident, _ = opened(incident, by=by)
    row = Assessment.objects.create(
        incident=incident,
        organization=by.organization,
        factors={name: {"risk": r, "reason": t} for name, (r, t) in factors.items()},
        is_low_probability=is_low_probability,
        reason=reason,
        decided_by=by.user,
    )
    write(
        trail.ASSESSMENT_MADE,
        incident,
        by=by,
        facts={"is_low_probability": is_low_probability},
        is_own_side=True,
    )
    enter(incident, "Four factors weighed.", by=by, audience=Audience.OWN_SIDE)
    _ask_second_person(incident, str(row.pk), by=by)
    return row


def _ask_second_person(incident: Incident, key: str, *, by: Actor) -> None:
    own = {by.organization_id}
    tell(messages.CONFIRMATION_WANTED, incident, own, key=key, but=by.user_id)


@transaction.atomic
def confirm_assessment(assessment: Assessment, *, by: Actor) -> Assessment:
    """Confirm a side's assessment as its second person.

    Clocks of that side start again where its finding rested on an earlier one. Event
    ``incident.assessment_confirmed``. Raises NotAllowed for another side,
    Conflict for the same person or a second confirmation.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    incident, _ = opened(assessment.incident, by=by)
    row = Assessment.objects.locked(assessment.pk)
    if row.organization_id != by.organization_id:
        raise NotAllowed("The other side weighed this; its second person confirms.")
    if row.confirmed_at is not None:
        raise Conflict("This assessment is confirmed already.")
    rules.check_second_person(proposed_by=row.decided_by_id, confirmed_by=by.user_id)
    row.confirmed_by, row.confirmed_at = by.user, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    write(trail.ASSESSMENT_CONFIRMED, incident, by=by, is_own_side=True)
    enter(incident, "Assessment confirmed.", by=by, audience=Audience.OWN_SIDE)
    refresh_clocks(incident, by=by)
    return row


@transaction.atomic
def propose_finding(
    incident: Incident,
    *,
    by: Actor,
    outcome: Outcome,
    reason: str,
    exception: str = "",
    text_confirmed: bool = False,
) -> Determination:
    """Name what the event is found to be, for the actor's side.

    A breach is presumed until a second person confirms another finding. Event
    ``incident.finding_proposed``. Raises FindingNotSupported where facts or assessment
    do not carry it.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    check_free_text({"reason": reason}, is_confirmed=text_confirmed)
    incident, _ = opened(incident, by=by)
    assessment = _check_carried(
        incident, outcome, by=by, exception=exception, reason=reason
    )
    row = Determination.objects.create(
        incident=incident,
        organization=by.organization,
        outcome=outcome,
        exception=exception if outcome == Outcome.EXCEPTION else "",
        reason=reason,
        assessment=assessment if outcome == Outcome.LOW_PROBABILITY else None,
        proposed_by=by.user,
    )
    write(
        trail.FINDING_PROPOSED,
        incident,
        by=by,
        facts={"outcome": outcome},
        is_own_side=True,
    )
    text = f"Finding proposed: {Outcome(outcome).label}."
    enter(incident, text, by=by, audience=Audience.OWN_SIDE)
    _ask_second_person(incident, str(row.pk), by=by)
    return row


def _check_carried(
    incident: Incident, outcome: Outcome, *, by: Actor, exception: str, reason: str
) -> Assessment | None:
    """The assessment a finding rests on, if any. Raises FindingNotSupported."""
    assessment = queries.low_assessment(incident, by.organization_id)
    rules.check_finding(
        outcome,
        exception=exception,
        is_secured=queries.is_secured(queries.current_facts([incident])[incident.pk]),
        has_full_assessment=assessment is not None,
        reason=reason,
    )
    return assessment


@transaction.atomic
def confirm_finding(determination: Determination, *, by: Actor) -> Determination:
    """Confirm a side's finding as its second person; it takes effect.

    Steps: permission, side; lock; second person; whether the record still carries it
    and no other finding came between; clocks of that side lifted or started again;
    both sides' timeline; events ``incident.finding_confirmed`` and
    ``incident.clocks_computed``. Raises NotAllowed, Conflict, FindingNotSupported.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    incident, _ = opened(determination.incident, by=by)
    row = Determination.objects.locked(determination.pk)
    if row.organization_id != by.organization_id:
        raise Conflict("The other side made this finding; its second person confirms.")
    if row.confirmed_at is not None:
        raise Conflict("This finding is confirmed already.")
    rules.check_second_person(proposed_by=row.proposed_by_id, confirmed_by=by.user_id)
    held = queries.current_determinations(incident).get(by.organization_id)
    rules.check_latest(
        (row.created_at, row.pk), (held.created_at, held.pk) if held else None
    )
    _check_carried(
        incident,
        Outcome(row.outcome),
        by=by,
        exception=row.exception,
        reason=row.reason,
    )
    row.confirmed_by, row.confirmed_at = by.user, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    write(trail.FINDING_CONFIRMED, incident, by=by, facts={"outcome": row.outcome})
    text = f"Finding of {by.organization}: {row.get_outcome_display().lower()}."
    enter(incident, text, by=by)
    refresh_clocks(incident, by=by)
    return row


@transaction.atomic
def estimate_penalty(
    incident: Incident,
    *,
    by: Actor,
    assessed_on: date,
    tier: PenaltyTier,
    violations_by_year: Mapping[int, int],
    provisions: int,
    known_on: date | None = None,
    corrected_on: date | None = None,
) -> PenaltyEstimate:
    """Keep an estimate of penalties with its inputs and table, for the actor's side.

    Event ``incident.estimated`` without amounts. Raises Invalid.
    """
    by.require(Permission.INCIDENTS_DETERMINE)
    incident = locked(incident)
    own_side(incident, by=by)
    found = rules.exposure(
        assessed_on=assessed_on,
        tier=tier,
        violations_by_year=violations_by_year,
        provisions=provisions,
        known_on=known_on,
        corrected_on=corrected_on,
    )
    row = PenaltyEstimate.objects.create(
        incident=incident,
        organization=by.organization,
        assessed_on=assessed_on,
        tier=tier,
        inputs={
            "violations_by_year": {str(k): v for k, v in violations_by_year.items()},
            "provisions": provisions,
            "known_on": known_on.isoformat() if known_on else None,
            "corrected_on": corrected_on.isoformat() if corrected_on else None,
        },
        result=_figures(found),
        table=found.table.id,
        table_version=rules.penalties_version(),
        made_by=by.user,
    )
    write(
        trail.ESTIMATE_MADE,
        incident,
        by=by,
        facts={"table": row.table, "version": row.table_version},
        is_own_side=True,
    )
    return row


def _figures(found: rules.Exposure) -> dict[str, object]:
    """An estimate as it is kept."""
    return {
        "least": found.least,
        "most": found.most,
        "discretion_least": found.discretion_least,
        "discretion_most": found.discretion_most,
        "is_discretion_scaled": found.is_discretion_scaled,
        "reason": found.reason,
        "years": [asdict(one) for one in found.years],
    }
