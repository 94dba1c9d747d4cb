"""What detection has to write: findings as kept against facts as they are today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.core import clock
from apps.drift import rules
from apps.drift.enums import Dimension, Resolution
from apps.drift.models import DriftFinding
from apps.drift.queries.comparison import Comparison, comparisons
from apps.drift.rules import Deviation, Key
from apps.engagements.models import Engagement

Known = Mapping[Key, DriftFinding]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one engagement's findings lack; nothing is written yet.

    ``changed`` are open findings with the values that are new; ``resolved`` those
    that end, and how.
    """

    version_id: UUID | None
    opened: tuple[Deviation, ...]
    changed: tuple[tuple[DriftFinding, dict[str, Any]], ...]
    resolved: tuple[tuple[DriftFinding, Resolution], ...]

    @property
    def is_empty(self) -> bool:
        """Whether the findings say what is so."""
        return not (self.opened or self.changed or self.resolved)


def differences(running: Sequence[Engagement]) -> dict[UUID, Difference]:
    """The difference of each engagement as of today in its client's zone.

    The engagements come from a job, with client and provider. At most three local
    dates differ at one instant, so the number of queries is constant.
    """
    known = _open_findings(running)
    found = {}
    for today, group in _by_today(running).items():
        sides = comparisons(group, as_of=today)
        for one in group:
            found[one.pk] = _difference(sides[one.pk], known[one.pk])
    return found


def moved_ids() -> list[UUID]:
    """Engagements that may drift and whose findings lack something, for the nightly
    sweep. A constant number of queries whatever the number of engagements."""
    found = differences(list(_running().select_related("client", "provider")))
    return [pk for pk, difference in found.items() if not difference.is_empty]


def running_ids() -> list[UUID]:
    """Engagements that may drift: not ended, or with a finding still open."""
    return list(_running().values_list("pk", flat=True))


def _running() -> Any:
    with_findings = DriftFinding.objects.filter(resolved_at=None).values("engagement")
    today = clock.today("UTC")
    return Engagement.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=today) | Q(pk__in=with_findings)
    ).order_by("pk")


def _open_findings(
    engagements: Sequence[Engagement],
) -> defaultdict[UUID, dict[Key, DriftFinding]]:
    found: defaultdict[UUID, dict[Key, DriftFinding]] = defaultdict(dict)
    ids = [one.pk for one in engagements]
    for row in DriftFinding.objects.filter(engagement__in=ids, resolved_at=None):
        found[row.engagement_id][row.dimension, row.value] = row
    return found


def _by_today(engagements: Sequence[Engagement]) -> dict[date, list[Engagement]]:
    groups: defaultdict[date, list[Engagement]] = defaultdict(list)
    for one in engagements:
        groups[clock.today(one.client.time_zone)].append(one)
    return groups


def _difference(sides: Comparison, known: Known) -> Difference:
    deviations = {
        one.key: one
        for one in rules.compare(
            sides.agreed, sides.observed, sides.declared, open_ceiling=_limit(known)
        )
    }
    told = rules.compared(sides.agreed)
    return Difference(
        version_id=sides.version_id,
        opened=tuple(one for key, one in deviations.items() if key not in known),
        changed=tuple(
            (known[key], fresh)
            for key, one in deviations.items()
            if key in known and (fresh := _fresh(known[key], one, sides))
        ),
        resolved=tuple(
            (row, _resolution(row, sides))
            for key, row in known.items()
            if key not in deviations and Dimension(row.dimension) in told
        ),
    )


def _limit(known: Known) -> int | None:
    """The ceiling the open head-count finding was made at."""
    for row in known.values():
        if row.dimension == Dimension.HEAD_COUNT:
            return _ceiling(row)
    return None


def _ceiling(row: DriftFinding) -> int | None:
    limit = row.evidence.get("limit")
    return limit if isinstance(limit, int) else None


def _fresh(
    row: DriftFinding, deviation: Deviation, sides: Comparison
) -> dict[str, Any]:
    """Fields of an open finding that read differently now."""
    values = {
        "observed": deviation.observed,
        "agreed": deviation.agreed,
        "evidence": dict(deviation.evidence),
        "agreement_version_id": sides.version_id,
    }
    return {name: now for name, now in values.items() if getattr(row, name) != now}


def _resolution(row: DriftFinding, sides: Comparison) -> Resolution:
    is_still_done = rules.is_still_done(
        (row.dimension, row.value),
        sides.observed,
        sides.declared,
        evidence=row.evidence,
    )
    return rules.resolution(
        Dimension(row.dimension),
        is_still_done=is_still_done,
        is_other_version=row.agreement_version_id != sides.version_id,
    )
