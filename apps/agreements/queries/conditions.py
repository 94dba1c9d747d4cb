"""Conditions of the gate that rest on agreements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from apps.agreements.enums import BaaStatus, HopState
from apps.agreements.queries.facts import version_facts
from apps.agreements.queries.flow import judged, reached
from apps.agreements.rules import (
    FlowDownResult,
    Hop,
    Standing,
    VersionFacts,
    gaps,
    in_force_on,
    in_force_until,
    last_day,
    scope_in_words,
    standing_on,
    unassessed,
)
from apps.core.types import ConditionState, GateCondition, LegalStatus, Side
from apps.engagements import queries as engagement_queries
from apps.engagements.models import DeclaredScope, Engagement
from apps.engagements.queries import Declared
from apps.engagements.rules import ScopeTerms

WRITTEN_CONTRACT = "45 CFR 164.502(e)(2), 164.308(b)(3)"
CONTENT = "45 CFR 164.504(e)(2), 164.314(a)(2)(i), 164.410(b)"
PERMITTED_USES = "45 CFR 164.504(e)(2)(i)"
FLOW_DOWN = "45 CFR 164.502(e)(1)(ii), 164.504(e)(2)(ii)(D), 164.314(a)(2)(iii)"

SATISFIED = ConditionState.SATISFIED
NOT_SATISFIED = ConditionState.NOT_SATISFIED
UNKNOWN = ConditionState.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One engagement with all its conditions rest on."""

    engagement: Engagement
    versions: tuple[VersionFacts, ...]
    standing: Standing
    declared: DeclaredScope | None
    flow: FlowDownResult
    flow_evidence: tuple[str, ...]

    @property
    def current(self) -> VersionFacts | None:
        """The version in force."""
        is_current = self.standing.status is BaaStatus.IN_FORCE
        return self.standing.version if is_current else None

    @property
    def evidence(self) -> tuple[str, ...]:
        """Hash of the document in force."""
        return (self.current.document_sha256,) if self.current else ()


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date, known: Declared | None = None
) -> dict[UUID, list[GateCondition]]:
    """Four conditions for each engagement fetched through an actor or by a job.

    Texts are those the client may read. Three queries whatever the number, one with
    ``known``.
    """
    known = known or engagement_queries.declared(engagements, as_of=as_of)
    versions = version_facts(reached(known.chains.values()))
    found = {}
    for engagement in engagements:
        chain = known.chains[engagement.pk]
        own = versions[engagement.pk]
        case = _Case(
            engagement=engagement,
            versions=own,
            standing=standing_on(own, as_of),
            declared=known.scopes.get(engagement.pk),
            flow=judged(chain, versions, viewer=engagement.client_id),
            flow_evidence=_documents(chain.engagement_ids(), versions, as_of),
        )
        found[engagement.pk] = [
            _in_force(case, as_of),
            _provisions(case),
            _scope(case),
            _flow_down(case),
        ]
    return found


def _documents(
    engagement_ids: Collection[UUID],
    versions: Mapping[UUID, tuple[VersionFacts, ...]],
    as_of: date,
) -> tuple[str, ...]:
    current = (in_force_on(versions[pk], as_of) for pk in engagement_ids)
    return tuple(sorted({one.document_sha256 for one in current if one is not None}))


def _condition(case: _Case, code: str, title: str, **values: Any) -> GateCondition:
    """The parts all four share; each says what differs."""
    shared: dict[str, Any] = {
        "legal_status": LegalStatus.IN_FORCE,
        "who_acts": Side.BOTH,
        "fix_path": reverse("agreements:engagement", args=[case.engagement.pk]),
        "fix_label": "Open the BAA",
        "evidence": case.evidence,
    }
    return GateCondition(code=code, title=title, **shared | values)


def _in_force(case: _Case, as_of: date) -> GateCondition:
    standing, current = case.standing, case.current
    values: dict[str, Any]
    if current is None:
        path, label = _mending(case)
        values = {
            "state": NOT_SATISFIED,
            "detail": _why_not(standing),
            "fix_path": path,
            "fix_label": label,
        }
    else:
        until = in_force_until(case.versions, as_of)
        ends = f"until {until:%-d %B %Y}" if until else "without an end"
        values = {
            "state": SATISFIED,
            "detail": f"The BAA {current.name}, is in force {ends}.",
            "due": until,
        }
    return _condition(
        case,
        "agreement.in_force",
        "A signed BAA is in force",
        citation=WRITTEN_CONTRACT,
        since=standing.since,
        **values,
    )


def _why_not(standing: Standing) -> str:
    version = standing.version
    if version is None:
        return "No BAA covers this engagement. Record the signed one."
    if standing.status is BaaStatus.NOT_YET:
        begins = f"{version.effective_on:%-d %B %Y}"
        return f"The BAA {version.name}, takes effect on {begins}, not before."
    if standing.status is BaaStatus.UNSIGNED:
        return f"The BAA {version.name}, {standing.why_unsigned}."
    ended = f"{last_day(version):%-d %B %Y}"
    return f"The BAA {version.name}, ended on {ended}. Record what replaces it."


def _mending(case: _Case) -> tuple[str, str]:
    """Amend what lapsed; record what is absent or was terminated."""
    version = case.standing.version
    if version is not None and version.terminated_on is None:
        path = reverse("agreements:amend", args=[version.agreement_id])
        return path, "Record a new version"
    return reverse("agreements:record", args=[case.engagement.pk]), "Record the BAA"


def _provisions(case: _Case) -> GateCondition:
    state, detail = _content(case.current)
    fix = _amending(case) if state is not SATISFIED else {}
    return _condition(
        case,
        "agreement.provisions_complete",
        "The BAA says all it must",
        state=state,
        detail=detail,
        citation=CONTENT,
        since=case.current.effective_on if case.current else None,
        **fix,
    )


def _amending(case: _Case) -> dict[str, str]:
    """The way to a new version of the BAA in force; none without one."""
    if case.current is None:
        return {}
    path = reverse("agreements:amend", args=[case.current.agreement_id])
    return {"fix_path": path, "fix_label": "Amend the BAA"}


def _content(version: VersionFacts | None) -> tuple[ConditionState, str]:
    if version is None:
        return UNKNOWN, "No BAA in force to check."
    faults = [f"{line.id} {line.title}" for line in gaps(version.marks, version.layer)]
    texts = [f"Missing: {', '.join(faults)}."] if faults else []
    if version.window.is_over_outer_limit:
        texts.append(
            f"Its window of {version.window} can exceed the 60 calendar days a "
            "breach notice may take."
        )
    if texts:
        return NOT_SATISFIED, " ".join(texts)
    open_lines = [line.id for line in unassessed(version.marks, version.layer)]
    if open_lines:
        return UNKNOWN, f"Not assessed: {', '.join(open_lines)}."
    return SATISFIED, f"The BAA {version.name}, states every required provision."


def _scope(case: _Case) -> GateCondition:
    state, detail = _covered(case.current, case.declared)
    pk = case.engagement.pk
    fix = {}
    if case.declared is None:
        fix = {
            "fix_path": reverse("engagements:declare_scope", args=[pk]),
            "fix_label": "Declare the scope",
        }
    elif state is NOT_SATISFIED:
        fix = _amending(case)
    days = [case.current.effective_on] if case.current else []
    days += [case.declared.effective_on] if case.declared else []
    return _condition(
        case,
        "agreement.scope_covers_declared",
        "The BAA permits what is declared",
        state=state,
        detail=detail,
        citation=PERMITTED_USES,
        since=max(days) if len(days) == 2 else None,
        **fix,
    )


def _covered(
    version: VersionFacts | None, declared: DeclaredScope | None
) -> tuple[ConditionState, str]:
    if declared is None:
        return UNKNOWN, "No scope is declared for this engagement."
    if version is None:
        return UNKNOWN, "No BAA in force to compare the declared scope with."
    excess = ScopeTerms.of(declared).excess(version.scope)
    if excess:
        return NOT_SATISFIED, f"Declared but not permitted: {scope_in_words(excess)}."
    return SATISFIED, f"The BAA {version.name}, permits all that is declared."


def _flow_down(case: _Case) -> GateCondition:
    state, detail = _chain(case.flow)
    return _condition(
        case,
        "agreement.flow_down",
        "Every subcontractor is bound the same way",
        state=state,
        detail=detail,
        citation=FLOW_DOWN,
        who_acts=Side.PROVIDER,
        since=case.flow.since,
        fix_path=reverse("agreements:chain", args=[case.engagement.pk]),
        fix_label="Open the chain",
        evidence=case.flow_evidence,
    )


def _chain(flow: FlowDownResult) -> tuple[ConditionState, str]:
    """Names the first broken hop of each path; its terms stay with its parties."""
    if not flow.hops:
        return SATISFIED, "No subcontractor is declared."
    if flow.state is HopState.BROKEN:
        texts = [_told(hop) for hop in flow.first_broken]
        return NOT_SATISFIED, " ".join(texts)
    if flow.state is HopState.UNKNOWN:
        texts = [_told(hop) for hop in flow.hops if hop.state is HopState.UNKNOWN]
        return UNKNOWN, " ".join(texts)
    count = len(flow.hops)
    hops = "hop carries" if count == 1 else f"{count} hops carry"
    return SATISFIED, f"The {hops} every duty of the BAA above."


def _told(hop: Hop) -> str:
    return f"{hop.name}: {'; '.join(reason.general for reason in hop.reasons)}."
