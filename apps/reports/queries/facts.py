"""The facts of one engagement on one day, gathered from the rooms that own them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from apps.agreements import queries as agreements
from apps.agreements.enums import HopState, ReportingUnit
from apps.agreements.models import AgreementVersion
from apps.agreements.rules import Hop, ReportingWindow
from apps.core.types import ConditionState
from apps.drift import queries as drift
from apps.drift.models import DriftFinding
from apps.drift.rules import local_day
from apps.drift.rules import state as finding_state
from apps.engagements import queries as engagements
from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.models import Engagement
from apps.engagements.rules import ChainNode, ScopeTerms
from apps.gate import queries as gate
from apps.gate.rules import GateState, OverrideInForce, sentence
from apps.reports import rules
from apps.reports.queries.evidence import evidence
from apps.tenancy.models import Organization
from apps.training import queries as training
from apps.training.enums import Outcome, Timing
from apps.training.queries import AgentTraining, Coverage, RequirementCoverage
from apps.workforce.enums import AgentRole

FLOW_STATES = {
    HopState.HOLDS: ConditionState.SATISFIED,
    HopState.BROKEN: ConditionState.NOT_SATISFIED,
    HopState.UNKNOWN: ConditionState.UNKNOWN,
}
Hops = Mapping[tuple[UUID, ...], Hop]


def compose(engagement: Engagement, *, as_of: date) -> rules.EngagementFacts:
    """Everything an attestation states about an engagement fetched through an actor.

    What lies further down the chain is told as its client may read it, whoever asks:
    the same day gives the same facts. Agents are named; ``rules.statement`` takes the
    names out. A constant number of queries.
    """
    state = gate.verdict(engagement, as_of=as_of)
    version = _binding(engagement, state, as_of=as_of)
    declared = engagements.declared_scopes([engagement.pk], as_of=as_of).get(
        engagement.pk
    )
    trained = training.agents_training(engagement, as_of=as_of)
    coverage = training.coverage(engagement, as_of=as_of)
    return rules.EngagementFacts(
        engagement=_engagement(engagement),
        verdict=state.verdict.value,
        verdict_words=sentence(state.verdict, engagement.provider.name),
        conditions=state.conditions,
        override=_override(state.override),
        declared_scope=_scope(declared, effective_on=declared.effective_on)
        if declared
        else None,
        agreement=_agreement(version) if version else None,
        chain=_chain(engagement, version, as_of=as_of),
        coverage=_coverage(coverage, trained),
        agents=tuple(_agent(agent) for agent in trained),
        findings=_findings(engagement, as_of=as_of),
        evidence=evidence(engagement, version, state.conditions, trained, as_of=as_of),
    )


def _binding(
    engagement: Engagement, state: GateState, *, as_of: date
) -> AgreementVersion | None:
    """The BAA in force as the gate judges it: one that is dated back bound nobody
    before it was signed. One query."""
    holds = {one.code for one in state.satisfied}
    if "agreement.in_force" not in holds:
        return None
    found = agreements.versions_in_force([engagement.pk], as_of=as_of)
    return found.get(engagement.pk)


def _engagement(engagement: Engagement) -> rules.EngagementLine:
    return rules.EngagementLine(
        id=engagement.pk,
        name=engagement.name,
        tier=engagement.get_tier_display(),
        started_on=engagement.started_on,
        ended_on=engagement.ended_on,
        legal_agency=engagement.get_legal_agency_display(),
        client=_party(engagement.client),
        provider=_party(engagement.provider),
    )


def _party(organization: Organization) -> rules.Party:
    return rules.Party(
        id=organization.pk,
        name=organization.name,
        kind=organization.get_kind_display(),
        country=organization.country,
    )


def _override(override: OverrideInForce | None) -> rules.OverrideLine | None:
    if override is None:
        return None
    return rules.OverrideLine(
        reason=override.reason,
        requested_by=override.requested_by,
        approved_by=override.approved_by,
        approved_at=override.approved_at,
        expires_on=override.expires_on,
    )


# -- Agreement and scope --------------------------------------------------------


def _scope(row: Any, *, effective_on: date | None = None) -> rules.ScopeLine:
    terms = ScopeTerms.of(row)
    return rules.ScopeLine(
        services=_labels(Service, terms.services),
        channels=_labels(Channel, terms.channels),
        phi_categories=_labels(PhiCategory, terms.phi_categories),
        countries=terms.countries,
        sites=terms.sites,
        systems=terms.systems,
        head_count_ceiling=terms.head_count_ceiling,
        remote_work=terms.remote_work,
        hours=terms.hours,
        effective_on=effective_on,
    )


def _labels(choices: Any, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(choices(value).label) for value in values)


def _agreement(version: AgreementVersion) -> rules.AgreementLine:
    unit = ReportingUnit(version.reporting_unit)
    return rules.AgreementLine(
        title=version.agreement.title,
        version=version.number,
        kind=version.get_kind_display(),
        effective_on=version.effective_on,
        expires_on=version.expires_on,
        document_sha256=version.document_sha256,
        reporting_window=str(ReportingWindow(version.reporting_value, unit)),
        renewal=version.get_renewal_display(),
        scope=_scope(version),
        signatures=tuple(
            rules.SignatureLine(
                side=row.get_side_display(),
                name=row.name,
                title=row.title,
                signed_on=row.signed_on,
                method=row.get_method_display(),
            )
            for row in version.signatures.order_by("side")
        ),
    )


# -- Chain ----------------------------------------------------------------------


def _chain(
    engagement: Engagement, version: AgreementVersion | None, *, as_of: date
) -> rules.HopLine:
    """The chain with each hop's flow-down; the root stands on its own agreement."""
    chain = engagements.chain(engagement, as_of=as_of)
    judged = agreements.flow_down(engagement, as_of=as_of)
    hops = {hop.path: hop for hop in judged.hops}
    root = chain.root
    return rules.HopLine(
        path=rules.ROOT_PATH,
        flow_down=(
            ConditionState.SATISFIED if version else ConditionState.NOT_SATISFIED
        ).value,
        reasons=() if version else ("No BAA with the client was in force.",),
        children=_children(root, (root.engagement_id,), "", hops),
        **_of_node(root),
    )


def _children(
    parent: ChainNode, path: tuple[UUID, ...], place: str, hops: Hops
) -> tuple[rules.HopLine, ...]:
    return tuple(
        _hop(node, (*path, node.engagement_id), f"{place}{number}", hops)
        for number, node in enumerate(parent.children, start=1)
    )


def _hop(
    node: ChainNode, path: tuple[UUID, ...], place: str, hops: Hops
) -> rules.HopLine:
    hop = hops.get(path)
    state = FLOW_STATES[hop.state] if hop else ConditionState.UNKNOWN
    return rules.HopLine(
        path=place,
        flow_down=state.value,
        reasons=tuple(reason.detail for reason in hop.reasons) if hop else (),
        children=_children(node, path, f"{place}.", hops),
        **_of_node(node),
    )


def _of_node(node: ChainNode) -> dict[str, Any]:
    return {
        "name": node.name_shown,
        "country": node.country,
        "services": _labels(Service, node.services),
        "channels": _labels(Channel, node.channels),
        "is_approved": node.approved,
        "effective_on": node.effective_on,
    }


# -- Training -------------------------------------------------------------------


def _coverage(coverage: Coverage, trained: list[AgentTraining]) -> rules.CoverageLine:
    agents = Counter(agent.site for agent in trained)
    cleared = Counter(agent.site for agent in trained if agent.is_cleared)
    return rules.CoverageLine(
        agents=coverage.agents,
        cleared=coverage.cleared,
        requirements=tuple(_requirement(row) for row in coverage.requirements),
        sites=tuple(
            rules.SiteLine(site or "No site stated", agents[site], cleared[site])
            for site in sorted(agents)
        ),
    )


def _requirement(row: RequirementCoverage) -> rules.RequirementLine:
    return rules.RequirementLine(
        course=row.course_title,
        applies_to=_binds(row),
        agents=row.applies,
        met=row.valid,
        waiting=row.pending,
    )


def _binds(row: RequirementCoverage) -> str:
    """``Team lead on Chat, within 14 days``."""
    who = str(AgentRole(row.role).label) if row.role else "Everybody"
    where = f" on {Channel(row.channel).label}" if row.channel else ""
    if row.timing is Timing.WITHIN_DAYS:
        return f"{who}{where}, within {row.within_days} days"
    if row.timing is Timing.AFTER_HIRE:
        return f"{who}{where}, within {row.within_days} days of joining"
    return f"{who}{where}, before first contact"


def _agent(agent: AgentTraining) -> rules.AgentLine:
    return rules.AgentLine(
        external_id=agent.external_id,
        name=agent.name,
        site=agent.site,
        is_cleared=agent.is_cleared,
        records=tuple(
            rules.RecordLine(
                course=entry.course_title,
                version=entry.version_label,
                topics=entry.topics,
                is_scenario_based=entry.is_scenario_based,
                completed_on=entry.completed_on,
                valid_until=entry.valid_until,
                outcome=str(Outcome(entry.outcome).label),
            )
            for entry in agent.records
        ),
    )


# -- Drift ----------------------------------------------------------------------


def _findings(engagement: Engagement, *, as_of: date) -> tuple[rules.FindingLine, ...]:
    zone = engagement.client.time_zone
    rows = drift.findings_of(engagement, as_of=as_of)
    return tuple(_finding(row, as_of=as_of, zone=zone) for row in reversed(rows))


def _finding(row: DriftFinding, *, as_of: date, zone: str) -> rules.FindingLine:
    return rules.FindingLine(
        dimension=row.get_dimension_display(),
        value=row.value,
        observed=row.observed,
        agreed=row.agreed,
        detected_on=local_day(row.detected_at, zone),
        state=str(finding_state(row.standing, day=as_of, zone=zone).label),
    )
