"""Reads of drift: findings, what detection compares, the gate's condition."""

from apps.drift.queries.clauses import Clause, clause_for, clauses
from apps.drift.queries.comparison import Comparison, comparisons, side_by_side
from apps.drift.queries.differences import (
    Difference,
    differences,
    moved_ids,
    running_ids,
)
from apps.drift.queries.findings import (
    PAGE,
    FindingLine,
    TimelineEntry,
    affected_by_organization,
    affected_by_systems,
    due_items,
    escalation_due,
    evidence_lines,
    finding,
    findings,
    findings_of,
    findings_on,
    managers_of,
    open_findings,
    path_of,
    timeline,
)
from apps.drift.queries.gate import gate_conditions

__all__ = [
    "PAGE",
    "Clause",
    "Comparison",
    "Difference",
    "FindingLine",
    "TimelineEntry",
    "affected_by_organization",
    "affected_by_systems",
    "clause_for",
    "clauses",
    "comparisons",
    "differences",
    "due_items",
    "escalation_due",
    "evidence_lines",
    "finding",
    "findings",
    "findings_of",
    "findings_on",
    "gate_conditions",
    "managers_of",
    "moved_ids",
    "open_findings",
    "path_of",
    "running_ids",
    "side_by_side",
    "timeline",
]
