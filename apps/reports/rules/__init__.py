"""Pure parts of reports: who may see what, codes, and the frozen statement."""

from apps.reports.rules.access import (
    check_as_of,
    may_issue,
    may_name_agents,
)
from apps.reports.rules.codes import code_from, file_name, grouped
from apps.reports.rules.facts import (
    AgentLine,
    AgreementLine,
    CoverageLine,
    EngagementFacts,
    EngagementLine,
    EvidenceLine,
    FindingLine,
    HopLine,
    OverrideLine,
    Party,
    RecordLine,
    RequirementLine,
    ScopeLine,
    SignatureLine,
    SiteLine,
)
from apps.reports.rules.statement import (
    Issue,
    Statement,
    plain,
    statement,
    statement_bytes,
    statement_sha256,
)

__all__ = [
    "AgentLine",
    "AgreementLine",
    "CoverageLine",
    "EngagementFacts",
    "EngagementLine",
    "EvidenceLine",
    "FindingLine",
    "HopLine",
    "Issue",
    "OverrideLine",
    "Party",
    "RecordLine",
    "RequirementLine",
    "ScopeLine",
    "SignatureLine",
    "SiteLine",
    "Statement",
    "check_as_of",
    "code_from",
    "file_name",
    "grouped",
    "may_issue",
    "may_name_agents",
    "plain",
    "statement",
    "statement_bytes",
    "statement_sha256",
]
