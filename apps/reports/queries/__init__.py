"""Reads of reports: attestations somebody may see, and the facts of a new one."""

from apps.reports.queries.attestations import (
    attestation,
    attestation_for_job,
    attestations,
    attestations_of,
    can_issue,
    can_name_agents,
    is_overdue,
    made_with,
)
from apps.reports.queries.facts import compose
from apps.reports.queries.keeping import ATTESTATION
from apps.reports.queries.paper import paper, pdf_of
from apps.reports.queries.workspace import GrantLine, workspace

__all__ = [
    "ATTESTATION",
    "GrantLine",
    "attestation",
    "attestation_for_job",
    "attestations",
    "attestations_of",
    "can_issue",
    "can_name_agents",
    "compose",
    "is_overdue",
    "made_with",
    "paper",
    "pdf_of",
    "workspace",
]
