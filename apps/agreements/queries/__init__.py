"""Reads of agreements, flow-down, the gate's conditions and dated duties."""

from apps.agreements.queries.conditions import gate_conditions
from apps.agreements.queries.detail import (
    AgreementDetail,
    VersionView,
    agreement_detail,
    history,
)
from apps.agreements.queries.due import due_items
from apps.agreements.queries.facts import (
    agreement_facts,
    last_versions,
    layer_of,
    version_facts,
    versions_in_force,
)
from apps.agreements.queries.flow import (
    ChainView,
    chain_view,
    flow_down,
    flow_downs,
    viewer_of,
)
from apps.agreements.queries.lists import (
    AgreementLine,
    AgreementPage,
    agreement,
    agreement_page,
    agreements,
    between_the_same,
    covered_engagements,
    engagement_standing,
    latest_version,
    marks_of,
    nameable_subcontractors,
    version,
)

__all__ = [
    "AgreementDetail",
    "AgreementLine",
    "AgreementPage",
    "ChainView",
    "VersionView",
    "agreement",
    "agreement_detail",
    "agreement_facts",
    "agreement_page",
    "agreements",
    "between_the_same",
    "chain_view",
    "covered_engagements",
    "due_items",
    "engagement_standing",
    "flow_down",
    "flow_downs",
    "gate_conditions",
    "history",
    "last_versions",
    "latest_version",
    "layer_of",
    "marks_of",
    "nameable_subcontractors",
    "version",
    "version_facts",
    "versions_in_force",
    "viewer_of",
]
