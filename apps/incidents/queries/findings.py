"""Findings and assessments of a case: which hold, and what they still rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from apps.incidents import rules
from apps.incidents.enums import FactName, Outcome
from apps.incidents.models import Assessment, Determination, Incident, IncidentFact
from apps.incidents.queries.one import one
from apps.tenancy.actor import AnyActor, SystemActor
from apps.tenancy.enums import Permission

Facts = Mapping[FactName, IncidentFact]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding with where it stands, in words."""

    row: Determination
    stands: str
    tone: str


def sees_own_side(actor: AnyActor) -> bool:
    """Whether the actor's role reads what its side keeps to itself."""
    return actor.can(Permission.INCIDENTS_ASSESS)


def current_determinations(incident: Incident) -> dict[UUID, Determination]:
    """The finding in effect of each side. One query."""
    rows = incident.determinations.filter(confirmed_at__isnull=False)
    return _in_effect(
        rows.select_related("proposed_by", "confirmed_by", "organization")
    )


def _in_effect(rows: Iterable[Determination]) -> dict[UUID, Determination]:
    confirmed = [(row.confirmed_at, row.pk, row) for row in rows if row.confirmed_at]
    return {row.organization_id: row for *_, row in sorted(confirmed)}


def low_assessment(incident: Incident, organization_id: UUID) -> Assessment | None:
    """A side's latest confirmed assessment, if it shows a low probability. One
    query."""
    rows = incident.assessments.filter(
        organization=organization_id, confirmed_at__isnull=False
    )
    row = rows.order_by("-confirmed_at", "-pk").first()
    return row if row is not None and row.is_low_probability else None


def is_secured(facts: Facts) -> bool:
    """Whether the facts that hold say that the PHI was secured."""
    encrypted, key = facts.get(FactName.ENCRYPTED), facts.get(FactName.KEY_SAFE)
    return rules.is_secured(
        is_encrypted=encrypted.yes if encrypted else None,
        is_key_safe=key.yes if key else None,
    )


def lifted_sides(
    incident: Incident, determinations: Collection[Determination], facts: Facts
) -> set[UUID]:
    """Sides whose finding in effect ends their statutory clocks, as the record stands
    by now. One query for each finding of a low probability."""
    return {
        row.organization_id
        for row in determinations
        if rules.lifts_notice(
            row.outcome,
            is_secured=is_secured(facts),
            has_full_assessment=row.outcome == Outcome.LOW_PROBABILITY
            and low_assessment(incident, row.organization_id) is not None,
        )
    }


def finding_lines(
    actor: AnyActor, incident: Incident, facts: Facts
) -> list[FindingLine]:
    """Findings in effect of both sides, proposals of the actor's own; oldest first."""
    rows = Determination.objects.visible_to(actor).filter(incident=incident)
    confirmed = Q(confirmed_at__isnull=False)
    if isinstance(actor, SystemActor):
        shown = rows
    elif sees_own_side(actor):
        shown = rows.filter(confirmed | Q(organization=actor.organization_id))
    else:
        shown = rows.filter(confirmed)
    found = list(shown.select_related("organization", "proposed_by", "confirmed_by"))
    held = _in_effect(found)
    lifted = lifted_sides(incident, held.values(), facts)
    in_effect = {row.pk for row in held.values()}
    return [
        FindingLine(row, *_stands(row, in_effect=in_effect, lifted=lifted))
        for row in found
    ]


def _stands(
    row: Determination, *, in_effect: Collection[UUID], lifted: Collection[UUID]
) -> tuple[str, str]:
    if row.confirmed_at is None:
        return "Proposed", "warn"
    if row.pk not in in_effect:
        return "Replaced by a later finding", "plain"
    if row.outcome == Outcome.BREACH or row.organization_id in lifted:
        return "In effect", "good"
    return "No longer carried by the record: a breach is presumed", "bad"


def assessments(actor: AnyActor, incident: Incident) -> list[Assessment]:
    """Assessments of the actor's own side, oldest first. One query."""
    if not sees_own_side(actor):
        return []
    rows = Assessment.objects.visible_to(actor).filter(incident=incident)
    return list(rows.select_related("organization", "decided_by", "confirmed_by"))


def assessment(actor: AnyActor, pk: UUID) -> Assessment:
    """One assessment of the actor's side; NotFound for any other."""
    rows = Assessment.objects.visible_to(actor)
    return one(rows.select_related("incident__engagement", "decided_by"), pk)


def determination(actor: AnyActor, pk: UUID) -> Determination:
    """One finding: of the own side, or in effect; NotFound for any other."""
    own = Q(organization=actor.organization_id)
    rows = Determination.objects.visible_to(actor).filter(
        Q(confirmed_at__isnull=False) | own
    )
    return one(rows.select_related("incident__engagement", "proposed_by"), pk)
