"""What a statement is built from: one frozen value a paragraph of the document.

Words are the labels shown; they are frozen with the statement, so that a later
change of wording never changes what was attested.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.core.types import GateCondition

ROOT_PATH = "0"


@dataclass(frozen=True, slots=True)
class Party:
    """A legal party."""

    id: UUID
    name: str
    kind: str
    country: str


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """Whom the statement is about."""

    id: UUID
    name: str
    tier: str
    started_on: date
    ended_on: date | None
    legal_agency: str
    client: Party
    provider: Party


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """A person answers for PHI flowing against the verdict."""

    reason: str
    requested_by: str
    approved_by: str
    approved_at: datetime | None
    expires_on: date


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """A scope in words; ``head_count_ceiling`` None and empty tuples set no limit."""

    services: tuple[str, ...]
    channels: tuple[str, ...]
    phi_categories: tuple[str, ...]
    countries: tuple[str, ...]
    sites: tuple[str, ...]
    systems: tuple[str, ...]
    head_count_ceiling: int | None
    remote_work: bool
    hours: str
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature under the agreement."""

    side: str
    name: str
    title: str
    signed_on: date
    method: str


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """The BAA version in force; ``expires_on`` is the last day, inclusive."""

    title: str
    version: int
    kind: str
    effective_on: date
    expires_on: date | None
    document_sha256: str
    reporting_window: str
    renewal: str
    scope: ScopeLine
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True)
class HopLine:
    """One party of the chain. ``path`` is ``1.2``; the root's is ``ROOT_PATH``.

    ``flow_down`` is satisfied, not_satisfied or unknown; ``reasons`` say why not.
    """

    path: str
    name: str
    country: str
    services: tuple[str, ...]
    channels: tuple[str, ...]
    is_approved: bool
    effective_on: date | None
    flow_down: str
    reasons: tuple[str, ...]
    children: tuple[HopLine, ...] = ()


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """How many agents a training requirement binds, and how many meet it."""

    course: str
    applies_to: str
    agents: int
    met: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SiteLine:
    """Agents of one site and how many of them are cleared."""

    site: str
    agents: int
    cleared: int


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """Training coverage on the day."""

    agents: int
    cleared: int
    requirements: tuple[RequirementLine, ...]
    sites: tuple[SiteLine, ...]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One course an agent has taken; ``valid_until`` inclusive, None for ever."""

    course: str
    version: str
    topics: tuple[str, ...]
    is_scenario_based: bool
    completed_on: date
    valid_until: date | None
    outcome: str


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent of the provider who serves the engagement on the day."""

    external_id: str
    name: str
    site: str
    is_cleared: bool
    records: tuple[RecordLine, ...]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """An open finding of drift."""

    dimension: str
    value: str
    observed: str
    agreed: str
    detected_on: date
    state: str


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A file the statement rests on, known by its hash alone."""

    sha256: str
    what: str
    media_type: str
    size: int
    received_on: date | None


@dataclass(frozen=True, slots=True)
class EngagementFacts:
    """Everything an engagement attestation states."""

    engagement: EngagementLine
    verdict: str
    verdict_words: str
    conditions: tuple[GateCondition, ...]
    override: OverrideLine | None
    declared_scope: ScopeLine | None
    agreement: AgreementLine | None
    chain: HopLine
    coverage: CoverageLine
    agents: tuple[AgentLine, ...]
    findings: tuple[FindingLine, ...]
    evidence: tuple[EvidenceLine, ...]
