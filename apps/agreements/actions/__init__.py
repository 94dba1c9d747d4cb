"""Drafting, signing, recording, amending, renewing and ending agreements."""

from apps.agreements.actions.agreements import amend_agreement, record_agreement
from apps.agreements.actions.drafts import (
    Proposed,
    accept_draft,
    comment_on,
    make_documents,
    open_draft,
    propose,
    withdraw_draft,
)
from apps.agreements.actions.endings import (
    accept_disposal,
    refuse_disposal,
    settle_returns,
    state_disposal,
    terminate_agreement,
)
from apps.agreements.actions.printing import note_chain_printed
from apps.agreements.actions.renewals import renew_agreement, stop_renewal
from apps.agreements.actions.signing import (
    Signer,
    confirm_signer,
    make_certificate,
    make_missing_papers,
    record_signed_paper,
    sign_draft,
)

__all__ = [
    "Proposed",
    "Signer",
    "accept_disposal",
    "accept_draft",
    "amend_agreement",
    "comment_on",
    "confirm_signer",
    "make_certificate",
    "make_documents",
    "make_missing_papers",
    "note_chain_printed",
    "open_draft",
    "propose",
    "record_agreement",
    "record_signed_paper",
    "refuse_disposal",
    "renew_agreement",
    "settle_returns",
    "sign_draft",
    "state_disposal",
    "stop_renewal",
    "terminate_agreement",
    "withdraw_draft",
]
