"""Pure decisions about scope, engagements, the chain and grants."""

from apps.engagements.rules.chain import (
    MAX_LEVELS,
    Chain,
    ChainNode,
    Edge,
    build_chain,
    check_edge,
    check_parties_meet,
    levels_with,
)
from apps.engagements.rules.engagements import (
    EngagementNotEndable,
    check_end,
    check_legal_agency,
    check_open_on,
)
from apps.engagements.rules.grants import MAX_GRANT_DAYS, check_grant
from apps.engagements.rules.scope import (
    DIMENSIONS,
    NO_LIMIT,
    ScopeTerms,
    check_follows,
    check_terms,
)
from apps.engagements.rules.subcontracts import (
    SubcontractAlreadyAnswered,
    check_answerable,
    check_carried,
    check_subcontract_end,
)

__all__ = [
    "DIMENSIONS",
    "MAX_GRANT_DAYS",
    "MAX_LEVELS",
    "NO_LIMIT",
    "Chain",
    "ChainNode",
    "Edge",
    "EngagementNotEndable",
    "ScopeTerms",
    "SubcontractAlreadyAnswered",
    "build_chain",
    "check_answerable",
    "check_carried",
    "check_edge",
    "check_end",
    "check_follows",
    "check_grant",
    "check_legal_agency",
    "check_open_on",
    "check_parties_meet",
    "check_subcontract_end",
    "check_terms",
    "levels_with",
]
