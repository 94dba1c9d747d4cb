"""Reads of drift: findings, what detection compares, the gate's condition."""

from apps.drift.queries.comparison import Comparison, comparisons, side_by_side
from apps.drift.queries.findings import (
    PAGE,
    TimelineEntry,
    affected_by_organization,
    compared_version,
    due_items,
    escalation_due,
    evidence_lines,
    finding,
    findings,
    findings_of,
    managers_of,
    open_findings,
    running_ids,
    timeline,
)
from apps.drift.queries.gate import gate_conditions

__all__ = [
    "PAGE",
    "Comparison",
    "TimelineEntry",
    "affected_by_organization",
    "compared_version",
    "comparisons",
    "due_items",
    "escalation_due",
    "evidence_lines",
    "finding",
    "findings",
    "findings_of",
    "gate_conditions",
    "managers_of",
    "open_findings",
    "running_ids",
    "side_by_side",
    "timeline",
]
