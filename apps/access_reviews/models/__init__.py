"""Systems, accounts, campaigns and revocations."""

from apps.access_reviews.models.accounts import (
    AccessGrant,
    Account,
    AgentAlias,
    SnapshotImport,
)
from apps.access_reviews.models.campaigns import Campaign, CampaignItem, ItemDecision
from apps.access_reviews.models.logs import LogAudit
from apps.access_reviews.models.reviewers import ReviewerRule
from apps.access_reviews.models.revocations import (
    ForeseenLeaver,
    Revocation,
    RevocationStep,
)
from apps.access_reviews.models.systems import (
    AccessPolicy,
    AccessRole,
    ConflictRule,
    System,
)

__all__ = [
    "AccessGrant",
    "AccessPolicy",
    "AccessRole",
    "Account",
    "AgentAlias",
    "Campaign",
    "CampaignItem",
    "ConflictRule",
    "ForeseenLeaver",
    "ItemDecision",
    "LogAudit",
    "ReviewerRule",
    "Revocation",
    "RevocationStep",
    "SnapshotImport",
    "System",
]
