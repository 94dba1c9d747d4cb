"""What the workforce says to the gate: who serves, and from where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from apps.core.types import ConditionState, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement
from apps.workforce.enums import Control, Standing
from apps.workforce.rules import Attested, by_standing

CITATION = "45 CFR 164.308(a)(3)(ii)(A)-(B)"
CONTROLS_CITATION = (
    "45 CFR 164.310(b), (c), (d)(1). Which controls, and that an attestation counts "
    "for twelve months, are our own default."
)
# People on the day by engagement and site, with the newest word on each control.
_PLACES = """
WITH place AS (
    SELECT a.engagement_id, a.site_id, COUNT(DISTINCT a.agent_id) AS people
    FROM workforce_assignment a
    JOIN workforce_agent g ON g.id = a.agent_id
    WHERE a.engagement_id = ANY(%(engagements)s)
      AND a.effective_on <= %(day)s
      AND (a.ended_on IS NULL OR a.ended_on >= %(day)s)
      AND (g.left_on IS NULL OR g.left_on >= %(day)s)
    GROUP BY a.engagement_id, a.site_id
)
SELECT p.engagement_id, p.people, s.id, s.name, (
    SELECT jsonb_object_agg(c.control, jsonb_build_array(c.is_in_place, c.attested_on))
    FROM (
        SELECT DISTINCT ON (control) control, is_in_place, attested_on
        FROM workforce_sitecontrol
        WHERE site_id = p.site_id AND attested_on <= %(day)s
        ORDER BY control, attested_on DESC, id DESC
    ) c
)::text
FROM place p
LEFT JOIN workforce_site s ON s.id = p.site_id AND s.is_remote
ORDER BY s.name
"""


@dataclass(frozen=True, slots=True)
class _Home:
    """A place people work from home, with what is attested of it."""

    pk: UUID
    name: str
    people: int
    known: dict[str, Attested]


@dataclass
class _Places:
    people: int = 0
    homes: list[_Home] = field(default_factory=list)


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date
) -> dict[UUID, list[GateCondition]]:
    """``workforce.roster_known`` for each engagement, and ``workforce.home_controls``
    where somebody works from home. One query.

    Unknown, never unsatisfied, while no agent is assigned on the day: nobody said
    that nobody works. Counts and places, never a name of a person.
    """
    places = {each.pk: _Places() for each in engagements}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"engagements": list(places), "day": as_of})
        for engagement_id, people, site_id, name, controls in cursor.fetchall():
            found = places[engagement_id]
            found.people += people
            if site_id is not None:
                known = _attested(json.loads(controls or "{}"))
                found.homes.append(_Home(site_id, name, people, known))
    return {pk: _conditions(found, as_of=as_of) for pk, found in places.items()}


def _attested(stored: dict[str, Any]) -> dict[str, Attested]:
    return {
        control: Attested(is_in_place, date.fromisoformat(attested_on))
        for control, (is_in_place, attested_on) in stored.items()
    }


def _conditions(found: _Places, *, as_of: date) -> list[GateCondition]:
    known = _roster_known(found.people, as_of=as_of)
    return [known, *_home_controls(found.homes, as_of=as_of)]


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


def _home_controls(homes: list[_Home], *, as_of: date) -> list[GateCondition]:
    """One condition over all places people of the engagement work from home."""
    if not homes:
        return []
    found = {home.pk: by_standing(home.known, day=as_of) for home in homes}
    lacking = [home for home in homes if set(found[home.pk]) != {Standing.IN_PLACE}]
    states = {state for home in lacking for state in found[home.pk]}
    if states & {Standing.NOT_IN_PLACE, Standing.EXPIRED}:
        state = ConditionState.NOT_SATISFIED
    else:
        state = ConditionState.UNKNOWN if lacking else ConditionState.SATISFIED
    ends = [each.counts_until for home in homes for each in home.known.values()]
    return [
        GateCondition(
            code="workforce.home_controls",
            title="Work from home is protected",
            state=state,
            detail=" ".join(_said(home, found[home.pk]) for home in lacking or homes),
            citation=CONTROLS_CITATION,
            legal_status=LegalStatus.OWN_DEFAULT,
            who_acts=Side.PROVIDER,
            due=min(ends) if state is ConditionState.SATISFIED else None,
            fix_path=_path(lacking),
            fix_label="Attest the controls" if lacking else "",
        )
    ]


def _path(lacking: list[_Home]) -> str:
    return reverse("workforce:site", args=[lacking[0].pk]) if lacking else ""


def _said(home: _Home, found: dict[Standing, list[Control]]) -> str:
    """One sentence: the place, how many work there, and what of it is known."""
    people = "1 agent" if home.people == 1 else f"{home.people:,} agents"
    parts = [
        f"{', '.join(str(each.label).lower() for each in found[state])} {words}"
        for state, words in _WORDS.items()
        if state in found
    ]
    return f"{home.name} ({people}): {'; '.join(parts)}."


_WORDS = {
    Standing.NOT_IN_PLACE: "not in place",
    Standing.EXPIRED: "attested more than twelve months ago",
    Standing.NOT_ATTESTED: "not attested",
    Standing.IN_PLACE: "attested",
}
