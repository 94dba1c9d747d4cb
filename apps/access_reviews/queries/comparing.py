"""Systems held against a reference: the roster, or a system such as personnel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from apps.access_reviews import rules
from apps.access_reviews.models import Account, System
from apps.access_reviews.queries.facts import person_of
from apps.access_reviews.queries.snapshots import agents_expected
from apps.access_reviews.queries.systems import running_today
from apps.access_reviews.rules.comparing import ENDED, NOBODYS
from apps.core import clock
from apps.tenancy.models import Organization
from apps.workforce.models import Agent, Assignment

People = dict[str, rules.Listed]


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement in words: what differs, who, and what each list says."""

    kind: str
    name: str
    there: str
    here: str


@dataclass(frozen=True, slots=True)
class SystemComparison:
    """A system beside the reference; ``differences`` by kind and name."""

    system: System
    people: int
    found: rules.Differences
    differences: list[Difference]


def compared_systems(
    systems: Sequence[System], *, reference: System | None
) -> list[SystemComparison]:
    """Every other system beside the reference; None is the roster of the agents
    expected in each. Service and root accounts stand in no list of people. One query,
    and two for each system beside the roster."""
    lists = _people_in(systems)
    found = []
    for system in systems:
        if system == reference:
            continue
        if reference is None:
            known = _roster(system)
        else:
            known = lists[reference.pk]
        found.append(_comparison(system, known, lists[system.pk]))
    return found


def _people_in(systems: Sequence[System]) -> dict[UUID, People]:
    """One entry a person: of several accounts one that works tells more."""
    found: dict[UUID, People] = defaultdict(dict)
    rows = (
        Account.objects.filter(system__in=systems, absent_since=None)
        .exclude(kind__in=NOBODYS)
        .select_related("agent")
        .order_by("key")
    )
    for row in rows:
        people, key = found[row.system_id], person_of(row)
        if key not in people or people[key].has_ended:
            has_ended = row.status in ENDED
            people[key] = rules.Listed(str(row), row.unit, has_ended)
    return found


def _roster(system: System) -> People:
    """Agents who may have an account; where the system serves engagements, those who
    serve one of them today are expected to."""
    today = clock.today(system.organization.time_zone)
    serve = Assignment.objects.filter(
        running_today(today), agent=OuterRef("pk"), engagement__systems=system
    )
    rows = agents_expected(system).select_related("organization")
    serves_any = system.engagements.exists()
    return {
        str(row.pk): rules.Listed(
            _shown(row, system.organization),
            has_ended=_has_left(row),
            is_expected=not serves_any or row.serves,
        )
        for row in rows.annotate(serves=Exists(serve))
    }


def _shown(agent: Agent, reader: Organization) -> str:
    """The name stays with the employer."""
    is_own = agent.organization_id == reader.pk
    return f"{agent.full_name} ({agent.external_id})" if is_own else agent.external_id


def _has_left(agent: Agent) -> bool:
    today = clock.today(agent.organization.time_zone)
    return agent.left_on is not None and agent.left_on < today


def _comparison(system: System, known: People, own: People) -> SystemComparison:
    found = rules.differences(known, own)
    told = [
        *(
            Difference("Without an account", known[key].name, "there", "no account")
            for key in found.missing
        ),
        *(
            Difference("Not in the reference", own[key].name, "not known", "works")
            for key in found.extra
        ),
        *(
            Difference("Gone, the account works", own[key].name, "gone", "works")
            for key in found.ended
        ),
        *(
            Difference("Another unit", own[key].name, known[key].unit, own[key].unit)
            for key in found.moved
        ),
    ]
    return SystemComparison(system, len(own), found, told)
