"""What if an agreement stopped binding? The same facts, one agreement ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from apps.agreements.enums import HopState
from apps.agreements.rules.flow import FlowDownResult, Hop, first_broken
from apps.agreements.rules.standing import ONE_DAY, VersionFacts


def lapsed(
    versions: Iterable[VersionFacts], *, agreement_id: UUID, on: date
) -> tuple[VersionFacts, ...]:
    """``versions`` as if the agreement did not bind from ``on`` (inclusive).

    Versions of it that would begin on that day or later never come to be; those of
    other agreements stay.
    """
    last = on - ONE_DAY
    found = []
    for version in versions:
        if version.agreement_id != agreement_id:
            found.append(version)
        elif version.effective_on <= last:
            ends_on = min(version.terminated_on or last, last)
            found.append(replace(version, terminated_on=ends_on))
    return tuple(found)


def newly_broken(before: FlowDownResult, after: FlowDownResult) -> tuple[Hop, ...]:
    """Hops of ``after`` that are broken and were not in ``before``, the first of
    each path only. Both are of the same chain."""
    was_broken = {hop.path for hop in before.hops if hop.state is HopState.BROKEN}
    return first_broken(hop for hop in after.hops if hop.path not in was_broken)
