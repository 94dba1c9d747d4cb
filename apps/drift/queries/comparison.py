"""What was agreed beside what is done, for many engagements at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from apps.access_reviews import queries as access_reviews
from apps.agreements import queries as agreements
from apps.agreements.rules import VersionFacts, in_force_on, last_day, latest_ever
from apps.drift.rules import AgreedTerms, Beside, Downstream, ObservedFacts, beside
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.engagements.rules import Chain, ScopeTerms
from apps.workforce import queries as workforce
from apps.workforce.queries import ObservedWorkforce


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides of one engagement on a day; ``version_id`` is the one in force."""

    agreed: AgreedTerms
    observed: ObservedFacts
    declared: ScopeTerms | None
    version_id: UUID | None


def comparisons(
    running: Sequence[Engagement], *, as_of: date
) -> dict[UUID, Comparison]:
    """Both sides of each engagement on a day.

    Of an engagement that has ended nothing is observed. The engagements come from a
    scoped query or a job. A constant number of queries whatever their number.
    """
    ids = [one.pk for one in running]
    versions = agreements.version_facts(ids)
    seen = workforce.observed_facts(ids, as_of=as_of)
    declared = engagements.declared_scopes(ids, as_of=as_of)
    chains = engagements.chains(ids, as_of=as_of)
    systems = access_reviews.observed_systems(ids, as_of=as_of)
    found = {}
    for one in running:
        version = in_force_on(versions[one.pk], as_of)
        scope = declared.get(one.pk)
        has_ended = one.ended_on is not None and one.ended_on < as_of
        found[one.pk] = Comparison(
            agreed=_agreed(versions[one.pk], version, as_of=as_of),
            observed=ObservedFacts()
            if has_ended
            else replace(
                _observed(seen[one.pk], chains[one.pk], as_of=as_of),
                systems=systems[one.pk],
            ),
            declared=ScopeTerms.of(scope) if scope and not has_ended else None,
            version_id=version.version_id if version else None,
        )
    return found


def side_by_side(engagement: Engagement, *, as_of: date) -> list[Beside]:
    """Observed beside agreed for every dimension of one engagement fetched through
    an actor. A constant number of queries."""
    sides = comparisons([engagement], as_of=as_of)[engagement.pk]
    return beside(sides.agreed, sides.observed, sides.declared)


def _agreed(
    versions: Sequence[VersionFacts], current: VersionFacts | None, *, as_of: date
) -> AgreedTerms:
    last = latest_ever(versions, as_of)
    return AgreedTerms(
        scope=current.scope if current else None,
        subcontractors=current.subcontractors if current else None,
        first_effective_on=min(
            (one.effective_on for one in versions if _ever_binds(one)), default=None
        ),
        ended_on=last_day(last) if last and current is None else None,
    )


def _ever_binds(version: VersionFacts) -> bool:
    ends_on = last_day(version)
    return version.is_signed and (ends_on is None or version.effective_on <= ends_on)


def _observed(seen: ObservedWorkforce, chain: Chain, *, as_of: date) -> ObservedFacts:
    began = seen.first_assigned_on
    return ObservedFacts(
        head_count=seen.head_count,
        channels=seen.channels,
        sites=seen.sites,
        countries=seen.countries,
        remote_count=seen.remote_count,
        first_assigned_on=began if began and began <= as_of else None,
        downstream=_downstream(chain),
    )


def _downstream(chain: Chain) -> tuple[Downstream, ...]:
    """Direct subcontractors only; those further down are their clients' drift."""
    return tuple(
        Downstream(
            engagement_id=node.engagement_id,
            organization_id=node.organization_id,
            name=node.name_shown,
            is_approved=node.approved,
        )
        for node in chain.root.children
    )
