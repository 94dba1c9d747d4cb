"""Business associate agreements, their drafts, and how they end."""

from apps.agreements.models.agreements import (
    Agreement,
    AgreementCoverage,
    AgreementVersion,
    Signature,
    VersionProvision,
)
from apps.agreements.models.drafts import (
    AgreementDraft,
    DraftAcceptance,
    DraftClause,
    DraftComment,
    DraftCoverage,
    DraftSignature,
    DraftVersion,
    SigningRefusal,
)
from apps.agreements.models.endings import (
    DisposalStatement,
    RenewalNotice,
    ReturnObligation,
)

__all__ = [
    "Agreement",
    "AgreementCoverage",
    "AgreementDraft",
    "AgreementVersion",
    "DisposalStatement",
    "DraftAcceptance",
    "DraftClause",
    "DraftComment",
    "DraftCoverage",
    "DraftSignature",
    "DraftVersion",
    "RenewalNotice",
    "ReturnObligation",
    "Signature",
    "SigningRefusal",
    "VersionProvision",
]
