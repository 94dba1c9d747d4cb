"""Flow-down: does each hop of the chain carry the duties of the one above?

Source: 45 CFR 164.502(e)(1)(ii), 164.504(e)(2)(ii)(D), 164.504(e)(5) and
164.314(a)(2)(iii).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from apps.agreements.enums import (
    BaaStatus,
    HopReason,
    HopState,
    ProvisionStanding,
    Requirement,
)
from apps.agreements.rules.provisions import checklist, gaps, unassessed
from apps.agreements.rules.standing import Standing, VersionFacts, last_day
from apps.agreements.rules.words import scope_in_words
from apps.engagements.rules import ScopeTerms

BIND_SUBCONTRACTORS = "45 CFR 164.502(e)(1)(ii), 164.504(e)(2)(ii)(D)"
SAME_CONTENT = "45 CFR 164.504(e)(5), 164.314(a)(2)(iii)"
PERMITTED_USES = "45 CFR 164.504(e)(2)(i), 164.504(e)(5)"
IN_PLACE_FIRST = "45 CFR 164.502(e)(2), 164.308(b)(3)"
OWN_DEFAULT = "Our own default: contract windows shorten down the chain"
DECLARE_AGAIN = "End the subcontract and declare it again from a day that is covered."
# Reasons that say nothing certain about the hop itself.
_UNCERTAIN = {HopReason.NO_UPSTREAM, HopReason.NOT_ASSESSED}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hop does not hold. ``detail`` may name terms unless ``without_terms``."""

    kind: HopReason
    detail: str
    citation: str

    @property
    def general(self) -> str:
        """The sentence any party further up may read."""
        return str(self.kind.label)

    def without_terms(self) -> Reason:
        """The same reason in general words."""
        return replace(self, detail=self.general)


@dataclass(frozen=True, slots=True, kw_only=True)
class HopFacts:
    """One hop on one day.

    ``carries_*`` and ``started_on`` come from the subcontract; ``upstream`` is the
    version in force above, ``standing`` that of the hop; ``at_start`` the
    version of the hop that was in force on ``started_on``.
    """

    provider_id: UUID
    carries_services: tuple[str, ...]
    carries_channels: tuple[str, ...]
    started_on: date
    upstream: VersionFacts | None
    standing: Standing
    at_start: VersionFacts | None

    @property
    def carried(self) -> ScopeTerms:
        """What the subcontract carries, as terms."""
        return ScopeTerms(
            services=self.carries_services, channels=self.carries_channels
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A judged hop.

    ``path`` are the engagements from the root's to this one, ``names`` how they are
    shown; one engagement may be reached by several paths. ``is_detailed`` tells
    whether who asks may read its terms; where not, ``version_id`` is None and
    ``reasons`` keep to general words.
    """

    engagement_id: UUID
    edge_id: UUID
    path: tuple[UUID, ...]
    names: tuple[str, ...]
    state: HopState
    status: BaaStatus
    reasons: tuple[Reason, ...]
    is_detailed: bool
    version_id: UUID | None = None
    since: date | None = None

    @property
    def name(self) -> str:
        """The subcontractor as it may be shown."""
        return self.names[-1]

    @property
    def depth(self) -> int:
        """Hops below the root."""
        return len(self.path) - 1


def judge_hop(facts: HopFacts) -> tuple[HopState, tuple[Reason, ...]]:
    """Whether the hop holds on the day, and every reason why not.

    Broken as soon as one certain reason is there; not known while the agreement
    above or the checklist leaves the question open.
    """
    version = facts.standing.version
    if version is None or facts.standing.status is not BaaStatus.IN_FORCE:
        return HopState.BROKEN, (_absent(facts.standing),)
    reasons = (
        *_content_reasons(version),
        *_start_reasons(facts, version),
        *_carried_reasons(facts, version),
        *_upstream_reasons(facts, version),
    )
    if not reasons:
        return HopState.HOLDS, ()
    is_certain = any(reason.kind not in _UNCERTAIN for reason in reasons)
    return (HopState.BROKEN if is_certain else HopState.UNKNOWN), reasons


def _absent(standing: Standing) -> Reason:
    version = standing.version
    if version is None:
        return Reason(
            HopReason.NO_AGREEMENT,
            "No BAA covers this hop. Record the signed BAA with the subcontractor.",
            BIND_SUBCONTRACTORS,
        )
    when = {
        BaaStatus.NOT_YET: f"takes effect on {version.effective_on:%-d %B %Y}",
        BaaStatus.UNSIGNED: standing.why_unsigned,
    }.get(standing.status, f"ended on {last_day(version):%-d %B %Y}")
    return Reason(
        HopReason.NOT_IN_FORCE, f"The BAA {version.name}, {when}.", BIND_SUBCONTRACTORS
    )


def _content_reasons(version: VersionFacts) -> list[Reason]:
    lacking = gaps(version.marks, version.layer)
    open_lines = unassessed(version.marks, version.layer)
    found = []
    if lacking:
        names = ", ".join(f"{line.id} {line.title}" for line in lacking)
        found.append(Reason(HopReason.PROVISIONS, f"Missing: {names}.", SAME_CONTENT))
    if open_lines:
        names = ", ".join(line.id for line in open_lines)
        found.append(
            Reason(HopReason.NOT_ASSESSED, f"Not assessed: {names}.", SAME_CONTENT)
        )
    return found


def _start_reasons(facts: HopFacts, version: VersionFacts) -> list[Reason]:
    """Effective and signed on the first day of work, or before it."""
    began, covering = f"Work began on {facts.started_on:%-d %B %Y}", facts.at_start
    if covering is None:
        fault = (
            f"{began} without a BAA in force; {version.name}, begins on "
            f"{version.effective_on:%-d %B %Y}."
        )
    elif covering.signed_on is not None and covering.signed_on > facts.started_on:
        fault = (
            f"{began}, but {covering.name}, was signed on "
            f"{covering.signed_on:%-d %B %Y} only."
        )
    else:
        return []
    return [
        Reason(HopReason.STARTED_BEFORE, f"{fault} {DECLARE_AGAIN}", IN_PLACE_FIRST)
    ]


def _carried_reasons(facts: HopFacts, version: VersionFacts) -> list[Reason]:
    """What is passed on must be permitted below and above alike."""
    permitting = [version, facts.upstream] if facts.upstream else [version]
    excess = dict.fromkeys(
        pair for one in permitting for pair in facts.carried.excess(one.scope)
    )
    if not excess:
        return []
    return [
        Reason(
            HopReason.CARRIES,
            "Carries what its BAA or the BAA above does not permit: "
            f"{scope_in_words(excess)}.",
            PERMITTED_USES,
        )
    ]


def _upstream_reasons(facts: HopFacts, version: VersionFacts) -> list[Reason]:
    above = facts.upstream
    if above is None:
        return [
            Reason(
                HopReason.NO_UPSTREAM,
                "No BAA above is in force, so its terms cannot be compared.",
                SAME_CONTENT,
            )
        ]
    return [
        *_scope_reasons(facts, version, above),
        *_use_reasons(version, above),
        *_window_reasons(version, above),
        *_named_reasons(facts, above),
    ]


def _scope_reasons(
    facts: HopFacts, version: VersionFacts, above: VersionFacts
) -> list[Reason]:
    passed_on = above.scope.carried_by(
        services=facts.carries_services, channels=facts.carries_channels
    )
    excess = version.scope.wider_than(passed_on)
    if not excess:
        return []
    return [
        Reason(
            HopReason.SCOPE,
            f"Permits more than the BAA above passes on: {scope_in_words(excess)}.",
            PERMITTED_USES,
        )
    ]


def _use_reasons(version: VersionFacts, above: VersionFacts) -> list[Reason]:
    """Optional permissions go down only when the agreement above has them."""
    denied = {ProvisionStanding.MISSING, ProvisionStanding.NOT_APPLICABLE}
    wider = [
        f"{line.id} {line.title}"
        for line in checklist()
        if line.requirement is Requirement.OPTIONAL
        and version.marks.get(line.id) == ProvisionStanding.MET
        and above.marks.get(line.id) in denied
    ]
    if not wider:
        return []
    return [
        Reason(
            HopReason.WIDER_USE,
            f"Permits what the BAA above does not: {', '.join(wider)}.",
            PERMITTED_USES,
        )
    ]


def _window_reasons(version: VersionFacts, above: VersionFacts) -> list[Reason]:
    if not version.window.is_longer_than(above.window):
        return []
    return [
        Reason(
            HopReason.REPORTING,
            f"Reports within {version.window}, but the BAA above asks for "
            f"{above.window}.",
            OWN_DEFAULT,
        )
    ]


def _named_reasons(facts: HopFacts, above: VersionFacts) -> list[Reason]:
    if above.subcontractors is None or facts.provider_id in above.subcontractors:
        return []
    return [
        Reason(
            HopReason.NOT_NAMED,
            "The BAA above lists the subcontractors allowed, and this is none of them.",
            BIND_SUBCONTRACTORS,
        )
    ]


def first_broken(hops: Iterable[Hop]) -> tuple[Hop, ...]:
    """The first broken hop of each path, from the top; what lies below one is not
    named, since mending it comes first."""
    broken: dict[tuple[UUID, ...], Hop] = {}
    for hop in sorted(hops, key=lambda one: one.depth):
        above = (hop.path[:length] for length in range(1, len(hop.path)))
        if hop.state is HopState.BROKEN and broken.keys().isdisjoint(above):
            broken[hop.path] = hop
    return tuple(broken.values())


@dataclass(frozen=True, slots=True)
class FlowDownResult:
    """All hops below one engagement on a day, parents before children."""

    engagement_id: UUID
    as_of: date
    hops: tuple[Hop, ...]

    @property
    def state(self) -> HopState:
        """Broken by one broken hop; else not known by one unknown; else holds.
        A chain without subcontractors holds."""
        states = {hop.state for hop in self.hops}
        for state in (HopState.BROKEN, HopState.UNKNOWN):
            if state in states:
                return state
        return HopState.HOLDS

    @property
    def first_broken(self) -> tuple[Hop, ...]:
        """The first broken hop of each path."""
        return first_broken(self.hops)

    @property
    def since(self) -> date | None:
        """The first day since which every hop holds, None where one does not."""
        days = [hop.since for hop in self.hops]
        if self.state is not HopState.HOLDS or None in days:
            return None
        return max((day for day in days if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class Branch:
    """A hop with the hops below it, for pages that show a tree."""

    hop: Hop
    children: tuple[Branch, ...]


def branches(hops: Sequence[Hop], *, below: tuple[UUID, ...]) -> tuple[Branch, ...]:
    """The hops one level below a path, each with its own branches."""
    return tuple(
        Branch(hop, branches(hops, below=hop.path))
        for hop in hops
        if hop.path[:-1] == below
    )
