"""The clause a finding is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.agreements import queries as agreements
from apps.agreements import rules as agreement_rules
from apps.agreements.models import VersionProvision
from apps.agreements.rules import VersionFacts
from apps.drift import rules
from apps.drift.enums import Dimension
from apps.drift.models import DriftFinding
from apps.tenancy.actor import AnyActor


@dataclass(frozen=True, slots=True)
class Clause:
    """A version of an agreement, the line in it, the provision behind the line.

    ``version`` is None where no agreement was ever in force; ``place`` is the page
    or clause the checklist names, "" where it names none.
    """

    version: VersionFacts | None
    line: str
    provision_id: str
    provision: str
    place: str

    @property
    def text(self) -> str:
        """The clause in one line, for messages."""
        where = f" ({self.place})" if self.place else ""
        behind = f"{self.provision_id} {self.provision}{where}"
        if self.version is None:
            return f"No BAA was in force; {behind}"
        return f"{self.version.name}, {self.line}; {behind}"


def clauses(rows: Sequence[DriftFinding]) -> dict[UUID, Clause]:
    """The clause of each finding, by id; findings come with their engagement's
    client. Two queries whatever the number.

    It is the version compared with; where none was in force, the last one before
    the finding was made.
    """
    known = agreements.version_facts({row.engagement_id for row in rows})
    versions = {row.pk: _version(row, known[row.engagement_id]) for row in rows}
    ids = {one.version_id for one in versions.values() if one is not None}
    places = {
        (version_id, provision): place
        for version_id, provision, place in VersionProvision.objects.filter(
            version__in=ids, provision__in={one.provision for one in _places()}
        ).values_list("version_id", "provision", "place")
    }
    return {row.pk: _clause(row, versions[row.pk], places) for row in rows}


def clause_for(actor: AnyActor, row: DriftFinding) -> Clause | None:
    """The clause of one finding, for who may read the agreement: its parties and
    auditors; None for others. Three queries."""
    clause = clauses([row])[row.pk]
    if clause.version is None:
        return clause
    visible = agreements.agreements(actor).filter(pk=clause.version.agreement_id)
    return clause if visible.exists() else None


def _places() -> list[rules.Place]:
    return list(rules.PLACES.values())


def _version(row: DriftFinding, known: Sequence[VersionFacts]) -> VersionFacts | None:
    for version in known:
        if version.version_id == row.agreement_version_id:
            return version
    zone = row.engagement.client.time_zone
    return agreement_rules.latest_ever(known, rules.local_day(row.detected_at, zone))


def _clause(
    row: DriftFinding,
    version: VersionFacts | None,
    places: dict[tuple[UUID, str], str],
) -> Clause:
    place = rules.PLACES[Dimension(row.dimension)]
    return Clause(
        version=version,
        line=place.line,
        provision_id=place.provision,
        provision=agreement_rules.provision(place.provision).title,
        place=places.get((version.version_id, place.provision), "") if version else "",
    )
