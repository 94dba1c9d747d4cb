"""Which engagements break if this agreement lapses on a day?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.agreements.enums import BaaStatus, HopState
from apps.agreements.models import Agreement, AgreementCoverage
from apps.agreements.queries.facts import version_facts
from apps.agreements.queries.flow import Versions, judged, reached, viewer_of
from apps.agreements.rules import Hop, in_force_on, lapsed, newly_broken, standing_on
from apps.engagements import queries as engagement_queries
from apps.engagements.models import Engagement
from apps.engagements.rules import Chain
from apps.tenancy.actor import AnyActor


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """An engagement that would lose what the law asks for.

    ``loses_own`` tells that its own BAA would be gone; ``hops`` are the first of
    each path below that would break, in the words the reader may see.
    ``is_broken_already`` tells that a BAA lacks there anyway on that day.
    """

    engagement: Engagement
    loses_own: bool
    hops: tuple[Hop, ...]
    is_broken_already: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer for a day: ``was_in_force`` False means nothing would change."""

    agreement: Agreement
    on: date
    was_in_force: bool
    lines: tuple[BrokenLine, ...]


def what_if(actor: AnyActor, agreement: Agreement, *, on: date) -> WhatIf:
    """Engagements the actor sees that break if an agreement fetched through the
    actor does not bind from ``on`` (inclusive), those it covers first, then by name.

    Judged by BAAs and flow-down alone: what other rooms ask at the gate stays as it
    is. Engagements above that the actor may not see are neither named nor counted.
    Five queries whatever the number.
    """
    covered = AgreementCoverage.objects.filter(agreement=agreement)
    ids = set(covered.values_list("engagement_id", flat=True))
    above = engagement_queries.upstreams(ids, as_of=on)
    concerned = list(engagement_queries.engagements(actor).filter(pk__in=above))
    chains = engagement_queries.chains(
        [one.pk for one in concerned],
        as_of=on,
        viewers={one.pk: viewer_of(actor, one) for one in concerned},
    )
    versions = version_facts(reached(chains.values()) | ids)
    without = {
        pk: lapsed(known, agreement_id=agreement.pk, on=on)
        for pk, known in versions.items()
    }
    lines = [
        _line(one, chains[one.pk], versions, without, viewer=viewer_of(actor, one))
        for one in concerned
    ]
    broken = [line for line in lines if line.loses_own or line.hops]
    return WhatIf(
        agreement=agreement,
        on=on,
        was_in_force=_binds(agreement, ids, versions, on),
        lines=tuple(sorted(broken, key=lambda line: not line.loses_own)),
    )


def _line(
    engagement: Engagement,
    chain: Chain,
    versions: Versions,
    without: Versions,
    *,
    viewer: UUID,
) -> BrokenLine:
    before = judged(chain, versions, viewer=viewer)
    after = judged(chain, without, viewer=viewer)
    had_own = _has_baa(versions, engagement.pk, chain.as_of)
    return BrokenLine(
        engagement=engagement,
        loses_own=had_own and not _has_baa(without, engagement.pk, chain.as_of),
        hops=newly_broken(before, after),
        is_broken_already=not had_own or before.state is HopState.BROKEN,
    )


def _has_baa(versions: Versions, engagement_id: UUID, day: date) -> bool:
    return standing_on(versions[engagement_id], day).status is BaaStatus.IN_FORCE


def _binds(
    agreement: Agreement, ids: Collection[UUID], versions: Versions, day: date
) -> bool:
    current = (in_force_on(versions[pk], day) for pk in ids)
    return any(one is not None and one.agreement_id == agreement.pk for one in current)
